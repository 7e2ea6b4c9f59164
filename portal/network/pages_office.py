"""The seat of the office: members stand and step down, the office lets choose or writes down what is agreed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from portal.deadlines.agreement import vote_length_of
from portal.deadlines.wording import length_in_words
from portal.identity.permissions import Permission
from portal.identity.queries import access_seat
from portal.network import actions_office as actions
from portal.network.forms import CandidacyForm, SeatForm
from portal.network.presentation import address_of, view_of
from portal.network.queries import Procedure, access_procedure
from portal.network.queries_office import list_candidates, running_seat
from portal.network.rules import ProcedureKind
from portal.shell import reply
from portal.votes.agreement import rule_of, runs_from_receipt
from portal.votes.rules import feasibility
from portal.votes.wording import feasibility_in_words
from tenants.context import Actor, Seat

_MOVE = {"permission": Permission.PROCEDURE_MOVE}
_RUN = {"permission": Permission.PROCEDURE_RUN}
AnyRequest = Request[Any, Any, Any]


@get("/n/{network:str}/verfahren/geschaeftsstelle", name="office-new", opt=_MOVE)
async def show_seat(request: AnyRequest, actor: Actor, network: str) -> Response[str]:
    """The form, and how it goes on."""
    context = await _context(actor, access_seat(actor, network))
    return await reply.page(request, "network/geschaeftsstelle.html", form=SeatForm.blank(), **context)


@post("/n/{network:str}/verfahren/geschaeftsstelle", name="office-move", opt=_MOVE, status_code=200)
async def move_seat(request: AnyRequest, actor: Actor, network: str) -> Response[str]:
    """Begin."""
    seat = access_seat(actor, network)
    context = await _context(actor, seat)
    form = await SeatForm.of(request)
    if not form.ok:
        slots = {"anlass": "network/_anlass.html"}
        return await reply.invalid(request, "network/geschaeftsstelle.html", form=form, slots=slots, **context)
    procedure_id = await actions.move_seat(actor=actor, network_id=seat.network_id, reason=form.reason)
    flash = "Alle Mitglieder sind benachrichtigt. Bis zur Wahl oder Einigung können sie sich bereit erklären."
    return await reply.changed(request, to=f"{context['base']}/{procedure_id}", flash=flash)


@post("/n/{network:str}/verfahren/{procedure_id:uuid}/kandidatur", name="office-stand", opt=_MOVE, status_code=200)
async def stand(request: AnyRequest, actor: Actor, now: datetime, network: str, procedure_id: UUID) -> Response[str]:
    """Be ready."""
    seat = access_seat(actor, network)
    form = await CandidacyForm.of(request)
    if not form.ok:
        procedure = await access_procedure(seat.network_id, procedure_id)
        view = view_of(actor, seat, procedure, now) | await office_view(actor, procedure) | {"form": form}
        return await reply.invalid(request, "network/ein_verfahren.html", slots={"lage": "network/_lage.html"}, **view)
    await actions.stand(actor=actor, network_id=seat.network_id, procedure_id=procedure_id, words=form.words)
    return await _back(request, seat, procedure_id, "Ihre Organisation ist bereit. Alle Mitglieder sehen das hier.")


@post(
    "/n/{network:str}/verfahren/{procedure_id:uuid}/kandidatur/ruecknahme",
    name="office-step-down",
    opt=_MOVE,
    status_code=200,
)
async def step_down(request: AnyRequest, actor: Actor, network: str, procedure_id: UUID) -> Response[str]:
    """Be ready no more."""
    seat = access_seat(actor, network)
    await actions.step_down(actor=actor, network_id=seat.network_id, procedure_id=procedure_id)
    return await _back(request, seat, procedure_id, "Die Kandidatur Ihrer Organisation ist zurückgenommen.")


@post("/n/{network:str}/verfahren/{procedure_id:uuid}/wahl", name="office-elect", opt=_RUN, status_code=200)
async def elect(request: AnyRequest, actor: Actor, now: datetime, network: str, procedure_id: UUID) -> Response[str]:
    """Let the members choose."""
    seat = access_seat(actor, network)
    await actions.open_election(actor=actor, now=now, seat=seat, procedure_id=procedure_id)
    return await _back(request, seat, procedure_id, "Die Wahl ist eröffnet. Alle Mitglieder sind informiert.")


@post("/n/{network:str}/verfahren/{procedure_id:uuid}/einigung", name="office-agree", opt=_RUN, status_code=200)
async def agree(request: AnyRequest, actor: Actor, network: str, procedure_id: UUID) -> Response[str]:
    """Nobody else stands."""
    seat = access_seat(actor, network)
    await actions.agree(actor=actor, network_id=seat.network_id, procedure_id=procedure_id)
    return await _back(request, seat, procedure_id, "Die Einigung ist festgehalten. Die Übergabe folgt von selbst.")


@post("/n/{network:str}/verfahren/{procedure_id:uuid}/absage", name="office-call-off", opt=_RUN, status_code=200)
async def call_off(request: AnyRequest, actor: Actor, network: str, procedure_id: UUID) -> Response[str]:
    """Nobody stands."""
    seat = access_seat(actor, network)
    await actions.call_off(actor=actor, network_id=seat.network_id, procedure_id=procedure_id)
    return await _back(
        request, seat, procedure_id, "Das Verfahren ist beendet. Die Geschäftsstelle bleibt, wo sie ist."
    )


async def office_view(actor: Actor, procedure: Procedure) -> dict[str, Any]:
    """What the page of a procedure shows besides, when it is about the office; nothing for the others."""
    if procedure.kind is not ProcedureKind.OFFICE_SEAT:
        return {}
    candidates = await list_candidates(procedure.network_id, procedure.id)
    can = actions.OfficeAbilities.of(actor, procedure, candidates)
    own = candidates.of(actor.organisation_id)
    return {"candidates": candidates, "can": can, "form": CandidacyForm.blank(words=own.words if own else "")}


async def _back(request: AnyRequest, seat: Seat, procedure_id: UUID, flash: str) -> Response[str]:
    return await reply.changed(request, to=f"{address_of(seat)}/{procedure_id}", flash=flash)


async def _context(actor: Actor, seat: Seat) -> dict[str, Any]:
    standing = await actions.moving_seat(actor, seat.network_id)
    written = standing.rulebook.votes[actions.SEAT.value]
    rule = rule_of(written)
    needs = feasibility_in_words(rule, feasibility(rule, len(standing.members)))
    running = await running_seat(seat.network_id)
    return {
        "seat": seat,
        "base": address_of(seat),
        "written": written,
        "length": length_in_words(vote_length_of(written)),
        "from_receipt": runs_from_receipt(written),
        "needs": needs,
        "running": running,
    }


HANDLERS = (show_seat, move_seat, stand, step_down, elect, agree, call_off)
