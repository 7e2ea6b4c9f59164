"""A folder's contents as a whole: selecting several, cutting, copying, pasting, their order."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import Parameter

from portal.identity.permissions import Permission
from portal.kit.errors import Conflict, Forbidden, Invalid
from portal.shell import reply
from portal.shell.i18n import Sentence, mark
from portal.spaces import actions_several, clipboard
from portal.spaces.actions_several import Outcome
from portal.spaces.pages_waiting import number
from portal.spaces.plugins import Tab, deeds_of, tabs_of
from portal.spaces.queries import Item, access_item
from portal.spaces.queries_lists import EntryPage, list_children
from portal.spaces.rules import Access, Shift
from portal.spaces.workflow import Transition
from tenants.context import Actor

_READ = {"permission": Permission.CONTENT_READ}
_EDIT = {"permission": Permission.CONTENT_EDIT}
_SIZE = 50
_CUT, _COPY, _BIN = "ausschneiden", "kopieren", "loeschen"
AnyRequest = Request[Any, Any, Any]
PageNumber = Annotated[int, Parameter(query="seite", ge=1, le=10_000)]


@get("/inhalte/{item_id:uuid}/ordnen", name="folder-contents", opt=_READ)
async def show_contents(request: AnyRequest, actor: Actor, item_id: UUID, page: PageNumber = 1) -> Response[str]:
    """Everything in the folder, to be selected and put in order."""
    folder = await access_item(actor, item_id)
    if not may_arrange(folder):
        raise Forbidden("Ordnen kann, wer hier beiträgt oder bearbeitet.")
    children = await list_children(actor, folder, page=page, size=_SIZE)
    context: dict[str, Any] = {"item": folder, "tabs": tabs_of(folder), "deeds": deeds_of(folder)}
    ready = clipboard.clipboard_of(request) if folder.may.may_add else None
    return await reply.page(
        request, "spaces/ordnen.html", children=children, clipboard=ready, steps=_steps(children), **context
    )


@post("/inhalte/{item_id:uuid}/auswahl", name="folder-selection", opt=_EDIT, status_code=200)
async def change_selection(
    request: AnyRequest, actor: Actor, now: datetime, item_id: UUID, page: PageNumber = 1
) -> Response[str]:
    """Do something with what was selected."""
    folder = await access_item(actor, item_id)
    chosen, deed = await _selected(request), str((await request.form()).get("tun", ""))
    to = f"{folder.admin_url}/ordnen" + f"?seite={page}" * (page > 1)
    if deed in (_CUT, _COPY):
        return await _lay_ready(request, to, chosen, is_cut=deed == _CUT)
    seen = _versions((await request.form()).getall("fassung", []))
    outcome = await _done(actor, now, folder, chosen, deed, seen=seen)
    return await reply.redirect(request, to, flash=outcome.sentence)


@post("/inhalte/{item_id:uuid}/reihenfolge", name="folder-order", opt=_EDIT, status_code=200)
async def change_order(request: AnyRequest, actor: Actor, item_id: UUID, page: PageNumber = 1) -> Response[str]:
    """Put one item a place up or down."""
    folder = await access_item(actor, item_id)
    form = await request.form()
    shift = Shift.UP if Shift.UP in form else Shift.DOWN
    chosen = _identifiers([form.get(shift, "")])
    await actions_several.shift_items(actor=actor, folder=folder, item_ids=chosen, shift=shift)
    to = f"{folder.admin_url}/ordnen" + f"?seite={page}" * (page > 1) + "".join(f"#eintrag-{one}" for one in chosen)
    return await reply.redirect(request, to)


@post("/inhalte/{item_id:uuid}/ablage", name="item-take", opt=_EDIT, status_code=200)
async def take(request: AnyRequest, actor: Actor, item_id: UUID) -> Response[str]:
    """Cut or copy one item, to be put down elsewhere."""
    item = await access_item(actor, item_id)
    is_cut = str((await request.form()).get("tun", "")) == _CUT
    return await _lay_ready(request, item.url, [item.id], is_cut=is_cut)


@post("/inhalte/{item_id:uuid}/einfuegung", name="folder-paste", opt=_EDIT, status_code=200)
async def paste(request: AnyRequest, actor: Actor, now: datetime, item_id: UUID) -> Response[str]:
    """Put down here what lies ready."""
    folder = await access_item(actor, item_id)
    ready = clipboard.clipboard_of(request)
    if not folder.may.may_add:
        raise Forbidden("Hier dürfen Sie nichts hinzufügen.")
    if ready is None:
        raise Conflict("In der Ablage liegt nichts mehr.")
    put = actions_several.move_items if ready.is_cut else actions_several.copy_items
    outcome = await put(actor=actor, now=now, item_ids=ready.item_ids, folder=folder)
    response = await reply.redirect(request, folder.url, flash=outcome.sentence)
    if ready.is_cut:
        clipboard.clear(response)
    return response


@post("/inhalte/{item_id:uuid}/ablage-leerung", name="clipboard-clear", opt=_EDIT, status_code=200)
async def clear(request: AnyRequest, actor: Actor, item_id: UUID) -> Response[str]:
    """Put nothing down."""
    folder = await access_item(actor, item_id)
    response = await reply.redirect(request, folder.url, flash="Die Ablage ist leer. Alles bleibt, wo es war.")
    clipboard.clear(response)
    return response


def may_arrange(item: Item) -> bool:
    """Whether somebody who only reads would find nothing to do."""
    return item.declared.is_folder and bool(item.power & ~(Access.READER | Access.NONE))


async def _lay_ready(request: AnyRequest, to: str, chosen: list[UUID], *, is_cut: bool) -> Response[str]:
    said = Sentence(
        "In der Ablage: %(count)s. Öffnen Sie den Ordner, in den es soll, und wählen Sie „Hier einfügen“.",
        count=len(chosen),
    )
    response = await reply.redirect(request, to, flash=said)
    clipboard.put(response, is_cut=is_cut, item_ids=chosen)
    return response


async def _done(
    actor: Actor, now: datetime, folder: Item, chosen: list[UUID], deed: str, *, seen: Mapping[UUID, int]
) -> Outcome:
    if deed == _BIN:
        return await actions_several.bin_items(actor=actor, now=now, item_ids=chosen)
    if deed in (Shift.FIRST, Shift.LAST):
        return await actions_several.shift_items(actor=actor, folder=folder, item_ids=chosen, shift=Shift(deed))
    return await actions_several.change_states(actor=actor, now=now, item_ids=chosen, transition=deed, seen=seen)


def _versions(sent: list[Any]) -> dict[UUID, int]:
    """The versions that the page showed, of every row: ``<id>:<number>``."""
    parts = [str(one).partition(":") for one in sent]
    return {one: number({name: text}, name) for name, _, text in parts for one in _identifiers([name])}


async def _selected(request: AnyRequest) -> list[UUID]:
    chosen = _identifiers((await request.form()).getall("eintrag", []))
    if not chosen:
        raise Invalid("Bitte wählen Sie zuerst mindestens einen Eintrag aus.")
    if len(chosen) > clipboard.MOST:
        raise Invalid("Bitte wählen Sie höchstens 100 Einträge auf einmal aus.")
    return chosen


def _identifiers(sent: list[Any]) -> list[UUID]:
    found = []
    for one in sent:
        try:
            found.append(UUID(str(one)))
        except ValueError:
            continue
    return list(dict.fromkeys(found))


def _steps(children: EntryPage) -> list[tuple[str, Transition]]:
    """The steps that lead on from somewhere on this page and need no words."""
    found = {
        name: step
        for entry in children.entries
        for name, step in entry.declared.workflow.transitions.items()
        if entry.state in step.sources and not step.needs_note
    }
    return list(found.items())


SEVERAL = (show_contents, change_selection, change_order, take, paste, clear)
SEVERAL_CONTENT = (Tab("ordnen", mark("Ordnen"), shows=may_arrange, place=30),)
