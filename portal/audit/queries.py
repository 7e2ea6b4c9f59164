"""Reading the trail: the data protection officer under the wall, the auditor across all organisations."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from portal.audit.rules import BEGINNING, Entry, Head
from portal.kit.clock import local_day
from tenants.database import execute

CHECKED = "audit:checked"
_CHUNK = 2_000
_COLUMNS = (
    "e.organisation_id, e.seq, e.id, e.at, e.person_id, e.action, e.subject, e.subject_id, e.details, e.request_id, "
    "e.previous_hash, e.hash"
)
_OWN = "e.organisation_id = (SELECT current_organisation())"
_NEWEST_FIRST = "ORDER BY e.at DESC, e.seq DESC"
_CONCERNS = "(e.person_id = {} OR (e.subject = 'person' AND e.subject_id = {}) OR e.details ->> 'to_person' = {})"
# Nothing of the outer row: so it is asked once, and the index on (organisation_id, at, seq) begins there.
_OLDER = """(e.at, e.seq) < (
    SELECT c.at, c.seq FROM audit_entry c WHERE c.organisation_id = (SELECT current_organisation()) AND c.seq = {})"""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Which entries: from an instant (inclusive) until another (exclusive), what was done, and who did it or whom it is
    about."""

    since: datetime | None = None
    until: datetime | None = None
    action: str | None = None
    person_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as it is shown, with the names of who acted and of the person it is about; empty where there is none."""

    entry: Entry
    person: str
    about: str


@dataclass(frozen=True, slots=True)
class LastCheck:
    """What the last check by the organisation itself found; ``broken_at`` is None when the chain was intact."""

    at: datetime
    entries: int
    complete: bool
    broken_at: int | None


@dataclass(frozen=True, slots=True)
class Page:
    """Some entries, newest first, and the last check of the chain."""

    lines: tuple[Line, ...]
    has_older: bool
    checked: LastCheck | None

    def days(self) -> list[tuple[date, list[Line]]]:
        """The lines by day, in their order."""
        return [(day, list(lines)) for day, lines in groupby(self.lines, key=lambda line: local_day(line.entry.at))]


@dataclass(frozen=True, slots=True)
class Trail:
    """A chain from outside: whose it is, its head (None: there is none) and the number its last entry has."""

    organisation_id: UUID
    slug: str
    name: str
    head: Head | None
    last: int


async def is_recorded(action: str, subject_id: UUID, *, since: datetime) -> bool:
    """Whether the organisation's trail says that this was done with it, since an instant."""
    rows = await execute(
        f"SELECT FROM audit_entry e WHERE {_OWN} AND e.action = {{}} AND e.at >= {{}} AND e.subject_id = {{}} LIMIT 1",
        action,
        since,
        subject_id,
    )
    return bool(rows)


async def page_of(excerpt: Excerpt, *, before: int | None = None, limit: int = 50) -> Page:
    """A page of the scope's own trail, older than the entry numbered ``before``; one statement."""
    conditions, values = _conditions(excerpt, before)
    rows = await execute(
        f"""
        WITH checked AS (
            SELECT e.at, e.details FROM audit_entry e WHERE {_OWN} AND e.action = {{}} {_NEWEST_FIRST} LIMIT 1
        ), lines AS (
            SELECT {_COLUMNS} FROM audit_entry e WHERE {conditions} {_NEWEST_FIRST} LIMIT {{}}
        )
        SELECT l.*, COALESCE(a.name, '') AS person, COALESCE(b.name, '') AS about,
               c.at AS checked_at, c.details AS found
        FROM (SELECT) AS always
        LEFT JOIN lines l ON true
        LEFT JOIN affiliation a ON a.organisation_id = l.organisation_id AND a.person_id = l.person_id
        LEFT JOIN affiliation b
            ON b.organisation_id = l.organisation_id
            AND b.person_id = CASE l.subject WHEN 'person' THEN l.subject_id ELSE (l.details ->> 'to_person')::uuid END
        LEFT JOIN checked c ON true
        ORDER BY l.at DESC, l.seq DESC
        """,  # noqa: S608 - constants of this file
        CHECKED,
        *values,
        limit + 1,
    )
    lines = [Line(_entry(row), row["person"], row["about"]) for row in rows if row["seq"] is not None]
    return Page(tuple(lines[:limit]), len(lines) > limit, _last_check(rows[0]["checked_at"], rows[0]["found"]))


