"""One mechanism for everything that happens later or elsewhere.

An action writes an event in its own transaction, addressed to organisations or to a network. The relay claims what is
due, hands it to the broker under a lease, and the worker's task settles the row in the transaction of its effects.
So a database effect happens exactly once whatever is killed, and a wiped broker only means that a lease runs out.

Time is here and nowhere else: an event with ``due_at`` in the future is the timer.
"""

import json
import random
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar, Self, get_type_hints
from uuid import UUID, uuid4

from tenants.database import execute
from tenants.scope import current_scope

Settled = dict[str, Any]
# What is done is remembered so long. Within it the same key brings nothing about a second time; whatever could be
# announced again after that says itself that it is past.
DONE_KEPT = timedelta(days=400)
_FORGOTTEN_AT_ONCE = 1_000
_PLAIN = (UUID, int, StrEnum, date, datetime)
_LARGEST = 2**31
# What comes of an event that asks for something that is not there, or not its sender's to ask for. Sent by another
# organisation it rests without troubling its recipient, who can do nothing about it.
REFUSED = ("Conflict", "NotFound", "UnknownEvent", "Unreadable", "WrongSender")
_OF_CLASS = frozenset({"registry", "from_others", "of_space"})


class Event:
    """Base of everything that goes through the outbox: a frozen dataclass of identifiers, numbers, codes and dates.

    No names and no texts: the queue is read across organisations. An event comes from the organisation it is for, or
    from the worker; ``from_others`` says that an organisation may address it to another, or to a network: its reactions
    must then not take its word for anything. ``of_space``: it is for whoever its ``space_id`` belongs to (a room's: to
    its network); for anybody else nothing follows from it.
    """

    registry: ClassVar[dict[str, type["Event"]]] = {}
    from_others: ClassVar[bool] = False
    of_space: ClassVar[bool] = False

    def __init_subclass__(cls, *, from_others: bool = False, of_space: bool = False) -> None:
        if cls.__name__ in Event.registry:
            raise TypeError(f"Two events are called {cls.__name__}; names are addresses in the queue and must differ.")
        for name, kind in get_type_hints(cls).items():
            if name not in _OF_CLASS and not (isinstance(kind, type) and issubclass(kind, _PLAIN)):
                raise TypeError(f"{cls.__name__}.{name}: events carry UUID, int, StrEnum, date or datetime only.")
        cls.from_others, cls.of_space = from_others, of_space
        Event.registry[cls.__name__] = cls

    def payload(self) -> dict[str, str | int]:
        """The fields as JSON values."""
        values = ((field.name, getattr(self, field.name)) for field in fields(self))  # type: ignore[arg-type]
        return {name: value if isinstance(value, int) else _text(value) for name, value in values}

    @classmethod
    def parse(cls, payload: Mapping[str, str | int]) -> Self:
        """The event a payload was made from."""
        hints = get_type_hints(cls)
        return cls(**{name: _value(hints[name], value) for name, value in payload.items()})


class Unreadable(Exception):
    """A row of the outbox that is no event, as far as this program knows."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A row of the outbox as it travels: whose it is, and nothing that the row itself does not know better."""

    id: UUID
    organisation_id: UUID | None
    network_id: UUID | None
    event: str


async def emit(
    event: Event, *, to: Iterable[UUID] = (), network: UUID | None = None, due_at: datetime | None = None, key: str
) -> None:
    """Address an event to organisations, or to a network as a whole, in the caller's transaction.

    Recipient, ``key`` and sender (the open scope's organisation) are unique together: emitting the same again changes
    nothing, and nobody can use up a key of somebody else.
    """
    scope = current_scope()
    organisations = list(to)
    recipients: list[tuple[UUID | None, UUID | None]] = [(organisation, None) for organisation in organisations]
    if network is not None:
        recipients.append((None, network))
    if not recipients:
        return
    await execute(
        """
        INSERT INTO outbox
            (id, organisation_id, network_id, event, payload, key, due_at, next_at, request_id, created_at)
        SELECT r.id, r.organisation_id, r.network_id, {}, {}::jsonb, {}, {}, {}, {}, {}
        FROM unnest({}::uuid[], {}::uuid[], {}::uuid[]) AS r (id, organisation_id, network_id)
        ON CONFLICT DO NOTHING
        """,
        type(event).__name__,
        json.dumps(event.payload()),
        key,
        due_at or scope.now,
        due_at or scope.now,
        scope.request_id,
        scope.now,
        [uuid4() for _ in recipients],
        [organisation for organisation, _ in recipients],
        [network_id for _, network_id in recipients],
    )


async def emit_each(events: Sequence[tuple[Event, str]], *, to: UUID) -> None:
    """Address each of these events, with its key, to one organisation, due now: one statement, however many."""
    scope = current_scope()
    if not events:
        return
    await execute(
        """
        INSERT INTO outbox (id, organisation_id, event, payload, key, due_at, next_at, request_id, created_at)
        SELECT e.id, {}, e.event, e.payload, e.key, {}, {}, {}, {}
        FROM unnest({}::uuid[], {}::text[], {}::jsonb[], {}::text[]) AS e (id, event, payload, key)
        ON CONFLICT DO NOTHING
        """,
        to,
        scope.now,
        scope.now,
        scope.request_id,
        scope.now,
        [uuid4() for _ in events],
        [type(event).__name__ for event, _ in events],
        [json.dumps(event.payload()) for event, _ in events],
        [key for _, key in events],
    )


