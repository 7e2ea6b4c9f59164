"""Somebody runs SQL as the portal does, inside the scope of their own organisation, and tries to get out of it."""

import json
from uuid import uuid4

import asyncpg
import pytest

import workers.tasks.audit  # noqa: F401 - what follows a role
from tenants.context import Role
from tenants.database import execute
from tenants.scope import scope
from tests.client import person
from workers.reactions import ReactionFailed, handle

DENIED = asyncpg.InsufficientPrivilegeError
STANDING_IN = (
    "CREATE TEMP TABLE membership (network_id uuid, organisation_id uuid, begins_at timestamptz, ends_at timestamptz)",
    "GRANT SELECT ON pg_temp.membership TO hilfenetz_reach",
    "INSERT INTO pg_temp.membership VALUES ('{network}', '{me}', now() - interval '1 day', NULL)",
)
EVENT = """
INSERT INTO outbox (id, organisation_id, event, payload, key, due_at, next_at, created_at)
VALUES ({}, {}, {}, {}::jsonb, {}, now(), now(), now())
"""
BALLOT = "INSERT INTO ballot (network_id, id, vote_id, organisation_id, answer) VALUES ({}, {}, {}, {}, 'yes')"


@pytest.fixture
def inside(cast):
    """The scope of somebody at ``gfs``, or elsewhere."""

    def opened(organisation="gfs", role=Role.REPRESENTATIVE):
        who = person(cast.who(organisation, role))
        return scope(organisation_id=cast.organisations[organisation], person_id=who)

    return opened


async def a_vote(cast, network):
    rows = await cast.database.as_superuser(
        "SELECT v.id, v.network_id, w.organisation_id FROM vote v JOIN voter w ON w.vote_id = v.id "
        "WHERE v.network_id = $1 AND v.state = 'open' LIMIT 1",
        cast.networks[network],
    )
    return rows[0]


async def test_a_temporary_table_does_not_stand_in_for_the_memberships(cast, inside):
    async with inside():
        for statement in STANDING_IN:
            await execute(statement.format(network=cast.networks["duesseldorf"], me=cast.organisations["gfs"]))
        assert [row["slug"] for row in await execute("SELECT slug FROM network")] == ["bielefeld"]


async def test_a_temporary_table_does_not_move_the_last_day(cast, inside):
    """The function that stamps ballots reads the real vote and voter, whatever the session calls by these names."""
    vote = await a_vote(cast, "bielefeld")
    await cast.database.as_superuser(
        "UPDATE voter SET due_at = now() - interval '1 day' WHERE vote_id = $1", vote["id"]
    )
    async with inside():
        await execute("CREATE TEMP TABLE voter (LIKE public.voter)")
        await execute("GRANT SELECT, UPDATE ON pg_temp.voter TO hilfenetz_reach")
        await execute(
            "INSERT INTO pg_temp.voter SELECT network_id, vote_id, organisation_id, name, now() + interval '1 day' "
            "FROM public.voter"
        )
        rows = await execute(
            f"{BALLOT} RETURNING late", vote["network_id"], uuid4(), vote["id"], cast.organisations["gfs"]
        )
    assert rows == [{"late": True}]


async def test_a_ballot_for_a_vote_out_of_reach_is_refused_like_one_for_no_vote(cast, inside):
    hidden = await a_vote(cast, "duesseldorf")
    said = set()
    for vote_id in (hidden["id"], uuid4()):
        with pytest.raises(asyncpg.PostgresError) as refused:
            async with inside():
                await execute(BALLOT, hidden["network_id"], uuid4(), vote_id, hidden["organisation_id"])
        said.add((type(refused.value), str(refused.value)))
    assert len(said) == 1, said


async def test_nobody_signs_a_ballot_as_a_colleague(cast, inside):
    vote, ballot_id = await a_vote(cast, "bielefeld"), uuid4()
    colleague = person(cast.who_without("gfs", Role.REPRESENTATIVE))
    with pytest.raises(DENIED):
        async with inside():
            await execute(BALLOT, vote["network_id"], ballot_id, vote["id"], cast.organisations["gfs"])
            await execute(
                "INSERT INTO ballot_signature (organisation_id, ballot_id, network_id, person_id, capacity) "
                "VALUES ({}, {}, {}, {}, 'representative')",
                cast.organisations["gfs"],
                ballot_id,
                vote["network_id"],
                colleague,
            )


