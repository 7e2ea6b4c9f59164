"""What whoever wants to edit meets while the item's state does not let them: why, how it comes back, and their text."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from litestar import Request, Response

from portal.kit.errors import Conflict, Forbidden
from portal.kit.text import number_in
from portal.shell import reply
from portal.shell.forms import Form
from portal.spaces import actions_editing
from portal.spaces.plugins import tabs_of
from portal.spaces.presentation_steps import why_not_now
from portal.spaces.queries import Item
from portal.spaces.queries_editing import COPY, EDIT
from tenants.context import Actor

AnyRequest = Request[Any, Any, Any]
_CONFLICT = 409


def number(sent: Mapping[str, Any], name: str) -> int:
    """A number that the page itself put into its form; 0 when it is none."""
    return number_in(sent.get(name))


def require_editable(item: Item) -> None:
    """The actor may write at it now, be it in a working copy.

    Raises:
        Conflict: they may in another of its states.
        Forbidden: they never may.
    """
    if item.may.may_prepare:
        return
    if (why := why_not_now(item)) is not None:
        raise Conflict(why)
    raise Forbidden("Sie dürfen das in diesem Stand nicht bearbeiten.")


async def not_now(
    request: AnyRequest, *, actor: Actor, now: datetime, item: Item, form: Form | None = None
) -> Response[str]:
    """Why it cannot be edited now, and how it can. What was typed is kept, where the actor may take the item back.

    Raises:
        Forbidden: no state would let them.
    """
    why = why_not_now(item)
    if why is None:
        raise Forbidden("Sie dürfen das in diesem Stand nicht bearbeiten.")
    ways = item.declared.workflow.ways_to_edit(item.may.transitions, item.access)
    if form is not None and ways:
        await _keep(request, form, actor=actor, now=now, item=item)
    context: dict[str, Any] = {"item": item, "why": why, "ways": ways, "form": form}
    if form is not None and reply.from_htmx(request):
        return await reply.part(request, "spaces/_nicht_jetzt.html", status=_CONFLICT, beside=True, **context)
    return await reply.page(
        request, "spaces/nicht_jetzt.html", status=_CONFLICT, beside=False, tabs=tabs_of(item), **context
    )


async def _keep(request: AnyRequest, form: Form, *, actor: Actor, now: datetime, item: Item) -> None:
    sent = await request.form()
    revision = number(sent, "revision")
    purpose, version = (COPY, revision) if revision else (EDIT, number(sent, "version"))
    await actions_editing.keep_draft(actor=actor, now=now, item=item, purpose=purpose, version=version, values=form.raw)
