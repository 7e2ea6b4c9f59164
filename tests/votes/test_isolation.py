"""What the wall shows of each vote table, asked in raw SQL as the role of the web and of the worker."""

import asyncpg
import pytest

from portal.votes.queries_lists import WAITING_COUNT, WAITING_VOTES
from tenants.context import Role
from tenants.database import execute
from tenants.provisioning import end_membership
from tenants.scope import scope
from tests.votes.poll import TABLES

OF_NETWORK = ("vote", "vote_option", "voter", "ballot", "vote_result")
WALLED = (*OF_NETWORK, "ballot_signature")
REWRITING = (
    "UPDATE vote SET state = 'closed', closed_at = now()",
    "UPDATE voter SET due_at = now() + interval '1 year'",
    "DELETE FROM voter",
    "UPDATE ballot SET late = false",
    "DELETE FROM ballot",
    "DELETE FROM vote",
    "UPDATE vote_option SET title = 'x'",
    "UPDATE ballot_signature SET capacity = 'deputy'",
    "INSERT INTO vote_result SELECT * FROM vote_result",
)
VISIBILITY = "UPDATE vote SET ballots_visible_to = $2 WHERE id = $1"


@pytest.fixture
async def closed(poll):
    """A closed choice of Bielefeld with ballots of two members: a row in every table."""
    async with poll.database.role("worker"):
        vote_id = await poll.ask("question_choice", proposals=["Bethel", "Diakonie"])
        first, _ = (await poll.sheet(vote_id)).options
        await poll.answer("gfs", vote_id, first)
        await poll.answer("bgw", vote_id, first)
        await poll.end(vote_id)
        await poll.close(vote_id)
    return vote_id


async def seen(table, vote_id):
    """Rows of that vote in the open scope."""
    condition = {
        "vote": "t.id = {}",
        "ballot_signature": "t.ballot_id IN (SELECT b.id FROM ballot b WHERE b.vote_id = {})",
    }.get(table, "t.vote_id = {}")
    return len(await execute(f"SELECT 1 FROM {table} t WHERE {condition}", vote_id))


async def test_every_vote_table_is_tried_here():
    assert set(WALLED) == set(TABLES) - {"audit_entry", "outbox"}


async def test_another_network_sees_no_row(poll, closed):
    async with poll.acting("skm"):
        for table in WALLED:
            assert await seen(table, closed) == 0, table
            assert await execute(f"SELECT 1 FROM {table} WHERE network_id = {{}}", poll.network) == [], table


async def test_without_an_organisation_there_is_no_row(poll, closed):
    async with scope():
        for table in WALLED:
            assert await execute(f"SELECT 1 FROM {table}") == [], table


async def test_members_share_what_belongs_to_the_network(poll, closed):
    async with poll.acting("trockendock"):
        for table in OF_NETWORK:
            assert await seen(table, closed) > 0, table


async def test_who_cast_a_ballot_is_seen_by_the_own_organisation_alone(poll, closed):
    for organisation, number in (("gfs", 1), ("bgw", 1), ("trockendock", 0), ("stadt-bielefeld", 0)):
        async with poll.acting(organisation):
            assert len(await execute("SELECT 1 FROM ballot_signature s JOIN ballot b ON b.id = s.ballot_id")) >= number
            others = await execute(
                "SELECT 1 FROM ballot_signature WHERE organisation_id <> {}", poll.cast.organisations[organisation]
            )
            assert others == []
            assert await seen("ballot_signature", closed) == number


async def test_a_member_that_left_sees_no_row_of_the_network_any_more(poll, closed):
    async with poll.database.role("worker"), scope(network_id=poll.network) as opened:
        await end_membership(
            network_id=poll.network, organisation_id=poll.cast.organisations["bgw"], ends_at=opened.now
        )
    async with scope(organisation_id=poll.cast.organisations["bgw"]):
        for table in WALLED:
            assert await seen(table, closed) == 0, table


@pytest.mark.parametrize(
    ("visible_to", "trockendock", "office"), [("members", 2, 2), ("members_after_closing", 2, 2), ("office", 0, 2)]
)
async def test_closed_ballots_are_seen_by_whom_the_rulebook_says(poll, closed, visible_to, trockendock, office):
    await poll.rows(VISIBILITY, closed, visible_to)
    async with poll.acting("trockendock"):
        assert await seen("ballot", closed) == trockendock
    async with poll.acting("gfs"):
        assert await seen("ballot", closed) == max(1, trockendock)
    async with poll.acting("stadt-bielefeld"):
        assert await seen("ballot", closed) == office


