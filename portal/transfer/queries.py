"""What goes into a package: only what the person may read, and of its history what they may see."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from portal.files.queries import Blob, find_blob
from portal.spaces.abilities import ItemAbilities
from portal.spaces.luggage import all_luggage
from portal.spaces.queries import Item, owned
from portal.spaces.queries_lists import MARKS, NEAREST, SEEN, who
from portal.spaces.rules import Access, range_below
from portal.spaces.types import type_of
from tenants.context import Actor
from tenants.database import execute

BATCH = 100

_HISTORY = """
    (SELECT json_agg(json_build_object('version', v.version, 'values', v.values, 'note', v.note, 'by', v.by_name,
                                       'at', v.at) ORDER BY v.version)
     FROM item_version v WHERE v.space_id = i.space_id AND v.item_id = i.id) AS versions,
    (SELECT json_agg(json_build_object('transition', t.transition, 'source', t.source, 'target', t.target,
                                       'note', t.note, 'by', t.by_name, 'at', t.at) ORDER BY t.at, t.id)
     FROM item_transition t WHERE t.space_id = i.space_id AND t.item_id = i.id) AS steps,
    (SELECT json_agg(json_build_object('principal', g.principal, 'access', g.access, 'by', g.granted_by,
                                       'at', g.granted_at) ORDER BY g.principal, g.access)
     FROM item_grant g WHERE g.space_id = i.space_id AND g.item_id = i.id) AS grants
"""


@dataclass(slots=True)
class Packed:
    """One item as it goes into a package, and the bytes it names by their digest."""

    address: str
    is_folder: bool
    line: dict[str, Any]
    may: ItemAbilities
    blobs: dict[str, Blob]
    is_left_out: bool = False


async def list_packed(actor: Actor, top: Item, *, after: str | None) -> list[Packed]:
    """The next items below (and with) ``top`` in the order of their addresses."""
    principals, person, organisation = who(actor)
    low, high = range_below(top.address)
    rows = await execute(
        f"""
        {MARKS} SELECT i.*, i.fields::text AS field_text, {NEAREST} AS access, {_HISTORY} FROM item i
        WHERE i.space_id = {{}} AND (i.id = {{}} OR (i.address >= {{}} AND i.address < {{}})) AND i.bin_id IS NULL
          AND i.address > {{}} AND {SEEN}
        ORDER BY i.address LIMIT {{}}
        """,  # noqa: S608 - put together from constants
        [top.space.id],
        principals,
        top.space.id,
        top.id,
        low,
        high,
        after if after is not None else "",
        person,
        organisation,
        BATCH,
    )
    if after is None and top.is_root:
        rows = [*await _top_row(top), *rows]
    packed = [await _packed(actor, top, row) for row in rows]
    await _add_luggage(actor, top.space.id, packed)
    return packed


async def _add_luggage(actor: Actor, space_id: UUID, packed: list[Packed]) -> None:
    for luggage in all_luggage():
        wanted = {UUID(one.line["id"]): one for one in packed if luggage.shows(one.may)}
        found = await luggage.pack(actor=actor, space_id=space_id, item_ids=list(wanted)) if wanted else {}
        for item_id, entries in found.items():
            wanted[item_id].line[luggage.name] = entries


async def _top_row(top: Item) -> list[dict[str, Any]]:
    rows = await execute(
        f"SELECT i.*, i.fields::text AS field_text, {{}}::integer AS access, {_HISTORY} FROM item i "  # noqa: S608
        "WHERE i.space_id = {} AND i.id = {}",
        int(top.access),
        top.space.id,
        top.id,
    )
    return [dict(row) for row in rows]


async def _packed(actor: Actor, top: Item, row: Mapping[str, Any]) -> Packed:
    declared = type_of(row["type"])
    access = Access(row["access"]) | owned(actor, row)
    may = ItemAbilities.of(declared=declared, state=row["state"], access=access, is_root=row["parent_id"] is None)
    values = {"title": row["title"], "summary": row["summary"], "tags": row["tags"], **json.loads(row["field_text"])}
    beyond = len(top.path) - 1 if not top.is_root else 0
    line = {
        "id": str(row["id"]),
        "path": "/".join(row["address"].split("/")[beyond:]),
        "type": row["type"],
        "values": values,
        "state": row["state"],
        "position": row["position"],
        "version": row["version"],
        "owner": row["owner_name"],
        "changed_by": row["changed_by"],
        **{
            key: row[key].isoformat() if row[key] else None
            for key in ("created_at", "changed_at", "published_at", "publish_at", "expires_at")
        },
    }
    if may.may_edit or may.may_review:
        line["versions"] = json.loads(row["versions"] or "[]")
        line["steps"] = json.loads(row["steps"] or "[]")
    if may.may_share:
        line["inherits"] = row["inherits"]
        line["grants"] = json.loads(row["grants"] or "[]")
    packed = Packed(row["address"], declared.is_folder, line, may, {})
    await _name_bytes(actor, top.space.id, packed)
    return packed


async def _name_bytes(actor: Actor, space_id: UUID, packed: Packed) -> None:
    """Files are named by their digest. What the scanner holds back goes into no package; an old version whose bytes are
    held back or gone is left out of the history."""
    line = packed.line
    packed.is_left_out = not await _name(actor, space_id, line["values"], packed)
    if "versions" in line:
        line["versions"] = [
            version for version in line["versions"] if await _name(actor, space_id, version["values"], packed)
        ]


async def _name(actor: Actor, space_id: UUID, values: dict[str, Any], packed: Packed) -> bool:
    reference = values.get("file")
    if not isinstance(reference, dict) or not reference.get("id"):
        return True
    blob = await find_blob(space_id, UUID(reference["id"]))
    if blob is None or not blob.is_open_to(actor):
        return False
    packed.blobs[blob.sha256] = blob
    values["file"] = {"name": blob.name, "sha256": blob.sha256}
    return True
