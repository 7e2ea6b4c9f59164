"""Reading an inbox and an organisation's deliveries; the wall narrows every statement to the open scope."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from portal.kit.errors import NotFound
from portal.notices.events import MailDue
from portal.notices.rules import DeliveryState, MailProblem, NoticeKind, problem_of
from tenants.database import execute
from tenants.outbox import REFUSED

UNREAD_COUNT = """
SELECT count(*) FROM inbox_entry e
WHERE e.organisation_id = (SELECT current_organisation()) AND e.person_id = (SELECT current_person())
  AND e.read_at IS NULL
"""

# Work that was given up, and was not refused because another organisation asked for what is not there.
_STUCK = f"""
o.organisation_id = (SELECT current_organisation()) AND o.state = 'dead' AND o.event <> '{MailDue.__name__}'
AND NOT (coalesce(o.sender_id, o.organisation_id) <> o.organisation_id AND coalesce(o.last_error, '') IN {REFUSED})
"""
TROUBLE_COUNT = f"""
SELECT (SELECT count(*) FROM delivery d WHERE d.organisation_id = (SELECT current_organisation()) AND d.state = 'dead')
     + (SELECT count(*) FROM outbox o WHERE {_STUCK})
"""  # noqa: S608 - constants

_MINE = "e.organisation_id = (SELECT current_organisation()) AND e.person_id = (SELECT current_person())"
_NOTICE = f"""
SELECT n.id, n.kind, n.subject_id, n.address, n.params, n.created_at, e.read_at,
       e.set_aside_at IS NOT NULL AS is_set_aside
FROM inbox_entry e JOIN notice n ON n.organisation_id = e.organisation_id AND n.id = e.notice_id
WHERE {_MINE}
"""  # noqa: S608 - constants of this file

# The notices the present person has not read: for a page that shows more than an inbox, which narrows it.
UNREAD_NOTICES = f"{_NOTICE} AND e.read_at IS NULL"


@dataclass(frozen=True, slots=True)
class InboxNotice:
    """A notice as the present person has it. Of ``params``, names in _at are instants and names in _on are dates.

    One that ``is_set_aside`` counts as read, though nobody has read it: its matter lies in the bin.
    """

    id: UUID
    kind: NoticeKind
    subject_id: UUID
    address: str
    params: dict[str, Any]
    created_at: datetime
    read_at: datetime | None
    is_set_aside: bool


@dataclass(frozen=True, slots=True)
class Inbox:
    """Unread notices and a page of read ones, each newest first."""

    unread: tuple[InboxNotice, ...]
    read: tuple[InboxNotice, ...]
    has_older: bool


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """A mail as the administrator sees it: to whom, where it is, why not; nothing of its matter."""

    id: UUID
    state: DeliveryState
    attempts: int
    problem: MailProblem | None
    created_at: datetime
    sent_at: datetime | None
    next_at: datetime | None
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class StuckWork:
    """Work for this organisation that the worker gave up; ``event`` and ``error`` are names from the program."""

    id: UUID
    event: str
    error: str
    attempts: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Deliveries:
    """What needs looking after, and the latest that does not."""

    troubled: tuple[DeliveryRow, ...]
    latest: tuple[DeliveryRow, ...]
    stuck: tuple[StuckWork, ...]


async def unread_subjects() -> list[UUID]:
    """What anybody of the organisation was told about and has not read; by the worker."""
    return await _subjects("e.read_at IS NULL")


async def subjects_set_aside() -> list[UUID]:
    """What waits for nobody of the organisation while it lies in the bin; by the worker."""
    return await _subjects("e.set_aside_at IS NOT NULL")


async def list_unread(*, limit: int = 50) -> list[InboxNotice]:
    """The present person's unread notices, newest first."""
    rows = await execute(f"{_NOTICE} AND e.read_at IS NULL ORDER BY e.notice_id DESC LIMIT {{}}", limit)
    return [_notice(row) for row in rows]


def unread_notice(found: dict[str, Any]) -> InboxNotice:
    """A row of ``UNREAD_NOTICES`` that was read as JSON."""
    values = {name: UUID(found[name]) for name in ("id", "subject_id")}
    params = json.dumps(found["params"])
    return _notice({**found, **values, "params": params, "created_at": datetime.fromisoformat(found["created_at"])})


async def inbox_of(*, before: UUID | None = None, limit: int = 20) -> Inbox:
    """The present person's inbox; ``before`` leads to older read notices."""
    older = " AND e.notice_id < {}" if before else ""
    rows = await execute(
        f"{_NOTICE} AND e.read_at IS NOT NULL{older} ORDER BY e.notice_id DESC LIMIT {{}}",
        *([before] if before else []),
        limit + 1,
    )
    read = [_notice(row) for row in rows]
    return Inbox(tuple(await list_unread()), tuple(read[:limit]), len(read) > limit)


