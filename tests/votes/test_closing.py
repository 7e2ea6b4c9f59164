"""The clock closes a vote once, whatever happens at the same moment."""

import asyncio
from datetime import timedelta

import asyncpg
import pytest

from portal.votes import actions_closing
from portal.votes.rules import Outcome
from tenants import database
from tenants.scope import scope
from tests.votes.poll import BIELEFELD, answers
from workers.actors import system_actor

CLOSED = "SELECT event, organisation_id FROM outbox WHERE event = 'VoteClosed' AND payload ->> 'vote_id' = $1"


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
        organisation_id = worker.cast.organisations["gfs"]
        await slow.execute("SELECT set_config('app.organisation', $1, true)", str(organisation_id))
        await slow.execute(
            "INSERT INTO ballot (network_id, id, vote_id, organisation_id, answer) "
            "VALUES ($1, gen_random_uuid(), $2, $3, 'yes')",
            worker.network,
            vote_id,
            organisation_id,
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


async def test_a_vote_of_another_network_cannot_be_closed_from_here(worker):
    vote_id = await worker.ask()
    await worker.end(vote_id)
    before = await worker.counts()
    with pytest.raises(Exception, match="gibt es nicht"):
        await worker.close(vote_id, network="duesseldorf")
    assert await worker.counts() == before
