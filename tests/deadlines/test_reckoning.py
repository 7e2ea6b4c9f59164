"""The worked cases of periods, each by its name: where they end, whether they shift, when they are over."""

from datetime import UTC, date, datetime, timedelta

import pytest

from portal.deadlines.receipt import Basis, ReceiptRule, fact, retrievable
from portal.deadlines.rules import LONGEST, Length, Unit, reckon
from portal.deadlines.workdays import FreeDay, Land, free_day, land_of, next_workday
from portal.kit.clock import BERLIN
from portal.kit.errors import Invalid
from tenants.rulebook import Period, Review, VoteRule

AGREED = ReceiptRule(basis=Basis.RETRIEVABLE, from_hour=8, until_hour=16)
CHRISTMAS = (
    FreeDay(date(2026, 12, 25), "Erster Weihnachtstag"),
    FreeDay(date(2026, 12, 26), "Zweiter Weihnachtstag"),
    FreeDay(date(2026, 12, 27)),
)
WORKED = {
    "received on Thu 10 Dec 2026": ((2026, 12, 10), (2026, 12, 10), (2026, 12, 24), ()),
    "received on Fri 11 Dec 2026, Christmas and a weekend": (
        (2026, 12, 11), (2026, 12, 11), (2026, 12, 28), CHRISTMAS,
    ),
    "posted on Sat 13 Mar 2027, received on Monday, Easter Monday": (
        (2027, 3, 13), (2027, 3, 15), (2027, 3, 30), (FreeDay(date(2027, 3, 29), "Ostermontag"),),
    ),
    "received on Thu 13 May 2027, Corpus Christi": (
        (2027, 5, 13), (2027, 5, 13), (2027, 5, 28), (FreeDay(date(2027, 5, 27), "Fronleichnam"),),
    ),
    "received on Fri 20 Nov 2026, an ordinary day": ((2026, 11, 20), (2026, 11, 20), (2026, 12, 4), ()),
}  # fmt: skip


def event(*day: int):
    return fact(Basis.EVENT, date(*day))


def last_day(day, number: int, unit: Unit, **how) -> date:
    return reckon(event(*day), Length(number, unit), Land.NW, **how).last_day


@pytest.mark.parametrize("name", WORKED)
def test_fourteen_days(name):
    posted, received, last, skipped = WORKED[name]
    found = reckon(retrievable(date(*posted), AGREED, Land.NW), Length(14, Unit.DAYS), Land.NW)
    assert found.receipt.day == date(*received)
    assert found.last_day == date(*last)
    assert found.shift.skipped == skipped


def test_admission_on_31_august_and_six_months_end_on_a_sunday_in_february():
    assert last_day((2026, 8, 31), 6, Unit.MONTHS, shifts=False) == date(2027, 2, 28)


def test_admission_on_31_august_and_six_months_with_shift_end_on_1_march():
    found = reckon(event(2026, 8, 31), Length(6, Unit.MONTHS), Land.NW)
    assert found.last_day == date(2027, 3, 1)
    assert found.end.shortened
    assert found.end.law == ("§ 187 (1) BGB", "§ 188 (2) BGB", "§ 188 (3) BGB")


def test_a_ballot_in_the_last_second_of_the_last_day_counts_and_at_midnight_it_does_not():
    due_at = reckon(event(2026, 12, 11), Length(14, Unit.DAYS), Land.NW).due_at
    assert datetime(2026, 12, 28, 23, 59, 59, tzinfo=BERLIN) < due_at
    assert datetime(2026, 12, 29, tzinfo=BERLIN) == due_at
    assert due_at.tzinfo is UTC


@pytest.mark.parametrize(
    ("start", "last", "utc"),
    [
        ((2027, 3, 27), (2027, 3, 28), datetime(2027, 3, 28, 22, tzinfo=UTC)),
        ((2026, 10, 24), (2026, 10, 25), datetime(2026, 10, 25, 23, tzinfo=UTC)),
    ],
    ids=["23 hours", "25 hours"],
)
def test_the_days_of_the_clock_changes_are_whole_days(start, last, utc):
    found = reckon(event(*start), Length(1, Unit.DAYS), Land.NW, shifts=False)
    assert found.last_day == date(*last)
    assert found.due_at == utc


