"""The reckoning of periods: event, end (§§ 187, 188 BGB), shift (§ 193 BGB). Days are Berlin's, instants UTC."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from portal.deadlines.receipt import Event
from portal.deadlines.workdays import KNOWN, FreeDay, Land, next_workday
from portal.kit.clock import end_of_day
from portal.kit.errors import Invalid

_MONTHS_OF_A_YEAR = 12


class Unit(StrEnum):
    """In what a length is given."""

    DAYS = "days"
    MONTHS = "months"
    YEARS = "years"


LONGEST = {Unit.DAYS: 3660, Unit.MONTHS: 360, Unit.YEARS: 30}


@dataclass(frozen=True, slots=True)
class Length:
    """How long a period is.

    Raises:
        Invalid: no period, or one so long that somebody must have mistyped it.
    """

    number: int
    unit: Unit

    def __post_init__(self) -> None:
        if 1 <= self.number <= LONGEST[self.unit]:
            return
        if self.unit is Unit.DAYS:
            raise Invalid("Eine Frist in Tagen muss mindestens 1 Tag und höchstens 3660 Tage lang sein.", field="days")
        if self.unit is Unit.MONTHS:
            raise Invalid(
                "Eine Frist in Monaten muss mindestens 1 Monat und höchstens 360 Monate lang sein.", field="months"
            )
        raise Invalid("Eine Frist in Jahren muss mindestens 1 Jahr und höchstens 30 Jahre lang sein.", field="years")


@dataclass(frozen=True, slots=True)
class End:
    """The last day before any shift. ``first_day`` is the first one counted: the day after the event (§ 187 (1)), or
    with ``counts_event_day`` its own (§ 187 (2)). ``shortened``: the last month lacks the day (§ 188 (3))."""

    length: Length
    first_day: date
    day: date
    counts_event_day: bool = False
    shortened: bool = False

    @property
    def law(self) -> tuple[str, ...]:
        """The paragraphs applied."""
        first = "§ 187 (2) BGB" if self.counts_event_day else "§ 187 (1) BGB"
        if self.length.unit is Unit.DAYS:
            return (first, "§ 188 (1) BGB")
        return (first, "§ 188 (2) BGB", "§ 188 (3) BGB") if self.shortened else (first, "§ 188 (2) BGB")


@dataclass(frozen=True, slots=True)
class Shift:
    """What § 193 does with the end. ``skipped``: the free days passed over; none where it stays."""

    land: Land
    day: date
    skipped: tuple[FreeDay, ...] = ()
    applies: bool = True


@dataclass(frozen=True, slots=True)
class Deadline:
    """A period reckoned, with the three steps that led to its last day; ``receipt`` may be another event."""

    receipt: Event
    end: End
    shift: Shift

    @property
    def last_day(self) -> date:
        return self.shift.day

    @property
    def due_at(self) -> datetime:
        """The first instant after the period: at or after it is late."""
        return end_of_day(self.last_day)


def reckon(
    event: Event, length: Length, land: Land, *, counts_event_day: bool = False, shifts: bool = True
) -> Deadline:
    """The deadline of a period.

    ``counts_event_day``: the period begins with the day itself (§ 187 (2)), as a membership that begins on a day.
    ``shifts``: false for what § 193 leaves alone, neither a declaration nor a performance within the period.

    Raises:
        Invalid: it begins or ends in years whose holidays nobody knows.
    """
    day, shortened = _end(event.day, length, counts_event_day=counts_event_day)
    for year in (event.day.year, day.year):
        if year not in KNOWN:
            raise Invalid("Fristen lassen sich nur für die Jahre 1991 bis 2100 berechnen.")
    first_day = event.day if counts_event_day else event.day + timedelta(days=1)
    last_day, skipped = next_workday(day, land) if shifts else (day, ())
    return Deadline(
        receipt=event,
        end=End(length, first_day, day, counts_event_day=counts_event_day, shortened=shortened),
        shift=Shift(land, last_day, skipped, applies=shifts),
    )


def _end(day: date, length: Length, *, counts_event_day: bool) -> tuple[date, bool]:
    """The last day, and whether the month was too short for the one meant."""
    try:
        if length.unit is Unit.DAYS:
            return day + timedelta(days=length.number - counts_event_day), False
        months = length.number * (_MONTHS_OF_A_YEAR if length.unit is Unit.YEARS else 1)
        if counts_event_day and day.day == 1:
            return _in_months(day, months, number=1)[0] - timedelta(days=1), False
        return _in_months(day, months, number=day.day - counts_event_day)
    except (OverflowError, ValueError):  # after the year 9999
        return date.max, False


def _in_months(day: date, months: int, *, number: int) -> tuple[date, bool]:
    """The day of that number so many months later; the month's last one, and true, where it lacks that number."""
    years, month = divmod(day.month - 1 + months, _MONTHS_OF_A_YEAR)
    longest = monthrange(day.year + years, month + 1)[1]
    return date(day.year + years, month + 1, min(number, longest)), number > longest
