"""Receipt is a fact about one recipient: which one counts, and on which day."""

from datetime import UTC, date, datetime, timedelta

import pytest

from portal.deadlines.agreement import receipt_rule_of
from portal.deadlines.receipt import Basis, Delivery, ReceiptRule, receipt_of, retrievable
from portal.deadlines.workdays import Land, land_of
from portal.kit.clock import BERLIN
from tenants import rulebook
from tenants.rulebook import NETWORKS, load_rulebook

LATER = datetime(2027, 12, 31, tzinfo=UTC)
AGREED = ReceiptRule(basis=Basis.RETRIEVABLE, from_hour=8, until_hour=16)


def berlin(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("posted", "received_at"),
    [
        (berlin(2026, 12, 10, 8), berlin(2026, 12, 10, 8)),
        (berlin(2026, 12, 10, 15, 59, 59), berlin(2026, 12, 10, 15, 59, 59)),
        (berlin(2026, 12, 10, 16), berlin(2026, 12, 11, 8)),
        (berlin(2026, 12, 10, 7, 59), berlin(2026, 12, 10, 8)),
        (berlin(2026, 12, 10, 0), berlin(2026, 12, 10, 8)),
        (berlin(2026, 12, 11, 23, 59), berlin(2026, 12, 14, 8)),
        (berlin(2027, 3, 13, 10), berlin(2027, 3, 15, 8)),
        (berlin(2027, 3, 25, 17), berlin(2027, 3, 30, 8)),  # Maundy Thursday's evening to the Tuesday after Easter
        (berlin(2026, 12, 31, 17), berlin(2027, 1, 4, 8)),
        (datetime(2026, 7, 9, 22, 30, tzinfo=UTC), berlin(2026, 7, 10, 8)),  # already the next day in Berlin
        (datetime(2026, 7, 9, 13, 59, tzinfo=UTC), berlin(2026, 7, 9, 15, 59)),
    ],
)
def test_what_can_be_fetched_in_business_hours_is_received(posted, received_at):
    event = retrievable(posted, AGREED, Land.NW)
    assert event.at == received_at
    assert event.day == received_at.astimezone(BERLIN).date()


def test_a_holiday_of_another_land_is_a_working_day_here():
    corpus_christi = berlin(2026, 6, 4, 10)
    assert retrievable(corpus_christi, AGREED, Land.NW).day == date(2026, 6, 5)
    assert retrievable(corpus_christi, AGREED, Land.HH).day == date(2026, 6, 4)


def test_nothing_is_received_before_it_is_so():
    delivery = Delivery(posted_at=berlin(2027, 3, 13, 10))
    monday = berlin(2027, 3, 15, 8)
    assert receipt_of(delivery, AGREED, Land.NW, now=monday - timedelta(seconds=1)) is None
    event = receipt_of(delivery, AGREED, Land.NW, now=monday)
    assert event
    assert event.at == monday


@pytest.mark.parametrize("basis", [Basis.RETRIEVABLE, Basis.OPENED, Basis.ACKNOWLEDGED])
def test_what_was_never_posted_is_never_received(basis):
    rule = ReceiptRule(basis=basis, from_hour=8, until_hour=16, deemed_after_days=3)
    assert receipt_of(Delivery(), rule, Land.NW, now=LATER) is None


def test_opening_and_acknowledging_count_at_any_hour_and_only_by_their_rule():
    sunday = berlin(2027, 3, 14, 23, 30)
    delivery = Delivery(posted_at=berlin(2027, 3, 12, 9), opened_at=sunday)
    opened = ReceiptRule(basis=Basis.OPENED, from_hour=8, until_hour=16)
    event = receipt_of(delivery, opened, Land.NW, now=LATER)
    assert event
    assert (event.day, event.at) == (date(2027, 3, 14), sunday)
    acknowledged = ReceiptRule(basis=Basis.ACKNOWLEDGED, from_hour=8, until_hour=16)
    assert receipt_of(delivery, acknowledged, Land.NW, now=LATER) is None, "unproved: the period does not run"


def test_what_is_not_opened_counts_as_received_after_the_days_agreed_upon():
    rule = ReceiptRule(basis=Basis.OPENED, from_hour=8, until_hour=16, deemed_after_days=4)
    posted = Delivery(posted_at=berlin(2026, 12, 10, 17))
    fourth = berlin(2026, 12, 14)
    assert receipt_of(posted, rule, Land.NW, now=fourth - timedelta(seconds=1)) is None
    event = receipt_of(posted, rule, Land.NW, now=fourth)
    assert event
    assert (event.basis, event.day, event.given_on) == (Basis.DEEMED, date(2026, 12, 14), date(2026, 12, 10))
    late = Delivery(posted_at=posted.posted_at, opened_at=berlin(2026, 12, 20, 9))
    early = Delivery(posted_at=posted.posted_at, opened_at=berlin(2026, 12, 11, 9))
    assert receipt_of(late, rule, Land.NW, now=LATER) == event
    found = receipt_of(early, rule, Land.NW, now=LATER)
    assert found
    assert found.day == date(2026, 12, 11)


@pytest.mark.parametrize(("basis", "hours"), [(Basis.EVENT, (8, 16)), (Basis.DEEMED, (8, 16)), (Basis.OPENED, (16, 8))])
def test_a_rule_that_cannot_be_is_refused(basis, hours):
    with pytest.raises(ValueError, match=r"no (rule|business hours)"):
        ReceiptRule(basis=basis, from_hour=hours[0], until_hour=hours[1])


@pytest.mark.parametrize("path", sorted(NETWORKS.glob("*.toml")), ids=lambda path: path.stem)
def test_the_rule_of_each_network_can_be_applied(path):
    book = load_rulebook(path)
    assert receipt_rule_of(book.receipt) == AGREED
    assert land_of(book.land) is Land.NW


def test_the_laender_of_the_rulebooks_are_those_of_the_calendar():
    assert list(Land) == rulebook._LAENDER