async def claim(*, limit: int, lease: timedelta, of: Collection[str] = (), but: bool = True) -> list[Envelope]:
    """Take what is due for handing out: of all events but these, or without ``but`` of these alone. Worker only.

    For ``lease`` nobody else hands it out again.
    """
    rows = await execute(
        """
        WITH due AS (
            SELECT id FROM outbox
            WHERE state IN ('waiting', 'handed') AND next_at <= hilfenetz_now() AND (event = ANY ({}::text[])) <> {}
            ORDER BY next_at LIMIT {} FOR UPDATE SKIP LOCKED
        )
        UPDATE outbox SET state = 'handed', next_at = hilfenetz_now() + {}
        FROM due WHERE outbox.id = due.id
        RETURNING outbox.id, outbox.organisation_id, outbox.network_id, outbox.event
        """,
        [*of],
        but,
        limit,
        lease,
    )
    return [Envelope(**row) for row in rows]


async def release(identifiers: Iterable[UUID]) -> None:
    """Give back rows that were claimed and could not be handed out: the next round takes them at once. Worker only."""
    await execute(
        """
        UPDATE outbox SET state = 'waiting', next_at = hilfenetz_now() WHERE id = ANY ({}::uuid[]) AND state = 'handed'
        """,
        list(identifiers),
    )


async def begin(identifier: UUID) -> Event | None:
    """Lock a row for settling; None when it is settled already (a second delivery of the same message).

    Raises:
        Unreadable: it is no event that this program knows.
    """
    rows = await execute(
        "SELECT event, payload FROM outbox WHERE id = {} AND state IN ('waiting', 'handed') FOR UPDATE", identifier
    )
    if not rows:
        return None
    try:
        return Event.registry[rows[0]["event"]].parse(json.loads(rows[0]["payload"]))
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as problem:
        raise Unreadable from problem


async def is_at_home(event: Event) -> bool:
    """Whether this is the scope of whoever the event is for: of one about a space, of whoever the space belongs to."""
    if not event.of_space:
        return True
    scope = current_scope()
    rows = await execute(
        "SELECT FROM space s LEFT JOIN room r ON r.id = s.room_id "
        "WHERE s.id = {} AND (s.organisation_id = {} OR coalesce(s.network_id, r.network_id) = {})",
        event.space_id,  # type: ignore[attr-defined]
        scope.organisation_id,
        scope.network_id,
    )
    return bool(rows)


async def settle(identifier: UUID) -> None:
    """Mark a row done, in the transaction of its effects."""
    await execute(
        """
        UPDATE outbox SET state = 'done', attempts = attempts + 1, done_at = hilfenetz_now(), last_error = NULL
        WHERE id = {}
        """,
        identifier,
    )


async def fail(identifier: UUID, *, error: str, max_attempts: int) -> Settled | None:
    """Record a failed attempt: try again later, or give up into state ``dead``.

    ``error`` is the class of the failure, not its text: texts may carry personal data.
    """
    rows = await execute(
        """
        UPDATE outbox SET attempts = attempts + 1, last_error = {},
               state = CASE WHEN attempts + 1 >= {} THEN 'dead' ELSE 'waiting' END,
               next_at = hilfenetz_now()
                   + least(interval '1 hour', interval '2 seconds' * power(2, least(attempts, 12))) * {}::float8
        WHERE id = {} AND state IN ('waiting', 'handed')
        RETURNING id, event, state, attempts
        """,
        error[:200],
        max_attempts,
        random.uniform(0.5, 1.0),  # noqa: S311 - jitter, not a secret
        identifier,
    )
    return rows[0] if rows else None


async def forget_done() -> int:
    """Delete some of what was done long ago, the oldest first; gives back how many rows went. Worker only."""
    rows = await execute(
        """
        DELETE FROM outbox WHERE id = ANY (ARRAY(
            SELECT id FROM outbox WHERE state = 'done' AND done_at < hilfenetz_now() - {}::interval
            ORDER BY done_at LIMIT {} FOR UPDATE SKIP LOCKED)) RETURNING id
        """,
        DONE_KEPT,
        _FORGOTTEN_AT_ONCE,
    )
    return len(rows)


async def send_again(identifier: UUID) -> bool:
    """Give a dead row another set of attempts; False when it is not dead or not of this organisation."""
    rows = await execute(
        "UPDATE outbox SET state = 'waiting', attempts = 0, next_at = {} WHERE id = {} AND state = 'dead' RETURNING id",
        current_scope().now,
        identifier,
    )
    return bool(rows)


def _text(value: UUID | StrEnum | date | datetime) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _value(kind: Any, value: str | int) -> Any:
    if issubclass(kind, date):
        found = kind.fromisoformat(str(value))
        if not 1900 < found.year < 3000 or (kind is datetime and found.tzinfo is None):  # noqa: PLR2004 - years
            raise ValueError("a date that no event of ours has")
        return found
    if kind is int and not -_LARGEST <= int(value) < _LARGEST:
        raise ValueError("a number that no event of ours has")
    return kind(value)
