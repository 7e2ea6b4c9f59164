"""A member declares that it leaves, and reads later what it keeps of the membership."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from portal.identity.permissions import Permission
from portal.identity.queries import access_seat
from portal.kit.errors import Conflict, Invalid, NotFound
from portal.network.actions_withdrawal import declare_withdrawal, end_of_membership, withdrawing
from portal.network.forms import FROM_DAY, WithdrawalForm
from portal.network.presentation import address_of
from portal.network.queries import access_departure
from portal.shell import reply
from tenants.context import Actor

_MOVE = {"permission": Permission.PROCEDURE_MOVE}
_LETTER = {"permission": Permission.FORMAL_READ}
AnyRequest = Request[Any, Any, Any]


@get("/n/{network:str}/verfahren/austritt", name="withdrawal-new", opt=_MOVE)
async def show_withdrawal(request: AnyRequest, actor: Actor, network: str) -> Response[str]:
    """The form, with what ends and what stays."""
    context = await _context(actor, network)
    return await reply.page(request, "network/austritt.html", form=WithdrawalForm.blank(when=FROM_DAY), **context)


@post("/n/{network:str}/verfahren/austritt/pruefung", name="withdrawal-check", opt=_MOVE, status_code=200)
async def check_withdrawal(request: AnyRequest, actor: Actor, now: datetime, network: str) -> Response[str]:
    """What was typed, once more to look at before it is declared."""
    context = await _context(actor, network)
    form = await WithdrawalForm.of(request)
    if context["obstacle"]:
        raise Conflict(context["obstacle"])
    if not (form.ok and _ends(form, now)):
        return await reply.invalid(request, "network/austritt.html", form=form, **context)
    return await reply.page(request, "network/austritt.html", form=form, **context | {"is_check": True})


@post("/n/{network:str}/verfahren/austritt", name="withdrawal-declare", opt=_MOVE, status_code=200)
async def declare(request: AnyRequest, actor: Actor, now: datetime, network: str) -> Response[str]:
    """Leave."""
    context = await _context(actor, network)
    form = await WithdrawalForm.of(request)
    procedure_id = await _declare(form, actor, now, context) if form.ok else None
    if procedure_id is None:
        return await reply.invalid(request, "network/austritt.html", form=form, **context)
    if form.when == FROM_DAY or context["seat"].is_office:
        return await reply.changed(request, to=f"{context['base']}/{procedure_id}", flash="Der Austritt ist erklärt.")
    flash = "Der Austritt ist erklärt. Die Mitgliedschaft Ihrer Organisation ist beendet."
    return await reply.changed(request, to=f"/o/{actor.organisation_slug}/mitgliedschaften/{procedure_id}", flash=flash)


@get("/o/{organisation:str}/mitgliedschaften/{departure_id:uuid}", name="departure", opt=_LETTER)
async def show_departure(request: AnyRequest, actor: Actor, organisation: str, departure_id: UUID) -> Response[str]:
    """What the organisation keeps of a membership that ended."""
    if organisation != actor.organisation_slug:
        raise NotFound
    departure = await access_departure(departure_id)
    return await reply.page(request, "network/mitgliedschaft.html", departure=departure, actor=actor)


async def _context(actor: Actor, network: str) -> dict[str, Any]:
    seat = access_seat(actor, network)
    *_, obstacle = await withdrawing(actor, seat.network_id)
    return {"seat": seat, "base": address_of(seat), "actor": actor, "is_check": False, "obstacle": obstacle}


def _ends(form: WithdrawalForm, now: datetime) -> bool:
    """Whether a membership can end then; else the form says why not."""
    try:
        end_of_membership(_last_day(form), now)
    except Invalid as problem:
        form.refuse(problem)
    return form.ok


def _last_day(form: WithdrawalForm) -> date | None:
    return form.last_day if form.when == FROM_DAY else None


async def _declare(form: WithdrawalForm, actor: Actor, now: datetime, context: dict[str, Any]) -> UUID | None:
    """The procedure's id; None when the action found something wrong, which the form then says."""
    network_id = context["seat"].network_id
    try:
        return await declare_withdrawal(
            actor=actor, now=now, network_id=network_id, last_day=_last_day(form), remark=form.remark
        )
    except Invalid as problem:
        form.refuse(problem)
        return None
