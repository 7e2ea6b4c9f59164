"""When a declaration is received (§ 130 (1) BGB): a fact about one recipient, by the rule the members agreed upon."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from portal.deadlines.workdays import FreeDay, Land, free_day, next_workday
from portal.kit.clock import BERLIN, local_day


class Basis(StrEnum):
    """What makes a day the day of the event. ``EVENT``: it is none of a receipt, such as the day of an admission."""

    ACKNOWLEDGED = "acknowledged"
    DEEMED = "deemed"
    EVENT = "event"
    OPENED = "opened"
    RETRIEVABLE = "retrievable"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptRule:
    """Which fact counts. The hours (until is outside) matter for ``RETRIEVABLE`` only, ``deemed_after_days`` for the
    others: so many days after the posting it counts as received, whatever the recipient does."""

    basis: Basis
    from_hour: int
    until_hour: int
    deemed_after_days: int | None = None

    def __post_init__(self) -> None:
        if self.basis not in (Basis.ACKNOWLEDGED, Basis.OPENED, Basis.RETRIEVABLE):
            raise ValueError(f"no rule of receipt: {self.basis}")
        if not 0 <= self.from_hour < self.until_hour <= 24:  # noqa: PLR2004 - hours of a day
            raise ValueError(f"no business hours: {self.from_hour} to {self.until_hour}")


@dataclass(frozen=True, slots=True)
class Event:
    """What sets a period running on ``day``. ``given_on``: the day of the fact it rests upon, earlier where a notice
    came outside business hours; then ``skipped`` are the free days between, and ``after_hours`` a working day's end."""

    basis: Basis
    day: date
    given_on: date
    skipped: tuple[FreeDay, ...] = ()
    after_hours: bool = False
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """What is known of a notice and one recipient. Not posted, not received."""

    posted_at: datetime | None = None
    opened_at: datetime | None = None
    acknowledged_at: datetime | None = None


def fact(basis: Basis, moment: datetime | date) -> Event:
    """Something that counts when it happens, at whatever hour."""
    if isinstance(moment, datetime):
        return Event(basis, local_day(moment), local_day(moment), at=moment.astimezone(UTC))
    return Event(basis, moment, moment)


def retrievable(posted: datetime | date, rule: ReceiptRule, land: Land) -> Event:
    """Received once it can be fetched in business hours: at once, or when the next working day begins.

    A day without a time is taken for one in business hours.
    """
    given_on = local_day(posted) if isinstance(posted, datetime) else posted
    hour = posted.astimezone(BERLIN).hour if isinstance(posted, datetime) else rule.from_hour
    after_hours = hour >= rule.until_hour and free_day(given_on, land) is None
    day, skipped = next_workday(given_on + timedelta(days=after_hours), land)
    at = _at(day, rule.from_hour)
    if isinstance(posted, datetime):
        at = max(at, posted.astimezone(UTC))
    return Event(Basis.RETRIEVABLE, day, given_on, skipped, after_hours, at)


def receipt_of(delivery: Delivery, rule: ReceiptRule, land: Land, *, now: datetime) -> Event | None:
    """The receipt as it stands ``now``; None while it is unproved and no period runs."""
    return min(_proofs(delivery, rule, land, now), key=lambda event: event.at or now, default=None)


def _proofs(delivery: Delivery, rule: ReceiptRule, land: Land, now: datetime) -> Iterator[Event]:
    if delivery.posted_at is None:
        return
    if rule.basis is Basis.RETRIEVABLE:
        event = retrievable(delivery.posted_at, rule, land)
        if event.at is not None and event.at <= now:
            yield event
        return
    done_at = delivery.opened_at if rule.basis is Basis.OPENED else delivery.acknowledged_at
    if done_at is not None:
        yield fact(rule.basis, done_at)
    if rule.deemed_after_days is not None:
        posted_on = local_day(delivery.posted_at)
        day = posted_on + timedelta(days=rule.deemed_after_days)
        if _at(day, 0) <= now:
            yield Event(Basis.DEEMED, day, posted_on, at=_at(day, 0))


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=BERLIN).astimezone(UTC)
