"""While somebody types: keeping what is not saved, and who is at it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import Parameter

from portal.identity.permissions import Permission
from portal.kit.errors import Forbidden, NotFound
from portal.shell import reply
from portal.shell.i18n import mark
from portal.spaces import actions_editing
from portal.spaces.desk import is_unsaved
from portal.spaces.pages_editing import editable
from portal.spaces.pages_waiting import number
from portal.spaces.plugins import Asked, Panel, Question, Tab
from portal.spaces.queries import Item, access_item
from portal.spaces.queries_editing import COPY, EDIT, editing_from, editing_of, question_of, read_adding
from portal.spaces.types import ContentType, type_of
from tenants.context import Actor
from tenants.scope import current_scope

_EDIT = {"permission": Permission.CONTENT_EDIT}
_REPEATS = _EDIT | {"repeats": True}  # an editor that stays open says again that somebody is there, or not
AnyRequest = Request[Any, Any, Any]
Purpose = Annotated[str, Parameter(query="zweck", max_length=60)]


@post("/inhalte/{item_id:uuid}/zwischenstand", name="item-draft", opt=_REPEATS, status_code=200)
async def keep_draft(
    request: AnyRequest, actor: Actor, now: datetime, item_id: UUID, purpose: Purpose = EDIT
) -> Response[str]:
    """Keep what was typed so far, for its author alone; the lock lasts on."""
    item, declared = await _place(actor, item_id, purpose)
    is_there = await _kept(request, actor=actor, now=now, item=item, declared=declared, purpose=purpose)
    lock = await _locked_by_others(actor, now, item, purpose)
    if "trotzdem" in await request.form():  # whoever typed knows it
        lock = None
    if not reply.from_htmx(request):
        back = _editor(item, purpose, is_restored=True)
        return await reply.redirect(request, back, flash="Der Zwischenstand ist gesichert.")
    return await reply.part(request, "spaces/_gesichert.html", at=now if is_there else None, lock=lock)


@post("/inhalte/{item_id:uuid}/zwischenstand/verwerfung", name="item-draft-discard", opt=_EDIT, status_code=200)
async def discard_draft(request: AnyRequest, actor: Actor, item_id: UUID, purpose: Purpose = EDIT) -> Response[str]:
    """Throw away what was typed and not saved."""
    item, _ = await _place(actor, item_id, purpose)
    await actions_editing.discard_draft(actor=actor, item=item, purpose=purpose)
    if "ende" in await request.form():
        await actions_editing.give_back_lock(actor=actor, item=item)
        return await reply.redirect(request, item.url, flash="Ihr Zwischenstand ist verworfen.")
    return await reply.redirect(request, _editor(item, purpose), flash="Ihr Zwischenstand ist verworfen.")


@get("/inhalte/{item_id:uuid}/sperre", name="item-lock", opt={**_EDIT, "background": True})
async def show_lock(request: AnyRequest, actor: Actor, now: datetime, item_id: UUID) -> Response[str]:
    """Who has taken over, for an editor that is open and was told that something changed."""
    item = await editable(actor, item_id)
    lock = (await editing_of(actor, item, now)).somebody
    if lock is None:
        return reply.as_it_is()
    return await reply.part(request, "spaces/_gesichert.html", at=None, lock=lock)


@post("/inhalte/{item_id:uuid}/sperre", name="item-lock-take", opt=_REPEATS, status_code=200)
async def take_lock(request: AnyRequest, actor: Actor, now: datetime, item_id: UUID) -> Response[str]:
    """Take over from somebody who is editing, having been told what that means."""
    item = await editable(actor, item_id)
    await actions_editing.take_lock(actor=actor, now=now, item=item, is_forced=True)
    return await reply.redirect(request, f"{item.admin_url}/bearbeiten", flash="Sie bearbeiten das jetzt.")


@post("/inhalte/{item_id:uuid}/sperre/ende", name="item-lock-end", opt=_REPEATS, status_code=200)
async def give_back_lock(request: AnyRequest, actor: Actor, item_id: UUID) -> Response[str]:
    """Leave the editor: others may edit at once. What was typed stays as a draft."""
    item = await access_item(actor, item_id)
    await actions_editing.give_back_lock(actor=actor, item=item)
    return await reply.redirect(request, item.url)


async def _place(actor: Actor, item_id: UUID, purpose: str) -> tuple[Item, ContentType]:
    """The item that is edited, or the folder in which something new is begun, and of which type that is."""
    if purpose in (EDIT, COPY):
        item = await editable(actor, item_id)
        return item, item.declared
    new = read_adding(purpose)
    if new is None:
        raise NotFound
    folder = await access_item(actor, item_id)
    if not folder.may.may_add:
        raise Forbidden("Hier dürfen Sie nichts hinzufügen.")
    return folder, type_of(new[0])


async def _kept(
    request: AnyRequest, *, actor: Actor, now: datetime, item: Item, declared: ContentType, purpose: str
) -> bool:
    """Whether there was anything to keep; nothing is, once it is saved."""
    form = declared.adding_form if read_adding(purpose) else declared.editing_form
    sent = await request.form()
    raw = (await form.of(request)).raw
    saved = await _saved(actor, now, item, purpose)
    if not is_unsaved(declared, raw, saved):
        await actions_editing.discard_draft(actor=actor, item=item, purpose=purpose)
        return False
    version = number(sent, "revision" if purpose == COPY else "version")
    await actions_editing.keep_draft(actor=actor, now=now, item=item, purpose=purpose, version=version, values=raw)
    return True


async def _saved(actor: Actor, now: datetime, item: Item, purpose: str) -> Mapping[str, Any]:
    if purpose == EDIT:
        return item.values
    copy = (await editing_of(actor, item, now)).copy if purpose == COPY else None
    return copy.values if copy is not None else {}


async def _locked_by_others(actor: Actor, now: datetime, item: Item, purpose: str) -> Any:
    """Keeps the lock; gives back that of somebody who has taken over."""
    if read_adding(purpose) or await actions_editing.take_lock(actor=actor, now=now, item=item):
        return None
    return (await editing_of(actor, item, now)).somebody


def _editor(item: Item, purpose: str, *, is_restored: bool = False) -> str:
    """Where it is typed; with what was typed so far, if that is wanted."""
    if new := read_adding(purpose):
        return f"{item.admin_url}/neu?art={new[0]}" + (f"&zwischenstand={new[1] or 'ja'}" if is_restored else "")
    place = "bearbeiten" if purpose == EDIT else "arbeitskopie/bearbeiten"
    return f"{item.admin_url}/{place}" + "?zwischenstand=ja" * is_restored


def _ask_editing(actor: Actor, item: Item) -> Question | None:
    return Question(*question_of(actor, item, current_scope().now)) if item.may.may_prepare else None


def _show_editing(actor: Actor, item: Item, answer: str | None) -> dict[str, Any] | None:  # noqa: ARG001 - as every panel
    """For the view of an item: what those who may edit it should know first."""
    editing = editing_from(answer)
    return {"editing": editing} if editing.somebody or editing.draft or editing.copy else None


DRAFTS = (keep_draft, discard_draft, show_lock, take_lock, give_back_lock)
EDITING_CONTENT = (
    Tab("bearbeiten", mark("Bearbeiten"), shows=lambda item: item.may.may_prepare, place=10),
    Panel("bearbeitung", "spaces/_bearbeitung.html", Asked(_ask_editing, _show_editing), on_top=True, place=10),
)
