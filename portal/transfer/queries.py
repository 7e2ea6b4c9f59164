"""What goes into a package: only what the person may read, and of its history what they may see.

Items come a batch a statement, versions (each is all of an item) a page a statement: however long a history is, only a
page of it is held.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from portal.files.queries import Blob, find_blobs, reference_of
from portal.kit.errors import NotFound
from portal.spaces.abilities import ItemAbilities
from portal.spaces.luggage import Departure, all_luggage
from portal.spaces.queries import Item, access_item, owned
from portal.spaces.queries_lists import MARKS, NEAREST, SEEN, who
from portal.spaces.rules import Access, range_below
from portal.spaces.types import type_of
from portal.transfer.rules import plainly
from tenants.context import Actor
from tenants.database import execute

BATCH = 100
VERSIONS = 20
Values = dict[str, Any]

_STEPS = """
    SELECT t.item_id, json_agg(json_build_object('transition', t.transition, 'source', t.source, 'target', t.target,
                                                 'note', t.note, 'by', t.by_name, 'at', t.at) ORDER BY t.at, t.id)
           AS found
    FROM item_transition t WHERE t.space_id = {} AND t.item_id = ANY ({}::uuid[]) GROUP BY t.item_id
"""
_GRANTS = """
    SELECT g.item_id, json_agg(json_build_object('principal', g.principal, 'access', g.access, 'by', g.granted_by,
                                                 'at', g.granted_at) ORDER BY g.principal, g.access) AS found
    FROM item_grant g WHERE g.space_id = {} AND g.item_id = ANY ({}::uuid[]) GROUP BY g.item_id
"""


@dataclass(slots=True)
class Packed:
    """One item as it goes into a package, and the bytes it names by their digest.

    Its versions come apart (``list_versions``), for whom ``shows_history`` holds.
    """

    id: UUID
    address: str
    is_folder: bool
    line: dict[str, Any]
    may: ItemAbilities
    blobs: dict[str, Blob] = field(default_factory=dict)
    is_left_out: bool = False

    @property
    def shows_history(self) -> bool:
        """Whether the person may see what it was."""
        return self.may.may_trace


@dataclass(frozen=True, slots=True)
class Versions:
    """Some versions of one item, the oldest first, and the bytes they name by their digest.

    ``last`` is the number after which more may follow.
    """

    entries: list[dict[str, Any]]
    blobs: dict[str, Blob]
    last: int | None = None


async def list_packed(actor: Actor, top: Item, *, after: str | None) -> list[Packed]:
    """The next items below (and with) ``top`` in the order of their addresses."""
    principals, person, organisation = who(actor)
    low, high = range_below(top.address)
    rows = await execute(
        f"""
        {MARKS} SELECT i.*, i.fields::text AS field_text, {NEAREST} AS access FROM item i
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
    packed = [_packed(actor, top, row) for row in rows]
    await _name_files(actor, top.space.id, packed)
    await _add(top.space.id, packed, "steps", _STEPS, lambda may: may.may_trace)
    await _add(top.space.id, packed, "grants", _GRANTS, lambda may: may.may_share)
    await _add_luggage(actor, top, packed)
    return packed


async def _add(
    space_id: UUID, packed: Sequence[Packed], name: str, statement: str, shows: Callable[[ItemAbilities], bool]
) -> None:
    """A list each of those items has, empty or not; asked for no others."""
    wanted = {one.id: one for one in packed if shows(one.may)}
    for one in wanted.values():
        one.line[name] = []
    for row in await execute(statement, space_id, list(wanted)) if wanted else []:
        wanted[row["item_id"]].line[name] = json.loads(row["found"])


async def _add_luggage(actor: Actor, top: Item, packed: list[Packed]) -> None:
    for luggage in all_luggage():
        wanted = {one.id: one for one in packed if luggage.shows(one.may)}
        found = await luggage.pack(Departure(actor, top, list(wanted))) if wanted else {}
        for item_id, entries in found.items():
            wanted[item_id].line[luggage.name] = entries


async def _top_row(top: Item) -> list[dict[str, Any]]:
    rows = await execute(
        "SELECT i.*, i.fields::text AS field_text, {}::integer AS access FROM item i "
        "WHERE i.space_id = {} AND i.id = {}",
        int(top.access),
        top.space.id,
        top.id,
    )
    return [dict(row) for row in rows]


def _packed(actor: Actor, top: Item, row: Mapping[str, Any]) -> Packed:
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
        "owner": plainly(row["owner_name"]),
        "changed_by": plainly(row["changed_by"]),
        **{
            key: row[key].isoformat() if row[key] else None
            for key in ("created_at", "changed_at", "published_at", "publish_at", "expires_at")
        },
    }
    if may.may_share:
        line["inherits"] = row["inherits"]
    return Packed(row["id"], row["address"], declared.is_folder, line, may)


async def _name_files(actor: Actor, space_id: UUID, packed: list[Packed]) -> None:
    """What the scanner holds back goes into no package."""
    found = await _open_blobs(actor, space_id, (one.line["values"] for one in packed))
    for one in packed:
        one.is_left_out = not _name(one.line["values"], found, one.blobs)


async def list_versions(actor: Actor, item_id: UUID, *, after: int) -> Versions:
    """The next versions of an item.

    Nothing when the person may not see them any more. An old version whose bytes are held back or gone is left out.
    """
    try:
        item = await access_item(actor, item_id)
    except NotFound:
        return Versions([], {})
    if not item.may.may_trace:
        return Versions([], {})
    rows = await execute(
        """
        SELECT v.version, v.values, v.note, v.by_name, v.at FROM item_version v
        WHERE v.space_id = {} AND v.item_id = {} AND v.version > {} ORDER BY v.version LIMIT {}
        """,
        item.space.id,
        item.id,
        after,
        VERSIONS,
    )
    entries = [
        {
            "version": row["version"],
            "values": json.loads(row["values"]),
            "note": row["note"],
            "by": row["by_name"],
            "at": row["at"].isoformat(),
        }
        for row in rows
    ]
    found = await _open_blobs(actor, item.space.id, (entry["values"] for entry in entries))
    blobs = dict[str, Blob]()
    kept = [entry for entry in entries if _name(entry["values"], found, blobs)]
    return Versions(kept, blobs, rows[-1]["version"] if len(rows) == VERSIONS else None)


async def _open_blobs(actor: Actor, space_id: UUID, values: Iterable[Values]) -> Mapping[UUID, Blob]:
    """The files that values name and the person may have now, in one statement."""
    wanted = {found for one in values if (found := reference_of(one)) is not None}
    blobs = await find_blobs(space_id, wanted) if wanted else []
    return {blob.id: blob for blob in blobs if blob.is_open_to(actor)}


def _name(values: Values, found: Mapping[UUID, Blob], blobs: dict[str, Blob]) -> bool:
    """Name the file by its digest; whether it is there."""
    blob_id = reference_of(values)
    if blob_id is None:
        return True
    blob = found.get(blob_id)
    if blob is None:
        return False
    blobs[blob.sha256] = blob
    values["file"] = {"name": blob.name, "sha256": blob.sha256}
    return True
