"""When a notice is received for certain, and what follows from it; the cases are those of the law's tables."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.deadlines.receipt import Basis, Delivery, ReceiptRule
from portal.deadlines.rules import Length, Unit
from portal.deadlines.stored import event_from_data, from_data
from portal.deadlines.workdays import Land, free_day
from portal.formal.rules import deemed_at, known_receipt, period_of, reckoned
from portal.formal.words import rule_in_words
from portal.kit.clock import BERLIN, local_day

UNHURRIED = settings(deadline=None, max_examples=60)
instants = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31), timezones=st.just(BERLIN))  # noqa: DTZ001
bases = st.sampled_from([Basis.RETRIEVABLE, Basis.OPENED, Basis.ACKNOWLEDGED])
waits = st.one_of(st.none(), st.integers(1, 30))


def ruled(basis: Basis = Basis.RETRIEVABLE, deemed: int | None = None) -> ReceiptRule:
    return ReceiptRule(basis=basis, from_hour=8, until_hour=16, deemed_after_days=deemed)


def at(day: str, hour: int = 10) -> datetime:
    return datetime.combine(date.fromisoformat(day), datetime.min.time().replace(hour=hour), BERLIN).astimezone(UTC)


@pytest.mark.parametrize(
    ("posted", "received", "last"),
    [
        (at("2026-12-10"), "2026-12-10", "2026-12-24"),
        (at("2026-12-11"), "2026-12-11", "2026-12-28"),
        (at("2027-03-13"), "2027-03-15", "2027-03-30"),
        (at("2027-05-13"), "2027-05-13", "2027-05-28"),
        (at("2026-12-10", 16), "2026-12-11", "2026-12-28"),
        (at("2026-12-10", 5), "2026-12-10", "2026-12-24"),
    ],
)
def test_fourteen_days_after_receipt_end_on_this_day(posted, received, last):
    event = known_receipt(Delivery(posted), ruled(), Land.NW, now=posted)
    assert event is not None
    found = reckoned(event, now=posted, period=Length(14, Unit.DAYS), land=Land.NW)
    assert (local_day(found.at), found.last_day) == (date.fromisoformat(received), date.fromisoformat(last))


def test_what_was_not_posted_is_not_received_whatever_the_rule():
    for basis in (Basis.RETRIEVABLE, Basis.OPENED, Basis.ACKNOWLEDGED):
        assert known_receipt(Delivery(), ruled(basis, 3), Land.NW, now=at("2026-12-31")) is None


@UNHURRIED
@given(instants, bases, waits, st.integers(0, 40), st.integers(0, 40))
def test_a_receipt_is_never_before_the_posting_and_is_certain_for_good(posted, basis, deemed, opened, later):
    posted = posted.astimezone(UTC)
    done = posted + timedelta(days=opened)
    delivery = Delivery(posted, opened_at=done, acknowledged_at=done)
    now = done + timedelta(days=later)
    event = known_receipt(delivery, ruled(basis, deemed), Land.NW, now=now)
    assert event is not None
    assert event.at is not None
    assert event.at >= posted
    assert known_receipt(delivery, ruled(basis, deemed), Land.NW, now=now + timedelta(days=100)) == event


@UNHURRIED
@given(instants, waits, st.integers(1, 60))
def test_what_has_to_be_fetched_only_is_certain_when_it_is_posted_and_on_a_working_day(posted, deemed, days):
    event = known_receipt(Delivery(posted), ruled(deemed=deemed), Land.NW, now=posted)
    assert event is not None
    assert free_day(event.day, Land.NW) is None
    found = reckoned(event, now=posted, period=Length(days, Unit.DAYS), land=Land.NW)
    assert found.last_day > event.day
    assert found.due_at > found.at


@UNHURRIED
@given(instants, st.sampled_from([Basis.OPENED, Basis.ACKNOWLEDGED]), st.integers(1, 30))
def test_what_nobody_opens_is_deemed_received_at_the_instant_the_timer_rings_and_not_before(posted, basis, days):
    rings = deemed_at(posted, ruled(basis, days))
    assert rings is not None
    delivery = Delivery(posted)
    assert known_receipt(delivery, ruled(basis, days), Land.NW, now=rings - timedelta(microseconds=1)) is None
    event = known_receipt(delivery, ruled(basis, days), Land.NW, now=rings)
    assert event is not None
    assert (event.basis, event.at) == (Basis.DEEMED, rings)


@UNHURRIED
@given(instants, st.one_of(st.none(), st.integers(1, 366)), st.one_of(st.none(), st.integers(1, 12)))
def test_what_is_kept_beside_a_receipt_reads_as_it_was_reckoned(posted, days, months):
    event = known_receipt(Delivery(posted), ruled(), Land.NW, now=posted)
    assert event is not None
    period = period_of(days, months)
    found = reckoned(event, now=posted, period=period, land=Land.NW)
    kept = json.loads(json.dumps(found.explanation))
    assert event_from_data(kept["receipt"]) == event
    assert (from_data(kept) if period else None) == found.deadline


def test_nothing_rings_where_nothing_is_deemed():
    assert deemed_at(at("2026-12-10"), ruled()) is None
    assert deemed_at(at("2026-12-10"), ruled(Basis.OPENED)) is None


def test_every_rule_is_said_in_words_of_its_own():
    said = {
        rule_in_words(ruled(basis, deemed))
        for basis in (Basis.RETRIEVABLE, Basis.OPENED, Basis.ACKNOWLEDGED)
        for deemed in (None, 3)
    }
    assert len(said) == 5
    assert "8 bis 16 Uhr" in rule_in_words(ruled())
