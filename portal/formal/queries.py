"""Reading formal notices; the wall shows each its own receipt, and all to the sender."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from portal.deadlines.receipt import Basis, Delivery, Event, ReceiptRule
from portal.deadlines.rules import Deadline, Length
from portal.deadlines.stored import event_from_data, from_data
from portal.deadlines.workdays import Land
from portal.formal.rules import FormalKind, ReceiptState, period_of
from portal.kit.errors import NotFound
from tenants.context import Role
from tenants.database import execute

A_PAGE = 20
_MINE = "organisation_id = (SELECT current_organisation())"

_MAY_OPEN = ", ".join(f"'{role}'" for role in (Role.ADMINISTRATOR, Role.DEPUTY, Role.DIRECTOR, Role.REPRESENTATIVE))
# How many notices nobody of the own organisation has opened, by network; nothing for who does not receive them.
UNOPENED_COUNT = f"""
SELECT r.network_id, count(*) FROM formal_receipt r
WHERE r.{_MINE} AND r.posted_at IS NOT NULL AND r.opened_at IS NULL
  AND r.network_id = ANY ((SELECT reach_networks())::uuid[])
  AND EXISTS (
      SELECT FROM role_assignment a
      WHERE a.{_MINE} AND a.person_id = (SELECT current_person()) AND a.role IN ({_MAY_OPEN})
        AND a.valid_from <= hilfenetz_now() AND (a.valid_until IS NULL OR a.valid_until > hilfenetz_now()))
GROUP BY r.network_id
"""  # noqa: S608 - constants of this file


@dataclass(frozen=True, slots=True)
class Receipt:
    """What is known of one recipient. ``event`` and ``deadline`` are read as they were reckoned then."""

    organisation_id: UUID
    name: str
    state: ReceiptState
    postings: int
    posted_at: datetime | None
    notified_at: datetime | None
    opened_at: datetime | None
    acknowledged_at: datetime | None
    received_at: datetime | None
    received_on: date | None
    ends_on: date | None
    due_at: datetime | None
    event: Event | None
    deadline: Deadline | None

    @property
    def delivery(self) -> Delivery:
        """As the rule of receipt needs it."""
        return Delivery(self.posted_at, self.opened_at, self.acknowledged_at)


@dataclass(frozen=True, slots=True)
class Attachment:
    """What is enclosed with a notice, without its content."""

    number: int
    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class FormalNotice:
    """A notice with the receipts the asking organisation may know; ``hands`` are its own people by deed."""

    id: UUID
    network_id: UUID
    year: int
    number: int
    kind: FormalKind
    cause_id: UUID | None
    subject: str
    body: str
    sender_id: UUID
    sender_name: str
    signed_by: str
    posted_at: datetime
    basis: Basis
    from_hour: int
    until_hour: int
    deemed_after_days: int | None
    rule_source: str
    land: Land
    period_days: int | None
    period_months: int | None
    rulebook_version: int
    receipts: tuple[Receipt, ...]
    attachments: tuple[Attachment, ...]
    hands: Mapping[str, str]

    @property
    def rule(self) -> ReceiptRule:
        """Which fact counts as receipt."""
        return ReceiptRule(
            basis=self.basis,
            from_hour=self.from_hour,
            until_hour=self.until_hour,
            deemed_after_days=self.deemed_after_days,
        )

    @property
    def period(self) -> Length | None:
        """How long each recipient has from its receipt; None where nothing runs."""
        return period_of(self.period_days, self.period_months)

    def receipt(self, organisation_id: UUID) -> Receipt | None:
        """What is known of that recipient."""
        return next((each for each in self.receipts if each.organisation_id == organisation_id), None)


@dataclass(frozen=True, slots=True)
class ReceivedLine:
    """A notice in an organisation's inbox, with its own receipt."""

    id: UUID
    year: int
    number: int
    subject: str
    sender_name: str
    posted_at: datetime
    opened_at: datetime | None
    acknowledged_at: datetime | None
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class SentLine:
    """A notice among those sent: its recipients, those whose receipt is proved, and those where posting failed."""

    id: UUID
    year: int
    number: int
    subject: str
    posted_at: datetime
    recipients: int
    received: int
    failed: int


async def access_notice(network_id: UUID, notice_id: UUID) -> FormalNotice:
    """One notice.

    Raises:
        NotFound: neither sent nor received, or not there.
    """
    rows = await execute(_NOTICE, network_id, notice_id)
    if not rows:
        raise NotFound
    return _notice(rows[0])


async def attachment_content(notice: FormalNotice, number: int) -> tuple[Attachment, bytes]:
    """What is enclosed under this number.

    Raises:
        NotFound: nothing is.
    """
    found = next((each for each in notice.attachments if each.number == number), None)
    rows = await execute(
        "SELECT content FROM formal_attachment WHERE network_id = {} AND notice_id = {} AND number = {}",
        notice.network_id,
        notice.id,
        number,
    )
    if found is None or not rows:
        raise NotFound
    return found, bytes(rows[0]["content"])


