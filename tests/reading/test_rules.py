"""When people are reminded, and what counts as read."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from portal.kit.clock import BERLIN, end_of_day
from portal.reading.rules import AHEAD, is_confirmed, is_late, remind_at

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def test_on_the_third_day_before_the_end_in_the_morning():
    assert remind_at(NOW, end_of_day(date(2026, 12, 4))) == datetime(2026, 12, 2, 8, tzinfo=BERLIN)


def test_halfway_where_there_are_not():
    assert remind_at(NOW, NOW + timedelta(days=2)) == NOW + timedelta(days=1)


@given(st.timedeltas(min_value=timedelta(minutes=1), max_value=timedelta(days=4000)))
def test_a_reminder_lies_ahead_and_before_the_end_and_never_earlier_than_it_must(left):
    until = NOW + left
    at = remind_at(NOW, until)
    assert NOW < at < until
    assert until - at <= AHEAD


@given(st.integers(1, 50), st.integers(1, 50))
def test_what_was_read_counts_until_a_newer_version_is_asked_for(read, asked):
    assert is_confirmed(read, asked=asked) is (read >= asked)
    assert not is_confirmed(None, asked=asked)


def test_late_at_the_end_and_never_without_one():
    assert is_late(NOW, NOW)
    assert not is_late(NOW + timedelta(seconds=1), NOW)
    assert not is_late(None, NOW)
