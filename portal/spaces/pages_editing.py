"""Adding, editing, and the steps of the workflow."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import Parameter

from portal.identity.permissions import Permission
from portal.kit.errors import Conflict, Forbidden, Invalid
from portal.shell import reply
from portal.shell.forms import Form
from portal.spaces import actions
from portal.spaces.plugins import tabs_of
from portal.spaces.queries import Item, access_item
from portal.spaces.types import type_of
from tenants.context import Actor

_ADD = {"permission": Permission.CONTENT_ADD}
_EDIT = {"permission": Permission.CONTENT_EDIT}
AnyRequest = Request[Any, Any, Any]
Kind = Annotated[str, Parameter(query="art", max_length=50)]


@get("/inhalte/{item_id:uuid}/neu", name="item-new", opt=_ADD)
async def show_new(request: AnyRequest, actor: Actor, item_id: UUID, kind: Kind = "page") -> Response[str]:
    """The form for something new in a folder."""
    folder = await _addable(actor, item_id)
    declared = type_of(kind)
    form = declared.form.blank()
    return await reply.page(request, "spaces/neu.html", folder=folder, declared=declared, form=form)


@post("/inhalte/{item_id:uuid}/eintraege", name="item-add", opt=_ADD, status_code=200)
async def add_item(request: AnyRequest, actor: Actor, now: datetime, item_id: UUID, kind: Kind) -> Response[str]:
    """Put something new into a folder."""
    folder = await _addable(actor, item_id)
    declared = type_of(kind)
    form = await declared.form.of(request)
    made = await _made(form, actor, now, folder, kind) if form.ok else None
    if made is not None:
        return await reply.changed(request, to=(await access_item(actor, made)).url, flash="Gespeichert.")
    return await reply.invalid(request, "spaces/neu.html", form=form, folder=folder, declared=declared)


@get("/inhalte/{item_id:uuid}/bearbeiten", name="item-edit", opt=_EDIT)
async def show_editor(request: AnyRequest, actor: Actor, item_id: UUID) -> Response[str]:
    """The form of an item as it is now."""
    item = await _editable(actor, item_id)
    form = item.declared.form.blank(**item.declared.initial(item.values))
    return await reply.page(
        request, "spaces/bearbeiten.html", item=item, form=form, version=item.version, tabs=tabs_of(item)
    )


@post("/inhalte/{item_id:uuid}/fassungen", name="item-save", opt=_EDIT, status_code=200)
async def save_item(request: AnyRequest, actor: Actor, now: datetime, item_id: UUID) -> Response[str]:
    """Save what was edited as a new version."""
    item = await _editable(actor, item_id)
    form = await item.declared.form.of(request)
    version = await _version_sent(request)
    if form.ok and await _is_saved(form, actor, now, item, version):
        return await reply.changed(request, to=item.url, flash="Gespeichert.")
    context: dict[str, Any] = {"item": item, "version": version, "tabs": tabs_of(item)}
    return await reply.invalid(request, "spaces/bearbeiten.html", form=form, **context)


@post("/inhalte/{item_id:uuid}/zustand", name="item-state", opt=_EDIT, status_code=200)
async def change_state(request: AnyRequest, actor: Actor, now: datetime, item_id: UUID) -> Response[str]:
    """Make a step of the workflow."""
    item = await access_item(actor, item_id)
    sent = await request.form()
    transition, note = str(sent.get("schritt", "")), str(sent.get("note", ""))
    state = await actions.change_state(actor=actor, now=now, item=item, transition=transition, note=note)
    still = item.declared.workflow.states[state].readers & item.access
    return await reply.redirect(
        request, item.url if still else f"{item.space.base}/inhalte", flash="Der Stand ist geändert."
    )


async def _made(form: Form, actor: Actor, now: datetime, folder: Item, kind: str) -> UUID | None:
    """The id of what was added; None when something is wrong, which the form then says."""
    try:
        values = type_of(kind).values_of(form)
        return await actions.add_item(actor=actor, now=now, parent=folder, kind=kind, values=values)
    except Invalid as problem:
        form.refuse(problem)
        return None


async def _is_saved(form: Form, actor: Actor, now: datetime, item: Item, version: int) -> bool:
    """False when something is wrong, which the form then says."""
    try:
        values = item.declared.values_of(form)
        await actions.save_item(actor=actor, now=now, item=item, values=values, version=version)
    except Invalid as problem:
        form.refuse(problem)
    except Conflict as problem:
        form.fail(None, problem.message)
    return form.ok


async def _version_sent(request: AnyRequest) -> int:
    sent = str((await request.form()).get("version", ""))
    return int(sent) if sent.isdecimal() and len(sent) < 10 else 0  # noqa: PLR2004 - more than anybody saves


async def _addable(actor: Actor, item_id: UUID) -> Item:
    folder = await access_item(actor, item_id)
    if not folder.may.may_add:
        raise Forbidden("Hier dürfen Sie nichts hinzufügen.")
    return folder


async def _editable(actor: Actor, item_id: UUID) -> Item:
    item = await access_item(actor, item_id)
    if not item.may.may_edit:
        raise Forbidden("Sie dürfen das in diesem Stand nicht bearbeiten.")
    return item


EDITING = (show_new, add_item, show_editor, save_item, change_state)
