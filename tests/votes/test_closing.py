"""The clock closes a vote once, whatever happens at the same moment; every member is told once."""

import asyncio
import json
from datetime import timedelta

import asyncpg
import pytest

from portal.votes import actions_closing
from portal.votes.rules import Outcome
from tenants import database
from tenants.database import execute
from tenants.provisioning import end_membership
from tenants.scope import scope
from tests.votes.poll import BIELEFELD
from workers.actors import system_actor

CLOSED = "SELECT event, organisation_id FROM outbox WHERE event = 'VoteClosed' AND payload ->> 'vote_id' = $1"


async def answers(poll, vote_id, **said):
    for organisation, answer in said.items():
        await poll.answer(organisation.replace("_", "-"), vote_id, answer)


async def test_closing_freezes_the_tally_and_tells_every_member(worker):
    vote_id = await worker.ask()
    await answers(
        worker, vote_id, gfs="yes", bgw="yes", trockendock="yes", bethel_regional="yes", diakonie_bielefeld="no"
    )
    await worker.end(vote_id)
    tally = await worker.close(vote_id)
    assert (tally.outcome, tally.count, tally.needed) == (Outcome.DECIDED, 4, 4)
    (result,) = await worker.rows("SELECT * FROM vote_result WHERE vote_id = $1", vote_id)
    assert (result["outcome"], result["yes"], result["no"], result["members"]) == ("decided", 4, 1, 6)
    told = {row["organisation_id"] for row in await worker.rows(CLOSED, str(vote_id))}
    assert told == {worker.cast.organisations[slug] for slug in BIELEFELD}
    sheet = await worker.sheet(vote_id)
    assert sheet.result == tally


async def test_a_second_closing_finds_nothing_to_do(worker):
    vote_id = await worker.ask()
    await worker.end(vote_id)
    assert await worker.close(vote_id) is not None
    before = await worker.counts()
    assert await worker.close(vote_id) is None
    assert await worker.counts() == before


async def test_before_its_end_a_vote_is_not_closed_and_the_timer_is_wound_up_again(worker):
    vote_id = await worker.ask()
    await worker.end(vote_id, before=timedelta(microseconds=1))
    assert await worker.close(vote_id) is None
    due = await worker.rows(
        "SELECT due_at, v.ends_at FROM outbox o JOIN vote v ON v.id = $1 "
        "WHERE event = 'VoteDue' AND payload ->> 'vote_id' = $1::text",
        vote_id,
    )
    assert [row["due_at"] == row["ends_at"] for row in due] == [True, True]


async def test_of_many_closers_at_once_exactly_one_closes(worker):
    vote_id = await worker.ask()
    await answers(worker, vote_id, gfs="yes")
    await worker.end(vote_id)

    async def close():
        async with scope(network_id=worker.network) as opened:
            return await actions_closing.close_vote(actor=await system_actor(), now=opened.now, vote_id=vote_id)

    results = await asyncio.gather(*(asyncio.create_task(close()) for _ in range(4)))
    assert sum(result is not None for result in results) == 1
    assert len(await worker.rows("SELECT FROM vote_result WHERE vote_id = $1", vote_id)) == 1
    assert len(await worker.rows(CLOSED, str(vote_id))) == 6


async def test_closing_waits_for_a_ballot_that_is_on_its_way(worker):
    """The ballot was stamped in time and is not committed yet: it must be in the tally."""
    vote_id = await worker.ask()
    await worker.end(vote_id, before=timedelta(microseconds=1))
    slow = await asyncpg.connect(**database.connection_config(worker.database.url("admin")))
    try:
        transaction = slow.transaction()
        await transaction.start()
        await slow.execute(
            "INSERT INTO ballot (network_id, id, vote_id, organisation_id, answer) "
            "VALUES ($1, gen_random_uuid(), $2, $3, 'yes')",
            worker.network,
            vote_id,
            worker.cast.organisations["gfs"],
        )
        await worker.end(vote_id)
        closing = asyncio.create_task(worker.close(vote_id))
        await asyncio.sleep(0.2)
        assert not closing.done()
        await transaction.commit()
        assert (await closing).counts.yes == 1
    finally:
        await slow.close()


async def test_the_result_cannot_be_written_twice_or_changed(worker):
    vote_id = await worker.ask()
    await worker.end(vote_id)
    await worker.close(vote_id)
    again = "INSERT INTO vote_result SELECT * FROM vote_result WHERE vote_id = $1"
    with pytest.raises(asyncpg.UniqueViolationError):
        await worker.rows(again, vote_id)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await worker.rows("UPDATE vote_result SET yes = 6 WHERE vote_id = $1", vote_id)


async def test_a_no_where_all_must_agree_lets_the_worker_close_before_the_last_day(worker):
    vote_id = await worker.ask("position")
    await answers(worker, vote_id, gfs="no")
    assert (await worker.close(vote_id)).outcome is Outcome.REJECTED


async def test_a_ballot_after_closing_is_late_even_if_the_clock_went_back(worker):
    vote_id = await worker.ask()
    await worker.end(vote_id)
    await worker.close(vote_id)
    await worker.end(vote_id, before=timedelta(days=1))
    assert (await worker.answer("bgw", vote_id, "yes")).late