@pytest.mark.parametrize(("visible_to", "others"), [("members", 2), ("members_after_closing", 0), ("office", 0)])
async def test_open_ballots_are_seen_by_whom_the_rulebook_says(poll, visible_to, others):
    vote_id = await poll.ask()
    await poll.rows(VISIBILITY, vote_id, visible_to)
    await poll.answer("gfs", vote_id, "yes")
    await poll.answer("bgw", vote_id, "no")
    async with poll.acting("trockendock"):
        assert await seen("ballot", vote_id) == others
    async with poll.acting("gfs"):
        assert await seen("ballot", vote_id) == max(1, others)
    async with poll.acting("stadt-bielefeld", Role.OFFICE):
        assert await seen("ballot", vote_id) == 2


async def test_nobody_casts_for_another_organisation(poll):
    vote_id = await poll.ask()
    for organisation in ("bgw", "skm"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with poll.acting(organisation):
                await execute(
                    "INSERT INTO ballot (network_id, id, vote_id, organisation_id, answer) "
                    "VALUES ({}, gen_random_uuid(), {}, {}, 'yes')",
                    poll.network,
                    vote_id,
                    poll.cast.organisations["gfs"],
                )


async def test_nobody_signs_a_ballot_of_another_organisation(poll):
    vote_id = await poll.ask()
    ballot = await poll.answer("gfs", vote_id, "yes")
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        async with poll.acting("bgw") as (actor, _):
            await execute(
                "INSERT INTO ballot_signature (organisation_id, ballot_id, network_id, person_id, capacity) "
                "VALUES ({}, {}, {}, {}, 'director')",
                actor.organisation_id,
                ballot.id,
                poll.network,
                actor.person_id,
            )


async def test_the_web_cannot_rewrite_a_vote(poll, closed):
    for sql in REWRITING:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with poll.acting("stadt-bielefeld", Role.OFFICE):
                await execute(sql)


async def test_neither_can_the_worker(poll, closed):
    async with poll.database.role("worker"):
        for sql in (*REWRITING[1:], "UPDATE vote SET question = 'x'"):
            with pytest.raises((asyncpg.InsufficientPrivilegeError, asyncpg.UniqueViolationError)):
                async with scope(network_id=poll.network):
                    await execute(sql)


async def test_the_worker_reaches_one_network_at_a_time(poll, closed):
    async with poll.database.role("worker"), scope(network_id=poll.cast.networks["duesseldorf"]):
        for table in OF_NETWORK:
            assert await seen(table, closed) == 0


async def test_the_network_of_a_task_counts_for_the_worker_alone(poll, closed):
    async with scope(network_id=poll.network):
        assert await execute("SELECT 1 FROM vote") == []


async def test_the_count_of_the_navigation_is_the_own_organisations(poll):
    async with poll.acting("gfs"):
        before = {row["network_id"]: row["count"] for row in await execute(WAITING_COUNT)}
    vote_id = await poll.ask()
    async with poll.acting("gfs"):
        now = {row["network_id"]: row["count"] for row in await execute(WAITING_COUNT)}
        assert now[poll.network] == before.get(poll.network, 0) + 1
        assert vote_id in {row["id"] for row in await execute(WAITING_VOTES)}
    await poll.answer("gfs", vote_id, "yes")
    async with poll.acting("gfs"):
        assert {row["network_id"]: row["count"] for row in await execute(WAITING_COUNT)} == before
        assert vote_id not in {row["id"] for row in await execute(WAITING_VOTES)}
    async with poll.acting("diakonie-bielefeld", name="ruth.kaminski"):
        assert await execute(WAITING_COUNT) == []
    async with poll.acting("skm"):
        assert poll.network not in {row["network_id"] for row in await execute(WAITING_VOTES)}


async def test_who_is_no_member_holds_up_no_ballot(worker):
    vote_id = await worker.ask()
    async with scope(organisation_id=worker.cast.organisations["caritas-duesseldorf"]):
        await execute("SELECT await_ballot({}, {})", worker.network, vote_id)
        await worker.rows("SELECT FROM vote WHERE id = $1 FOR UPDATE NOWAIT", vote_id)
