"""Early warnings: reporting what was noticed, and what the coordination circle sees of it."""

from datetime import datetime
from typing import Any

from litestar import Controller, MediaType, Request, Response, get, post

from portal.circle import actions_warning as actions
from portal.circle.export import trend_as_csv
from portal.circle.forms import WarningForm
from portal.circle.presentation import sees_trend, warnings_view_of
from portal.circle.queries import access_seat
from portal.circle.queries_warnings import read_trend, topics_of
from portal.circle.rules import months_until
from portal.identity.permissions import Permission
from portal.kit.clock import local_day
from portal.kit.errors import Forbidden, Invalid
from portal.shell import reply
from tenants.context import Actor, Seat
from tenants.rulebook_words import Procedure

_READ = {"permission": Permission.WARNING_READ}
_REPORT = {"permission": Permission.WARNING_REPORT}
_NEW = "circle/fruehwarnung_melden.html"

AnyRequest = Request[Any, Any, Any]


class WarningsController(Controller):
    """Everything under a network's ``fruehwarnungen``."""

    path = "/n/{network:str}/fruehwarnungen"

    @get(opt=_READ, name="warnings")
    async def show_warnings(self, request: AnyRequest, actor: Actor, now: datetime, network: str) -> Response[str]:
        """What was noticed, and the own reports; the circle sees the trend."""
        view = await warnings_view_of(actor, now, _seat(actor, network))
        return await reply.page(request, "circle/fruehwarnungen.html", **view)

    @get("/neu", opt=_REPORT, name="warning-new")
    async def show_new(self, request: AnyRequest, actor: Actor, network: str) -> Response[str]:
        """The form of a report."""
        context = await _reporting(_seat(actor, network))
        return await reply.page(request, _NEW, form=WarningForm.blank(options=context["options"]), **context)

    @post(opt=_REPORT, name="warning-report", status_code=200)
    async def report(self, request: AnyRequest, actor: Actor, now: datetime, network: str) -> Response[str]:
        """Keep it, if nothing of a single person stands in it."""
        context = await _reporting(_seat(actor, network))
        form = await WarningForm.of(request, options=context["options"])
        if form.ok:
            try:
                place = {"seat": context["seat"], "topics": context["topics"]}
                await actions.report(actor=actor, now=now, **place, **form.value)
                return await reply.changed(request, to=context["base"], flash="Danke. Ihre Beobachtung ist gemeldet.")
            except Invalid as problem:
                form.refuse(problem)
        slots = {"melden": "circle/_fruehwarnung_formular.html"}
        return await reply.invalid(request, _NEW, form=form, slots=slots, **context)

    @get("/tabelle", opt=_READ, name="warning-table", media_type=MediaType.TEXT)
    async def export_trend(self, actor: Actor, now: datetime, network: str) -> Response[Any]:
        """The trend as a table for a spreadsheet programme."""
        seat = _seat(actor, network)
        if not sees_trend(actor, seat):
            raise Forbidden("Den Verlauf sieht, wer im Koordinierungskreis für eine Organisation spricht.")
        trend = await read_trend(seat.network_id, months_until(local_day(now)))
        content = trend_as_csv(trend, await topics_of(seat.network_id))
        return reply.saved(content, "fruehwarnungen.csv", "text/csv")


def _seat(actor: Actor, network: str) -> Seat:
    return access_seat(actor, network, Procedure.EARLY_WARNING)


async def _reporting(seat: Seat) -> dict[str, Any]:
    """The context of the form."""
    topics = await topics_of(seat.network_id)
    options = {"topic": tuple(topics.items())}
    return {"seat": seat, "base": f"/n/{seat.slug}/fruehwarnungen", "topics": topics, "options": options}
