"""Days and instants as people write them, in templates. The exact instant stands in ``title`` and ``datetime``."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import lru_cache

from babel.dates import format_date
from markupsafe import Markup

from portal.kit import clock

Filter = Callable[..., str]


# The same instants are shown again and again, and a day in Berlin costs more than a look into a table.
_remembered = lru_cache(maxsize=4096)


def _opening(exact: datetime | date, title: str) -> str:
    stamp = exact.astimezone(UTC).isoformat(timespec="seconds") if isinstance(exact, datetime) else exact.isoformat()
    return f'<time datetime="{stamp}" title="{title}">'


class German:
    """The words of ``portal.kit.clock``."""

    @staticmethod
    def short(value: datetime | date) -> str:
        """'04.12.2026', for tables; the weekday stands in the title."""
        day = clock.local_day(value) if isinstance(value, datetime) else value
        return f"{day:%d.%m.%Y}"

    day = staticmethod(clock.german_day)
    time = staticmethod(clock.german_time)
    instant = staticmethod(clock.german_instant)
    deadline = staticmethod(clock.german_deadline)
    relative = staticmethod(clock.relative_day)
    remaining = staticmethod(clock.remaining)


class English:
    """The same in English; time is still the time in Berlin."""

    @staticmethod
    def short(value: datetime | date) -> str:
        """'4 Dec 2026': digits alone would be read as another day by half of the readers."""
        day = clock.local_day(value) if isinstance(value, datetime) else value
        return format_date(day, "d MMM y", locale="en_GB")

    @staticmethod
    def day(value: datetime | date, *, weekday: bool = True, long: bool = False) -> str:
        day = clock.local_day(value) if isinstance(value, datetime) else value
        return format_date(day, ("EEEE, " if long else "EEE, ") * weekday + "d MMMM y", locale="en_GB")

    @staticmethod
    def time(instant: datetime) -> str:
        return f"{instant.astimezone(clock.BERLIN):%H:%M}"

    @classmethod
    def instant(cls, instant: datetime) -> str:
        return f"{cls.day(instant)}, {cls.time(instant)}"

    @classmethod
    def deadline(cls, due_at: datetime) -> str:
        if clock.is_midnight(due_at):
            return f"{cls.day(clock.last_day_before(due_at))}, 24:00"
        return cls.instant(due_at)

    @staticmethod
    def relative(value: datetime | date, now: datetime) -> str:
        day = clock.local_day(value) if isinstance(value, datetime) else value
        distance = (day - clock.local_day(now)).days
        near = {0: "today", 1: "tomorrow", -1: "yesterday"}
        return near.get(distance) or (f"in {distance} days" if distance > 0 else f"{-distance} days ago")

    @staticmethod
    def remaining(due_at: datetime, now: datetime) -> str:
        if now >= due_at:
            return "over"
        days = (clock.last_day_before(due_at) - clock.local_day(now)).days
        if (years := clock.years_in(days)) > 1:
            return f"more than {years} years left"
        return {0: "ends today", 1: "1 day left"}.get(days, f"{days} days left")


def words_for(code: str) -> type[German] | type[English]:
    """How a language says days and times."""
    return German if code == "de" else English


def filters(code: str) -> dict[str, Callable[..., object]]:
    """The filters of a language: with <time> around (day, moment, deadline, relative, remaining) and plain text."""
    words = words_for(code)

    @_remembered
    def opening(value: datetime | date) -> str:
        if not isinstance(value, datetime):
            return _opening(value, words.day(value, long=True))
        return _opening(value, f"{words.day(value)}, {value.astimezone(clock.BERLIN):%H:%M:%S}")

    @_remembered
    def ending(due_at: datetime) -> str:
        return _opening(due_at, words.deadline(due_at))

    def wrapped(say: Filter) -> Filter:
        @_remembered
        def element(value: datetime | date, **options: bool) -> Markup:
            return _marked(opening(value), say(value, **options))

        return element

    def relative(value: datetime | date, now: datetime) -> Markup:
        return _marked(opening(value), words.relative(value, now))

    def remaining(due_at: datetime, now: datetime) -> Markup:
        return _marked(ending(due_at), words.remaining(due_at, now))

    return {
        "short_day": wrapped(words.short),
        "short_deadline": wrapped(lambda due_at: words.short(clock.last_day_before(due_at))),
        "day": wrapped(words.day),
        "moment": wrapped(words.instant),
        "deadline": wrapped(words.deadline),
        "relative": relative,
        "remaining": remaining,
        "local_day": clock.local_day,
        "german_day": _remembered(words.day),
        "german_time": _remembered(words.time),
        "plain_moment": _remembered(words.instant),
        "plain_deadline": _remembered(words.deadline),
        "plain_relative": words.relative,
        "plain_remaining": words.remaining,
    }


def _marked(opening: str, words: str) -> Markup:
    return Markup(f"{opening}{words}</time>")  # noqa: S704 - words of ours and digits
