"""Adding and editing: the forms, saving, and what somebody sees when another was faster."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import Parameter

from portal.identity.permissions import Permission
from portal.kit.errors import Conflict, Forbidden, Invalid, NotFound
from portal.shell import reply
from portal.shell.forms import Form
from portal.shell.i18n import Sentence, mark
from portal.spaces import actions, actions_editing
from portal.spaces.desk import Desk, changes_between, desk_of_item, desk_of_new, values_typed
from portal.spaces.pages_waiting import not_now, number, require_editable
from portal.spaces.plugins import tabs_of
from portal.spaces.queries import Item, access_item
from portal.spaces.queries_editing import EDIT, Draft, Editing, Lock, adding, editing_of, list_begun, new_key
from portal.spaces.types import ContentType, type_of
from tenants.context import Actor

_ADD = {"permission": Permission.CONTENT_ADD}
_EDIT = {"permission": Permission.CONTENT_EDIT}
SLOT = {"formular": "spaces/_formular.html"}
AnyRequest = Request[Any, Any, Any]
Kind = Annotated[str, Parameter(query="art", max_length=50)]
Restores = Annotated[str, Parameter(query="zwischenstand", max_length=10)]
Key = Annotated[str, Parameter(query="entwurf", max_length=8, pattern="^([0-9a-f]{8})?$")]


@get("/inhalte/{item_id:uuid}/neu", name="item-new", opt=_ADD)
async def show_new(
    request: AnyRequest, actor: Actor, item_id: UUID, kind: Kind = "page", restores: Restores = ""
) -> Response[str]:
    """The form for something new in a folder: what was begun there is offered, and stands in nobody's way."""
    folder = await _addable(actor, item_id)
    declared = type_of(kind)
    if declared.adding:
        return await reply.redirect(request, f"{folder.admin_url}/{declared.adding}")
    begun = await list_begun(actor, folder, kind)
    draft = next((one for one in begun if restores in ("ja", one.key)), None) if restores else None
    form = declared.adding_form(draft.values) if draft else declared.adding_form.blank()
    desk = desk_of_new(folder, declared, draft.key if draft else new_key())
    others = [(one, desk_of_new(folder, declared, one.key)) for one in begun if one is not draft]
    context: dict[str, Any] = {"desk": desk, "folder": folder, "declared": declared, "begun": others}
    return await reply.page(request, "spaces/neu.html", form=form, **context)


@post("/inhalte/{item_id:uuid}/eintraege", name="item-add", opt=_ADD, status_code=200)
async def add_item(
    request: AnyRequest, actor: Actor, now: datetime, item_id: UUID, *, kind: Kind, key: Key = ""
) -> Response[str]:
    """Put something new into a folder."""
    folder = await _addable(actor, item_id)
    declared = type_of(kind)
    if declared.adding:
        raise NotFound
    form = await declared.adding_form.of(request)
    made = await _made(form, actor, now, folder, declared, key=key) if form.ok else None
    if made is not None:
        item = await access_item(actor, made)
        return await reply.changed(request, to=item.url, flash=said_of(declared, form, now))
    context = {"desk": desk_of_new(folder, declared, key), "folder": folder, "declared": declared, "begun": []}
    return await reply.invalid(request, "spaces/neu.html", form=form, slots=SLOT, **context)


@get("/inhalte/{item_id:uuid}/bearbeiten", name="item-edit", opt={**_EDIT, "records_reading": True})
async def show_editor(
    request: AnyRequest, actor: Actor, now: datetime, item_id: UUID, restores: Restores = ""
) -> Response[str]:
    """The form of an item as it is now; others see that it is being edited."""
    item = await access_item(actor, item_id)
    if not item.may.may_prepare:
        return await not_now(request, actor=actor, now=now, item=item)
    await actions_editing.take_lock(actor=actor, now=now, item=item)
    editing = await editing_of(actor, item, now)
    if editing.somebody is not None:
        return await reply.page(request, "spaces/gesperrt.html", item=item, tabs=tabs_of(item), lock=editing.somebody)
    if item.may.hands_in and editing.copy is not None:
        return await reply.redirect(request, f"{item.admin_url}/arbeitskopie/bearbeiten")
    draft = editing.draft
    desk = desk_of_item(item, version=draft.version if draft else item.version, has_copy=editing.copy is not None)
    if draft is not None and not restores:
        return await ask_about(request, draft, item.values, desk=desk, item=item, tabs=tabs_of(item))
    form = _form_of(item, draft)
    return await reply.page(request, "spaces/bearbeiten.html", form=form, desk=desk, **_around(item, editing))


