"""Both languages count the same days; only the words differ."""

from datetime import UTC, date, datetime, timedelta

import pytest

from portal.kit import clock
from portal.shell.dates import English, German

NOON = datetime(2026, 11, 22, 11, tzinfo=UTC)
TODAY = clock.local_day(NOON)


@pytest.mark.parametrize(
    ("days", "german", "english"),
    [
        (0, "heute", "today"),
        (1, "morgen", "tomorrow"),
        (-1, "gestern", "yesterday"),
        (11, "in 11 Tagen", "in 11 days"),
        (-3, "vor 3 Tagen", "3 days ago"),
    ],
)
def test_days_from_now(days: int, german: str, english: str):
    day = TODAY + timedelta(days=days)
    assert (German.relative(day, NOON), English.relative(day, NOON)) == (german, english)


@pytest.mark.parametrize(
    ("days", "german", "english"),
    [
        (0, "endet heute", "ends today"),
        (1, "noch 1 Tag", "1 day left"),
        (2, "noch 2 Tage", "2 days left"),
        (700, "noch 700 Tage", "700 days left"),
        (1179, "noch mehr als 3 Jahre", "more than 3 years left"),
    ],
)
def test_what_is_left(days: int, german: str, english: str):
    end = clock.end_of_day(TODAY + timedelta(days=days))
    assert (German.remaining(end, NOON), English.remaining(end, NOON)) == (german, english)


def test_at_the_end_it_is_over():
    assert (German.remaining(NOON, NOON), English.remaining(NOON, NOON)) == ("abgelaufen", "over")


def test_days_and_instants():
    assert English.day(date(2026, 12, 4)) == "Fri, 4 December 2026"
    assert English.day(date(2026, 12, 4), weekday=False) == "4 December 2026"
    assert English.day(date(2026, 12, 4), long=True) == "Friday, 4 December 2026"
    assert English.instant(NOON) == "Sun, 22 November 2026, 12:00"
    assert English.deadline(NOON) == "Sun, 22 November 2026, 12:00"