async def test_the_office_asks_in_its_own_name_and_only_members(cast, inside):
    vote = await a_vote(cast, "bielefeld")
    with pytest.raises(DENIED):
        async with inside("stadt-bielefeld", Role.OFFICE):
            await execute(
                "INSERT INTO vote SELECT c.* FROM vote v, json_populate_record(v, json_build_object("
                "'id', {}::uuid, 'opened_by_id', {}::uuid)) AS c WHERE v.id = {}",
                uuid4(),
                cast.organisations["bgw"],
                vote["id"],
            )
    with pytest.raises(DENIED):
        async with inside("stadt-bielefeld", Role.OFFICE):
            await execute(
                "INSERT INTO voter (network_id, vote_id, organisation_id, name, due_at) "
                "VALUES ({}, {}, {}, 'x', now())",
                vote["network_id"],
                vote["id"],
                cast.organisations["skm"],
            )


async def test_a_key_somebody_else_used_first_keeps_nobody_from_being_told(cast, inside):
    vote = await a_vote(cast, "bielefeld")
    key = f"vote_closed:{vote['id']}"
    async with inside():
        await execute(EVENT, uuid4(), cast.organisations["bgw"], "VoteOpened", "{}", key)
    async with inside("stadt-bielefeld", Role.OFFICE):
        await execute(EVENT, uuid4(), cast.organisations["bgw"], "VoteClosed", "{}", key)  # no error tells of the other
    rows = await cast.database.as_superuser("SELECT sender_id FROM outbox WHERE key = $1", key)
    assert {row["sender_id"] for row in rows} == {cast.organisations["gfs"], cast.organisations["stadt-bielefeld"]}


@pytest.mark.parametrize("column", ["sender_id", "state", "attempts", "done_at"])
async def test_nobody_writes_who_sent_an_event_or_how_far_it_is(cast, inside, column):
    with pytest.raises(DENIED):
        async with inside():
            await execute(f"INSERT INTO outbox ({column}) VALUES (NULL)")


async def test_what_waits_in_the_queue_is_shown_to_its_recipient_alone(cast, inside):
    """Also that of the network: its keys tell when another member cast a ballot."""
    async with inside():
        rows = await execute("SELECT organisation_id FROM outbox")
    assert {row["organisation_id"] for row in rows} <= {cast.organisations["gfs"]}


async def test_an_event_that_only_the_recipient_may_cause_does_nothing_when_another_sends_it(cast, inside):
    """Otherwise one organisation would write another's audit trail."""
    victim, identifier = cast.organisations["bgw"], uuid4()
    forged = {"person_id": str(person(cast.who("bgw", Role.REPRESENTATIVE))), "role": "director"}
    forged["at"] = "2026-11-22T00:00:00+00:00"
    async with inside():
        await execute(EVENT, identifier, victim, "RoleGiven", json.dumps(forged), "forged")
    before = await cast.database.as_superuser("SELECT count(*) FROM audit_entry WHERE organisation_id = $1", victim)
    async with cast.database.role("worker"):
        with pytest.raises(ReactionFailed, match="WrongSender"):
            await handle(identifier, organisation_id=victim, network_id=None)
    after = await cast.database.as_superuser("SELECT count(*) FROM audit_entry WHERE organisation_id = $1", victim)
    assert after == before


async def test_false_messages_do_not_use_up_the_attempts_of_a_row(cast):
    """Whoever can write to the broker can name any row; they must not be able to make it rest as dead."""
    rows = await cast.database.as_superuser("SELECT id, network_id FROM outbox WHERE event = 'VoteDue' LIMIT 1")
    async with cast.database.role("worker"):
        for _ in range(3):
            with pytest.raises(ReactionFailed, match="WrongRecipient"):
                await handle(rows[0]["id"], organisation_id=cast.organisations["skm"], network_id=None)
    (found,) = await cast.database.as_superuser("SELECT attempts FROM outbox WHERE id = $1", rows[0]["id"])
    assert found["attempts"] == 0


@pytest.mark.parametrize(
    "request_id", ["', true), set_config('app.organisation', 'x", "\\'; SET ROLE x; --", "$$; --", "ü'"]
)
async def test_a_request_id_is_a_text_and_nothing_else(cast, request_id):
    """It comes from outside and is told to PostgreSQL before anything else is."""
    mine = cast.organisations["gfs"]
    async with scope(organisation_id=mine, request_id=request_id):
        rows = await execute("SELECT current_organisation() AS mine, current_setting('app.request') AS request")
    assert rows == [{"mine": mine, "request": request_id}]
