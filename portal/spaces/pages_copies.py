"""The working copy: what is published stays as it is, while its next version is made in peace."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from portal.identity.permissions import Permission
from portal.kit.errors import Conflict, NotFound
from portal.shell import reply
from portal.shell.forms import Form
from portal.shell.i18n import mark
from portal.spaces import actions_editing
from portal.spaces.desk import Desk, changes_between, desk_of_copy, desk_of_item
from portal.spaces.pages_editing import SLOT, Restores, ask_about, conflict_page, editable
from portal.spaces.pages_waiting import not_now, number
from portal.spaces.plugins import tabs_of
from portal.spaces.queries import Item, access_item
from portal.spaces.queries_editing import COPY, EDIT, Editing, WorkingCopy, editing_of
from tenants.context import Actor

_EDIT = {"permission": Permission.CONTENT_EDIT}
_OVERTAKEN = mark("Das Original wurde geändert, seit die Arbeitskopie begonnen wurde. Bitte vergleichen Sie beide.")
AnyRequest = Request[Any, Any, Any]


@get("/inhalte/{item_id:uuid}/arbeitskopie", name="working-copy", opt=_EDIT)
async def show_copy(request: AnyRequest, actor: Actor, now: datetime, item_id: UUID) -> Response[str]:
    """What the item will look like, and what is different from what everybody sees now."""
    item, copy = await _copy(actor, now, item_id)
    return await reply.page(request, "spaces/arbeitskopie.html", version=copy.version, **_shown(item, copy))


@get(
    "/inhalte/{item_id:uuid}/arbeitskopie/bearbeiten", name="working-copy-edit", opt={**_EDIT, "records_reading": True}
)
async def show_copy_editor(
    request: AnyRequest, actor: Actor, now: datetime, item_id: UUID, restores: Restores = ""
) -> Response[str]:
    """The form of the working copy."""
    item = await access_item(actor, item_id)
    if not item.may.may_prepare:
        return await not_now(request, actor=actor, now=now, item=item)
    await actions_editing.take_lock(actor=actor, now=now, item=item)
    editing = await editing_of(actor, item, now, purpose=COPY)
    if editing.somebody is not None:
        return await reply.page(request, "spaces/gesperrt.html", item=item, tabs=tabs_of(item), lock=editing.somebody)
    return await _editor(request, item, editing, bool(restores))


@post("/inhalte/{item_id:uuid}/arbeitskopie", name="working-copy-save", opt=_EDIT, status_code=200)
async def save_copy(request: AnyRequest, actor: Actor, now: datetime, item_id: UUID) -> Response[str]:
    """Begin a working copy with what was typed, or save it."""
    item = await access_item(actor, item_id)
    sent = await request.form()
    form = await item.declared.editing_form.of(request)
    if not item.may.may_prepare:
        return await not_now(request, actor=actor, now=now, item=item, form=form)
    try:
        if form.ok:
            await _keep(form, actor, now, item, sent)
            to = f"{item.admin_url}/arbeitskopie"
            return await reply.changed(request, to=to, flash="Die Arbeitskopie ist gespeichert.")
    except Conflict as problem:
        return await _conflict(request, problem, form, actor=actor, now=now, item=item, sent=sent)
    context = {"desk": _sent_from(item, sent), "item": item, "tabs": tabs_of(item), "copy": None}
    return await reply.invalid(request, "spaces/bearbeiten.html", form=form, slots=SLOT, **context)


@post("/inhalte/{item_id:uuid}/arbeitskopie/uebernahme", name="working-copy-take-over", opt=_EDIT, status_code=200)
async def take_over_copy(request: AnyRequest, actor: Actor, now: datetime, item_id: UUID) -> Response[str]:
    """Make the working copy what everybody sees, or hand it in to be reviewed."""
    item, copy = await _copy(actor, now, item_id)
    sent = await request.form()
    seen = replace(copy, revision=number(sent, "revision"))
    version = number(sent, "version")
    if version != item.version:  # nothing is written yet: the person looks at what came in between
        shown = _shown(item, copy)
        return await reply.refused(
            request, "spaces/arbeitskopie.html", sentence=_OVERTAKEN, version=item.version, **shown
        )
    await actions_editing.take_over_copy(actor=actor, now=now, item=item, copy=seen, version=version)
    flash = "Die Überarbeitung liegt zur Prüfung." if item.may.hands_in else "Die Arbeitskopie ist übernommen."
    return await reply.redirect(request, item.url, flash=flash)


@post("/inhalte/{item_id:uuid}/arbeitskopie/verwerfung", name="working-copy-discard", opt=_EDIT, status_code=200)
async def discard_copy(request: AnyRequest, actor: Actor, item_id: UUID) -> Response[str]:
    """Throw the working copy away."""
    item = await editable(actor, item_id)
    revision = number(await request.form(), "revision")
    await actions_editing.discard_copy(actor=actor, item=item, revision=revision)
    return await reply.redirect(request, item.url, flash="Die Arbeitskopie ist verworfen.")


async def _copy(actor: Actor, now: datetime, item_id: UUID) -> tuple[Item, WorkingCopy]:
    item = await editable(actor, item_id)
    copy = (await editing_of(actor, item, now)).copy
    if copy is None:
        raise NotFound
    return item, copy


async def _editor(request: AnyRequest, item: Item, editing: Editing, is_restored: bool) -> Response[str]:
    copy, draft = editing.copy, editing.draft
    if copy is None:
        raise NotFound
    desk = desk_of_copy(item, copy, revision=draft.version if draft else None)
    around: dict[str, Any] = {"desk": desk, "item": item, "tabs": tabs_of(item)}
    if draft is not None and not is_restored:
        return await ask_about(request, draft, copy.values, **around)
    declared = item.declared
    initial = {**declared.initial(copy.values), "change_note": copy.note}
    form = declared.editing_form(draft.values) if draft else declared.editing_form.blank(**initial)
    return await reply.page(request, "spaces/bearbeiten.html", form=form, copy=copy, **around)


async def _keep(form: Form, actor: Actor, now: datetime, item: Item, sent: Mapping[str, Any]) -> None:
    await actions_editing.keep_copy(
        actor=actor,
        now=now,
        item=item,
        values=item.declared.values_of(form),
        version=number(sent, "version"),
        revision=number(sent, "revision"),
        note=form.value["change_note"],
    )


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
    """Somebody else has been at the working copy: both texts. What was typed is kept."""
    revision = number(sent, "revision")
    purpose, version = (COPY, revision) if revision else (EDIT, number(sent, "version"))
    await actions_editing.keep_draft(actor=actor, now=now, item=item, purpose=purpose, version=version, values=form.raw)
    latest = await access_item(actor, item.id)
    copy = (await editing_of(actor, item, now)).copy
    if copy is None:  # it was taken over or thrown away: what was typed becomes a new one
        desk = replace(desk_of_item(latest, version=latest.version), saves_to=f"{item.admin_url}/arbeitskopie")
        saved, by = latest.values, latest.changed_by
    else:
        desk, saved, by = desk_of_copy(latest, copy), copy.values, copy.changed_by
    return await conflict_page(request, problem, form=form, item=latest, desk=desk, saved=saved, by=by)


def _sent_from(item: Item, sent: Mapping[str, Any]) -> Desk:
    """Where the form came from that was not right."""
    desk = desk_of_item(item, version=number(sent, "version"))
    if not (revision := number(sent, "revision")):
        return desk
    hidden = {**desk.hidden, "revision": str(revision)}
    return replace(desk, purpose=COPY, saves_to=f"{item.admin_url}/arbeitskopie", hidden=hidden)


def _shown(item: Item, copy: WorkingCopy) -> dict[str, Any]:
    found = changes_between(item.declared, item.values, copy.values)
    coming = replace(item, values={**item.values, **copy.values})
    return {"item": item, "coming": coming, "copy": copy, "changes": found, "tabs": tabs_of(item)}


COPIES = (show_copy, show_copy_editor, save_copy, take_over_copy, discard_copy)
