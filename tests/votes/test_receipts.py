"""Votes whose periods run from receipt: each member has its own last day, and nothing ends that nobody can prove."""

import json
from datetime import timedelta

import pytest

from portal.formal import actions as formal
from portal.formal.actions_telling import prove_receipts
from portal.kit.clock import local_day
from portal.votes import actions_closing
from portal.votes.rules import Outcome, VoteState
from tenants.context import Role
from tenants.scope import scope
from tests.house.pages import check_page
from tests.votes.markup import LIST, address, words
from tests.votes.poll import BIELEFELD, QUESTION, answers
from workers.actors import system_actor

AGREED = 'rule = "retrievable"'


async def notice_of(poll, vote_id):
    (row,) = await poll.rows("SELECT * FROM formal_notice WHERE cause_id = $1", vote_id)
    return row


async def begin(poll, notice_id) -> None:
    """What the worker does when receipts are proved."""
    async with scope(network_id=poll.network) as opened:
        actor = await system_actor()
        await prove_receipts(actor=actor, now=opened.now, notice_id=notice_id)
        await actions_closing.begin_periods(actor=actor, notice_id=notice_id)


async def empty(poll, organisation: str, until: str = "hilfenetz_now()") -> None:
    await poll.rows(
        f"UPDATE role_assignment SET valid_until = {until} WHERE organisation_id = $1",
        poll.cast.organisations[organisation],
    )


async def again(poll, notice_id, organisation: str) -> None:
    async with poll.acting("stadt-bielefeld", Role.OFFICE) as (actor, opened):
        await formal.post_again(
            actor=actor,
            now=opened.now,
            network_id=poll.network,
            notice_id=notice_id,
            organisation_id=poll.cast.organisations[organisation],
        )


async def test_every_member_gets_a_letter_with_the_question_in_the_same_transaction(poll):
    vote_id = await poll.ask("position")
    notice = await notice_of(poll, vote_id)
    assert (notice["kind"], notice["subject"], notice["period_days"]) == ("vote", QUESTION, 14)
    assert "binnen 14 Tagen nach Zugang" in notice["body"]
    rows = await poll.rows("SELECT organisation_id FROM formal_receipt WHERE notice_id = $1", notice["id"])
    assert {row["organisation_id"] for row in rows} == {poll.cast.organisations[slug] for slug in BIELEFELD}
    # The people are told of the vote; a second message about its letter would be one too many.
    events = await poll.rows("SELECT event FROM outbox WHERE payload ->> 'notice_id' = $1", str(notice["id"]))
    assert events == []


@pytest.mark.parametrize(
    ("opened", "last"),
    [
        ("2026-12-10 10:00", "2026-12-24"),
        ("2026-12-11 10:00", "2026-12-28"),
        ("2027-03-13 10:00", "2027-03-30"),
        ("2027-05-13 10:00", "2027-05-28"),
        ("2026-12-10 17:00", "2026-12-28"),
    ],
)
async def test_the_last_day_is_the_one_the_law_gives_from_receipt(poll, opened, last):
    await poll.stop(opened)
    sheet = await poll.sheet(await poll.ask("position", days=1))
    ends = {local_day(voter.due_at - timedelta(seconds=1)).isoformat() for voter in sheet.voters}
    assert ends == {last}
    assert {voter.due_at for voter in sheet.voters} == {sheet.ends_at}
    assert sheet.notice.deadline.last_day.isoformat() == last


async def test_where_the_office_sets_the_day_it_counts_for_all_and_the_letter_says_so(poll):
    vote_id = await poll.ask(days=3)
    notice, sheet = await notice_of(poll, vote_id), await poll.sheet(vote_id)
    assert notice["period_days"] is None
    assert "24" in notice["body"]
    assert local_day(sheet.ends_at - timedelta(seconds=1)) == local_day(sheet.opened_at) + timedelta(days=3)
    assert sheet.notice.deadline is None


async def test_while_one_posting_failed_its_period_does_not_run_and_nobody_can_close(worker):
    await empty(worker, "gfs")
    vote_id = await worker.ask("position")
    notice, sheet = await notice_of(worker, vote_id), await worker.sheet(vote_id, "bgw")
    due = {voter.name: voter.due_at for voter in sheet.voters}
    assert sum(at is None for at in due.values()) == 1
    assert sheet.ends_at is None
    await worker.database.move_clock(timedelta(days=60))
    assert await worker.close(vote_id) is None
    assert (await worker.sheet(vote_id, "bgw")).state(sheet.opened_at + timedelta(days=60)) is VoteState.OPEN
    await again(worker, notice["id"], "gfs")
    assert (await worker.sheet(vote_id, "bgw")).ends_at is None, "there still is nobody who could fetch it"
    await empty(worker, "gfs", "NULL")
    await again(worker, notice["id"], "gfs")
    await begin(worker, notice["id"])
    found = await worker.sheet(vote_id, "gfs")
    late = found.voter(worker.cast.organisations["gfs"])
    assert found.ends_at == late.due_at > max(at for at in due.values() if at)
    assert {voter.name: voter.due_at for voter in found.voters if voter.name != late.name} == {
        name: at for name, at in due.items() if name != late.name
    }
    assert not (await worker.answer("gfs", vote_id, "yes")).late
    assert (await worker.answer("bgw", vote_id, "yes")).late
    await worker.end(vote_id)
    assert (await worker.close(vote_id)).outcome is Outcome.REJECTED


