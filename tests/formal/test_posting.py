"""Posting under the wall: who may, to whom, once, and what is known of each recipient from then on."""

import json
from datetime import date

import pytest

from portal.formal.rules import ReceiptState
from portal.kit.errors import Conflict, Forbidden, Invalid, NotFound
from tenants.context import Role
from tests.formal.desk import BODY, CITY, SUBJECT
from tests.votes.poll import BIELEFELD

COUNTS = "SELECT (SELECT count(*) FROM formal_notice) AS n, (SELECT count(*) FROM formal_receipt) AS r"


async def test_a_letter_lies_in_every_inbox_with_number_name_and_rule(desk):
    await desk.stop("2026-12-11 10:00")
    notice = await desk.post(period_days=14)
    assert (notice.year, notice.subject, notice.body) == (2026, SUBJECT, BODY)
    assert (notice.basis.value, notice.from_hour, notice.until_hour, notice.land) == ("retrievable", 8, 16, "NW")
    assert {receipt.organisation_id for receipt in notice.receipts} == {
        desk.cast.organisations[slug] for slug in BIELEFELD
    }
    for receipt in notice.receipts:
        assert (receipt.state, receipt.posted_at) == (ReceiptState.POSTED, notice.posted_at)
        assert (receipt.received_on, receipt.ends_on) == (date(2026, 12, 11), date(2026, 12, 28))
        assert (receipt.opened_at, receipt.acknowledged_at, receipt.notified_at) == (None, None, None)


async def test_numbers_run_within_a_network_and_a_year_without_gaps(desk):
    await desk.stop("2090-12-29 10:00")
    numbers = [(await desk.post(to=["gfs"])).number for _ in range(3)]
    assert numbers == [1, 2, 3]
    await desk.stop("2090-12-31 23:30")
    assert (await desk.post(to=["gfs"])).year == 2090
    await desk.stop("2091-01-01 00:00")
    first = await desk.post(to=["gfs"])
    assert (first.year, first.number) == (2091, 1)


async def test_a_letter_of_saturday_is_received_on_monday_and_that_is_certain_at_once(desk):
    await desk.stop("2027-03-13 11:00")
    notice = await desk.post(to=["gfs"], period_days=14)
    receipt = desk.receipt(notice, "gfs")
    assert (receipt.received_on, receipt.ends_on) == (date(2027, 3, 15), date(2027, 3, 30))


async def test_the_same_key_posts_once(desk):
    first = await desk.post(key="einmal")
    again = await desk.post(key="einmal", subject="Anderes", to=["gfs"])
    assert again == first
    rows = await desk.rows("SELECT count(*) AS n FROM formal_notice WHERE key = 'einmal'")
    assert rows[0]["n"] == 1


async def test_the_recipients_will_be_told_and_it_is_recorded(desk):
    notice = await desk.post(to=["gfs", "bgw"])
    told = await desk.rows(
        "SELECT organisation_id, payload FROM outbox WHERE event = 'FormalPosted' AND payload ->> 'notice_id' = $1",
        str(notice.id),
    )
    assert {row["organisation_id"] for row in told} == {desk.cast.organisations[slug] for slug in ("gfs", "bgw")}
    assert all(set(json.loads(row["payload"])) == {"network_id", "notice_id"} for row in told)
    (entry,) = await desk.rows("SELECT action, details FROM audit_entry WHERE subject_id = $1", notice.id)
    assert entry["action"] == "formal:posted"
    assert json.loads(entry["details"]) == {"recipients": 2, "failed": 0}


@pytest.mark.parametrize(
    ("organisation", "role", "refusal"),
    [
        ("jobcenter-duesseldorf", Role.OFFICE, NotFound),
        ("diakonie-bielefeld", Role.REPRESENTATIVE, Forbidden),
        (CITY, Role.REPRESENTATIVE, Forbidden),
    ],
)
async def test_nobody_else_posts_and_nothing_changes(desk, organisation, role, refusal):
    before = await desk.rows(COUNTS)
    with pytest.raises(refusal):
        await desk.post(organisation=organisation, role=role)
    assert await desk.rows(COUNTS) == before


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"subject": " "}, "subject"),
        ({"subject": "x" * 301}, "subject"),
        ({"body": "\n"}, "body"),
        ({"body": "x" * 20_001}, "body"),
        ({"to": []}, None),
        ({"to": ["skm"]}, None),
    ],
)
async def test_what_does_not_fit_is_named_and_nothing_is_posted(desk, changes, field):
    before = await desk.rows(COUNTS)
    with pytest.raises(Invalid) as caught:
        await desk.post(**changes)
    assert caught.value.field == field
    assert await desk.rows(COUNTS) == before


async def test_where_nobody_could_fetch_it_the_posting_fails_until_there_is_somebody(desk):
    await desk.empty("gfs")
    notice = await desk.post(to=["gfs", "bgw"], period_days=14)
    failed = desk.receipt(notice, "gfs")
    assert (failed.state, failed.received_at, failed.due_at) == (ReceiptState.FAILED, None, None)
    assert desk.receipt(notice, "bgw").due_at is not None
    again = desk.receipt(await desk.again(notice.id, "gfs"), "gfs")
    assert (again.state, again.postings) == (ReceiptState.FAILED, 2)
    await desk.fill("gfs")
    posted = desk.receipt(await desk.again(notice.id, "gfs"), "gfs")
    assert posted.state is ReceiptState.POSTED
    assert posted.posted_at > notice.posted_at
    assert (posted.postings, posted.due_at is not None) == (3, True)
    with pytest.raises(Conflict):
        await desk.again(notice.id, "gfs")


async def test_an_administrator_can_fetch_it_and_so_it_is_posted(desk):
    await desk.rows(
        "UPDATE role_assignment SET valid_until = hilfenetz_now() "
        "WHERE organisation_id = $1 AND role <> 'administrator'",
        desk.cast.organisations["gfs"],
    )
    assert desk.receipt(await desk.post(to=["gfs"]), "gfs").state is ReceiptState.POSTED


async def test_only_the_office_posts_again_and_only_to_recipients(desk):
    await desk.empty("gfs")
    notice = await desk.post(to=["gfs"])
    with pytest.raises(Forbidden):
        await desk.again(notice.id, "gfs", Role.REPRESENTATIVE)
    with pytest.raises(NotFound):
        await desk.again(notice.id, "bgw")
