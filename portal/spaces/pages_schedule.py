"""Publishing and retracting at a moment, and how content finds its way through its workflow."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from portal.identity.permissions import Permission
from portal.kit.errors import Forbidden, Invalid
from portal.shell import reply
from portal.shell.i18n import mark
from portal.spaces import actions
from portal.spaces.drawing import drawings
from portal.spaces.forms_schedule import ScheduleForm
from portal.spaces.plugins import Deed
from portal.spaces.queries import Item, access_item
from tenants.context import Actor

_READ = {"permission": Permission.CONTENT_READ}
_EDIT = {"permission": Permission.CONTENT_EDIT}
AnyRequest = Request[Any, Any, Any]


@get("/inhalte/{item_id:uuid}/zeitplan", name="item-schedule", opt=_READ)
async def show_schedule(request: AnyRequest, actor: Actor, item_id: UUID) -> Response[str]:
    """When it is published and retracted by itself."""
    item = await _schedulable(actor, item_id)
    form = ScheduleForm.blank(publish_at=item.publish_at, expires_at=item.expires_at)
    return await reply.page(request, "spaces/zeitplan.html", item=item, form=form)


@post("/inhalte/{item_id:uuid}/zeitpunkte", name="item-set-schedule", opt=_EDIT, status_code=200)
async def set_schedule(request: AnyRequest, actor: Actor, now: datetime, item_id: UUID) -> Response[str]:
    """Set or clear both moments."""
    item = await _schedulable(actor, item_id)
    form = await ScheduleForm.of(request)
    if form.ok and await _is_set(form, actor, now, item):
        return await reply.redirect(request, item.url, flash="Der Zeitplan ist gespeichert.")
    return await reply.invalid(request, "spaces/zeitplan.html", form=form, item=item)


@get("/arbeitsablaeufe", name="workflows", opt=_READ)
async def show_workflows(request: AnyRequest) -> Response[str]:
    """Every workflow, drawn."""
    return await reply.page(request, "spaces/arbeitsablaeufe.html", drawings=drawings())


async def _is_set(form: ScheduleForm, actor: Actor, now: datetime, item: Item) -> bool:
    """False when something is wrong, which the form then says."""
    try:
        await actions.schedule_item(
            actor=actor, now=now, item=item, publish_at=form.publish_at, expires_at=form.expires_at
        )
    except Invalid as problem:
        form.refuse(problem)
    return form.ok


async def _schedulable(actor: Actor, item_id: UUID) -> Item:
    item = await access_item(actor, item_id)
    if not item.may_schedule:
        raise Forbidden("Einen Zeitpunkt setzt, wer veröffentlichen darf.")
    return item


SCHEDULE = (show_schedule, set_schedule, show_workflows)
SCHEDULE_CONTENT = (Deed("zeitplan", mark("Zeitplan"), shows=lambda item: item.may_schedule, place=40),)