@pytest.mark.parametrize(
    ("start", "number", "unit", "last"),
    [
        ((2026, 1, 31), 1, Unit.MONTHS, (2026, 2, 28)),
        ((2028, 1, 31), 1, Unit.MONTHS, (2028, 2, 29)),
        ((2026, 2, 28), 1, Unit.MONTHS, (2026, 3, 28)),  # not the 31st: the number of the day decides
        ((2026, 1, 31), 28, Unit.DAYS, (2026, 2, 28)),
        ((2026, 11, 30), 3, Unit.MONTHS, (2027, 2, 28)),
        ((2028, 2, 29), 1, Unit.YEARS, (2029, 2, 28)),
        ((2028, 2, 29), 4, Unit.YEARS, (2032, 2, 29)),
        ((2026, 3, 1), 4, Unit.YEARS, (2030, 3, 1)),
        ((2026, 12, 31), 2, Unit.MONTHS, (2027, 2, 28)),
    ],
)
def test_months_and_years_end_on_the_day_of_the_same_number(start, number, unit, last):
    assert last_day(start, number, unit, shifts=False) == date(*last)


@pytest.mark.parametrize(
    ("start", "number", "unit", "last"),
    [
        ((2026, 3, 1), 1, Unit.DAYS, (2026, 3, 1)),
        ((2026, 3, 1), 12, Unit.MONTHS, (2027, 2, 28)),
        ((2027, 3, 1), 1, Unit.YEARS, (2028, 2, 29)),
        ((2026, 3, 15), 1, Unit.MONTHS, (2026, 4, 14)),
        ((2026, 8, 29), 6, Unit.MONTHS, (2027, 2, 28)),
        ((2026, 8, 31), 6, Unit.MONTHS, (2027, 2, 28)),
        ((2026, 9, 1), 6, Unit.MONTHS, (2027, 2, 28)),
    ],
)
def test_a_period_that_counts_its_first_day_ends_the_day_before(start, number, unit, last):
    assert last_day(start, number, unit, shifts=False, counts_event_day=True) == date(*last)


def test_the_public_holidays_of_north_rhine_westphalia():
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]
    holidays = {(day.month, day.day) for day in days if (free := free_day(day, Land.NW)) and free.holiday}
    assert holidays == {(1, 1), (4, 3), (4, 6), (5, 1), (5, 14), (5, 25), (6, 4), (10, 3), (11, 1), (12, 25), (12, 26)}
    for day in ((12, 24), (12, 31), (2, 16)):
        assert free_day(date(2026, *day), Land.NW) is None


def test_each_land_has_its_own_calendar():
    assert free_day(date(2026, 6, 4), Land.BE) is None
    assert free_day(date(2027, 3, 8), Land.BE) == FreeDay(date(2027, 3, 8), "Frauentag")
    assert next_workday(date(2026, 11, 18), Land.SN)[0] == date(2026, 11, 19)
    assert next_workday(date(2026, 11, 18), Land.NW) == (date(2026, 11, 18), ())
    assert free_day(date(2028, 8, 15), Land.BY) is None, "a holiday of some municipalities only"


def test_a_land_is_known_by_its_code_and_by_nothing_else():
    assert land_of("nw") is Land.NW
    for code in ("XX", "", "Nordrhein-Westfalen", "Augsburg"):
        with pytest.raises(Invalid, match="Dieses Bundesland gibt es nicht") as refused:
            land_of(code)
        assert all(land in refused.value.message for land in Land)


@pytest.mark.parametrize("unit", Unit)
def test_a_length_has_an_end(unit):
    assert Length(LONGEST[unit], unit).number == LONGEST[unit]
    for number in (0, -1, LONGEST[unit] + 1, 10_000):
        with pytest.raises(Invalid, match=f"mindestens 1 .*{LONGEST[unit]}") as refused:
            Length(number, unit)
        assert refused.value.field == unit


@pytest.mark.parametrize(
    ("rule", "key", "unit"),
    [
        (Period, "days", Unit.DAYS),
        (Period, "months", Unit.MONTHS),
        (Review, "every_years", Unit.YEARS),
        (VoteRule, "period_days", Unit.DAYS),
        (VoteRule, "period_weeks", Unit.DAYS),
        (VoteRule, "period_months", Unit.MONTHS),
        (VoteRule, "period_years", Unit.YEARS),
    ],
)
def test_every_length_that_a_rulebook_may_say_can_be_reckoned(rule, key, unit):
    allowed = rule.__dataclass_fields__[key].metadata
    assert Length(allowed["least"], unit).number == 1
    assert Length(allowed["most"], unit).number <= LONGEST[unit]


@pytest.mark.parametrize(("day", "number"), [((1990, 12, 31), 3), ((2100, 12, 31), 1), ((9999, 12, 31), 1)])
def test_years_whose_holidays_nobody_knows_are_refused(day, number):
    for length in (Length(number, unit) for unit in Unit):
        with pytest.raises(Invalid, match="1991 bis 2100"):
            reckon(event(*day), length, Land.NW, shifts=False)
    with pytest.raises(Invalid, match="1991 bis 2100"):
        free_day(date(2101, 1, 3), Land.NW)
