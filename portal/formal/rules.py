"""When a notice is received, and what its period makes of it: without database, clock or request."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any

from portal.deadlines.receipt import Basis, Delivery, Event, ReceiptRule, receipt_of, retrievable
from portal.deadlines.rules import Deadline, Length, Unit, reckon
from portal.deadlines.stored import as_data, event_as_data
from portal.deadlines.workdays import Land
from portal.kit.clock import end_of_day, local_day

LONGEST_SUBJECT, LONGEST_BODY = 300, 20_000


class FormalKind(StrEnum):
    """What a notice is about; its cause is of that kind, a letter has none. Its page: ``presentation``."""

    DIRECTORY = "directory"
    LETTER = "letter"
    VOTE = "vote"


class ReceiptState(StrEnum):
    """Whether a notice got into an organisation's inbox."""

    FAILED = "failed"
    POSTED = "posted"


@dataclass(frozen=True, slots=True)
class Reckoned:
    """A receipt, and the deadline if a period runs from it."""

    event: Event
    at: datetime
    deadline: Deadline | None

    @property
    def last_day(self) -> date | None:
        return self.deadline.last_day if self.deadline else None

    @property
    def due_at(self) -> datetime | None:
        return self.deadline.due_at if self.deadline else None

    @property
    def explanation(self) -> dict[str, Any]:
        """What is kept beside the receipt; without a period the first of the three steps alone."""
        return as_data(self.deadline) if self.deadline else {"receipt": event_as_data(self.event)}


def known_receipt(delivery: Delivery, rule: ReceiptRule, land: Land, *, now: datetime) -> Event | None:
    """The receipt as far as it is certain ``now``, though it may lie ahead; None while it is unproved.

    What has to be fetched only, nobody can hinder: so its receipt is certain as soon as it is posted, even if that is
    on a Saturday and counts from Monday on. What has to be opened or acknowledged is certain when that is done.
    """
    if rule.basis is Basis.RETRIEVABLE:
        return None if delivery.posted_at is None else retrievable(delivery.posted_at, rule, land)
    return receipt_of(delivery, rule, land, now=now)


def deemed_at(posted_at: datetime, rule: ReceiptRule) -> datetime | None:
    """When a notice that nobody opens or acknowledges counts as received by itself; None if it never does."""
    if rule.basis is Basis.RETRIEVABLE or rule.deemed_after_days is None:
        return None
    return end_of_day(local_day(posted_at) + timedelta(days=rule.deemed_after_days - 1)).astimezone(UTC)


def period_of(days: int | None, months: int | None) -> Length | None:
    """The length that a notice keeps in one of two columns."""
    if months is not None:
        return Length(months, Unit.MONTHS)
    return Length(days, Unit.DAYS) if days is not None else None


def reckoned(event: Event, *, now: datetime, period: Length | None, land: Land) -> Reckoned:
    """What follows from a receipt.

    Raises:
        Invalid: it ends in years whose holidays nobody knows.
    """
    deadline = reckon(event, period, land) if period else None
    return Reckoned(event, event.at or now, deadline)
