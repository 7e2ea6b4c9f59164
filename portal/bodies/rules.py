"""What can be said of meetings and minutes without a database, clock or request."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from portal.deadlines.receipt import Basis, fact
from portal.deadlines.rules import Deadline, Length, Unit, reckon
from portal.deadlines.workdays import Land
from portal.kit.clock import BERLIN, end_of_day, local_day

LONGEST_TITLE, LONGEST_RECORD, LONGEST_RESOLUTION, LONGEST_OBJECTION = 200, 20_000, 4000, 4000
MOST_ITEMS, LONGEST_ITEM = 60, 480  # items of an agenda, and minutes for one
USUAL_LENGTH = 120  # minutes of a meeting


class Part(StrEnum):
    """What somebody is in a body for their organisation."""

    DEPUTY = "deputy"
    REPRESENTATIVE = "representative"


class MeetingState(StrEnum):
    """What was done about a meeting; that it is over, the clock says."""

    CANCELLED = "cancelled"
    INVITED = "invited"
    PLANNED = "planned"


class MinutesState(StrEnum):
    """How far the minutes are."""

    APPROVED = "approved"
    CIRCULATED = "circulated"
    DRAFT = "draft"
    NONE = "none"


class Presence(StrEnum):
    """Whether a member was there."""

    ABSENT = "absent"
    EXCUSED = "excused"
    PRESENT = "present"


class Outcome(StrEnum):
    """What became of an objection: the minutes were changed, or kept as they are."""

    KEPT = "kept"
    MET = "met"


class Stage(StrEnum):
    """Where a meeting stands, from all that is known: what is next follows from it."""

    APPROVED = "approved"
    CANCELLED = "cancelled"
    CIRCULATED = "circulated"  # objections are possible
    HELD = "held"  # and nobody has begun to write
    INVITED = "invited"
    LAPSED = "lapsed"  # its time is over and nobody was invited
    PLANNED = "planned"
    READY = "ready"  # the time for objections is over
    RUNNING = "running"
    WRITING = "writing"


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when a meeting is, and where."""

    begins_at: datetime
    ends_at: datetime
    place: str = ""
    link: str = ""


def mark_of(title: str, span: Span) -> str:
    """What tells whether a meeting still is called, and takes place, as somebody saw it."""
    said = (title, span.begins_at.timestamp(), span.ends_at.timestamp(), span.place, span.link)
    return sha256(repr(said).encode()).hexdigest()


def stage_of(
    state: MeetingState,
    minutes: MinutesState,
    *,
    begins_at: datetime,
    ends_at: datetime,
    objections_until: datetime | None,
    now: datetime,
) -> Stage:
    """Where a meeting stands at this instant."""
    if state is not MeetingState.INVITED:
        return (
            Stage.CANCELLED if state is MeetingState.CANCELLED else Stage.LAPSED if now >= begins_at else Stage.PLANNED
        )
    if minutes is MinutesState.CIRCULATED:
        return Stage.CIRCULATED if objections_until is not None and now < objections_until else Stage.READY
    if minutes is not MinutesState.NONE:
        return Stage.APPROVED if minutes is MinutesState.APPROVED else Stage.WRITING
    if now < begins_at:
        return Stage.INVITED
    return Stage.RUNNING if now < ends_at else Stage.HELD


def next_begin(begins_at: datetime, months: int, land: Land) -> datetime:
    """The date the rhythm proposes after a meeting: the same time of day so many months later, on a working day."""
    day = reckon(fact(Basis.EVENT, local_day(begins_at)), Length(months, Unit.MONTHS), land).last_day
    return datetime.combine(day, begins_at.astimezone(BERLIN).time(), tzinfo=BERLIN).astimezone(UTC)


def first_begin(today: date, land: Land) -> datetime:
    """The date to suggest where no rhythm says one: in a month, on a working day at ten."""
    day = reckon(fact(Basis.EVENT, today), Length(1, Unit.MONTHS), land).last_day
    return datetime.combine(day, datetime.min.time().replace(hour=10), tzinfo=BERLIN).astimezone(UTC)


def invitation_due(begins_at: datetime, days: int, *, now: datetime) -> datetime:
    """The first instant that is too late to invite; at the earliest the end of today."""
    return end_of_day(max(local_day(begins_at) - timedelta(days=days), local_day(now)))


def period_after(instant: datetime, length: Length, land: Land) -> Deadline:
    """A period of the rulebook that something on that day sets running."""
    return reckon(fact(Basis.EVENT, local_day(instant)), length, land)
