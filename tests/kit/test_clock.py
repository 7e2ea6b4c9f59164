"""Days are Berlin's, instants are UTC; the days of the clock changes have 23 and 25 hours (law.md, periods)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from portal.kit import clock

NOON = datetime(2026, 11, 22, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "end"),
    [
        (date(2026, 12, 4), datetime(2026, 12, 4, 23, tzinfo=UTC)),  # winter: one hour ahead of UTC
        (date(2026, 7, 4), datetime(2026, 7, 4, 22, tzinfo=UTC)),  # summer: two
        (date(2027, 3, 28), datetime(2027, 3, 28, 22, tzinfo=UTC)),  # the clock goes forward
        (date(2026, 10, 25), datetime(2026, 10, 25, 23, tzinfo=UTC)),  # and back
        (date(2026, 12, 31), datetime(2026, 12, 31, 23, tzinfo=UTC)),
    ],
)
def test_a_day_ends_at_its_midnight_in_berlin(day: date, end: datetime):
    assert clock.end_of_day(day) == end
    assert clock.last_day_before(end) == day
    assert clock.local_day(end - timedelta(microseconds=1)) == day
    assert clock.local_day(end) == day + timedelta(days=1)


@pytest.mark.parametrize(("day", "hours"), [(date(2027, 3, 28), 23), (date(2026, 10, 25), 25), (date(2026, 12, 4), 24)])
def test_days_of_the_clock_changes_are_shorter_and_longer(day: date, hours: int):
    assert clock.end_of_day(day) - clock.end_of_day(day - timedelta(days=1)) == timedelta(hours=hours)


def test_days_and_times_as_people_write_them():
    assert clock.german_day(date(2026, 12, 4)) == "Fr, 4. Dezember 2026"
    assert clock.german_day(date(2026, 3, 1), long=True) == "Sonntag, 1. März 2026"
    assert clock.german_day(NOON, weekday=False) == "22. November 2026"
    just_after_midnight = datetime(2026, 7, 4, 22, 5, tzinfo=UTC)
    assert clock.german_instant(just_after_midnight) == "So, 5. Juli 2026, 00:05\N{NO-BREAK SPACE}Uhr"


def test_an_end_at_midnight_is_told_as_the_day_before():
    assert clock.german_deadline(clock.end_of_day(date(2026, 12, 4))) == "Fr, 4. Dezember 2026, 24\N{NO-BREAK SPACE}Uhr"
    assert clock.german_deadline(NOON) == "So, 22. November 2026, 12:00\N{NO-BREAK SPACE}Uhr"


@pytest.mark.parametrize(
    ("days", "words"), [(0, "heute"), (1, "morgen"), (-1, "gestern"), (11, "in 11 Tagen"), (-3, "vor 3 Tagen")]
)
def test_relative_words_count_calendar_days(days: int, words: str):
    assert clock.relative_day(clock.local_day(NOON) + timedelta(days=days), NOON) == words


def test_tomorrow_begins_at_midnight_in_berlin_and_not_in_greenwich():
    late = datetime(2026, 11, 22, 22, 59, tzinfo=UTC)
    assert clock.relative_day(late + timedelta(minutes=1), late) == "morgen"


@pytest.mark.parametrize(("days", "words"), [(0, "endet heute"), (1, "noch 1 Tag"), (11, "noch 11 Tage")])
def test_what_is_left_until_an_end(days: int, words: str):
    assert clock.remaining(clock.end_of_day(clock.local_day(NOON) + timedelta(days=days)), NOON) == words


def test_at_its_end_it_is_over():
    end = clock.end_of_day(date(2026, 11, 22))
    assert clock.remaining(end, end - timedelta(microseconds=1)) == "endet heute"
    assert clock.remaining(end, end) == "abgelaufen"