async def test_the_timer_rings_with_the_last_of_all_periods(worker):
    await empty(worker, "gfs")
    vote_id = await worker.ask("position")
    notice = await notice_of(worker, vote_id)
    await worker.database.move_clock(timedelta(days=20))
    await empty(worker, "gfs", "NULL")
    await again(worker, notice["id"], "gfs")
    for _ in range(2):
        await begin(worker, notice["id"])
    (vote,) = await worker.rows("SELECT ends_at FROM vote WHERE id = $1", vote_id)
    timers = await worker.rows(
        "SELECT due_at FROM outbox WHERE event = 'VoteDue' AND payload ->> 'vote_id' = $1 ORDER BY due_at", str(vote_id)
    )
    assert [row["due_at"] for row in timers][-1] == vote["ends_at"]
    assert len(timers) == 2


async def test_who_it_is_waited_for_may_leave_and_then_the_vote_ends(worker):
    await empty(worker, "gfs")
    vote_id = await worker.ask("position")
    await worker.database.move_clock(timedelta(days=60))
    assert await worker.close(vote_id) is None
    asked_again = await worker.rows(
        "SELECT due_at - hilfenetz_now() < interval '1 day' AS soon FROM outbox "
        "WHERE event = 'VoteDue' AND payload ->> 'vote_id' = $1 AND due_at > hilfenetz_now()",
        str(vote_id),
    )
    assert [row["soon"] for row in asked_again] == [True]
    await worker.rows(
        "UPDATE membership SET ends_at = hilfenetz_now() WHERE organisation_id = $1", worker.cast.organisations["gfs"]
    )
    assert (await worker.close(vote_id)) is not None


async def test_where_opening_counts_each_member_has_its_own_day(worker):
    await worker.rows(
        "UPDATE rulebook SET source = replace(source, $2, $3) WHERE network_id = $1",
        worker.network,
        AGREED,
        'rule = "opened"\ndeemed_after_days = 10',
    )
    await worker.stop("2026-12-01 10:00")
    vote_id = await worker.ask("position")
    notice = await notice_of(worker, vote_id)
    assert (await worker.sheet(vote_id)).ends_at is None
    assert not (await worker.answer("bgw", vote_id, "yes")).late
    await worker.stop("2026-12-02 21:00")
    async with worker.acting("gfs") as (actor, opened):
        await formal.open_notice(actor=actor, now=opened.now, network_id=worker.network, notice_id=notice["id"])
    await begin(worker, notice["id"])
    sheet = await worker.sheet(vote_id)
    assert local_day(sheet.voter(worker.cast.organisations["gfs"]).due_at).isoformat() == "2026-12-17"
    assert sheet.ends_at is None
    await worker.stop("2026-12-11 00:00")
    await begin(worker, notice["id"])
    sheet = await worker.sheet(vote_id)
    assert {local_day(voter.due_at).isoformat() for voter in sheet.voters} == {"2026-12-17", "2026-12-29"}
    assert local_day(sheet.ends_at).isoformat() == "2026-12-29"


async def test_the_page_shows_the_own_reckoning_and_to_the_office_who_is_missing(poll):
    await empty(poll, "gfs")
    vote_id = await poll.ask("position")
    notice = await notice_of(poll, vote_id)
    member = words((await (await poll.cast.as_role("bgw", Role.REPRESENTATIVE)).get(address(vote_id))).text)
    assert "Jedes Mitglied hat ab dem Zugang der Mitteilung 14 Tage Zeit." in member
    assert "§ 187 (1) BGB" in member
    assert "Noch nicht zugegangen" not in member
    office = await poll.cast.as_role("stadt-bielefeld", Role.OFFICE)
    page = check_page((await office.get(address(vote_id))).text)
    assert "Noch nicht zugegangen: Gesellschaft für Sozialarbeit" in page.text
    receipts = f"/n/bielefeld/foermliche-mitteilungen/{notice['id']}/zugaenge"
    assert receipts in [link.get("href") for link in page.all("a")]
    assert "Nicht zugestellt" in check_page((await office.get(receipts)).text).text
    check_page((await office.get(LIST)).text)


async def test_answers_count_whatever_the_period_and_all_agreeing_decides(worker):
    vote_id = await worker.ask("position")
    await answers(worker, vote_id, **{slug.replace("-", "_"): "yes" for slug in BIELEFELD})
    await worker.end(vote_id)
    tally = await worker.close(vote_id)
    assert tally.outcome is Outcome.DECIDED
    details = await worker.rows(
        "SELECT details FROM audit_entry WHERE action = 'vote:opened' AND subject_id = $1", vote_id
    )
    assert "ends_at" in json.loads(details[0]["details"])


async def test_who_leaves_without_having_opened_the_letter_holds_up_no_vote(worker):
    """Nobody's day is known when the vote begins, and one stays unknown for good."""
    await worker.rows(
        "UPDATE rulebook SET source = replace(source, $2, $3) WHERE network_id = $1",
        worker.network,
        AGREED,
        'rule = "opened"',
    )
    await worker.stop("2026-12-01 10:00")
    vote_id = await worker.ask("position")
    notice = await notice_of(worker, vote_id)
    for member in BIELEFELD:
        if member != "gfs":
            async with worker.acting(member) as (actor, opened):
                await formal.open_notice(actor=actor, now=opened.now, network_id=worker.network, notice_id=notice["id"])
    await begin(worker, notice["id"])
    await worker.rows(
        "UPDATE membership SET ends_at = hilfenetz_now() WHERE organisation_id = $1", worker.cast.organisations["gfs"]
    )
    timers = await worker.rows(
        "SELECT due_at FROM outbox WHERE event = 'VoteDue' AND payload ->> 'vote_id' = $1", str(vote_id)
    )
    assert [local_day(row["due_at"]).isoformat() for row in timers] == ["2026-12-16"]
    await worker.stop("2026-12-16 00:00")
    assert await worker.close(vote_id) is not None
