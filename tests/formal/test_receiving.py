"""What a recipient does with a notice, and what follows from it by the rule the members agreed upon."""

from datetime import date, timedelta

import pytest

from portal.formal import actions_telling
from portal.kit.errors import Forbidden, NotFound
from portal.notices import actions as notices
from tenants.context import Role
from tenants.scope import scope
from tests.formal.desk import CITY, SUBJECT
from tests.votes.poll import notices as told

ALL_OF_IT = "SELECT * FROM formal_receipt WHERE notice_id = $1 ORDER BY organisation_id"


async def test_who_opens_first_is_kept_with_the_instant_and_nobody_after(desk):
    notice = await desk.post(to=["gfs", "bgw"])
    opened = desk.receipt(await desk.open(notice.id, "gfs"), "gfs")
    assert opened.opened_at is not None
    (kept,) = await desk.rows("SELECT * FROM formal_signature WHERE notice_id = $1", notice.id)
    before = await desk.rows(ALL_OF_IT, notice.id)
    await desk.open(notice.id, "gfs", Role.DIRECTOR)
    assert await desk.rows(ALL_OF_IT, notice.id) == before
    assert await desk.rows("SELECT * FROM formal_signature WHERE notice_id = $1", notice.id) == [kept]
    assert (kept["deed"], kept["organisation_id"]) == ("opened", desk.cast.organisations["gfs"])


async def test_who_does_not_receive_for_the_organisation_opens_nothing(desk):
    notice = await desk.post(to=[CITY])
    before = await desk.rows(ALL_OF_IT, notice.id)
    await desk.open(notice.id, CITY, Role.OFFICE)
    assert await desk.rows(ALL_OF_IT, notice.id) == before
    with pytest.raises(Forbidden):
        await desk.acknowledge(notice.id, CITY, Role.OFFICE)


async def test_to_acknowledge_is_to_open_and_counts_once(desk):
    notice = await desk.post(to=["gfs"])
    done = desk.receipt(await desk.acknowledge(notice.id, "gfs"), "gfs")
    assert done.acknowledged_at is not None
    assert done.opened_at is not None
    before = await desk.rows(ALL_OF_IT, notice.id)
    await desk.acknowledge(notice.id, "gfs", Role.DIRECTOR)
    assert await desk.rows(ALL_OF_IT, notice.id) == before
    deeds = await desk.rows("SELECT action FROM audit_entry WHERE subject_id = $1 ORDER BY at", notice.id)
    assert [row["action"] for row in deeds] == ["formal:posted", "formal:acknowledged"]


async def test_a_member_it_is_not_for_finds_nothing(desk):
    notice = await desk.post(to=["gfs"])
    with pytest.raises(NotFound):
        await desk.open(notice.id, "bgw")
    with pytest.raises(NotFound):
        await desk.acknowledge(notice.id, "trockendock")


async def test_where_opening_counts_each_period_runs_from_its_own_opening(worker):
    await worker.agree('rule = "opened"')
    await worker.stop("2026-12-10 10:00")
    notice = await worker.post(to=["gfs", "bgw"], period_days=14)
    assert [receipt.received_at for receipt in notice.receipts] == [None, None]
    await worker.stop("2026-12-11 22:00")
    await worker.open(notice.id, "gfs")
    for _ in range(2):
        await worker.prove(notice.id)
    found = await worker.seen_by(notice.id, CITY)
    gfs, bgw = worker.receipt(found, "gfs"), worker.receipt(found, "bgw")
    assert (gfs.received_on, gfs.ends_on) == (date(2026, 12, 11), date(2026, 12, 28))
    assert (bgw.received_at, bgw.due_at) == (None, None)
    due = await worker.rows(
        "SELECT network_id FROM outbox WHERE event = 'ReceiptDue' AND payload ->> 'notice_id' = $1", str(notice.id)
    )
    assert [row["network_id"] for row in due] == [worker.network]


async def test_who_never_opens_cannot_hold_it_up_where_the_rulebook_says_so(worker):
    await worker.agree('rule = "acknowledged"\ndeemed_after_days = 3')
    await worker.stop("2026-12-10 10:00")
    notice = await worker.post(to=["gfs"], period_days=14)
    (timer,) = await worker.rows(
        "SELECT due_at FROM outbox WHERE event = 'ReceiptDue' AND payload ->> 'notice_id' = $1", str(notice.id)
    )
    await worker.open(notice.id, "gfs")
    await worker.prove(notice.id)
    assert worker.receipt(await worker.seen_by(notice.id, "gfs"), "gfs").received_at is None
    await worker.stop("2026-12-13 00:00")
    await worker.prove(notice.id)
    found = worker.receipt(await worker.seen_by(notice.id, "gfs"), "gfs")
    assert found.received_at == timer["due_at"]
    assert (found.received_on, found.ends_on) == (date(2026, 12, 13), date(2026, 12, 28))


async def test_the_people_are_told_once_and_the_first_mail_is_noted(worker, mailbox):
    notice = await worker.post(to=["gfs"])
    before = await told(worker, "gfs")
    for _ in range(2):
        await worker.settle("gfs", actions_telling.announce, network_id=worker.network, notice_id=notice.id)
    new = [row for row in await told(worker, "gfs") if row not in before]
    assert {row["kind"] for row in new} == {"formal_notice"}
    assert new[0]["address"] == f"/n/bielefeld/foermliche-mitteilungen/{notice.id}"
    assert len({row["person_id"] for row in new}) == len(new)
    assert worker.receipt(await worker.seen_by(notice.id, CITY), "gfs").notified_at is None
    rows = await worker.rows(
        "SELECT d.id FROM delivery d JOIN notice n ON n.id = d.notice_id WHERE n.subject_id = $1 ORDER BY d.id",
        notice.id,
    )
    for row in rows:
        async with scope(organisation_id=worker.cast.organisations["gfs"]) as opened:
            await notices.send_mail(now=opened.now, delivery_id=row["id"])
        await worker.settle("gfs", actions_telling.note_mail, delivery_id=row["id"])
    assert worker.receipt(await worker.seen_by(notice.id, CITY), "gfs").notified_at is not None
    assert all(SUBJECT not in str(arrived.message) for arrived in mailbox.mails())
    sent = await worker.rows("SELECT count(*) AS n FROM outbox WHERE event = 'MailSent'")
    assert sent[0]["n"] == len(rows) > 0


async def test_nobody_else_is_told_and_after_leaving_nobody_at_all(worker):
    notice = await worker.post(to=["gfs"])
    before = await worker.counts()
    await worker.settle("bgw", actions_telling.announce, network_id=worker.network, notice_id=notice.id)
    await worker.rows(
        "UPDATE membership SET ends_at = hilfenetz_now() WHERE organisation_id = $1", worker.cast.organisations["gfs"]
    )
    await worker.settle("gfs", actions_telling.announce, network_id=worker.network, notice_id=notice.id)
    assert await worker.counts() == before
    assert await told(worker, "gfs") == []


async def test_a_clock_that_goes_back_winds_the_timer_up_again(worker):
    await worker.agree('rule = "opened"\ndeemed_after_days = 3')
    notice = await worker.post(to=["gfs"])
    await worker.database.move_clock(timedelta(days=1))
    await worker.prove(notice.id)
    timers = await worker.rows(
        "SELECT due_at FROM outbox WHERE event = 'ReceiptDue' AND payload ->> 'notice_id' = $1", str(notice.id)
    )
    assert len(timers) == 2
    assert len({row["due_at"] for row in timers}) == 1
