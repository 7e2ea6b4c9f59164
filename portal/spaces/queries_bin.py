"""The bin of a space: only who may throw an item away sees it there."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from portal.kit.errors import NotFound
from portal.spaces.places import Space
from portal.spaces.queries import Item, access_item
from portal.spaces.queries_lists import PAGE_SIZE, who
from portal.spaces.rules import Access
from portal.spaces.types import ContentType, all_types, type_of
from tenants.context import Actor
from tenants.database import execute


@dataclass(frozen=True, slots=True)
class Binned:
    """What was thrown away in one go: ``items`` of them, ``item_id`` on top. ``folder`` is where it lay; empty on top
    of the space, None where that is not the actor's to read."""

    item_id: UUID
    declared: ContentType
    title: str
    folder: str | None
    items: int
    by_name: str
    at: datetime
    purge_at: datetime
    may_purge: bool

    @property
    def admin_url(self) -> str:
        """Below this live the ways out of the bin."""
        return f"/inhalte/{self.item_id}"


@dataclass(frozen=True, slots=True)
class BinPage:
    """One page of a bin, the newest first."""

    entries: list[Binned]
    number: int
    has_more: bool


# The access at what lies on top of each entry, reckoned upwards by the parents: in the bin an address may be another's,
# and what lies above may have been thrown away as well. The same as ``rules.access_at`` says of live items.
_LIST = f"""
WITH RECURSIVE up AS (
    SELECT b.id AS bin_id, i.id, i.parent_id, i.inherits, i.marked, 0 AS above
    FROM item_bin b JOIN item i ON i.space_id = b.space_id AND i.id = b.item_id
    WHERE b.space_id = {{}} AND b.purge_at > {{}}
    UNION ALL
    SELECT u.bin_id, p.id, p.parent_id, p.inherits, p.marked, u.above + 1
    FROM up u JOIN item p ON p.space_id = {{}} AND p.id = u.parent_id
), given AS (
    SELECT u.bin_id, u.above, u.parent_id IS NULL AS is_root,
           min(u.above) FILTER (WHERE NOT u.inherits) OVER (PARTITION BY u.bin_id) AS cut,
           min(u.above) FILTER (WHERE NOT u.inherits AND u.above > 0) OVER (PARTITION BY u.bin_id) AS cut_above,
           CASE WHEN u.marked THEN (SELECT bit_or(g.access) FROM item_grant g WHERE g.space_id = {{}}
               AND g.item_id = u.id AND g.principal = ANY ({{}}::text[])) END AS own
    FROM up u
), access AS (
    SELECT bin_id, coalesce(bit_or(own) FILTER (WHERE above <= coalesce(cut, above)), 0)
                 | (coalesce(bit_or(own) FILTER (WHERE is_root), 0) & {Access.MANAGER:d}) AS mask,
           coalesce(bit_or(own) FILTER (WHERE above > 0 AND above <= coalesce(cut_above, above)), 0)
                 | (coalesce(bit_or(own) FILTER (WHERE is_root), 0) & {Access.MANAGER:d}) AS mask_above
    FROM given GROUP BY bin_id
)
SELECT b.item_id, b.title, b.items, b.by_name, b.at, b.purge_at, i.type,
       CASE WHEN p.parent_id IS NULL THEN '' WHEN (p.readers & a.mask_above) <> 0 THEN p.title END AS folder,
       (a.mask & {Access.MANAGER:d}) <> 0 AS may_purge
FROM item_bin b
JOIN access a ON a.bin_id = b.id
JOIN item i ON i.space_id = b.space_id AND i.id = b.item_id
JOIN item p ON p.space_id = i.space_id AND p.id = i.parent_id
JOIN unnest({{}}::text[], {{}}::text[], {{}}::integer[]) AS e (type, state, editors)
    ON e.type = i.type AND e.state = i.state
WHERE b.space_id = {{}} AND (e.editors & (a.mask | CASE WHEN i.owner_id = {{}} AND i.owner_organisation_id = {{}}
                                                        THEN {Access.OWNER:d} ELSE 0 END)) <> 0
ORDER BY b.at DESC, b.id LIMIT {{}} OFFSET {{}}
"""  # noqa: S608 - put together from constants


async def list_bin(actor: Actor, space: Space, now: datetime, *, page: int = 1, size: int = PAGE_SIZE) -> BinPage:
    """What lies in a space's bin and is the actor's to take out; in a closed room nothing is."""
    if space.is_closed:
        return BinPage([], page, has_more=False)
    principals, person, organisation = who(actor)
    rows = await execute(
        _LIST,
        space.id,
        now,
        space.id,
        space.id,
        principals,
        *_editors(),
        space.id,
        person,
        organisation,
        size + 1,
        (page - 1) * size,
    )
    plain = ("item_id", "title", "folder", "items", "by_name", "at", "purge_at", "may_purge")
    found = [Binned(declared=type_of(row["type"]), **{name: row[name] for name in plain}) for row in rows[:size]]
    return BinPage(found, page, len(rows) > size)


async def access_binned(actor: Actor, item_id: UUID) -> Item:
    """What lies on top of an entry of the bin, for who may take it out.

    Raises:
        NotFound: there is none, its time is over, or it is not the actor's to take out.
    """
    item = await access_item(actor, item_id, in_bin=True)
    rows = await execute(
        "SELECT FROM item_bin WHERE space_id = {} AND id = {} AND item_id = {} AND purge_at > hilfenetz_now()",
        item.space.id,
        item.bin_id,
        item.id,
    )
    if not rows or not item.may.may_bin:
        raise NotFound
    return item


def _editors() -> tuple[list[str], list[str], list[int]]:
    """(types, states, who edits and so may throw away), in step."""
    found = [
        (declared.name, name, int(state.editors))
        for declared in all_types()
        for name, state in declared.workflow.states.items()
    ]
    return [entry[0] for entry in found], [entry[1] for entry in found], [entry[2] for entry in found]