async def list_persons() -> list[tuple[UUID, str]]:
    """Everybody who works or has worked here, by name."""
    rows = await execute(
        "SELECT person_id, name FROM affiliation WHERE organisation_id = (SELECT current_organisation()) "
        "ORDER BY lower(name), person_id"
    )
    return [(row["person_id"], row["name"]) for row in rows]


async def list_trails() -> list[Trail]:
    """Every organisation that has entries or a head, within what the role may see; by address."""
    rows = await execute(
        """
        SELECT o.id AS organisation_id, o.slug, o.name, h.seq, h.hash, COALESCE(l.seq, 0) AS last
        FROM organisation o
        LEFT JOIN audit_head h ON h.organisation_id = o.id
        LEFT JOIN LATERAL (
            SELECT e.seq FROM audit_entry e WHERE e.organisation_id = o.id ORDER BY e.seq DESC LIMIT 1
        ) l ON true
        WHERE h.seq IS NOT NULL OR l.seq IS NOT NULL
        ORDER BY o.slug
        """
    )
    return [
        Trail(
            organisation_id=row["organisation_id"],
            slug=row["slug"],
            name=row["name"],
            head=None if row["seq"] is None else Head(row["seq"], row["hash"]),
            last=row["last"],
        )
        for row in rows
    ]


async def walk(organisation_id: UUID, *, after: int, until: int) -> AsyncIterator[list[Entry]]:
    """The entries of a chain in order, in chunks, from behind ``after`` up to and with ``until``."""
    while after < until:
        rows = await execute(
            f"""
            SELECT {_COLUMNS} FROM audit_entry e
            WHERE e.organisation_id = {{}} AND e.seq > {{}} AND e.seq <= {{}} ORDER BY e.seq LIMIT {{}}
            """,  # noqa: S608 - constants of this file
            organisation_id,
            after,
            until,
            _CHUNK,
        )
        if not rows:
            return
        yield [_entry(row) for row in rows]
        after = rows[-1]["seq"]


async def link_at(organisation_id: UUID, seq: int) -> Head:
    """Where a walk that begins behind the entry ``seq`` must link to."""
    if seq <= 0:
        return Head(0, BEGINNING)
    rows = await execute(
        "SELECT seq, hash FROM audit_entry WHERE organisation_id = {} AND seq <= {} ORDER BY seq DESC LIMIT 1",
        organisation_id,
        seq,
    )
    return Head(rows[0]["seq"], rows[0]["hash"]) if rows else Head(0, BEGINNING)


def _conditions(excerpt: Excerpt, before: int | None) -> tuple[str, list[object]]:
    who = excerpt.person_id
    choices: tuple[tuple[str, list[object]], ...] = (
        ("e.at >= {}", [excerpt.since]),
        ("e.at < {}", [excerpt.until]),
        ("e.action = {}", [excerpt.action]),
        (_CONCERNS, [who, who, who and str(who)]),
        (_OLDER, [before]),
    )
    wanted = [(condition, values) for condition, values in choices if None not in values]
    conditions = [_OWN, *(condition for condition, _ in wanted)]
    return " AND ".join(conditions), [value for _, values in wanted for value in values]


def _entry(row: dict[str, Any]) -> Entry:
    return Entry(
        **{name: row[name] for name in Entry.__slots__ if name != "details"}, details=json.loads(row["details"])
    )


def _last_check(at: datetime | None, found: str | None) -> LastCheck | None:
    if at is None or found is None:
        return None
    details = json.loads(found)
    return LastCheck(
        at=at, entries=details["entries"], complete=details["complete"], broken_at=details.get("broken_at")
    )
