"""The view of an item, and the steps of its workflow that are made from there."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, post

from portal.identity.permissions import Permission
from portal.kit.errors import Conflict, Invalid, NotFound
from portal.shell import reply
from portal.shell.i18n import mark
from portal.spaces import actions
from portal.spaces.access_words import seen_by
from portal.spaces.forms_steps import reason_form
from portal.spaces.pages_waiting import number
from portal.spaces.plugins import Asked, Panel, deeds_of, panels_of, tabs_of
from portal.spaces.presentation_steps import ask_reason, came_too_late, open_steps, show_reason
from portal.spaces.queries import Item, access_item
from portal.spaces.queries_lists import EntryPage, list_children
from portal.spaces.queries_steps import was_taken_away
from portal.spaces.types import addable_types
from tenants.context import Actor
from tenants.kept import TEXTS, kept_answer

AnyRequest = Request[Any, Any, Any]
STATE = {"zustand": "spaces/_stand.html"}
_TAKEN_AWAY = mark(
    "Der Stand hat sich inzwischen geändert, und in diesem Stand sehen Sie den Beitrag nicht mehr. "
    "Es wurde nichts geändert."
)


@dataclass(frozen=True, slots=True)
class _Sent:
    """What the form of a step says; ``goes_on`` where to, once it is made."""

    transition: str
    note: str
    version: int
    goes_on: str

    @classmethod
    async def of(cls, request: AnyRequest) -> "_Sent":
        sent = await request.form()
        goes_on = request.query_params.get("weiter", "")
        return cls(str(sent.get("schritt", "")), str(sent.get("note", "")), number(sent, "version"), goes_on)


async def view_of(actor: Actor, item: Item, now: datetime, *, page: int = 1) -> dict[str, Any]:
    """Everything the view of an item shows."""
    return {
        "item": item,
        "clipboard": None,
        "children": await _children(actor, item, page) if item.declared.is_folder else None,
        "addable": addable_types() if item.may.may_add else [],
        "tabs": tabs_of(item),
        "deeds": deeds_of(item),
        "panels": await panels_of(actor, item, now),
        "steps": open_steps(item),
        "seen_by": seen_by(item),
        "written": "",
    }


async def _children(actor: Actor, folder: Item, page: int) -> EntryPage:
    """What lies in a folder; kept until a text changes."""
    name = f"children {folder.id} {page}"
    return await kept_answer(name, lambda: list_children(actor, folder, page=page), of=TEXTS)


@post(
    "/inhalte/{item_id:uuid}/zustand",
    name="item-state",
    opt={"permission": Permission.CONTENT_EDIT},
    status_code=200,
)
async def change_state(request: AnyRequest, actor: Actor, now: datetime, item_id: UUID) -> Response[str]:
    """Make a step of the workflow, with the version that was seen."""
    sent = await _Sent.of(request)
    item = await _still_readable(actor, item_id)
    if item is None:
        return await _taken_away(request, sent)
    step = {"transition": sent.transition, "note": sent.note}
    try:
        state = await actions.change_state(actor=actor, now=now, item=item, seen=sent.version, **step)
    except Invalid as problem:
        return await _ask_again(request, problem, actor=actor, now=now, item=item, transition=sent.transition)
    except Conflict:
        return await _too_late(request, actor=actor, now=now, item=item, sent=sent)
    return await reply.redirect(request, _next(item, state, sent), flash="Der Stand ist geändert.")


def _next(item: Item, state: str, sent: _Sent) -> str:
    """Where whoever made the step goes on: not where they may no longer look."""
    here = item.declared.workflow.states[state]
    if sent.goes_on == "bearbeiten" and here.editors & item.access:
        return f"{item.admin_url}/bearbeiten"
    return item.url if here.readers & item.access else f"{item.space.base}/inhalte"


async def _still_readable(actor: Actor, item_id: UUID) -> Item | None:
    """The item; None when the last step took it away from the actor."""
    try:
        return await access_item(actor, item_id)
    except NotFound:
        if not await was_taken_away(actor, item_id):
            raise
        return None


async def _taken_away(request: AnyRequest, sent: _Sent) -> Response[str]:
    """Instead of the item, of which the actor sees no more, what was typed."""
    slots = {"ansicht": "spaces/_entzogen.html"}
    return await reply.refused(
        request, "spaces/entzogen.html", sentence=_TAKEN_AWAY, slots=slots, written=sent.note.strip()
    )


async def _ask_again(
    request: AnyRequest, problem: Invalid, *, actor: Actor, now: datetime, item: Item, transition: str
) -> Response[str]:
    """The item again, with what is wrong beside the reason and all that was typed."""
    form = await reason_form(transition).of(request)
    if form.ok:
        form.refuse(problem)
    context = await view_of(actor, item, now) | {"steps": open_steps(item, asked=transition, form=form)}
    return await reply.invalid(request, "spaces/item.html", form=form, slots=STATE, **context)


async def _too_late(request: AnyRequest, *, actor: Actor, now: datetime, item: Item, sent: _Sent) -> Response[str]:
    """The whole item as it is now, and what was typed for a step that is not made: whoever decides again does so over
    the text that they see."""
    if sent.transition not in item.declared.workflow.transitions or item.is_root:
        raise Conflict
    latest = await _still_readable(actor, item.id)
    if latest is None:
        return await _taken_away(request, sent)
    context = await view_of(actor, latest, now) | {"written": sent.note.strip()}
    sentence = came_too_late(latest, sent.transition)
    slots = {"ansicht": "spaces/_ansicht.html"}
    return await reply.refused(request, "spaces/item.html", sentence=sentence, slots=slots, **context)


STEPS = (change_state,)
STEPS_CONTENT = (
    Panel("begruendung", "spaces/_begruendung.html", Asked(ask_reason, show_reason), at_state=True, place=10),
)
