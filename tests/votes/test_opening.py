"""Opening a vote under the wall: who may, what is refused, and that a refusal changes nothing."""

import json
from datetime import timedelta

import asyncpg
import pytest

from portal.kit.clock import local_day
from portal.kit.errors import Forbidden, Invalid, NotFound
from portal.votes import actions
from portal.votes.rules import Kind, VoteState
from tenants.context import Role
from tenants.database import execute
from tests.votes.poll import BIELEFELD, QUESTION

DEEDS = "SELECT action, organisation_id FROM audit_entry WHERE subject_id = $1 ORDER BY at"


async def asked(poll, actor, opened, **changes):
    values = {
        "rule": "question_approval",
        "question": QUESTION,
        "explanation": "",
        "last_day": local_day(opened.now) + timedelta(days=3),
        "network_id": poll.network,
    }
    return await actions.open_vote(actor=actor, now=opened.now, **{**values, **changes})


async def test_the_office_asks_and_all_members_are_the_electorate(poll):
    vote_id = await poll.ask()
    sheet = await poll.sheet(vote_id)
    assert {voter.organisation_id for voter in sheet.voters} == {poll.cast.organisations[slug] for slug in BIELEFELD}
    assert {voter.due_at for voter in sheet.voters} == {sheet.ends_at}
    assert (sheet.rule.kind, sheet.rule_title, sheet.rulebook_version) == (Kind.APPROVAL, "Zustimmung", 1)
    assert sheet.state(sheet.opened_at) is VoteState.OPEN


async def test_opening_is_recorded_and_every_member_will_be_told_and_the_timer_is_set(poll):
    vote_id = await poll.ask()
    assert [row["action"] for row in await poll.rows(DEEDS, vote_id)] == ["vote:opened"]
    rows = await poll.rows(
        "SELECT o.*, v.ends_at FROM outbox o JOIN vote v ON v.id = $1 WHERE o.payload ->> 'vote_id' = $1::text", vote_id
    )
    told = [row for row in rows if row["event"] == "VoteOpened"]
    assert {row["organisation_id"] for row in told} == {poll.cast.organisations[slug] for slug in BIELEFELD}
    (timer,) = [row for row in rows if row["event"] == "VoteDue"]
    assert (timer["network_id"], timer["due_at"]) == (poll.network, timer["ends_at"])
    assert all(set(json.loads(row["payload"])) <= {"vote_id", "network_id"} for row in rows)


async def test_a_choice_keeps_its_proposals_in_order(poll):
    vote_id = await poll.ask("question_choice", proposals=["Bethel", "", " Diakonie ", "Stadt"])
    assert list((await poll.sheet(vote_id)).options.values()) == ["Bethel", "Diakonie", "Stadt"]


@pytest.mark.parametrize(
    ("organisation", "role", "refusal"),
    [
        ("jobcenter-duesseldorf", Role.OFFICE, NotFound),
        ("caritas-duesseldorf", Role.DIRECTOR, NotFound),
        ("diakonie-bielefeld", Role.REPRESENTATIVE, Forbidden),
        ("diakonie-bielefeld", Role.ADMINISTRATOR, Forbidden),
        ("stadt-bielefeld", Role.REPRESENTATIVE, Forbidden),
    ],
)
async def test_nobody_else_opens_a_vote_and_nothing_changes(poll, organisation, role, refusal):
    if role is Role.DIRECTOR:
        organisation = "franzfreunde"
    before = await poll.counts()
    with pytest.raises(refusal):
        async with poll.acting(organisation, role) as (actor, opened):
            await asked(poll, actor, opened)
    assert await poll.counts() == before


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"rule": "exclusion"}, "rule"),
        ({"rule": "nonsense"}, "rule"),
        ({"question": "  "}, "question"),
        ({"question": "x" * 301}, "question"),
        ({"explanation": "x" * 4001}, "explanation"),
        ({"last_day": timedelta(days=-1)}, "last_day"),
        ({"last_day": timedelta(days=400)}, "last_day"),
        ({"rule": "question_choice"}, "proposals"),
        ({"rule": "question_choice", "proposals": ["Eins"]}, "proposals"),
        ({"rule": "question_choice", "proposals": ["Eins", "eins"]}, "proposals"),
        ({"rule": "question_choice", "proposals": [str(n) for n in range(21)]}, "proposals"),
    ],
)
async def test_what_does_not_fit_is_named_by_field_and_nothing_is_saved(poll, changes, field):
    before = await poll.counts()
    with pytest.raises(Invalid) as caught:
        async with poll.acting("stadt-bielefeld", Role.OFFICE) as (actor, opened):
            if "last_day" in changes:
                changes = {"last_day": local_day(opened.now) + changes["last_day"]}
            await asked(poll, actor, opened, **changes)
    assert caught.value.field == field
    assert await poll.counts() == before


async def test_the_database_itself_lets_only_the_office_open(poll):
    vote_id = await poll.ask()
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with poll.acting("gfs") as (_, _opened):
            await execute(
                "INSERT INTO vote SELECT * FROM json_populate_record(NULL::vote, (SELECT (row_to_json(v)::jsonb "
                "|| jsonb_build_object('id', gen_random_uuid()))::json FROM vote v WHERE v.id = {}))",
                vote_id,
            )
