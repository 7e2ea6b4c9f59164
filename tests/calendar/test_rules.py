"""Months and the days of events."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.calendar.content import EVENT
from portal.calendar.rules import Month, days_of

YEARS = {"min_value": datetime(2020, 1, 1), "max_value": datetime(2030, 1, 1)}  # noqa: DTZ001 - as the strategy wants
MONTHS = st.builds(Month, st.integers(1950, 2150), st.integers(1, 12))


@given(MONTHS, st.integers(-600, 600))
def test_going_on_and_back_leads_home(month, steps):
    assert month.plus(steps).plus(-steps) == month
    assert (month.plus(steps) > month) == (steps > 0)


@given(MONTHS)
def test_a_month_fills_whole_weeks_from_monday(month):
    weeks = month.weeks()
    days = [day for week in weeks for day in week]
    assert all(len(week) == 7 and week[0].weekday() == 0 for week in weeks)
    assert days == [days[0] + timedelta(days=number) for number in range(len(days))]
    assert sum(month.has(day) for day in days) in (28, 29, 30, 31)
    assert Month.read(month.code, otherwise=date(2000, 1, 1)) == month


@pytest.mark.parametrize("code", ["", "2026-13", "2026-00", "0001-01", "2026-1", "quatsch", "9999-12", "٢٠٢٦-١٢"])
def test_what_is_no_month_is_the_present_one(code):
    assert Month.read(code, otherwise=date(2026, 11, 22)) == Month(2026, 11)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("begins", "ends", "whole", "first", "last"),
    [
        ("2026-12-04T14:30+01:00", None, False, 4, 4),
        ("2026-12-04T14:30+01:00", "2026-12-04T14:30+01:00", False, 4, 4),
        ("2026-12-04T22:00+01:00", "2026-12-05T00:00+01:00", False, 4, 4),
        ("2026-12-04T22:00+01:00", "2026-12-05T00:01+01:00", False, 4, 5),
        ("2026-12-03T23:30+00:00", None, False, 4, 4),
        ("2026-12-04T00:00+01:00", "2026-12-06T00:00+01:00", True, 4, 6),
        ("2026-12-04T00:00+01:00", "2026-12-04T00:00+01:00", True, 4, 4),
    ],
)
def test_an_event_lies_on_days_in_berlin(begins, ends, whole, first, last):
    found = days_of(instant(begins), instant(ends) if ends else None, is_all_day=whole)
    assert found == (date(2026, 12, first), date(2026, 12, last))


@given(
    st.datetimes(timezones=st.just(UTC), **YEARS),
    st.timedeltas(timedelta(0), timedelta(days=300)),
    st.booleans(),
)
def test_the_last_day_never_comes_before_the_first(begins, length, whole):
    first, last = days_of(begins, begins + length, is_all_day=whole)
    assert first <= last


def test_an_event_ends_after_it_begins_and_within_a_year():
    def problems(**sent):
        return EVENT.form.read({"title": "Treffen", "begins_at": "2026-12-04T14:30", **sent}).errors

    assert not problems()
    assert not problems(ends_at="2026-12-04T15:30")
    assert "ends_at" in problems(ends_at="2026-12-04T13:30")
    assert "ends_at" in problems(ends_at="2028-12-04T13:30")
    assert "begins_at" in problems(begins_at="")


def test_of_whole_days_only_the_days_count():
    sent = {"title": "x", "begins_at": "2026-12-04T14:30", "ends_at": "2026-12-04T09:00", "all_day": "ja"}
    form = EVENT.form.read(sent)
    assert form.ok, form.errors
    assert form.value["begins_at"] == form.value["ends_at"] == instant("2026-12-04T00:00+01:00")
