"""Every member is told once, though every event is handled twice."""

import pytest
from asyncpg.exceptions import LockNotAvailableError

from portal.votes import actions_closing
from portal.votes.queries import access_place, has_moved
from tenants.database import execute
from tenants.provisioning import end_membership
from tenants.scope import scope
from tests.votes.poll import answers, notices, twice


async def test_the_opening_is_told_once_to_everybody_who_may_vote(worker):
    before = await notices(worker, "bethel-regional")
    vote_id = await worker.ask()
    await twice(worker, "bethel-regional", actions_closing.announce_opening, vote_id)
    told = [row for row in await notices(worker, "bethel-regional") if row not in before]
    assert {row["kind"] for row in told} == {"vote_opened"}
    asked = await worker.rows(
        "SELECT DISTINCT person_id FROM role_assignment WHERE organisation_id = $1 "
        "AND role IN ('representative', 'deputy', 'director')",
        worker.cast.organisations["bethel-regional"],
    )
    assert sorted(row["person_id"] for row in told) == sorted(row["person_id"] for row in asked)
    assert told[0]["address"] == f"/n/bielefeld/abstimmungen/{vote_id}"


async def test_who_has_answered_already_is_not_asked_again(worker):
    vote_id = await worker.ask()
    await worker.answer("gfs", vote_id, "yes")
    before = await worker.counts()
    await twice(worker, "gfs", actions_closing.announce_opening, vote_id)
    assert (await notices(worker, "gfs")) == []
    assert await worker.counts() == before


async def test_after_its_end_nobody_is_asked_any_more(worker):
    vote_id = await worker.ask()
    await worker.end(vote_id)
    await twice(worker, "bgw", actions_closing.announce_opening, vote_id)
    assert (await notices(worker, "bgw")) == []


async def test_the_result_is_told_once_and_written_once_into_each_trail(worker):
    vote_id = await worker.ask("position")
    await answers(worker, vote_id, gfs="no")
    await worker.close(vote_id)
    await twice(worker, "stadt-bielefeld", actions_closing.announce_result, vote_id)
    told = await notices(worker, "stadt-bielefeld")
    assert {row["kind"] for row in told} == {"vote_closed"}
    assert len({row["person_id"] for row in told}) == len(told)
    entries = await worker.rows(
        "SELECT details FROM audit_entry WHERE action = 'vote:closed' AND subject_id = $1", vote_id
    )
    assert len(entries) == 1


async def test_with_the_result_nobody_is_called_to_vote_any_more(worker):
    vote_id = await worker.ask("position")
    await twice(worker, "bgw", actions_closing.announce_opening, vote_id)
    await answers(worker, vote_id, gfs="no")
    await worker.close(vote_id)
    await twice(worker, "bgw", actions_closing.announce_result, vote_id)
    unread = await worker.rows(
        "SELECT DISTINCT n.kind FROM inbox_entry e JOIN notice n ON n.organisation_id = e.organisation_id "
        "AND n.id = e.notice_id WHERE n.subject_id = $1 AND e.organisation_id = $2 AND e.read_at IS NULL",
        vote_id,
        worker.cast.organisations["bgw"],
    )
    assert [row["kind"] for row in unread] == ["vote_closed"]


async def test_who_left_the_network_is_told_nothing(worker):
    vote_id = await worker.ask()
    async with scope(network_id=worker.network) as opened:
        await end_membership(
            network_id=worker.network, organisation_id=worker.cast.organisations["bgw"], ends_at=opened.now
        )
    await worker.end(vote_id)
    await worker.close(vote_id)
    for reaction in (actions_closing.announce_opening, actions_closing.announce_result):
        await twice(worker, "bgw", reaction, vote_id)
    assert (await notices(worker, "bgw")) == []


async def test_an_open_vote_has_no_result_to_announce(worker):
    vote_id = await worker.ask()
    await twice(worker, "bgw", actions_closing.announce_result, vote_id)
    assert (await notices(worker, "bgw")) == []
    async with scope(organisation_id=worker.cast.organisations["bgw"]):
        assert await execute("SELECT 1 FROM vote_result WHERE vote_id = {}", vote_id) == []


async def test_telling_one_member_reads_no_more_than_its_own_place(worker):
    vote_id = await worker.ask()
    await answers(worker, vote_id, gfs="yes", trockendock="no")
    async with scope(organisation_id=worker.cast.organisations["bgw"]):
        alone = await access_place(worker.network, vote_id, worker.cast.organisations["bgw"], lock=True)
        assert await has_moved(worker.network, vote_id)
    whole = await worker.sheet(vote_id, "bgw")
    assert [voter.name for voter in alone.voters] == [whole.voter(worker.cast.organisations["bgw"]).name]
    assert alone.notice == whole.notice
    await worker.end(vote_id)
    tally = await worker.close(vote_id)
    async with scope(organisation_id=worker.cast.organisations["bgw"]):
        alone = await access_place(worker.network, vote_id, worker.cast.organisations["bgw"])
    assert alone.result == tally


async def test_who_is_told_waits_for_the_own_ballot_and_the_closing_alone(worker):
    vote_id = await worker.ask()
    mine, other = (worker.cast.organisations[slug] for slug in ("bgw", "gfs"))
    voter = "SELECT FROM voter WHERE vote_id = $1 AND organisation_id = $2 FOR NO KEY UPDATE NOWAIT"
    async with scope(organisation_id=mine):
        await access_place(worker.network, vote_id, mine, lock=True)
        await worker.rows("SELECT FROM vote WHERE id = $1 FOR SHARE NOWAIT", vote_id)
        await worker.rows(voter, vote_id, other)
        with pytest.raises(LockNotAvailableError):
            await worker.rows(voter, vote_id, mine)
        with pytest.raises(LockNotAvailableError):
            await worker.rows("SELECT FROM vote WHERE id = $1 FOR UPDATE NOWAIT", vote_id)