async def test_a_choice_keeps_its_winner(worker):
    vote_id = await worker.ask("question_choice", proposals=["Bethel", "Diakonie"])
    first, second = (await worker.sheet(vote_id)).options
    await answers(
        worker, vote_id, gfs=first, bgw=first, trockendock=first, bethel_regional=first, diakonie_bielefeld=second
    )
    await worker.end(vote_id)
    assert (await worker.close(vote_id)).winner == first
    sheet = await worker.sheet(vote_id)
    assert (sheet.result.winner, dict(sheet.result.counts.candidates)) == (first, {first: 4, second: 1})
    await twice(worker, "bgw", actions_closing.announce_result, vote_id)
    assert {json.loads(row["params"])["outcome"] for row in await notices(worker, "bgw")} == {"chosen"}


async def test_a_choice_without_majority_asks_for_a_new_round(worker):
    vote_id = await worker.ask("question_choice", proposals=["Bethel", "Diakonie"])
    first, second = (await worker.sheet(vote_id)).options
    await answers(
        worker, vote_id, gfs=first, bgw=first, trockendock=first, bethel_regional=second, diakonie_bielefeld=second
    )
    await worker.end(vote_id)
    tally = await worker.close(vote_id)
    assert (tally.outcome, tally.winner, tally.new_round) == (Outcome.REJECTED, None, True)
    await twice(worker, "bgw", actions_closing.announce_result, vote_id)
    assert {json.loads(row["params"])["outcome"] for row in await notices(worker, "bgw")} == {"no_result"}


async def test_the_base_stays_the_snapshot_when_a_member_leaves(worker):
    vote_id = await worker.ask()
    await answers(worker, vote_id, gfs="yes", bgw="yes", trockendock="yes", bethel_regional="yes")
    async with scope(network_id=worker.network) as opened:
        await end_membership(
            network_id=worker.network, organisation_id=worker.cast.organisations["gfs"], ends_at=opened.now
        )
    await worker.end(vote_id)
    tally = await worker.close(vote_id)
    assert (tally.base, tally.count, tally.departed, tally.departed_ballots) == (6, 4, 1, 1)
    assert len(await worker.rows(CLOSED, str(vote_id))) == 5
    sheet = await worker.sheet(vote_id, "bgw")
    gone = sheet.voter(worker.cast.organisations["gfs"])
    assert (gone.departed, gone.name.startswith("Gesellschaft")) == (True, True)


async def test_a_rulebook_that_allows_it_ends_a_vote_as_soon_as_it_is_decided(worker):
    vote_id = await worker.ask()
    await worker.rows("UPDATE vote SET early_end = 'when_decided' WHERE id = $1", vote_id)
    await answers(worker, vote_id, gfs="yes", bgw="yes", trockendock="yes")
    assert await worker.close(vote_id) is None
    await answers(worker, vote_id, bethel_regional="yes")
    assert (await worker.close(vote_id)).outcome is Outcome.DECIDED


async def test_a_rulebook_may_let_the_ballot_of_a_departed_member_fall(worker):
    vote_id = await worker.ask()
    await worker.rows("UPDATE vote SET ballot_of_departed = 'falls' WHERE id = $1", vote_id)
    await answers(worker, vote_id, gfs="yes", bgw="yes", trockendock="yes", bethel_regional="yes")
    async with scope(network_id=worker.network) as opened:
        await end_membership(
            network_id=worker.network, organisation_id=worker.cast.organisations["gfs"], ends_at=opened.now
        )
    await worker.end(vote_id)
    tally = await worker.close(vote_id)
    assert (tally.base, tally.count, tally.departed_ballots, tally.outcome) == (6, 3, 1, Outcome.REJECTED)


async def test_who_leaves_after_the_end_has_not_left_while_the_vote_ran(worker):
    vote_id = await worker.ask()
    await worker.rows("UPDATE vote SET ballot_of_departed = 'falls' WHERE id = $1", vote_id)
    await answers(worker, vote_id, gfs="yes", bgw="yes", trockendock="yes", bethel_regional="yes")
    await worker.end(vote_id)
    async with scope(network_id=worker.network) as opened:
        await end_membership(
            network_id=worker.network, organisation_id=worker.cast.organisations["gfs"], ends_at=opened.now
        )
    tally = await worker.close(vote_id)
    assert (tally.count, tally.departed, tally.outcome) == (4, 0, Outcome.DECIDED)


async def test_a_vote_of_another_network_cannot_be_closed_from_here(worker):
    vote_id = await worker.ask()
    await worker.end(vote_id)
    before = await worker.counts()
    with pytest.raises(Exception, match="gibt es nicht"):
        await worker.close(vote_id, network="duesseldorf")
    assert await worker.counts() == before


# --- announcements: every event handled twice


async def notices(poll, organisation):
    return await poll.rows(
        "SELECT n.kind, n.params, n.address, e.person_id FROM notice n JOIN inbox_entry e "
        "ON (e.organisation_id, e.notice_id) = (n.organisation_id, n.id) "
        "WHERE n.organisation_id = $1 ORDER BY e.person_id",
        poll.cast.organisations[organisation],
    )


async def twice(poll, organisation, reaction, vote_id):
    for _ in range(2):
        await poll.settle(organisation, reaction, network_id=poll.network, vote_id=vote_id)


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
