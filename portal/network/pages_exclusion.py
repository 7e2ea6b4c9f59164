"""A motion to exclude a member: moved, put to the members, answered by the member concerned, taken back."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from portal.deadlines.agreement import vote_length_of
from portal.deadlines.wording import length_in_words
from portal.identity.permissions import Permission
from portal.identity.queries import access_seat
from portal.kit.errors import Conflict, Invalid
from portal.network import actions_exclusion as actions
from portal.network.forms import MotionForm, StatementForm
from portal.network.presentation import address_of, view_of
from portal.network.queries import access_procedure
from portal.shell import reply
from portal.votes.agreement import runs_from_receipt
from portal.votes.wording import feasibility_in_words
from tenants.context import Actor, Seat

_MOVE = {"permission": Permission.PROCEDURE_MOVE}
_RUN = {"permission": Permission.PROCEDURE_RUN}
AnyRequest = Request[Any, Any, Any]


@get("/n/{network:str}/verfahren/ausschluss", name="exclusion-new", opt=_MOVE)
async def show_motion(request: AnyRequest, actor: Actor, network: str) -> Response[str]:
    """The form, and whether a motion can succeed at all."""
    context = await _context(actor, access_seat(actor, network))
    form = MotionForm.blank(options={"organisation": context["others"]})
    return await reply.page(request, "network/ausschluss.html", form=form, **context)


@post("/n/{network:str}/verfahren/ausschluss", name="exclusion-move", opt=_MOVE, status_code=200)
async def move(request: AnyRequest, actor: Actor, network: str) -> Response[str]:
    """Move it."""
    seat = access_seat(actor, network)
    context = await _context(actor, seat)
    form = await MotionForm.of(request, options={"organisation": context["others"]})
    procedure_id = await _move(form, actor, seat) if form.ok else None
    if procedure_id is None:
        slots = {"antrag": "network/_antrag.html"}
        return await reply.invalid(request, "network/ausschluss.html", form=form, slots=slots, **context)
    flash = "Der Antrag ist gestellt. Die Geschäftsstelle ist benachrichtigt."
    return await reply.changed(request, to=f"{context['base']}/{procedure_id}", flash=flash)


@post("/n/{network:str}/verfahren/{procedure_id:uuid}/abstimmung", name="exclusion-vote", opt=_RUN, status_code=200)
async def open_vote(
    request: AnyRequest, actor: Actor, now: datetime, network: str, procedure_id: UUID
) -> Response[str]:
    """Inform all members and ask them."""
    seat = access_seat(actor, network)
    await actions.open_exclusion_vote(actor=actor, now=now, seat=seat, procedure_id=procedure_id)
    flash = "Alle Mitglieder sind informiert. Die Abstimmung ist eröffnet."
    return await reply.changed(request, to=f"{address_of(seat)}/{procedure_id}", flash=flash)


@post("/n/{network:str}/verfahren/{procedure_id:uuid}/ruecknahme", name="exclusion-drop", opt=_MOVE, status_code=200)
async def take_back(request: AnyRequest, actor: Actor, network: str, procedure_id: UUID) -> Response[str]:
    """End a motion before anybody was asked."""
    seat = access_seat(actor, network)
    await actions.drop_motion(actor=actor, network_id=seat.network_id, procedure_id=procedure_id)
    flash = "Der Antrag ist zurückgenommen."
    return await reply.changed(request, to=f"{address_of(seat)}/{procedure_id}", flash=flash)


@post("/n/{network:str}/verfahren/{procedure_id:uuid}/ablage", name="exclusion-put-away", opt=_RUN, status_code=200)
async def put_away(request: AnyRequest, actor: Actor, network: str, procedure_id: UUID) -> Response[str]:
    """End a motion that is pointless, since a member left."""
    seat = access_seat(actor, network)
    await actions.drop_motion(actor=actor, network_id=seat.network_id, procedure_id=procedure_id)
    return await reply.changed(request, to=f"{address_of(seat)}/{procedure_id}", flash="Der Antrag ist abgelegt.")


@post("/n/{network:str}/verfahren/{procedure_id:uuid}/stellungnahme", name="statement", opt=_MOVE, status_code=200)
async def state(request: AnyRequest, actor: Actor, now: datetime, network: str, procedure_id: UUID) -> Response[str]:
    """Be heard."""
    seat = access_seat(actor, network)
    form = await StatementForm.of(request)
    if not form.ok:
        procedure = await access_procedure(seat.network_id, procedure_id)
        view = view_of(actor, seat, procedure, now) | {"form": form}
        if not view["may"].may_be_heard:
            raise Conflict("Eine Stellungnahme ist hier nicht (mehr) möglich.")
        return await reply.invalid(request, "network/ein_verfahren.html", slots={"lage": "network/_lage.html"}, **view)
    await actions.write_statement(
        actor=actor, network_id=seat.network_id, procedure_id=procedure_id, text=form.statement
    )
    flash = "Ihre Stellungnahme ist gespeichert. Alle Mitglieder können sie lesen."
    return await reply.changed(request, to=f"{address_of(seat)}/{procedure_id}", flash=flash)


async def _context(actor: Actor, seat: Seat) -> dict[str, Any]:
    standing = await actions.moving(actor, seat.network_id)
    rule, prospect = actions.prospect_of(standing)
    written = standing.rulebook.votes[actions.EXCLUSION]
    others = tuple((str(member), name) for member, name in standing.members if member != actor.organisation_id)
    return {
        "seat": seat,
        "base": address_of(seat),
        "others": others,
        "written": written,
        "length": length_in_words(vote_length_of(written)),
        "from_receipt": runs_from_receipt(written),
        "at_once": standing.rulebook.ends_with_closing(),
        "prospect": prospect,
        "chance": feasibility_in_words(rule, prospect),
    }


async def _move(form: MotionForm, actor: Actor, seat: Seat) -> UUID | None:
    """The procedure's id; None when the action found something wrong, which the form then says."""
    try:
        return await actions.move_exclusion(
            actor=actor,
            network_id=seat.network_id,
            organisation_id=UUID(form.organisation),
            reason=form.reason,
        )
    except Invalid as problem:
        form.refuse(problem)
        return None
