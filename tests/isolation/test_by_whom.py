"""A member executes statements of its own under the portal's role, in its own scope: nothing of what a network decides,
proves or counts is brought about by who may not, and nothing stands there under another's name."""

import json
from contextlib import asynccontextmanager
from datetime import date
from uuid import uuid4

import pytest
from asyncpg.exceptions import CheckViolationError, InsufficientPrivilegeError

from portal.bodies.actions_space import open_space
from portal.kit.ids import new_id
from tenants.context import Role
from tenants.database import execute
from tenants.scope import scope
from tests.bodies.chamber import LEADS, Chamber
from tests.circle.table import Table
from tests.formal.desk import Desk
from tests.network.office import AFFECTED, Office
from tests.network.test_seat import begun, ready

CITY, FORGER = "stadt-bielefeld", "bgw"
REFUSED = (InsufficientPrivilegeError, CheckViolationError)
STEP = """
INSERT INTO procedure_step (network_id, id, procedure_id, deed, at, by_kind, by_id, by_name)
VALUES ({}, {}, {}, {}, now(), {}, {}, 'Stadt Bielefeld')
"""
WARNING = """
INSERT INTO early_warning VALUES ({}, gen_random_uuid(), {}, 'eviction', '', {}, '2026-01-01', 'x', 'x', now())
"""


class Yard(Office, Desk, Table, Chamber):
    """The network of Bielefeld, in which somebody writes SQL."""

    @asynccontextmanager
    async def refused(self, organisation: str = FORGER, role: Role = Role.REPRESENTATIVE):
        """Somebody's scope, in which the statement fails."""
        with pytest.raises(REFUSED):
            async with self.acting(organisation, role):
                yield


@pytest.fixture
def yard(cast):
    return Yard(cast)


async def test_nobody_takes_the_office_by_saying_that_all_agree(yard):
    procedure_id = await begun(yard, FORGER)
    await ready(yard, procedure_id, FORGER)
    for change in ("state = 'decided'", "state = 'ended', outcome = 'lapsed'", "outcome = 'lapsed'"):
        async with yard.refused():
            await execute(f"UPDATE procedure SET {change} WHERE id = {{}}", procedure_id)
    async with yard.acting(CITY, Role.OFFICE):
        await execute("UPDATE procedure SET state = 'decided' WHERE id = {}", procedure_id)


async def test_a_decided_exclusion_waits_for_its_receipt_and_for_no_vote_but_its_own(yard):
    procedure_id = await yard.move(FORGER)
    async with yard.refused():
        await execute(STEP, yard.network, new_id(), procedure_id, "decided", "member", yard.cast.organisations[FORGER])
    vote_id, other = await yard.open_vote(procedure_id), await yard.ask()
    for organisation, role in ((FORGER, Role.REPRESENTATIVE), (CITY, Role.OFFICE)):
        async with yard.refused(organisation, role):
            await execute("UPDATE procedure SET vote_id = {} WHERE id = {}", other, procedure_id)
    await yard.agree('rule = "opened"')
    await yard.decide(vote_id)
    await yard.work("VoteDue")
    assert (await yard.procedure(procedure_id)).state == "decided"
    for organisation, role in ((FORGER, Role.REPRESENTATIVE), (CITY, Role.OFFICE)):
        async with yard.refused(organisation, role):
            await execute("UPDATE procedure SET state = 'ended', outcome = 'lapsed' WHERE id = {}", procedure_id)


async def test_steps_stand_under_the_name_of_who_made_them_in_what_concerns_them(yard):
    procedure_id, us = await yard.move(FORGER), yard.cast.organisations
    async with yard.acting(FORGER):
        await execute(STEP, yard.network, new_id(), procedure_id, "moved", "member", us[FORGER])
    assert {step.by_name for step in (await yard.procedure(procedure_id)).steps} == {
        "Bielefelder Wohnungsbaugesellschaft"
    }
    said = (("trockendock", "stated"), ("trockendock", "x"), (FORGER, "vote_opened"), (AFFECTED, "moved"))
    for organisation, deed in said:
        async with yard.refused(organisation):
            await execute(STEP, yard.network, new_id(), procedure_id, deed, "member", us[organisation])
    for deed in ("application_taken_back", "nobody_stays", "stood_in"):  # what the worker finds out
        for organisation, role, kind in ((FORGER, Role.REPRESENTATIVE, "member"), (CITY, Role.OFFICE, "office")):
            async with yard.refused(organisation, role):
                await execute(STEP, yard.network, new_id(), procedure_id, deed, kind, us[organisation])
    async with yard.refused(FORGER):
        await execute(STEP, yard.network, new_id(), procedure_id, "admission_closed", "member", us[FORGER])


