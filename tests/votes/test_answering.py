"""Answering under the wall: who may, what is refused, and what the clock of the database says."""

from datetime import timedelta

import asyncpg
import pytest

from portal.kit.errors import Forbidden, Invalid, NotFound
from portal.kit.ids import new_id
from portal.votes import actions
from portal.votes.rules import VoteState
from tenants.context import Role
from tenants.database import execute

DEEDS = "SELECT action, organisation_id FROM audit_entry WHERE subject_id = $1 ORDER BY at"


@pytest.mark.parametrize(
    ("organisation", "role", "capacity"),
    [
        ("bethel-regional", Role.REPRESENTATIVE, "representative"),
        ("diakonie-bielefeld", Role.DEPUTY, "deputy"),
        ("gfs", Role.DIRECTOR, "representative"),  # holds both: votes as representative
    ],
)
async def test_representative_deputy_and_director_cast_their_organisations_ballot(poll, organisation, role, capacity):
    vote_id = await poll.ask()
    ballot = await poll.answer(organisation, vote_id, "yes", role)
    assert not ballot.late
    (signature,) = await poll.rows("SELECT * FROM ballot_signature WHERE ballot_id = $1", ballot.id)
    assert (signature["organisation_id"], signature["capacity"]) == (poll.cast.organisations[organisation], capacity)
    assert [row["action"] for row in await poll.rows(DEEDS, vote_id)] == ["vote:opened", "ballot:cast"]


@pytest.mark.parametrize(
    ("organisation", "name", "refusal"),
    [
        ("skm", "ulrike.nettesheim", NotFound),
        ("diakonie-bielefeld", "ruth.kaminski", Forbidden),
        ("diakonie-bielefeld", "nadia.el-amin", Forbidden),
        ("diakonie-bielefeld", "oskar.thiel", Forbidden),
        ("stadt-bielefeld", "jonas.wiegand", Forbidden),
    ],
)
async def test_nobody_else_casts_a_ballot_and_nothing_changes(poll, organisation, name, refusal):
    vote_id = await poll.ask()
    before = await poll.counts()
    with pytest.raises(refusal):
        async with poll.acting(organisation, name=name) as (actor, opened):
            await actions.cast_ballot(
                actor=actor, now=opened.now, network_id=poll.network, vote_id=vote_id, answer="yes"
            )
    assert await poll.counts() == before


async def test_an_unknown_vote_and_one_out_of_reach_are_the_same(poll):
    vote_id = await poll.ask()
    for organisation, wanted in (("gfs", new_id()), ("skm", vote_id)):
        with pytest.raises(NotFound) as caught:
            async with poll.acting(organisation) as (actor, opened):
                await actions.cast_ballot(
                    actor=actor, now=opened.now, network_id=poll.network, vote_id=wanted, answer="yes"
                )
        assert caught.value.message == NotFound.default


@pytest.mark.parametrize(("rule", "answer"), [("question_approval", "vielleicht"), ("question_choice", "yes")])
async def test_what_the_vote_does_not_ask_is_refused(poll, rule, answer):
    vote_id = await poll.ask(rule, proposals=["Bethel", "Diakonie"] if rule == "question_choice" else ())
    before = await poll.counts()
    with pytest.raises(Invalid):
        await poll.answer("gfs", vote_id, answer)
    assert await poll.counts() == before


async def test_a_ballot_may_be_changed_and_every_change_is_kept(poll):
    vote_id = await poll.ask()
    for answer, role in (("no", Role.REPRESENTATIVE), ("yes", Role.DEPUTY)):
        await poll.answer("bethel-regional", vote_id, answer, role)
    sheet = await poll.sheet(vote_id, "bethel-regional")
    assert sheet.voter(poll.cast.organisations["bethel-regional"]).answer == "yes"
    history = [(entry.answer, entry.person, entry.capacity) for entry in sheet.history]
    assert history == [("yes", "Lene Petersen", "deputy"), ("no", "Tariq Haddad", "representative")]
    deeds = [row["action"] for row in await poll.rows(DEEDS, vote_id)]
    assert deeds == ["vote:opened", "ballot:cast", "ballot:changed"]


async def test_ballots_cannot_be_changed_or_deleted_even_by_the_owner_of_the_database(poll):
    vote_id = await poll.ask()
    ballot = await poll.answer("gfs", vote_id, "yes")
    for sql in ("UPDATE ballot SET answer = 'no' WHERE id = $1", "DELETE FROM ballot WHERE id = $1"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await poll.rows(sql, ballot.id)


async def test_the_clock_of_the_database_counts_whatever_the_program_says(poll):
    vote_id = await poll.ask()
    await poll.end(vote_id, before=timedelta(microseconds=1))
    assert not (await poll.answer("gfs", vote_id, "yes")).late
    await poll.end(vote_id)
    assert (await poll.answer("trockendock", vote_id, "yes")).late


async def test_a_late_ballot_is_kept_as_late_and_does_not_count_and_is_recorded(poll):
    vote_id = await poll.ask()
    await poll.answer("gfs", vote_id, "no")
    await poll.end(vote_id)
    await poll.answer("gfs", vote_id, "yes")
    sheet = await poll.sheet(vote_id)
    own = sheet.voter(poll.cast.organisations["gfs"])
    assert (own.answer, own.late) == ("no", 1)
    assert [entry.late for entry in sheet.history] == [True, False]
    assert (await poll.rows(DEEDS, vote_id))[-1]["action"] == "ballot:late"


async def test_nobody_can_make_a_late_ballot_look_timely(poll):
    vote_id = await poll.ask()
    await poll.end(vote_id)
    async with poll.acting("gfs") as (actor, opened):
        rows = await execute(
            "INSERT INTO ballot (network_id, id, vote_id, organisation_id, answer, cast_at, late) "
            "VALUES ({}, {}, {}, {}, 'yes', {}, false) RETURNING late, cast_at",
            poll.network,
            new_id(),
            vote_id,
            actor.organisation_id,
            opened.now - timedelta(days=1),
        )
        assert rows[0] == {"late": True, "cast_at": opened.now}


async def test_a_no_where_all_must_agree_ends_the_vote_at_once(poll):
    vote_id = await poll.ask("position")
    await poll.answer("gfs", vote_id, "yes")
    await poll.answer("bgw", vote_id, "no")
    sheet = await poll.sheet(vote_id)
    assert sheet.state(sheet.opened_at) is VoteState.ENDED
    assert (await poll.answer("bgw", vote_id, "yes")).late
    due = await poll.rows(
        "SELECT due_at FROM outbox WHERE event = 'VoteDue' AND payload ->> 'vote_id' = $1 ORDER BY due_at", str(vote_id)
    )
    assert len(due) == 2
    assert due[0]["due_at"] < due[1]["due_at"] == sheet.ends_at


async def test_a_member_that_joined_later_watches_and_does_not_vote(poll):
    vote_id = await poll.ask()
    await poll.rows(
        "INSERT INTO membership (network_id, id, organisation_id, is_office, begins_at) "
        "VALUES ($1, gen_random_uuid(), $2, false, clock_timestamp())",
        poll.network,
        poll.cast.organisations["skm"],
    )
    sheet = await poll.sheet(vote_id, "skm")
    assert len(sheet.voters) == 6
    with pytest.raises(Forbidden, match="noch kein Mitglied"):
        async with poll.acting("skm") as (actor, opened):
            await actions.cast_ballot(
                actor=actor, now=opened.now, network_id=poll.network, vote_id=vote_id, answer="yes"
            )
