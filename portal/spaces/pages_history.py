"""What was done with an item, what was different before, and how it becomes so again."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import Parameter

from portal.identity.permissions import Permission
from portal.kit.errors import Forbidden, NotFound
from portal.shell import reply
from portal.shell.i18n import mark
from portal.spaces import actions_history
from portal.spaces.differences import changes
from portal.spaces.plugins import Tab, deeds_of, tabs_of
from portal.spaces.queries import Item, access_item
from portal.spaces.queries_history import Version, list_history, versions_of
from tenants.context import Actor
from tenants.kept import TEXTS, kept_answer

_READ = {"permission": Permission.CONTENT_READ}
_EDIT = {"permission": Permission.CONTENT_EDIT}
_MOST = 1_000_000_000
AnyRequest = Request[Any, Any, Any]
PageNumber = Annotated[int, Parameter(query="seite", ge=1, le=10_000)]
From = Annotated[str, Parameter(query="von", max_length=20)]
To = Annotated[str, Parameter(query="bis", max_length=20)]


@get("/inhalte/{item_id:uuid}/verlauf", name="item-history", opt=_READ)
async def show_history(request: AnyRequest, actor: Actor, item_id: UUID, page: PageNumber = 1) -> Response[str]:
    """Every version and every step."""
    item = await kept_answer(
        f"traced {item_id}", lambda: _traced(actor, item_id), of=TEXTS, is_light=lambda found: found.is_light
    )
    history = await kept_answer(f"history {item_id} {page}", lambda: list_history(item, page=page), of=TEXTS)
    context: dict[str, Any] = {"item": item, "tabs": tabs_of(item), "deeds": deeds_of(item)}
    return await reply.page(request, "spaces/verlauf.html", history=history, **context)


@get("/inhalte/{item_id:uuid}/vergleich", name="item-difference", opt=_READ)
async def show_difference(
    request: AnyRequest, actor: Actor, item_id: UUID, begin: From = "", end: To = ""
) -> Response[str]:
    """What is different between two versions, in words; by default the last two."""
    item = await _traced(actor, item_id)
    last = _number(end, item.version)
    first = _number(begin, max(1, last - 1))
    found = await versions_of(item, [first, last])
    old, new = found.get(first), found.get(last)
    different = changes(old.lines, new.lines) if old and new else []
    context: dict[str, Any] = {**_around(item), "changes": different}
    return await reply.page(
        request, "spaces/vergleich.html", old=old, new=new, begin=begin or first, end=end or last, **context
    )


@get("/inhalte/{item_id:uuid}/fassungen/{version:int}", name="item-version", opt=_READ)
async def show_version(request: AnyRequest, actor: Actor, item_id: UUID, version: int) -> Response[str]:
    """The item as it was."""
    item = await _traced(actor, item_id)
    found = await _version_of(item, version)
    return await reply.page(request, "spaces/fassung.html", version=found, **_around(item))


@post("/inhalte/{item_id:uuid}/wiederkehr", name="item-revert", opt=_EDIT, status_code=200)
async def revert(request: AnyRequest, actor: Actor, now: datetime, item_id: UUID) -> Response[str]:
    """Save an old version once more, as a new one."""
    item = await _traced(actor, item_id)
    found = await _version_of(item, _number(str((await request.form()).get("fassung", "")), 0))
    await actions_history.revert_item(actor=actor, now=now, item=item, version=found)
    return await reply.redirect(
        request, item.url, flash="Die alte Fassung gilt wieder; die bisherige steht im Verlauf."
    )


async def _traced(actor: Actor, item_id: UUID) -> Item:
    item = await access_item(actor, item_id)
    if not item.may.may_trace:
        raise Forbidden("Den Verlauf sehen nur Menschen, die hier bearbeiten oder prüfen.")
    return item


def _around(item: Item) -> dict[str, Any]:
    return {"item": item, "tabs": tabs_of(item), "deeds": deeds_of(item), "at_tab": "verlauf"}


async def _version_of(item: Item, number: int) -> Version:
    found = (await versions_of(item, [number])).get(number) if 0 < number < _MOST else None
    if found is None:
        raise NotFound
    return found


def _number(text: str, default: int) -> int:
    """A number of a version; what is none is answered as one that does not exist."""
    if not text:
        return default
    return int(text) if text.isascii() and text.isdecimal() and int(text) < _MOST else 0


HISTORY = (show_history, show_difference, show_version, revert)
HISTORY_CONTENT = (Tab("verlauf", mark("Verlauf"), shows=lambda item: item.may.may_trace, place=20),)
