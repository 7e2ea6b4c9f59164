"""The view of an item, and the steps of its workflow that are made from there."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, post

from portal.identity.permissions import Permission
from portal.kit.errors import Conflict, Invalid, NotFound
from portal.shell import reply
from portal.spaces import actions
from portal.spaces.access_words import seen_by
from portal.spaces.forms_steps import reason_form
from portal.spaces.plugins import deeds_of, panels_of, tabs_of
from portal.spaces.presentation_steps import came_too_late, open_steps
from portal.spaces.queries import Item, access_item
from portal.spaces.queries_lists import list_children
from portal.spaces.queries_steps import was_taken_away
from portal.spaces.types import addable_types
from tenants.context import Actor
from tenants.kept import kept_answer

AnyRequest = Request[Any, Any, Any]
_STATE = {"zustand": "spaces/_stand.html"}


async def view_of(actor: Actor, item: Item, now: datetime, *, page: int = 1) -> dict[str, Any]:
    """Everything the view of an item shows."""
    children = None
    if item.declared.is_folder:
        children = await kept_answer(f"children {item.id} {page}", lambda: list_children(actor, item, page=page))
    return {
        "item": item,
        "clipboard": None,
        "children": children,
        "addable": addable_types() if item.may.may_add else [],
        "tabs": tabs_of(item),
        "deeds": deeds_of(item),
        "panels": await panels_of(actor, item, now),
        "steps": open_steps(item),
        "seen_by": seen_by(item),
        "written": "",
    }


@post(
    "/inhalte/{item_id:uuid}/zustand",
    name="item-state",
    opt={"permission": Permission.CONTENT_EDIT},
    status_code=200,
)
async def change_state(request: AnyRequest, actor: Actor, now: datetime, item_id: UUID) -> Response[str]:
    """Make a step of the workflow."""
    item = await _still_readable(actor, item_id)
    sent = await request.form()
    transition, note = str(sent.get("schritt", "")), str(sent.get("note", ""))
    try:
        state = await actions.change_state(actor=actor, now=now, item=item, transition=transition, note=note)
    except Invalid as problem:
        return await _ask_again(request, problem, actor=actor, now=now, item=item, transition=transition)
    except Conflict:
        return await _too_late(request, actor=actor, now=now, item=item, transition=transition, note=note)
    still = item.declared.workflow.states[state].readers & item.access
    to = item.url if still else f"{item.space.base}/inhalte"
    return await reply.redirect(request, to, flash="Der Stand ist geändert.")


async def _still_readable(actor: Actor, item_id: UUID) -> Item:
    try:
        return await access_item(actor, item_id)
    except NotFound:
        if not await was_taken_away(actor, item_id):
            raise
        raise Conflict(
            "Der Stand hat sich inzwischen geändert, und in diesem Stand sehen Sie den Beitrag nicht mehr. "
            "Es wurde nichts geändert."
        ) from None


async def _ask_again(
    request: AnyRequest, problem: Invalid, *, actor: Actor, now: datetime, item: Item, transition: str
) -> Response[str]:
    """The item again, with what is wrong beside the reason and all that was typed."""
    form = await reason_form(transition).of(request)
    if form.ok:
        form.refuse(problem)
    context = await view_of(actor, item, now) | {"steps": open_steps(item, asked=transition, form=form)}
    return await reply.invalid(request, "spaces/item.html", form=form, slots=_STATE, **context)


async def _too_late(
    request: AnyRequest, *, actor: Actor, now: datetime, item: Item, transition: str, note: str
) -> Response[str]:
    """The item as it is now, and what was typed for a step that does not lead from there."""
    if transition not in item.declared.workflow.transitions or item.is_root:
        raise Conflict
    latest = await _still_readable(actor, item.id)
    context = await view_of(actor, latest, now) | {"written": note.strip()}
    slots = _STATE | {"kopf": "spaces/_head.html"}
    sentence = came_too_late(latest, transition)
    return await reply.refused(request, "spaces/item.html", sentence=sentence, slots=slots, **context)


STEPS = (change_state,)
