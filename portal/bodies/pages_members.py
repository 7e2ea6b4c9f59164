"""Who sits in a body: for all to read, for each member to name its own."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import Provide

from portal.bodies.actions_seats import end_seat, name_seat
from portal.bodies.forms import SeatEndForm, SeatForm
from portal.bodies.presentation import body_view, seats_of
from portal.bodies.queries import BodySheet, access_body, list_seats
from portal.bodies.rules import Part
from portal.identity.permissions import Permission
from portal.kit.clock import local_day
from portal.kit.errors import Invalid, NotFound
from portal.shell import reply
from tenants.context import Actor

_READ = {"permission": Permission.BODY_READ}
_NAME = {"permission": Permission.BODY_NAME}
_PAGE = "bodies/besetzung.html"

AnyRequest = Request[Any, Any, Any]


class SeatsController(Controller):
    """Everything under a body's ``besetzung``."""

    path = "/n/{network_slug:str}/gremien/{body_slug:str}/besetzung"
    dependencies = {"sheet": Provide(access_body)}  # noqa: RUF012 - as the base class has it

    @get(opt=_READ, name="body-seats")
    async def show_seats(self, request: AnyRequest, actor: Actor, now: datetime, sheet: BodySheet) -> Response[str]:
        """Who sits there for whom, who did, and who is missing."""
        return await reply.page(request, _PAGE, **await _view(actor, now, sheet))

    @post(opt=_NAME, name="body-name", status_code=200)
    async def name(self, request: AnyRequest, actor: Actor, now: datetime, sheet: BodySheet) -> Response[str]:
        """Name somebody for the own organisation."""
        form = await SeatForm.of(request)
        if form.ok:
            given = {**form.value, "part": Part(form.part)}
            try:
                await name_seat(actor=actor, now=now, body=sheet, **given)
            except Invalid as problem:
                form.refuse(problem)
        if not form.ok:
            return await reply.invalid(request, _PAGE, **await _view(actor, now, sheet) | {"form": form})
        return await reply.changed(request, to=f"{sheet.address}/besetzung", flash="Die Benennung ist gespeichert.")

    @post("/ende", opt=_NAME, name="body-seat-end", status_code=200)
    async def end(self, request: AnyRequest, actor: Actor, now: datetime, sheet: BodySheet) -> Response[str]:
        """Nobody follows for now."""
        form = await SeatEndForm.of(request)
        if form.ok:
            try:
                await end_seat(
                    actor=actor, now=now, body=sheet, part=Part(form.part), ends_on=form.ends_on or local_day(now)
                )
            except Invalid as problem:
                form.refuse(problem)
        if not form.ok:
            view = await _view(actor, now, sheet)
            return await reply.invalid(request, _PAGE, **view | {"form": view["form"], "end_form": form})
        return await reply.changed(request, to=f"{sheet.address}/besetzung", flash="Die Benennung endet an diesem Tag.")


async def _view(actor: Actor, now: datetime, body: BodySheet) -> dict[str, Any]:
    if not body.rule.is_named:
        raise NotFound
    seats, today = await list_seats(body), local_day(now)
    return body_view(actor, body) | {
        "seats": seats_of(body, seats, today),
        "past": [seat for seat in seats if seat.ends_on is not None and seat.ends_on < today],
        "form": SeatForm.blank(begins_on=today),
        "end_form": SeatEndForm.blank(ends_on=today),
    }
