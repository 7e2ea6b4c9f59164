"""The greeting follows the clock in Berlin."""

from datetime import UTC, datetime

import pytest

from portal.home.rules import PartOfDay, part_of_day


@pytest.mark.parametrize(
    ("utc", "part"),
    [
        ("2026-11-23T03:59:59", PartOfDay.EVENING),
        ("2026-11-23T04:00:00", PartOfDay.MORNING),
        ("2026-11-23T09:59:59", PartOfDay.MORNING),
        ("2026-11-23T10:00:00", PartOfDay.DAY),
        ("2026-11-23T16:59:59", PartOfDay.DAY),
        ("2026-11-23T17:00:00", PartOfDay.EVENING),
        ("2026-07-23T16:00:00", PartOfDay.EVENING),  # summer: an hour more in Berlin
    ],
)
def test_the_greeting_follows_the_clock_in_berlin(utc, part):
    assert part_of_day(datetime.fromisoformat(utc).replace(tzinfo=UTC)) is part
