"""Lists of items: what one person may see of many, filtered in the statement and never afterwards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.spaces.abilities import principals_of
from portal.spaces.places import SPACE, Space, space_of
from portal.spaces.queries import Item
from portal.spaces.rules import Access
from portal.spaces.types import ContentType, type_of
from portal.spaces.workflow import State
from tenants.context import Actor
from tenants.database import execute

PAGE_SIZE = 20

# Every list begins with this: it takes ({spaces}::uuid[], {principals}::text[]), and ``SEEN`` takes (person,
# organisation). Both are worked out once a statement; the nearest mark at or above an item decides.
MARKS = "WITH mark AS MATERIALIZED (SELECT * FROM access_marks({}::uuid[], {}::text[]))"
NEAREST = """coalesce((SELECT m.access FROM mark m WHERE m.space_id = i.space_id AND m.path @> i.path
                     ORDER BY nlevel(m.path) DESC LIMIT 1), 0)"""
OPEN = "array_position((SELECT closed_spaces()), i.space_id) IS NULL"  # not in a closed room
REVIEWED = f"({NEAREST} & {Access.REVIEWER | Access.MANAGER:d}) <> 0"
SEEN = f"""(
    (i.readers & {NEAREST}) <> 0
    OR ((i.readers & {Access.OWNER:d}) <> 0 AND i.owner_id = {{}} AND i.owner_organisation_id = {{}})
)"""
# The same for what lies directly in a folder whose access is known: only what is marked itself is different from it.
_SEEN_IN_FOLDER = SEEN.replace(NEAREST, f"CASE WHEN i.marked THEN {NEAREST} ELSE {{}}::integer END").replace(
    "= {}", "= (SELECT {}::uuid)"
)
ROW = f"""
    {SPACE}, i.id, i.parent_id, i.address, i.type, i.title, i.summary, i.tags, i.state, i.version, i.begins_at,
    i.ends_at, i.assignee, i.owner_name, i.changed_by, i.changed_at, i.published_at
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """An item in a list."""

    space: Space
    id: UUID
    parent_id: UUID | None
    address: str
    declared: ContentType
    title: str
    summary: str
    tags: list[str]
    state: str
    version: int
    begins_at: datetime | None
    ends_at: datetime | None
    assignee: str | None
    owner_name: str
    changed_by: str
    changed_at: datetime
    published_at: datetime | None

    @property
    def url(self) -> str:
        """Where it is read."""
        return self.space.url(self.address)

    @property
    def admin_url(self) -> str:
        """Below this live its tabs."""
        return f"/inhalte/{self.id}"

    @property
    def here(self) -> State:
        """Its state."""
        return self.declared.workflow.states[self.state]


@dataclass(frozen=True, slots=True)
class EntryPage:
    """One page of a list; ``has_more`` says whether another follows."""

    entries: list[Entry]
    number: int
    has_more: bool


def who(actor: Actor) -> tuple[list[str], UUID | None, UUID]:
    """What ``MARKS`` and ``SEEN`` ask about a person: principals, person, organisation."""
    return sorted(principals_of(actor)), actor.person_id, actor.organisation_id


def entry_of(row: Mapping[str, Any]) -> Entry:
    """An entry from a row of ``ROW``."""
    plain = (
        "id", "parent_id", "address", "title", "summary", "state", "version", "begins_at", "ends_at", "assignee",
        "owner_name", "changed_by", "changed_at", "published_at",
    )  # fmt: skip
    tags = list(row["tags"])
    return Entry(space=space_of(row), declared=type_of(row["type"]), tags=tags, **{name: row[name] for name in plain})


_ORDERS = {
    "position": "i.position, i.id",
    "title": "lower(i.title), i.id",
    "newest": "i.changed_at DESC, i.id DESC",
}


