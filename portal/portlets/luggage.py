"""The boxes of a front page go along with it, and come onto another where none stand yet.

A collection is named by a link to it, so that it leads to the one that came along.
"""

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from portal.portlets.actions import add_portlet
from portal.portlets.forms import PortletForm, form_of
from portal.portlets.queries import Portlet, list_portlets
from portal.portlets.rules import MOST_PORTLETS, PortletKind, Side
from portal.spaces.luggage import Arrival, Departure, Entry, Luggage, Prospect
from portal.spaces.queries import Item, access_item

_COLLECTION = "collection"
_LINK = re.compile(r"/inhalte/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")


async def pack_boxes(leaving: Departure) -> Mapping[UUID, list[Entry]]:
    """The boxes of the front page in their order, if it is among the items; whoever reads it reads them."""
    top = leaving.top
    boxes = await list_portlets(top) if top.is_root and top.id in leaving.item_ids else []
    return {top.id: [_entry(box) for box in boxes]} if boxes else {}


async def unpack_boxes(arriving: Arrival) -> None:
    """Onto the front page into which they are brought, if it is empty and the person's to put together."""
    actor = arriving.actor
    made = await access_item(actor, arriving.item_id)
    root = await access_item(actor, made.parent_id or made.id)
    if not await _takes_boxes(root):
        return
    for entry in arriving.entries[:MOST_PORTLETS]:
        form = _form(entry)
        await add_portlet(
            actor=actor, now=arriving.now, root=root, kind=PortletKind(entry["kind"]), side=Side(form.side),
            title=form.title, settings=form.settings(),
        )  # fmt: skip


async def foretell_boxes(coming: Prospect) -> str:
    """That they stay away."""
    if await _takes_boxes(coming.folder) and len(coming.entries) <= MOST_PORTLETS:
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
