"""Reading what must be read, by whom, and who has."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.reading.rules import is_confirmed, is_late
from portal.spaces.places import WITHIN
from portal.spaces.queries import Item
from portal.spaces.queries_lists import NEAREST
from portal.spaces.queries_readers import readers_of
from tenants.context import Actor
from tenants.database import execute

_MINE = "c.organisation_id = (SELECT current_organisation()) AND c.person_id = (SELECT current_person())"
_DEMAND = """
'version', m.version, 'until_at', m.until_at, 'remind_at', m.remind_at, 'reminded_at', m.reminded_at, 'by_id', m.by_id,
'by_organisation_id', m.by_organisation_id, 'by_name', m.by_name, 'by_organisation', m.by_organisation,
'asked_at', m.asked_at
"""
# As one value, for a statement that asks for more: the demand with what the present person confirmed last.
DEMAND = f"""
SELECT json_build_object({_DEMAND}, 'read', (
    SELECT json_build_object('version', c.version, 'at', c.at) FROM read_confirmation c
    WHERE c.space_id = m.space_id AND c.item_id = m.item_id AND {_MINE} ORDER BY c.version DESC LIMIT 1
)) FROM must_read m WHERE m.space_id = {{}} AND m.item_id = {{}}
"""  # noqa: S608 - put together from constants
# Without arguments, for a statement that asks for more. Only where something waits for me the rights are asked.
TO_READ = f"""
WITH unread AS MATERIALIZED (
    SELECT i.space_id, i.id, i.path, i.title, i.readers, i.owner_id, i.owner_organisation_id,
           m.until_at, m.asked_at, m.by_name
    FROM must_read m JOIN item i ON i.space_id = m.space_id AND i.id = m.item_id
    WHERE m.space_id = ANY ((SELECT reach_spaces())::uuid[]) AND i.bin_id IS NULL AND i.state = 'published'
      AND NOT EXISTS (SELECT FROM read_confirmation c WHERE c.space_id = m.space_id AND c.item_id = m.item_id
                      AND {_MINE} AND c.version >= m.version)
), mark AS MATERIALIZED (
    SELECT * FROM access_marks((SELECT array_agg(DISTINCT u.space_id) FROM unread u), (SELECT my_principals()))
)
SELECT i.id, i.title, i.until_at, i.asked_at, i.by_name,
       (SELECT s.title FROM space s WHERE s.id = i.space_id) AS place
FROM unread i
WHERE (i.readers & {NEAREST}) <> 0
   OR ((i.readers & 32) <> 0 AND i.owner_id = (SELECT current_person())
       AND i.owner_organisation_id = (SELECT current_organisation()))
"""  # noqa: S608
_READINGS = f"""
SELECT (SELECT json_build_object({_DEMAND}, 'read', NULL) FROM must_read m
        WHERE m.space_id = {{}} AND m.item_id = {{}}) AS demand,
    (SELECT json_agg(r) FROM readings_of({{}}, {{}}) r) AS readings,
    (SELECT json_agg(json_build_object('id', o.id, 'name', o.name) ORDER BY lower(o.name))
     FROM membership m JOIN organisation o ON o.id = m.organisation_id
     WHERE {WITHIN}) AS members
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Reading:
    """What somebody confirmed last."""

    version: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Demand:
    """That an item must be read; ``read`` is what the present person confirmed, where that was asked for."""

    version: int
    until_at: datetime | None
    remind_at: datetime | None
    reminded_at: datetime | None
    by_id: UUID
    by_organisation_id: UUID
    by_name: str
    by_organisation: str
    asked_at: datetime
    read: Reading | None

    @property
    def is_confirmed(self) -> bool:
        """Whether the present person has nothing left to read."""
        return is_confirmed(self.read.version if self.read else None, asked=self.version)

    @property
    def mark(self) -> str:
        """What a form says it knows of it: another one now means that somebody asked anew or set another end."""
        return f"{self.asked_at.isoformat()} {self.until_at.isoformat() if self.until_at else ''}".strip()

    def is_late(self, now: datetime) -> bool:
        """Whether its end has passed."""
        return is_late(self.until_at, now)

    def is_by(self, actor: Actor) -> bool:
        """Whether the actor asked for it, as somebody of the same organisation."""
        return (self.by_id, self.by_organisation_id) == (actor.person_id, actor.organisation_id)


