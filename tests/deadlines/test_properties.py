"""What holds for every period, whatever its start and length."""

import json
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.deadlines.receipt import Basis, Event, ReceiptRule, fact, retrievable
from portal.deadlines.rules import Length, Unit, reckon
from portal.deadlines.stored import as_data, from_data
from portal.deadlines.wording import explain
from portal.deadlines.workdays import Land, free_day, next_workday
from portal.kit.clock import BERLIN, german_day, local_day

DAY = timedelta(days=1)
UNHURRIED = settings(deadline=None)  # the first look into a calendar takes as long as the machine is busy
MOST = {Unit.DAYS: 400, Unit.MONTHS: 24, Unit.YEARS: 4}  # the years stay few: each costs its calendar once
AGREED = ReceiptRule(basis=Basis.RETRIEVABLE, from_hour=8, until_hour=16)
days = st.dates(date(2026, 1, 1), date(2028, 12, 31))  # with a leap day
laender = st.sampled_from([Land.NW, Land.BY, Land.BE, Land.SN])
manners = st.fixed_dictionaries({"counts_event_day": st.booleans(), "shifts": st.booleans()})
lengths = st.sampled_from(Unit).flatmap(lambda unit: st.builds(Length, st.integers(1, MOST[unit]), st.just(unit)))
instants = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31), timezones=st.just(BERLIN))  # noqa: DTZ001
events = st.one_of(
    st.builds(fact, st.sampled_from([Basis.EVENT, Basis.OPENED, Basis.ACKNOWLEDGED]), days | instants),
    st.builds(retrievable, days | instants, st.just(AGREED), laender),
    st.builds(lambda day, waited: Event(Basis.DEEMED, day + waited * DAY, day), days, st.integers(1, 30)),
)


def on(day: date) -> Event:
    return fact(Basis.EVENT, day)


@UNHURRIED
@given(events, lengths, laender, st.booleans(), st.booleans())
def test_an_end_is_never_before_its_start(event, length, land, counted, shifts):
    found = reckon(event, length, land, counts_event_day=counted, shifts=shifts)
    assert event.given_on <= event.day <= found.end.first_day <= found.end.day <= found.last_day
    assert local_day(found.due_at) == found.last_day + DAY
    assert local_day(found.due_at - timedelta(microseconds=1)) == found.last_day


@UNHURRIED
@given(days, days, lengths, laender, manners)
def test_who_starts_later_never_ends_earlier(one, other, length, land, how):
    ends = [reckon(on(day), length, land, **how).last_day for day in sorted((one, other))]
    assert ends == sorted(ends)


@UNHURRIED
@given(instants, instants, lengths, laender)
def test_who_is_told_later_never_ends_earlier(one, other, length, land):
    found = [reckon(retrievable(posted, AGREED, land), length, land) for posted in sorted((one, other))]
    assert found[0].last_day <= found[1].last_day
    assert found[0].receipt.at <= found[1].receipt.at


@UNHURRIED
@given(events, lengths, laender, st.booleans())
def test_a_shifted_end_is_a_working_day_and_the_first_one(event, length, land, counted):
    found = reckon(event, length, land, counts_event_day=counted)
    assert found.last_day.weekday() < 5
    assert free_day(found.last_day, land) is None
    passed = [found.end.day + number * DAY for number in range((found.last_day - found.end.day).days)]
    assert [free.day for free in found.shift.skipped] == passed
    assert all(free_day(day, land) for day in passed)


@UNHURRIED
@given(instants, laender)
def test_a_notice_is_received_in_business_hours_of_a_working_day(posted, land):
    event = retrievable(posted, AGREED, land)
    local = event.at.astimezone(BERLIN)
    assert free_day(local.date(), land) is None
    assert 8 <= local.hour < 16
    assert event.at >= posted


@UNHURRIED
@given(events, lengths, laender, st.booleans(), st.booleans())
def test_the_explanation_agrees_with_the_result(event, length, land, counted, shifts):
    found = reckon(event, length, land, counts_event_day=counted, shifts=shifts)
    receipt, end, shift = explain(found)
    assert german_day(event.day) in receipt
    assert german_day(found.end.first_day) in end
    assert f"Ende: {german_day(found.end.day)} (§ 188" in end
    assert ("§ 187 (2) BGB" if counted else "§ 187 (1) BGB") in end
    assert shift.startswith(f"Fristende: {german_day(found.last_day)}, 24\N{NO-BREAK SPACE}Uhr.")
    assert "§ 193 BGB" in shift
    assert ("verschoben" in shift) == (found.last_day != found.end.day)
    for free in found.shift.skipped:
        assert german_day(free.day) in shift
        assert free.holiday in shift


@UNHURRIED
@given(events, lengths, laender, st.booleans(), st.booleans())
def test_what_is_stored_is_what_was_reckoned(event, length, land, counted, shifts):
    found = reckon(event, length, land, counts_event_day=counted, shifts=shifts)
    assert from_data(json.loads(json.dumps(as_data(found)))) == found


@UNHURRIED
@given(days, st.integers(1, 4), laender, st.booleans())
def test_a_year_is_twelve_months(day, years, land, counted):
    one = reckon(on(day), Length(years, Unit.YEARS), land, counts_event_day=counted)
    other = reckon(on(day), Length(12 * years, Unit.MONTHS), land, counts_event_day=counted)
    assert one.last_day == other.last_day


@UNHURRIED
@given(days, st.integers(1, 400))
def test_not_counting_a_day_is_counting_from_the_next(day, number):
    length = Length(number, Unit.DAYS)
    uncounted = reckon(on(day), length, Land.NW, shifts=False)
    counted = reckon(on(day + DAY), length, Land.NW, shifts=False, counts_event_day=True)
    assert uncounted.end.day == counted.end.day == day + number * DAY
    assert uncounted.end.first_day == counted.end.first_day


@UNHURRIED
@given(days, st.integers(1, 24), st.booleans())
def test_a_period_in_months_keeps_the_number_of_the_day_or_ends_with_the_month(day, months, counted):
    found = reckon(on(day), Length(months, Unit.MONTHS), Land.NW, counts_event_day=counted, shifts=False)
    after = found.last_day + counted * DAY
    passed = (after.year - day.year) * 12 + after.month - day.month
    if found.end.shortened:
        assert (found.last_day + DAY).day == 1
        assert day.day - counted > found.last_day.day
    else:
        assert (passed, after.day) == (months, day.day) or (counted and after.day == 1 and day.day > 28)


@pytest.mark.parametrize("land", Land)
def test_no_run_of_free_days_is_longer_than_five(land):
    """Good Friday to Easter Monday are four, Christmas with a weekend as well: what is due is not put off for weeks."""
    day, longest = date(2026, 1, 1), 0
    while day.year < 2029:
        longest = max(longest, len(next_workday(day, land)[1]))
        day += DAY
    assert 4 <= longest <= 5