async def list_children(actor: Actor, folder: Item, *, page: int = 1, size: int = PAGE_SIZE) -> EntryPage:
    """What lies directly in a folder, in the folder's own order.

    Its plan is worth more than the rows it brings: values stand in queries of their own, unknown to the planner, so
    that one plan is made and kept.
    """
    principals, person, organisation = who(actor)
    order = _ORDERS[folder.values.get("order") or "position"]
    before = "OFFSET (SELECT {}::bigint)" if page > 1 else ""
    rows = await execute(
        f"""
        {MARKS}, wanted AS MATERIALIZED (
            SELECT i.space_id, i.id FROM item i
            WHERE i.space_id = (SELECT {{}}::uuid) AND i.parent_id = (SELECT {{}}::uuid) AND i.bin_id IS NULL
              AND {_SEEN_IN_FOLDER}
            ORDER BY {order} LIMIT {size + 1:d} {before}
        )
        SELECT {ROW}
        FROM wanted w JOIN item i ON i.space_id = w.space_id AND i.id = w.id JOIN space s ON s.id = i.space_id
        ORDER BY {order}
        """,  # noqa: S608 - put together from constants
        [folder.space.id],
        principals,
        folder.space.id,
        folder.id,
        int(folder.access & ~Access.OWNER),
        person,
        organisation,
        *([(page - 1) * size] if page > 1 else ()),
    )
    return EntryPage([entry_of(row) for row in rows[:size]], page, len(rows) > size)


async def neighbour_of(actor: Actor, folder: Item, item_id: UUID, *, is_before: bool) -> UUID | None:
    """What lies before (or after) an item in the order of its folder, among what the actor sees there."""
    principals, person, organisation = who(actor)
    sign, way = ("<", "DESC") if is_before else (">", "ASC")
    rows = await execute(
        f"""
        {MARKS} SELECT i.id FROM item i
        WHERE i.space_id = {{}} AND i.parent_id = {{}} AND i.bin_id IS NULL AND {SEEN} AND (i.position, i.id) {sign}
            (SELECT o.position, o.id FROM item o WHERE o.space_id = i.space_id AND o.id = {{}})
        ORDER BY i.position {way}, i.id {way} LIMIT 1
        """,  # noqa: S608 - put together from constants
        [folder.space.id],
        principals,
        folder.space.id,
        folder.id,
        person,
        organisation,
        item_id,
    )
    return rows[0]["id"] if rows else None


async def list_entries(
    actor: Actor,
    *,
    condition: str,
    values: Sequence[object],
    order: str,
    limit: int,
    spaces: Sequence[UUID] | None = None,
    offset: int = 0,
) -> list[Entry]:
    """Items ``i`` of spaces ``s`` that meet a condition (a constant with ``{}`` for values), if the actor may see them.

    ``spaces`` narrows it to some of those within reach. Each is asked by itself, along the index of the order.
    """
    principals, person, organisation = who(actor)
    within = list(spaces) if spaces is not None else await reached_spaces()
    rows = await execute(
        f"""
        {MARKS} SELECT {ROW} FROM space s CROSS JOIN LATERAL (
            SELECT i.* FROM item i WHERE i.space_id = s.id AND i.bin_id IS NULL AND ({condition}) AND {SEEN}
            ORDER BY {order} LIMIT {{}}
        ) AS i WHERE s.id = ANY ({{}}::uuid[])
        ORDER BY {order} LIMIT {{}} OFFSET {{}}
        """,  # noqa: S608 - conditions and orders are constants of the callers
        within,
        principals,
        *values,
        person,
        organisation,
        limit + offset,
        within,
        limit,
        offset,
    )
    return [entry_of(row) for row in rows]


async def reached_spaces() -> list[UUID]:
    """All spaces within reach of the scope's organisation."""
    return list((await execute("SELECT reach_spaces() AS ids"))[0]["ids"])


async def list_in_review(actor: Actor, *, limit: int = 50) -> list[Entry]:
    """Items that wait for a review which the actor may give, the longest waiting first."""
    return await list_entries(
        actor,
        condition=f"i.state = 'pending' AND {OPEN} AND {REVIEWED}",
        values=(),
        order="i.changed_at, i.id",
        limit=limit,
    )