@dataclass(frozen=True, slots=True)
class ToRead:
    """Something that waits for the present person."""

    id: UUID
    title: str
    until_at: datetime | None
    asked_at: datetime
    by_name: str
    place: str

    @property
    def address(self) -> str:
        """Where it is read."""
        return f"/inhalte/{self.id}"


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody of one's own organisation; ``read`` is the version they confirmed last, if any."""

    name: str
    read: Reading | None

    def has_read(self, asked: int) -> bool:
        """Whether they have nothing left to read."""
        return is_confirmed(self.read.version if self.read else None, asked=asked)


@dataclass(frozen=True, slots=True)
class Readings:
    """Who of one's own organisation has read what is asked for and who has not, and of how many people each other
    member of the network heard so."""

    done: tuple[Reader, ...]
    open: tuple[Reader, ...]
    others: tuple[tuple[str, int], ...]


def demand_of(found: str | None) -> Demand | None:
    """What ``DEMAND`` brings."""
    if not found or (values := json.loads(found)) is None:
        return None
    return _demand(values)


def to_read_of(found: str | None) -> tuple[ToRead, ...]:
    """Rows of ``TO_READ`` as the database puts them together."""
    rows = json.loads(found or "[]")
    return tuple(
        ToRead(**{**row, "id": UUID(row["id"]), **{name: _moment(row[name]) for name in ("until_at", "asked_at")}})
        for row in rows
    )


async def find_demand(item: Item) -> Demand | None:
    """Whether an item must be read, and what the present person confirmed."""
    (row,) = await execute(f"SELECT ({DEMAND}) AS demand", item.space.id, item.id)
    return demand_of(row["demand"])


async def readings_of(actor: Actor, item: Item) -> tuple[Demand | None, Readings]:
    """Everything about who has read an item, for whoever may know; two statements."""
    key = (item.space.id, item.id)
    (row,) = await execute(_READINGS, *key, *key, *item.space.within)
    demand, found = demand_of(row["demand"]), json.loads(row["readings"] or "[]")
    people = {UUID(r["person_id"]): _reader(r) for r in found if r["person_id"]}
    asked = demand.version if demand else 0
    done = {key: who for key, who in people.items() if who.has_read(asked)}
    left = [
        people.get(reader.person_id) or Reader(reader.name, None)
        for reader in await readers_of(actor, item)
        if reader.person_id and reader.person_id not in done
    ]
    counts = {UUID(r["organisation_id"]): r["people"] for r in found if not r["person_id"]}
    members = {UUID(m["id"]): m["name"] for m in json.loads(row["members"] or "[]")}
    others = [(name, counts.get(key, 0)) for key, name in members.items() if key != actor.organisation_id]
    in_order = sorted(done.values(), key=lambda who: who.name.lower())
    return demand, Readings(tuple(in_order), tuple(left), tuple(others))


async def who_must_read(actor: Actor, item: Item) -> set[UUID]:
    """Who of the organisation has to read an item and has not; by the worker. Nobody, unless it is published."""
    rows = await execute(
        """
        SELECT m.version, (SELECT array_agg(c.person_id) FROM read_confirmation c
                           WHERE c.space_id = m.space_id AND c.item_id = m.item_id AND c.organisation_id = {}
                             AND c.version >= m.version) AS done
        FROM must_read m WHERE m.space_id = {} AND m.item_id = {}
        """,
        actor.organisation_id,
        item.space.id,
        item.id,
    )
    if not rows or not item.here.is_public:
        return set()
    readers = {reader.person_id for reader in await readers_of(actor, item) if reader.person_id}
    return readers - set(rows[0]["done"] or ())


def _demand(found: Mapping[str, Any]) -> Demand:
    ids = {name: UUID(found[name]) for name in ("by_id", "by_organisation_id")}
    times = {name: _moment(found[name]) for name in ("until_at", "remind_at", "reminded_at", "asked_at")}
    return Demand(**{**found, **ids, **times, "read": _reading(found["read"])})


def _reader(found: Mapping[str, Any]) -> Reader:
    return Reader(found["name"], _reading(found))


def _reading(found: Mapping[str, Any] | None) -> Reading | None:
    return Reading(found["version"], datetime.fromisoformat(found["at"])) if found else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
