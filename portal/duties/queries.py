"""What has to be done until when, a page at a time; one statement each, whatever their number."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from portal.duties.rules import Whose
from portal.identity.role_words import ROLE_WORDS, in_order
from portal.kit.clock import last_day_before
from portal.ladders.queries import COLUMNS, ENDED, MINE, OPEN, TOLD, KeptDeadline, kept_deadline
from portal.ladders.rules import Matter
from portal.ladders.words import DUTIES
from portal.reading.queries import TO_READ
from portal.shell.i18n import Sentence, mark
from portal.tasks.queries import OPEN_TASKS
from tenants.context import Actor, Role, Seat
from tenants.database import execute

A_PAGE = 20
LEADING = (Role.LEAD, Role.DIRECTOR)
_MOST_IN_FEED = 500
# What the rights on content say of: only the person of the scope is shown it, as far as they may read it.
_OF_CONTENT = {"task": mark("Aufgabe erledigen"), "reading": mark("Lesen und bestätigen")}

_DEADLINES = f"SELECT {COLUMNS}, NULL::text AS place FROM deadline d WHERE {{condition}}"  # noqa: S608 - a constant
# The same columns of tasks and of what must be read.
_TASKS, _READINGS = (
    f"""
    SELECT t.id, '{matter}', t.title, '/inhalte/' || t.id, NULL::uuid, t.{ends}, t.{begins}, 'open', NULL::timestamptz,
           ARRAY[]::text[], NULL, NULL, NULL, t.place
    FROM ({found}) AS t WHERE t.{ends} IS NOT NULL ORDER BY t.{ends}, t.id LIMIT {{}}
    """  # noqa: S608 - constants of the features
    for matter, found, ends, begins in (
        ("task", OPEN_TASKS, "ends_at", "ends_at"),
        ("reading", TO_READ, "until_at", "asked_at"),
    )
)
_NEXT = "ORDER BY due_at, id LIMIT {}"


@dataclass(frozen=True, slots=True)
class Duty:
    """A row of the page. ``what`` says what is to be done; ``kept`` is None for what is content."""

    id: UUID
    what: str
    title: str
    address: str
    place: str
    due_at: datetime
    set_at: datetime
    roles: tuple[Sentence, ...]
    kept: KeptDeadline | None

    @property
    def last_day(self) -> date:
        """The day on which it ends."""
        return last_day_before(self.due_at)


@dataclass(frozen=True, slots=True)
class Duties:
    """A page of them."""

    shown: tuple[Duty, ...]
    has_more: bool

    def late(self, now: datetime) -> tuple[Duty, ...]:
        """Those whose end has passed."""
        return tuple(duty for duty in self.shown if duty.due_at <= now)

    def due(self, now: datetime) -> tuple[Duty, ...]:
        """Those that can still be kept."""
        return tuple(duty for duty in self.shown if duty.due_at > now)


async def open_duties(actor: Actor, whose: Whose, *, seat: Seat | None = None, page: int = 1) -> Duties:
    """What is still to be done, the most urgent first; with ``seat`` of that network's matters."""
    offset = (page - 1) * A_PAGE
    rows = await _open(actor, whose, seat=seat, limit=A_PAGE + 1, offset=offset)
    return _page(actor, rows)


async def ended_duties(actor: Actor, whose: Whose, *, seat: Seat | None = None, page: int = 1) -> Duties:
    """What is done or dropped, the latest first."""
    condition, values = _whose(actor, whose, seat)
    rows = await execute(
        f"{_DEADLINES.format(condition=ENDED)} AND {condition} "
        "ORDER BY d.ended_at DESC, d.id DESC LIMIT {} OFFSET {}",
        *values,
        A_PAGE + 1,
        (page - 1) * A_PAGE,
    )
    return _page(actor, rows)


async def duties_to_carry(actor: Actor) -> list[Duty]:
    """What the actor has to do themselves, for a calendar of theirs."""
    return [_duty(actor, row) for row in await _open(actor, Whose.MINE, seat=None, limit=_MOST_IN_FEED, offset=0)]


async def _open(actor: Actor, whose: Whose, *, seat: Seat | None, limit: int, offset: int) -> list[dict[str, Any]]:
    condition, values = _whose(actor, whose, seat)
    parts = [f"({_DEADLINES.format(condition=OPEN)} AND {condition} {_NEXT})"]
    given = [*values, offset + limit]
    if whose is Whose.MINE:
        parts += [f"({_TASKS})", f"({_READINGS})"]
        given += [offset + limit, offset + limit]
    return await execute(
        f"SELECT * FROM ({' UNION ALL '.join(parts)}) AS found {_NEXT} OFFSET {{}}",  # noqa: S608
        *given,
        limit,
        offset,
    )


def _whose(actor: Actor, whose: Whose, seat: Seat | None) -> tuple[str, list[object]]:
    """The condition on a deadline d, and its values."""
    if whose is Whose.MINE:
        return MINE, [_values(actor.roles)]
    if whose is Whose.TEAM:
        return TOLD, [_values(actor.roles.intersection(LEADING))]
    if seat is not None:
        return "d.network_id = {}", [seat.network_id]
    return "true", []


def _values(roles: Collection[Role]) -> list[str]:
    return sorted(role.value for role in roles)


def _page(actor: Actor, rows: list[dict[str, Any]]) -> Duties:
    return Duties(tuple(_duty(actor, row) for row in rows[:A_PAGE]), len(rows) > A_PAGE)


def _duty(actor: Actor, row: Mapping[str, Any]) -> Duty:
    if row["matter"] in _OF_CONTENT:
        same = {name: row[name] for name in ("id", "title", "address", "place", "due_at", "set_at")}
        return Duty(**same, what=_OF_CONTENT[row["matter"]], roles=(), kept=None)
    kept = kept_deadline(row)
    seat = actor.seat(kept.network_id) if kept.network_id else None
    return Duty(
        id=kept.id,
        what=DUTIES[Matter(kept.matter)],
        title=kept.title,
        address=kept.address,
        place=seat.name if seat else actor.organisation_name,
        due_at=kept.due_at,
        set_at=kept.set_at,
        roles=tuple(ROLE_WORDS[role] for role in in_order(kept.responsible_roles)),
        kept=kept,
    )
