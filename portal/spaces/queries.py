"""Reading the tree: an item with all that decides about it in one statement; out of reach is not found."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any
from uuid import UUID

from markupsafe import Markup

from portal.kit.errors import NotFound
from portal.spaces.abilities import ItemAbilities, principals_of
from portal.spaces.markup import shown
from portal.spaces.places import SPACE, Space, SpaceKey, space_of
from portal.spaces.rules import Access, Mark, access_at, addresses_above
from portal.spaces.types import ContentType, type_of
from portal.spaces.workflow import State
from tenants.context import Actor
from tenants.database import execute

_LIGHT = 10_000  # characters


@dataclass(frozen=True, slots=True)
class Crumb:
    """An item on the way from the root that the person may read."""

    id: UUID
    title: str
    url: str


@dataclass(frozen=True)
class Item:
    """An item as one person sees it. ``values`` holds title, summary, tags and the type's fields."""

    space: Space
    id: UUID
    parent_id: UUID | None
    address: str
    declared: ContentType
    values: Mapping[str, Any]
    state: str
    inherits: bool
    marked: bool
    position: int
    version: int
    begins_at: datetime | None
    ends_at: datetime | None
    assignee: str | None
    owner_id: UUID | None
    owner_organisation_id: UUID | None
    owner_name: str
    changed_by: str
    created_at: datetime
    changed_at: datetime
    published_at: datetime | None
    publish_at: datetime | None
    expires_at: datetime | None
    bin_id: UUID | None
    access: Access
    marks: tuple[Mark, ...]
    crumbs: tuple[Crumb, ...]

    @property
    def title(self) -> str:
        """Its title."""
        return str(self.values["title"])

    @property
    def summary(self) -> str:
        """What it is, in a sentence or two; may be empty."""
        return str(self.values["summary"])

    @property
    def tags(self) -> list[str]:
        """Its tags."""
        return list(self.values["tags"])

    @property
    def is_light(self) -> bool:
        """Whether a process may keep it between two pages: long texts are read anew."""
        return sum(len(str(value)) for value in self.values.values()) <= _LIGHT

    @property
    def url(self) -> str:
        """Where it is read."""
        return self.space.url(self.address)

    @property
    def admin_url(self) -> str:
        """Below this live the tabs and everything that can be done with it."""
        return f"/inhalte/{self.id}"

    @property
    def is_root(self) -> bool:
        """Whether it is the front page of its space."""
        return self.parent_id is None

    @property
    def path(self) -> tuple[str, ...]:
        """The slugs from the root."""
        return tuple(part for part in self.address.split("/") if part)

    @property
    def slug(self) -> str:
        """The last part of the address."""
        return self.path[-1] if self.path else ""

    def markup(self, name: str) -> Markup:
        """A field of formatted text; nothing in it can act."""
        return shown(str(self.values.get(name) or ""))

    @cached_property
    def may(self) -> ItemAbilities:
        """What the person may do with it."""
        return ItemAbilities.of(declared=self.declared, state=self.state, access=self.access, is_root=self.is_root,
                                is_closed=self.space.is_closed)  # fmt: skip

    @property
    def power(self) -> Access:
        """The access with which something is done; in a closed room there is only reading."""
        return Access.NONE if self.space.is_closed else self.access

    @property
    def may_schedule(self) -> bool:
        """Whether the person may let it publish or retract itself."""
        return self.may.may_review and not self.is_root and "publish" in self.declared.workflow.transitions

    @property
    def here(self) -> State:
        """Its state."""
        return self.declared.workflow.states[self.state]


_COLUMNS = """
    i.id, i.parent_id, i.address, i.type, i.title, i.summary, i.tags, i.state, i.inherits, i.marked, i.position,
    i.version, i.begins_at, i.ends_at, i.assignee, i.owner_id, i.owner_organisation_id, i.owner_name, i.changed_by,
    i.created_at, i.changed_at, i.published_at, i.publish_at, i.expires_at, i.bin_id
"""
_GRANTS = """
    CASE WHEN i.marked THEN (SELECT json_agg(json_build_array(g.principal, g.access)) FROM item_grant g
                             WHERE g.space_id = i.space_id AND g.item_id = i.id) END AS grants
"""

_MOST_MOVES = 8  # a folder was moved, then what lies in it, then the folder again ...

# Upwards by the parents, not by the address: in the bin several items may have had the same one.
_BY_ID = f"""
WITH RECURSIVE a AS (
    SELECT i.space_id, i.id, i.parent_id, 0 AS above FROM item i
    WHERE i.space_id = ANY ((SELECT reach_spaces())::uuid[]) AND i.id = {{}}
    UNION ALL
    SELECT p.space_id, p.id, p.parent_id, a.above + 1
    FROM a JOIN item p ON p.space_id = a.space_id AND p.id = a.parent_id
)
SELECT {_COLUMNS}, {SPACE}, {_GRANTS},
       CASE WHEN a.above = 0 THEN i.fields END AS fields
FROM a JOIN space s ON s.id = a.space_id JOIN item i ON i.space_id = a.space_id AND i.id = a.id
ORDER BY a.above DESC
"""  # noqa: S608 - put together from the constants above

# Address by address, so that each is one look into the index: of a condition on several the planner expects too much.
# The addresses stand in a query of their own: where the planner sees them it makes a new plan for each, which takes
# eight times as long as the answer.
_BY_ADDRESS = f"""
SELECT {_COLUMNS}, {SPACE}, {_GRANTS}, CASE WHEN i.address = {{}} THEN i.fields END AS fields
FROM space s CROSS JOIN unnest((SELECT {{}}::text[])) AS w (address)
             JOIN item i ON i.space_id = s.id AND i.address = w.address AND i.bin_id IS NULL
WHERE {{space}}
ORDER BY nlevel(i.path)
"""  # noqa: S608


