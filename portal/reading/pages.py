"""The box on what must be read, its one button, and who has read it."""

from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from portal.identity.permissions import Permission
from portal.kit.clock import last_day_before
from portal.kit.errors import Conflict, Forbidden, Invalid, NotFound
from portal.reading import actions, queries
from portal.reading.forms import DemandForm
from portal.reading.luggage import LUGGAGE
from portal.reading.rules import KINDS
from portal.shell import reply
from portal.shell.feature import Feature
from portal.shell.i18n import mark
from portal.spaces.plugins import Asked, Panel, Question, Tab, tabs_of
from portal.spaces.queries import Item, access_item
from tenants.context import Actor

_CONFIRM = {"permission": Permission.CONTENT_CONFIRM}
_REVIEW = {"permission": Permission.CONTENT_REVIEW}
_PAGE = "reading/lesebestaetigung.html"
PLACE = "/inhalte/{item_id:uuid}/lesebestaetigung"
AnyRequest = Request[Any, Any, Any]


@post("/inhalte/{item_id:uuid}/lesevermerk", name="reading-confirm", opt=_CONFIRM, status_code=200)
async def confirm(request: AnyRequest, actor: Actor, now: datetime, item_id: UUID) -> Response[str]:
    """I have read it."""
    item = await _readable(actor, item_id)
    version = str((await request.form()).get("fassung", ""))
    if not version.isdecimal() or len(version) > 9:  # noqa: PLR2004 - no text has as many versions
        raise Invalid
    await actions.confirm(actor=actor, now=now, item=item, version=int(version))
    panel = _around(actor, item, await queries.find_demand(item))
    slots = {"lesen": "reading/_kasten.html"}
    return await reply.changed(
        request, to=item.url, flash="Danke, das ist vermerkt.", slots=slots, item=item, panel=panel
    )


@get(PLACE, name="reading", opt=_REVIEW)
async def show_readings(request: AnyRequest, actor: Actor, item_id: UUID) -> Response[str]:
    """Who has read it and who has not; or the question whether it must be read."""
    item = await _readable(actor, item_id)
    context = await _shown(actor, item)
    return await reply.page(request, _PAGE, **context)


@post(PLACE, name="reading-demand", opt=_REVIEW, status_code=200)
async def demand_reading(request: AnyRequest, actor: Actor, now: datetime, item_id: UUID) -> Response[str]:
    """Ask that it be read, or until another day."""
    item = await _readable(actor, item_id)
    form = await DemandForm.of(request)
    known = str((await request.form()).get("bekannt", ""))
    try:
        if form.ok and await _is_demanded(form, actor, now, item, known):
            return await _done(request, item, flash="Gespeichert: Alle, die das lesen dürfen, sollen es bestätigen.")
    except Conflict as problem:
        context = await _shown(actor, item) | {"form": form}
        return await reply.refused(request, _PAGE, sentence=problem.message, **context)
    context = await _shown(actor, item) | {"form": form}
    return await reply.invalid(request, _PAGE, **context)


@post(f"{PLACE}/erneuerung", name="reading-renew", opt=_REVIEW, status_code=200)
async def renew_demand(request: AnyRequest, actor: Actor, now: datetime, item_id: UUID) -> Response[str]:
    """Ask everybody for the present version."""
    item = await _readable(actor, item_id)
    await actions.renew_demand(actor=actor, now=now, item=item)
    return await _done(request, item, flash="Alle sollen die neue Fassung bestätigen.")


@post(f"{PLACE}/ende", name="reading-end", opt=_REVIEW, status_code=200)
async def end_demand(request: AnyRequest, actor: Actor, item_id: UUID) -> Response[str]:
    """Nobody has to read it any more."""
    item = await _readable(actor, item_id)
    await actions.end_demand(actor=actor, item=item)
    return await reply.redirect(request, item.url, flash="Das muss niemand mehr bestätigen.")


@post(f"{PLACE}/erinnerung", name="reading-remind", opt=_REVIEW, status_code=200)
async def remind(request: AnyRequest, actor: Actor, now: datetime, item_id: UUID) -> Response[str]:
    """Remind whoever has not read it."""
    item = await _readable(actor, item_id)
    await actions.remind(actor=actor, now=now, item=item)
    return await _done(request, item, flash="Wer noch nicht bestätigt hat, bekommt eine Erinnerung.")


async def _readable(actor: Actor, item_id: UUID) -> Item:
    item = await access_item(actor, item_id)
    if item.declared.name not in KINDS:
        raise NotFound
    return item


async def _shown(actor: Actor, item: Item) -> dict[str, Any]:
    """What the page shows; for whoever may know."""
    demand, readings = await queries.readings_of(actor, item)
    if not actions.may_look_after(actor, item, demand):
        raise Forbidden("Wer etwas gelesen hat, sieht, wer darum gebeten hat oder hier veröffentlichen darf.")
    if demand is None:
        item.space.require_open()
    until_on = last_day_before(demand.until_at) if demand and demand.until_at else None
    form = DemandForm.blank(until_on=until_on)
    return {"item": item, "demand": demand, "readings": readings, "form": form, "tabs": tabs_of(item)}


async def _is_demanded(form: DemandForm, actor: Actor, now: datetime, item: Item, known: str) -> bool:
    """False when something is wrong, which the form then says."""
    try:
        await actions.demand_reading(actor=actor, now=now, item=item, until_on=form.until_on, known=known)
    except Invalid as problem:
        form.refuse(problem)
    return form.ok


async def _done(request: AnyRequest, item: Item, *, flash: str) -> Response[str]:
    return await reply.redirect(request, f"{item.admin_url}/lesebestaetigung", flash=flash)


def _question(actor: Actor, item: Item) -> Question | None:  # noqa: ARG001 - as every panel
    if item.declared.name not in KINDS:
        return None
    return Question(queries.DEMAND, (item.space.id, item.id))


def _told(actor: Actor, item: Item, answer: str | None) -> dict[str, Any] | None:
    demand = queries.demand_of(answer)
    context = _around(actor, item, demand)
    return context if demand is not None and (item.here.is_public or context["looks_after"]) else None


def _around(actor: Actor, item: Item, demand: queries.Demand | None) -> dict[str, Any]:
    return {"demand": demand, "looks_after": actions.may_look_after(actor, item, demand)}


FEATURE = Feature(
    name="reading",
    handlers=(confirm, show_readings, demand_reading, renew_demand, end_demand, remind),
    templates=Path(__file__).parent / "templates",
    content=(
        Tab("lesebestaetigung", mark("Lesebestätigung"), shows=actions.may_demand, place=45),
        Panel("lesen", "reading/_panel.html", Asked(_question, _told), on_top=True, place=5),
        LUGGAGE,
    ),
)