async def test_what_is_begun_bears_its_own_names_and_begins_with_who_may(yard):
    columns = (
        "network_id, id, kind, year, number, state, rulebook_id, subject_name, subject_id, moved_by_id, moved_by_name"
    )
    begin = f"""
    INSERT INTO procedure ({columns}, reason, begun_at)
    SELECT network_id, {{}}, {{}}, 1, 1, {{}}, id, 'Niemand', {{}}::uuid, {{}}, 'Niemand', '', now()
    FROM rulebook WHERE network_id = {{}} ORDER BY version DESC LIMIT 1
    """
    us, made = yard.cast.organisations, new_id()
    async with yard.refused():
        await execute(begin, new_id(), "admission", "applied", None, us[FORGER], yard.network)
    async with yard.refused(CITY, Role.OFFICE):
        await execute(begin, new_id(), "admission", "applied", None, us[CITY], yard.network)
    async with yard.refused(role=Role.DEPUTY):
        await execute(begin, new_id(), "office_seat", "moved", None, us[FORGER], yard.network)
    async with yard.acting(FORGER):
        await execute(begin, made, "exclusion", "moved", us[AFFECTED], us[FORGER], yard.network)
    procedure = await yard.procedure(made)
    assert "Niemand" not in (procedure.subject_name, procedure.moved_by_name)


@pytest.mark.parametrize("rule", ["opened", "acknowledged"])
async def test_the_office_does_not_say_that_a_letter_was_opened(yard, rule):
    """Periods run from a receipt, and with one of them a membership ends."""
    await yard.agree(f'rule = "{rule}"\ndeemed_after_days = 3')
    notice = await yard.post(to=[FORGER], period_days=14)
    said = (
        "UPDATE formal_receipt SET received_at = t.at, received_on = (t.at AT TIME ZONE 'Europe/Berlin')::date, "
        "explanation = jsonb_build_object() FROM (SELECT hilfenetz_now() + make_interval(days => {}) AS at) t "
        "WHERE notice_id = {}"
    )
    for days in (0, 5):
        async with yard.refused(CITY, Role.OFFICE):
            await execute(said, days, notice.id)
    async with yard.acting(FORGER):
        await execute(
            "UPDATE formal_receipt SET opened_at = now(), acknowledged_at = now() WHERE notice_id = {}", notice.id
        )
    async with yard.database.role("worker"):
        await yard.prove(notice.id)
    assert (
        len(await yard.rows("SELECT FROM formal_receipt WHERE notice_id = $1 AND received_at IS NOT NULL", notice.id))
        == 1
    )


async def test_a_letter_and_a_vote_are_for_members_of_that_network_alone(yard):
    """Whoever runs the office of one network and sits in another reaches the members of both."""
    stranger, vote_id = yard.cast.organisations["caritas-duesseldorf"], await yard.ask()
    await yard.rows(
        "INSERT INTO membership (network_id, id, organisation_id, is_office, begins_at) "
        "VALUES ($1, gen_random_uuid(), $2, false, '2020-01-01')",
        yard.cast.networks["duesseldorf"],
        yard.cast.organisations[CITY],
    )
    async with yard.refused(CITY, Role.OFFICE):
        await execute(
            "INSERT INTO voter (network_id, vote_id, organisation_id, name, due_at) VALUES ({}, {}, {}, 'x', now())",
            *(yard.network, vote_id, stranger),
        )
    async with yard.refused(CITY, Role.OFFICE):
        made = uuid4()
        await execute(
            "INSERT INTO formal_notice SELECT c.* FROM formal_notice n, json_populate_record(n, json_build_object("
            "'id', {}::uuid, 'key', 'x', 'sender_id', {}::uuid)) AS c WHERE n.network_id = {} LIMIT 1",
            *(made, yard.cast.organisations[CITY], yard.network),
        )
        await execute(
            "INSERT INTO formal_receipt (network_id, notice_id, organisation_id, sender_id, name) "
            "VALUES ({}, {}, {}, {}, 'x')",
            *(yard.network, made, stranger, yard.cast.organisations[CITY]),
        )


async def test_a_paper_is_not_born_released(yard):
    """Otherwise it would be public the moment that the members agree, whatever the office says."""
    names = "network_id, id, lineage_id, edition, slug, title, body, state, organisation_id, written_by, changed_by"
    begin = f"INSERT INTO position_paper ({names}, created_at, changed_at, {{said}})"
    values = "VALUES ({}, {}, {}, 1, 'x', 'x', 'x', 'draft', {}, 'x', 'x', now(), now(), {said})"
    for column, said in (
        ("released_at, released_by", "now(), 'x'"),
        ("circulated_at", "now()"),
        ("decided_at", "now()"),
    ):
        paper = new_id()
        async with yard.refused():
            await execute(
                begin.replace("{said}", column) + values.replace("{said}", said),
                *(yard.network, paper, paper, yard.cast.organisations[FORGER]),
            )


