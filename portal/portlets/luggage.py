"""The boxes of a front page go along with it, and come onto another where none stand yet.

A collection is named by a link to it, so that it leads to the one that came along.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.portlets.actions import add_portlet
from portal.portlets.forms import PortletForm, form_of
from portal.portlets.queries import Portlet, list_portlets
from portal.portlets.rules import MOST_PORTLETS, PortletKind, Side
from portal.spaces.luggage import Entry, Luggage
from portal.spaces.places import Space
from portal.spaces.queries import Item, access_item
from tenants.context import Actor

_COLLECTION = "collection"
_LINK = re.compile(r"/inhalte/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")


async def pack_boxes(
    *,
    actor: Actor,  # noqa: ARG001 - as all luggage; whoever reads a front page reads its boxes
    top: Item,
    item_ids: Sequence[UUID],
) -> Mapping[UUID, list[Entry]]:
    """The boxes of the front page in their order, if it is among the items."""
    boxes = await list_portlets(top) if top.is_root and top.id in item_ids else []
    return {top.id: [_entry(box) for box in boxes]} if boxes else {}


async def unpack_boxes(
    *,
    actor: Actor,
    now: datetime,
    space: Space,  # noqa: ARG001 - as all luggage
    item_id: UUID,
    top: str,  # noqa: ARG001 - the same
    entries: Sequence[Entry],
) -> None:
    """Onto the front page into which they are brought, if it is empty and the person's to put together."""
    made = await access_item(actor, item_id)
    root = await access_item(actor, made.parent_id or item_id)
    if not await _takes_boxes(root):
        return
    for entry in entries[:MOST_PORTLETS]:
        form = _form(entry)
        await add_portlet(
            actor=actor, now=now, root=root, kind=PortletKind(entry["kind"]), side=Side(form.side), title=form.title,
            settings=form.settings(),
        )  # fmt: skip


async def foretell_boxes(
    *,
    actor: Actor,  # noqa: ARG001 - as all luggage
    folder: Item,
    entries: Sequence[Entry],
) -> str:
    """That they stay away."""
    if await _takes_boxes(folder) and len(entries) <= MOST_PORTLETS:
        return ""
    return "Die Kästen der Startseite bleiben weg: Sie kommen nur auf eine Startseite, auf der noch keine stehen"


def check_box(entry: Entry) -> str:
    """What is no box."""
    try:
        is_right = _form(entry).ok
    except (ValueError, TypeError, AttributeError, KeyError):
        is_right = False
    return "" if is_right else "Dieser Kasten hat einen Inhalt, der nicht zu ihm passt."


LUGGAGE = Luggage(
    "boxes",
    shape={"kind": str, "side": str, "title": str, "settings": dict},
    moments={},
    pack=pack_boxes,
    unpack=unpack_boxes,
    check=check_box,
    foretell=foretell_boxes,
)


def _entry(box: Portlet) -> Entry:
    settings = dict(box.settings)
    if box.kind is PortletKind.COLLECTION:
        settings[_COLLECTION] = f"/inhalte/{settings[_COLLECTION]}"
    return {"kind": box.kind.value, "side": box.side.value, "title": box.title, "settings": settings}


def _form(entry: Entry) -> PortletForm:
    """As if somebody had filled it in.

    Raises:
        ValueError, TypeError, AttributeError, KeyError: it is none of these boxes.
    """
    kind, settings = PortletKind(entry["kind"]), dict(entry["settings"])
    options: dict[str, Any] = {}
    if kind is PortletKind.COLLECTION:
        found = _LINK.fullmatch(settings[_COLLECTION])
        settings[_COLLECTION] = found[1] if found else ""
        options[_COLLECTION] = ((settings[_COLLECTION], ""),)
    form_type = form_of(kind)
    initial = {"title": entry["title"], "side": entry["side"], **form_type.initial(settings)}
    return form_type.read(form_type.blank(options=options, **initial).raw, options=options)


async def _takes_boxes(root: Item) -> bool:
    return root.is_root and root.may.may_edit and not await list_portlets(root)