async def notice_with_key(network_id: UUID, sender_id: UUID | None, key: str) -> FormalNotice | None:
    """What the sender posted under this key already; without one, whoever held the office then."""
    rows = await execute(
        "SELECT id FROM formal_notice WHERE network_id = {} AND sender_id = coalesce({}::uuid, sender_id) AND key = {} "
        "ORDER BY posted_at LIMIT 1",
        network_id,
        sender_id,
        key,
    )
    return await access_notice(network_id, rows[0]["id"]) if rows else None


async def list_received(network_id: UUID, *, page: int = 1) -> tuple[list[ReceivedLine], bool]:
    """A page of the organisation's formal inbox, newest first; and whether there are older ones."""
    rows = await execute(
        f"""
        SELECT n.id, n.year, n.number, n.subject, n.sender_name, r.posted_at, r.opened_at, r.acknowledged_at, r.due_at
        FROM formal_receipt r JOIN formal_notice n ON n.network_id = r.network_id AND n.id = r.notice_id
        WHERE r.network_id = {{}} AND r.{_MINE} AND r.posted_at IS NOT NULL
        ORDER BY r.posted_at DESC, n.id DESC LIMIT {{}} OFFSET {{}}
        """,  # noqa: S608 - a constant
        network_id,
        A_PAGE + 1,
        (page - 1) * A_PAGE,
    )
    return [ReceivedLine(**row) for row in rows[:A_PAGE]], len(rows) > A_PAGE


async def list_sent(network_id: UUID, *, page: int = 1) -> tuple[list[SentLine], bool]:
    """A page of what was sent, newest first; for who sees all receipts."""
    rows = await execute(
        """
        SELECT n.id, n.year, n.number, n.subject, n.posted_at, r.recipients, r.received, r.failed
        FROM formal_notice n CROSS JOIN LATERAL (
            SELECT count(*) AS recipients, count(*) FILTER (WHERE r.received_at <= hilfenetz_now()) AS received,
                   count(*) FILTER (WHERE r.posted_at IS NULL) AS failed
            FROM formal_receipt r WHERE r.network_id = n.network_id AND r.notice_id = n.id) r
        WHERE n.network_id = {} ORDER BY n.posted_at DESC, n.id DESC LIMIT {} OFFSET {}
        """,
        network_id,
        A_PAGE + 1,
        (page - 1) * A_PAGE,
    )
    return [SentLine(**row) for row in rows[:A_PAGE]], len(rows) > A_PAGE


def receipt_from(row: Mapping[str, Any]) -> Receipt:
    """A receipt that was read as JSON."""
    kept = row["explanation"]
    deadline = from_data(kept) if kept and "end" in kept else None
    event = deadline.receipt if deadline else event_from_data(kept["receipt"]) if kept else None
    instants = ("posted_at", "notified_at", "opened_at", "acknowledged_at", "received_at", "due_at")
    return Receipt(
        organisation_id=UUID(row["organisation_id"]),
        name=row["name"],
        state=ReceiptState(row["state"]),
        postings=row["postings"],
        received_on=date.fromisoformat(row["received_on"]) if row["received_on"] else None,
        ends_on=date.fromisoformat(row["ends_on"]) if row["ends_on"] else None,
        event=event,
        deadline=deadline,
        **{name: datetime.fromisoformat(row[name]) if row[name] else None for name in instants},
    )


_NOTICE = f"""
SELECT n.*,
    (SELECT b.version FROM rulebook b WHERE b.network_id = n.network_id AND b.id = n.rulebook_id) AS rulebook_version,
    (SELECT json_agg(row_to_json(r) ORDER BY lower(r.name)) FROM formal_receipt r
     WHERE r.network_id = n.network_id AND r.notice_id = n.id) AS receipts,
    (SELECT json_agg(json_build_object('number', a.number, 'name', a.name, 'size', a.size, 'sha256', a.sha256)
                     ORDER BY a.number) FROM formal_attachment a
     WHERE a.network_id = n.network_id AND a.notice_id = n.id) AS attachments,
    (SELECT json_object_agg(s.deed, a.name) FROM formal_signature s
     JOIN affiliation a ON a.organisation_id = s.organisation_id AND a.person_id = s.person_id
     WHERE s.{_MINE} AND s.notice_id = n.id) AS hands
FROM formal_notice n WHERE n.network_id = {{}} AND n.id = {{}}
"""  # noqa: S608 - constants of this file
_READ = {"kind", "basis", "land", "receipts", "attachments", "hands"}


def _notice(row: Mapping[str, Any]) -> FormalNotice:
    kept = {name: row[name] for name in FormalNotice.__slots__ if name not in _READ}
    return FormalNotice(
        **kept,
        kind=FormalKind(row["kind"]),
        basis=Basis(row["basis"]),
        land=Land(row["land"]),
        receipts=tuple(receipt_from(found) for found in json.loads(row["receipts"] or "[]")),
        attachments=tuple(Attachment(**found) for found in json.loads(row["attachments"] or "[]")),
        hands=json.loads(row["hands"] or "{}"),
    )