@post("/inhalte/{item_id:uuid}/fassungen", name="item-save", opt=_EDIT, status_code=200)
async def save_item(request: AnyRequest, actor: Actor, now: datetime, item_id: UUID) -> Response[str]:
    """Save what was edited as a new version."""
    item = await access_item(actor, item_id)
    form = await item.declared.editing_form.of(request)
    if not item.may.may_edit:
        return await not_now(request, actor=actor, now=now, item=item, form=form)
    editing = await editing_of(actor, item, now)
    sent = await request.form()
    try:
        if form.ok and await _is_saved(form, actor=actor, now=now, item=item, lock=editing.lock, sent=sent):
            return await reply.changed(request, to=item.url, flash=said_of(item.declared, form, now, item))
    except Conflict as problem:
        return await _conflict(request, problem, form, actor=actor, now=now, item=item, sent=sent)
    desk = desk_of_item(item, version=number(sent, "version"), is_forced="trotzdem" in sent)
    return await reply.invalid(
        request, "spaces/bearbeiten.html", form=form, slots=SLOT, desk=desk, **_around(item, editing)
    )


async def editable(actor: Actor, item_id: UUID) -> Item:
    """An item that the actor may edit now."""
    item = await access_item(actor, item_id)
    require_editable(item)
    return item


def said_of(declared: ContentType, form: Form, now: datetime, item: Item | None = None) -> str:
    """What is said to whoever saved: what its type finds remarkable in it, too. ``item``: as it was before."""
    done = mark("Gespeichert.")
    if declared.remark is None or (item is not None and item.here.is_done):
        return done
    remark = declared.remark(declared.values_of(form), item.values if item is not None else {}, now)
    return Sentence("Gespeichert. %(remark)s", remark=remark) if remark else done


async def conflict_page(
    request: AnyRequest, problem: Conflict, *, form: Form, item: Item, desk: Desk, saved: Mapping[str, Any], by: str
) -> Response[str]:
    """Both texts, what is different between them, and what to do now. ``saved`` is what is there, by whom."""
    typed = values_typed(item.declared, form.raw)
    context = {"item": item, "tabs": tabs_of(item), "desk": desk, "form": form, "by": by}
    return await reply.refused(
        request,
        "spaces/konflikt.html",
        sentence=problem.message,
        slots={"formular": "spaces/_konflikt.html"},
        changes=changes_between(item.declared, saved, typed),
        **context,
    )


async def ask_about(request: AnyRequest, draft: Draft, saved: Mapping[str, Any], **context: Any) -> Response[str]:
    """Whether to go on with what was typed and not saved, before anything is typed over it."""
    declared = context["desk"].declared
    typed = values_typed(declared, draft.values)
    found = changes_between(declared, saved, typed)
    return await reply.page(request, "spaces/zwischenstand.html", draft=draft, changes=found, **context)


async def _conflict(
    request: AnyRequest,
    problem: Conflict,
    form: Form,
    *,
    actor: Actor,
    now: datetime,
    item: Item,
    sent: Mapping[str, Any],
) -> Response[str]:
    await actions_editing.keep_draft(
        actor=actor, now=now, item=item, purpose=EDIT, version=number(sent, "version"), values=form.raw
    )
    latest = await access_item(actor, item.id)
    has_copy = (await editing_of(actor, latest, now)).copy is not None
    desk = desk_of_item(latest, version=latest.version, is_forced=True, has_copy=has_copy)
    return await conflict_page(
        request, problem, form=form, item=latest, desk=desk, saved=latest.values, by=latest.changed_by
    )


def _form_of(item: Item, draft: Draft | None) -> Form:
    if draft is not None:
        return item.declared.editing_form(draft.values)
    return item.declared.editing_form.blank(**item.declared.initial(item.values))


def _around(item: Item, editing: Editing) -> dict[str, Any]:
    return {"item": item, "tabs": tabs_of(item), "copy": editing.copy}


async def _made(
    form: Form, actor: Actor, now: datetime, folder: Item, declared: ContentType, *, key: str
) -> UUID | None:
    """The id of what was added; None when something is wrong, which the form then says."""
    try:
        values = declared.values_of(form)
        made = await actions.add_item(
            actor=actor, now=now, parent=folder, kind=declared.name, values=values, slug=form.value["slug"]
        )
    except Invalid as problem:
        form.refuse(problem)
        return None
    await actions_editing.discard_draft(actor=actor, item=folder, purpose=adding(declared.name, key))
    return made


async def _is_saved(
    form: Form, *, actor: Actor, now: datetime, item: Item, lock: Lock | None, sent: Mapping[str, Any]
) -> bool:
    """False when something is wrong, which the form then says."""
    try:
        await actions_editing.save_edited(
            actor=actor,
            now=now,
            item=item,
            values=item.declared.values_of(form),
            version=number(sent, "version"),
            lock=lock,
            note=form.value["change_note"],
            is_forced="trotzdem" in sent,
        )
    except Invalid as problem:
        form.refuse(problem)
    return form.ok


async def _addable(actor: Actor, item_id: UUID) -> Item:
    folder = await access_item(actor, item_id)
    if not folder.may.may_add:
        raise Forbidden("Hier dürfen Sie nichts hinzufügen.")
    return folder


EDITING = (show_new, add_item, show_editor, save_item)