@pytest.mark.parametrize("others", [0, 2, 4])
async def test_no_small_number_is_found_by_adding_to_it(yard, others):
    """Whoever reports until a number is said knows what the others reported: it was said at the same moment."""

    async def reported(organisation: str, cases: int) -> int | None:
        async with yard.acting(organisation):
            await execute(WARNING, yard.network, yard.cast.organisations[organisation], cases)
        async with yard.acting(FORGER):
            rows = await execute("SELECT cases FROM early_warning_trend({}, {})", yard.network, date(2026, 1, 1))
            return rows[0]["cases"]

    for _ in range(others):
        await reported(AFFECTED, 1)
    assert [await reported(FORGER, 1) for _ in range(6)] == [None, None, None, None, 5, 6]


async def test_the_office_goes_out_of_the_rooms_it_was_in_as_the_office(yard):
    """And who holds it now comes in, in the same transaction."""
    network = yard.cast.networks["duesseldorf"]
    async with yard.office(LEADS) as (actor, opened):
        body = await yard.body(actor, LEADS)
        await open_space(actor=actor, now=opened.now, body=body)
    await yard.rows("UPDATE body SET kinds = '{carrier}' WHERE network_id = $1", network)
    inside = (
        "SELECT o.slug FROM room_participation p JOIN organisation o ON o.id = p.organisation_id "
        "JOIN body b ON b.room_id = p.room_id WHERE p.ends_at IS NULL"
    )
    assert "jobcenter-duesseldorf" in {row["slug"] for row in await yard.rows(inside)}
    for holds, slug in ((False, "jobcenter-duesseldorf"), (True, "caritas-duesseldorf")):
        await yard.rows(
            "UPDATE membership SET is_office = $1 WHERE network_id = $2 AND organisation_id = $3",
            *(holds, network, yard.cast.organisations[slug]),
        )
    found = {row["slug"] for row in await yard.rows(inside)}
    assert "jobcenter-duesseldorf" not in found
    assert "caritas-duesseldorf" in found


async def test_nobody_asks_whether_somebody_else_applies(yard):
    """An organisation of another network applies under its own name, whatever it says: so no name gives an answer."""
    given = {
        "kind": "carrier",
        "field": "x",
        "legal_form": "x",
        "seat": "x",
        "contact_name": "x",
        "contact_mail": "a@b.de",
    }
    apply = "SELECT application_received({}, {}::jsonb, interval '7 days', true) AS said"
    async with yard.acting("franzfreunde"):
        body = json.dumps({**given, "name": "Stiller Verein"})
        assert await execute(apply, yard.network, body) == [{"said": "taken"}]
    async with yard.acting("skm"):
        assert await execute(apply, yard.network, json.dumps({**given, "name": "franzfreunde"})) == [{"said": "taken"}]
    assert "Stiller Verein" not in {row["name"] for row in await yard.rows("SELECT name FROM application")}


async def test_the_worker_leads_nothing_of_a_network_on_in_the_scope_of_a_member(yard):
    """Not even in that of the office: what follows by itself follows in the network's own."""
    procedure_id = await yard.move(FORGER)
    vote_id = await yard.open_vote(procedure_id)
    async with yard.database.role("worker"):
        for organisation in (CITY, FORGER):
            async with scope(organisation_id=yard.cast.organisations[organisation]):
                for change in (
                    "procedure SET state = 'decided'",
                    "vote SET state = 'closed', closed_at = now()",
                    "voter SET due_at = now()",
                    "application SET state = 'member'",
                ):
                    assert await execute(f"UPDATE {change} RETURNING 1") == [], change
                assert await execute("SELECT FROM application_key") == []
        with pytest.raises(REFUSED):
            async with scope(organisation_id=yard.cast.organisations[FORGER]):
                await execute(STEP, yard.network, new_id(), procedure_id, "decided", "portal", None)
        with pytest.raises(REFUSED):
            async with scope(organisation_id=yard.cast.organisations[CITY]):
                await execute("INSERT INTO vote_result SELECT r.* FROM vote_result r LIMIT 1")
    assert (await yard.procedure(procedure_id)).vote_id == vote_id