async def access_notice(notice_id: UUID) -> InboxNotice:
    """A notice the present person was told.

    Raises:
        NotFound: they were not.
    """
    rows = await execute(f"{_NOTICE} AND e.notice_id = {{}}", notice_id)
    if not rows:
        raise NotFound
    return _notice(rows[0])


async def deliveries_of(*, limit: int = 50) -> Deliveries:
    """The organisation's mails and its stuck work."""
    troubled = await _list_deliveries("d.state IN ('failed', 'dead')", limit=200)
    latest = await _list_deliveries("d.state NOT IN ('failed', 'dead')", limit=limit)
    return Deliveries(tuple(troubled), tuple(latest), tuple(await _list_stuck()))


async def access_delivery(delivery_id: UUID) -> DeliveryRow:
    """A mail of the organisation.

    Raises:
        NotFound: it has none of that identifier.
    """
    rows = await _list_deliveries("d.id = {}", delivery_id, limit=1)
    if not rows:
        raise NotFound
    return rows[0]


async def list_dead() -> list[DeliveryRow]:
    """Every mail of the organisation that was given up."""
    return await _list_deliveries("d.state = 'dead'", limit=10_000)


async def outbox_of(delivery_id: UUID) -> UUID | None:
    """The row of the outbox that sends a mail."""
    rows = await execute(
        """
        SELECT id FROM outbox
        WHERE organisation_id = (SELECT current_organisation()) AND network_id IS NULL AND key = {}
          AND coalesce(sender_id, organisation_id) = organisation_id
        """,
        mail_key(delivery_id),
    )
    return rows[0]["id"] if rows else None


def mail_key(delivery_id: UUID) -> str:
    """The key of the event that sends a mail."""
    return f"mail:{delivery_id}"


async def _subjects(condition: str) -> list[UUID]:
    rows = await execute(
        "SELECT DISTINCT n.subject_id FROM inbox_entry e "  # noqa: S608 - constants of this file
        "JOIN notice n ON n.organisation_id = e.organisation_id AND n.id = e.notice_id "
        f"WHERE e.organisation_id = (SELECT current_organisation()) AND {condition}"
    )
    return [row["subject_id"] for row in rows]


async def _list_deliveries(condition: str, *values: object, limit: int) -> list[DeliveryRow]:
    rows = await execute(
        f"""
        SELECT d.id, d.state, d.attempts, d.last_error, d.created_at, d.sent_at, a.name, a.email,
               CASE WHEN o.state IN ('waiting', 'handed') THEN o.next_at END AS next_at
        FROM delivery d
        JOIN affiliation a ON a.organisation_id = d.organisation_id AND a.person_id = d.person_id
        LEFT JOIN outbox o ON o.organisation_id = d.organisation_id AND o.network_id IS NULL AND o.key = 'mail:' || d.id
            AND coalesce(o.sender_id, d.organisation_id) = d.organisation_id
        WHERE d.organisation_id = (SELECT current_organisation()) AND {condition} ORDER BY d.id DESC LIMIT {{}}
        """,  # noqa: S608 - constants of this file
        *values,
        limit,
    )
    return [
        DeliveryRow(
            id=row["id"],
            state=DeliveryState(row["state"]),
            attempts=row["attempts"],
            problem=problem_of(row["last_error"]),
            created_at=row["created_at"],
            sent_at=row["sent_at"],
            next_at=row["next_at"],
            name=row["name"],
            email=row["email"],
        )
        for row in rows
    ]


async def _list_stuck() -> list[StuckWork]:
    rows = await execute(
        f"""
        SELECT o.id, o.event, coalesce(o.last_error, '') AS error, o.attempts, o.created_at FROM outbox o
        WHERE {_STUCK} ORDER BY o.created_at DESC LIMIT 100
        """  # noqa: S608 - constants
    )
    return [StuckWork(**row) for row in rows]


def _notice(row: dict[str, Any]) -> InboxNotice:
    params = {name: _typed(name, value) for name, value in json.loads(row["params"]).items()}
    return InboxNotice(**{**row, "kind": NoticeKind(row["kind"]), "params": params})


def _typed(name: str, value: str | int) -> str | int | date | datetime:
    if name.endswith("_at"):
        return datetime.fromisoformat(str(value))
    return date.fromisoformat(str(value)) if name.endswith("_on") else value