async def access_item(actor: Actor, item_id: UUID, *, in_bin: bool = False) -> Item:
    """An item that the actor may read.

    Raises:
        NotFound: there is none within reach, it is in the bin (or not, with ``in_bin``), or it is not for them.
    """
    rows = await execute(_BY_ID, item_id)
    if not rows or rows[-1]["id"] != item_id or (rows[-1]["bin_id"] is not None) != in_bin:
        raise NotFound
    return _readable(rows, actor)


async def find_unchecked(actor: Actor, item_id: UUID) -> Item | None:
    """An item within reach whoever may read it, or None; for the worker, which acts for nobody in particular."""
    rows = await execute(_BY_ID, item_id)
    if not rows or rows[-1]["id"] != item_id or rows[-1]["bin_id"] is not None:
        return None
    return item_of(rows, actor)


async def find_address(actor: Actor, space: SpaceKey, address: str) -> Item | None:
    """The item at an address of a space, or None: nothing is there, or nothing for the actor."""
    above = addresses_above(address)
    statement = _BY_ADDRESS.replace("{space}", space.condition)
    rows = await execute(statement, above[-1], above, *space.values)
    if not rows or rows[-1]["address"] != above[-1]:
        return None
    try:
        return _readable(rows, actor)
    except NotFound:
        return None


async def redirect_of(actor: Actor, space: SpaceKey, address: str) -> str | None:
    """Where an item stands now that had this address, or lay below one that had; None when there never was any.

    What the actor may not read has moved nowhere as far as they know.
    """
    for _ in range(_MOST_MOVES):
        rows = await execute(
            f"""
            SELECT r.address, i.address AS now
            FROM space s JOIN item_redirect r ON r.space_id = s.id
                         JOIN item i ON i.space_id = r.space_id AND i.id = r.item_id AND i.bin_id IS NULL
            WHERE {space.condition} AND r.address = ANY ({{}}::text[])
            ORDER BY length(r.address) DESC LIMIT 1
            """,  # noqa: S608 - one of three conditions
            *space.values,
            addresses_above(address)[1:],
        )
        if not rows:
            return None
        rest = address[len(rows[0]["address"]) :]
        address = f"{rows[0]['now']}{rest}".strip("/")
        found = await find_address(actor, space, address)
        if found is not None:
            return found.url
        if not rest:
            return None
    return None


def _readable(rows: Sequence[Mapping[str, Any]], actor: Actor) -> Item:
    item = item_of(rows, actor)
    if not item.may.may_read:
        raise NotFound
    return item


def item_of(rows: Sequence[Mapping[str, Any]], actor: Actor) -> Item:
    """The item in the last row; the rows before are what lies above it."""
    row = rows[-1]
    space = space_of(row)
    ways = _ways(rows)
    marks = tuple(
        Mark(way, r["inherits"], grants_of(r["grants"])) for way, r in zip(ways, rows, strict=True) if r["marked"]
    )
    access = access_at(ways[-1], marks, principals_of(actor)) | owned(actor, row)
    access |= assigned(actor, row, access)
    fields = json.loads(row["fields"] or "{}")
    values = {"title": row["title"], "summary": row["summary"], "tags": list(row["tags"]), **fields}
    crumbs = tuple(
        Crumb(r["id"], r["title"], space.url(r["address"]))
        for way, r in zip(ways, rows[:-1], strict=False)
        if _is_open(actor, r, way, marks)
    )
    plain = (
        "id", "parent_id", "address", "state", "inherits", "marked", "position", "version", "begins_at", "ends_at",
        "assignee", "owner_id", "owner_organisation_id", "owner_name", "changed_by", "created_at", "changed_at",
        "published_at", "publish_at", "expires_at", "bin_id",
    )  # fmt: skip
    return Item(
        space=space,
        declared=type_of(row["type"]),
        values=values,
        access=access,
        marks=marks,
        crumbs=crumbs,
        **{name: row[name] for name in plain},
    )


def _ways(rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, ...]]:
    """The slugs from the root to each of these, of which each lies in the one before. In the bin they are not those of
    its address: what lies above may have been called otherwise since."""
    slugs = tuple(row["address"].rpartition("/")[2] for row in rows[1:])
    return [slugs[:number] for number in range(len(rows))]


def _is_open(actor: Actor, row: Mapping[str, Any], way: Sequence[str], marks: Sequence[Mark]) -> bool:
    """Whether the actor may read what lies above: an item may be open in a place that is not."""
    readers = type_of(row["type"]).workflow.states[row["state"]].readers
    return bool(readers & (access_at(way, marks, principals_of(actor)) | owned(actor, row)))


def owned(actor: Actor, row: Mapping[str, Any]) -> Access:
    """``OWNER`` if the actor made the item, as somebody of the same organisation."""
    is_mine = actor.person_id is not None and row["owner_id"] == actor.person_id
    return Access.OWNER if is_mine and row["owner_organisation_id"] == actor.organisation_id else Access.NONE


def assigned(actor: Actor, row: Mapping[str, Any], access: Access) -> Access:
    """``ASSIGNEE`` if the item is assigned to something the actor counts as and they have other access to it."""
    return Access.ASSIGNEE if access and row["assignee"] in principals_of(actor) else Access.NONE


@lru_cache(maxsize=1024)
def grants_of(found: str | None) -> tuple[tuple[str, Access], ...]:
    """Grants as the statements above bring them."""
    return tuple((principal, Access(access)) for principal, access in json.loads(found or "[]"))