async def test_a_resolution_has_no_number_before_the_office_gives_it_one(yard):
    meeting_id = await yard.invited()
    item_id = await yard.item(meeting_id)
    columns = "network_id, id, body_id, meeting_id, agenda_item_id, text, yes, no, abstained, adopted, recorded_at"
    insert = (
        f"INSERT INTO resolution ({columns}, year, number) "
        "SELECT m.network_id, {}, m.body_id, m.id, {}, 'x', 9, 0, 0, true, now(), 2026, 1 "
        "FROM meeting m WHERE m.id = {} RETURNING number"
    )
    async with yard.acting(FORGER):
        assert await execute(insert, new_id(), item_id, meeting_id) == [{"number": None}]
    for organisation, role in ((FORGER, Role.REPRESENTATIVE), (CITY, Role.OFFICE)):
        async with yard.refused(organisation, role):
            await execute("UPDATE resolution SET year = 2026, number = 1")


async def test_a_letter_bears_the_names_of_who_posts_it(yard):
    await yard.post(to=[FORGER])
    async with yard.acting(CITY, Role.OFFICE):
        (row,) = await execute(
            "INSERT INTO formal_notice SELECT c.* FROM formal_notice n, json_populate_record(n, json_build_object("
            "'id', {}::uuid, 'key', 'x', 'sender_name', 'Land', 'signed_by', 'Landrat')) AS c LIMIT 1 "
            "RETURNING sender_name, signed_by",
            uuid4(),
        )
    assert not {"Land", "Landrat"} & set(row.values())


async def test_what_minutes_out_of_reach_are_is_not_said(yard):
    """Whoever was a member knows identifiers; approved or not, the answer is the same."""
    meeting_id, said = await yard.invited(), set()
    item = (
        "INSERT INTO agenda_item (network_id, id, body_id, meeting_id, position, title, introduced_by) "
        "VALUES ({}, {}, {}, {}, 9, 'x', 'x')"
    )
    for minutes in ("none", "draft", "circulated"):
        await yard.rows("UPDATE meeting SET minutes = $2, circulated_at = now() WHERE id = $1", meeting_id, minutes)
        with pytest.raises(REFUSED) as refused:
            async with yard.acting("skm"):
                await execute(item, yard.network, new_id(), new_id(), meeting_id)
        said.add(str(refused.value))
    assert len(said) == 1


async def test_the_office_that_was_has_no_more_than_a_member(yard):
    """From the statement on that moves the seat; what it posted before is the office's."""
    procedure_id, vote_id, notice = await yard.move(FORGER), await yard.ask(), await yard.post(to=[FORGER])
    await yard.answer("gfs", vote_id, "no")
    await yard.rows("UPDATE vote SET ballots_visible_to = 'members_after_closing' WHERE id = $1", vote_id)
    asked = {
        "receipts": ("SELECT FROM formal_receipt WHERE notice_id = {}", notice.id),
        "written": ("UPDATE formal_receipt SET postings = postings WHERE notice_id = {} RETURNING 1", notice.id),
        "notice": ("SELECT FROM formal_notice WHERE id = {}", notice.id),
        "ballots": ("SELECT FROM ballot WHERE vote_id = {}", vote_id),
        "procedure": ("UPDATE procedure SET state = state WHERE id = {} RETURNING 1", procedure_id),
    }

    async def had(organisation: str) -> set[str]:
        async with yard.acting(organisation):
            return {name for name, (sql, of) in asked.items() if await execute(sql, of)}

    assert await had(CITY) == set(asked)
    assert await had("trockendock") == set()
    for holds, slug in ((False, CITY), (True, "trockendock")):
        await yard.rows(
            "UPDATE membership SET is_office = $1 WHERE network_id = $2 AND organisation_id = $3",
            *(holds, yard.network, yard.cast.organisations[slug]),
        )
    assert await had(CITY) == set()
    assert await had("trockendock") == set(asked)


async def test_who_runs_one_network_is_a_plain_member_of_another(yard):
    other = yard.cast.networks["duesseldorf"]
    await yard.rows(
        "INSERT INTO membership (network_id, id, organisation_id, is_office, begins_at) "
        "VALUES ($1, gen_random_uuid(), $2, false, '2020-01-01')",
        *(other, yard.cast.organisations[CITY]),
    )
    asks = (
        "INSERT INTO vote SELECT c.* FROM vote v, json_populate_record(v, json_build_object('id', gen_random_uuid(), "
        "'opened_by_id', current_organisation(), 'state', 'open')) AS c WHERE v.network_id = {} LIMIT 1 RETURNING id"
    )
    reviews = (
        "INSERT INTO rulebook_review SELECT r.network_id, gen_random_uuid(), r.id, '2026-01-01', 'x', now(), 'x', 'x' "
        "FROM rulebook r WHERE r.network_id = {} LIMIT 1 RETURNING id"
    )
    for statement in (asks, reviews):
        async with yard.refused(CITY, Role.OFFICE):
            await execute(statement, other)
        async with yard.acting("jobcenter-duesseldorf", Role.OFFICE):
            assert len(await execute(statement, other)) == 1
