"""Days and instants. Instants are UTC; days are reckoned and shown in Europe/Berlin (domain.md, section 4)."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")

_OCLOCK = "\N{NO-BREAK SPACE}Uhr"  # a number at the end of one line and its "Uhr" on the next are read as two things

_WEEKDAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
_MONTHS = (
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
)


@lru_cache(maxsize=4096)
def local_day(instant: datetime) -> date:
    """The calendar day in Berlin at that instant."""
    return instant.astimezone(BERLIN).date()


def end_of_day(day: date) -> datetime:
    """The first instant after the day (00:00 in Berlin of the next day), in UTC: at or after it is late."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=BERLIN).astimezone(UTC)


def last_day_before(instant: datetime) -> date:
    """The last whole day before an end such as ``end_of_day`` gives."""
    return local_day(instant - timedelta(microseconds=1))


def is_midnight(instant: datetime) -> bool:
    """Whether a day ends there in Berlin."""
    return instant.astimezone(BERLIN).time() == time()


def german_day(value: datetime | date, *, weekday: bool = True, long: bool = False) -> str:
    """'Fr, 4. Dezember 2026', or with ``long`` 'Freitag, 4. Dezember 2026'."""
    day = local_day(value) if isinstance(value, datetime) else value
    name = _WEEKDAYS[day.weekday()]
    words = f"{day.day}. {_MONTHS[day.month - 1]} {day.year}"
    return f"{name if long else name[:2]}, {words}" if weekday else words


def german_time(instant: datetime) -> str:
    """'14:05 Uhr' in Berlin, never broken before 'Uhr'."""
    return f"{instant.astimezone(BERLIN):%H:%M}{_OCLOCK}"


def german_instant(instant: datetime) -> str:
    """'Fr, 4. Dezember 2026, 14:05 Uhr'."""
    return f"{german_day(instant)}, {german_time(instant)}"


def german_deadline(due_at: datetime) -> str:
    """The last day for a person: 'Fr, 4. Dezember 2026, 24 Uhr', or the minute if the end is not a midnight."""
    if is_midnight(due_at):
        return f"{german_day(last_day_before(due_at))}, 24{_OCLOCK}"
    return german_instant(due_at)


def relative_day(value: datetime | date, now: datetime) -> str:
    """'heute', 'morgen', 'gestern', 'in 11 Tagen', 'vor 3 Tagen', counted in calendar days in Berlin."""
    day = local_day(value) if isinstance(value, datetime) else value
    distance = (day - local_day(now)).days
    near = {0: "heute", 1: "morgen", -1: "gestern"}
    if distance in near:
        return near[distance]
    return f"in {distance} Tagen" if distance > 0 else f"vor {-distance} Tagen"


def years_in(days: int) -> int:
    """Full years in so many days; of more than one nobody counts the days."""
    return int(days / 365.25)


def remaining(due_at: datetime, now: datetime) -> str:
    """How long is left until an end: 'noch 11 Tage', 'noch mehr als 3 Jahre', 'endet heute', 'abgelaufen'."""
    if now >= due_at:
        return "abgelaufen"
    days = (last_day_before(due_at) - local_day(now)).days
    if days == 0:
        return "endet heute"
    if (years := years_in(days)) > 1:
        return f"noch mehr als {years} Jahre"
    return "noch 1 Tag" if days == 1 else f"noch {days} Tage"
