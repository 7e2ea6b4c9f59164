"""What the wall shows of bodies and lets whom write; asked in raw SQL and at every address."""

import asyncpg
import pytest

from portal.bodies import actions_minutes
from portal.kit.errors import NotFound
from tenants.context import Role
from tenants.database import execute
from tenants.provisioning import admit_member, end_membership
from tenants.scope import scope
from tests.bodies.chamber import CENTRE, CITY, LEADS

TABLES = ("body", "body_seat", "meeting", "agenda_item", "attendance", "minutes_objection", "resolution")
FIXED = (
    "UPDATE agenda_item SET record = 'x'",
    "UPDATE agenda_item SET meeting_id = gen_random_uuid()",
    "DELETE FROM agenda_item",
    "UPDATE attendance SET people = 'x'",
    "UPDATE attendance SET meeting_id = gen_random_uuid()",
    "DELETE FROM attendance",
    "UPDATE resolution SET yes = 99",
    "UPDATE resolution SET number = 99",
    "UPDATE resolution SET meeting_id = gen_random_uuid()",
    "DELETE FROM resolution",
    "UPDATE meeting SET minutes = 'draft', approved_at = NULL",
    "UPDATE meeting SET title = 'x'",
    "DELETE FROM meeting",
    "DELETE FROM minutes_objection",
)


@pytest.fixture
async def approved(chamber):
    """A row in every table of Bielefeld's circle; minutes are approved."""
    async with chamber.acting("gfs", Role.ADMINISTRATOR) as (actor, opened):
        body = await chamber.body(actor)
        await execute(
            "INSERT INTO body (network_id, id, key) VALUES ({}, {}, {}) ON CONFLICT DO NOTHING",
            body.network_id, body.id, body.rule.key,
        )  # fmt: skip
        await execute(
            "INSERT INTO body_seat (network_id, id, body_id, organisation_id, part, name, begins_on, named_by, "
            "named_at) VALUES ({}, gen_random_uuid(), {}, {}, 'deputy', 'Erika', '2026-11-01', 'x', {})",
            body.network_id, body.id, actor.organisation_id, opened.now,
        )  # fmt: skip
    meeting_id = await chamber.circulated()
    async with chamber.acting("bgw") as (actor, opened):
        body = await chamber.body(actor)
        given = {"meeting_id": meeting_id, "text": "Nein."}
        objection_id = await actions_minutes.object_to(actor=actor, now=opened.now, body=body, **given)
    await chamber.at((await chamber.meeting(meeting_id)).objections_until)
    answer = {"objection_id": objection_id, "outcome": "kept", "answer": "Doch."}
    await chamber.do(actions_minutes.answer_objection, meeting_id, **answer)
    await chamber.do(actions_minutes.approve, meeting_id)
    return meeting_id


async def counts() -> list[int]:
    return [(await execute(f"SELECT count(*) AS n FROM {table}"))[0]["n"] for table in TABLES]


async def test_members_of_the_network_see_all_of_it_and_nobody_else_anything(chamber, approved):
    for organisation in ("gfs", "trockendock", CITY):
        async with chamber.acting(organisation):
            assert min(await counts()) > 0, organisation
    for organisation in ("skm", CENTRE):
        async with chamber.acting(organisation):
            assert await counts() == [0] * len(TABLES)
    async with scope():
        assert await counts() == [0] * len(TABLES)


async def test_a_member_of_a_kind_the_body_is_not_for_does_not_reach_it(chamber, cast):
    """A housing company joins Düsseldorf: of the team leads' meetings it sees nothing, at any address, in any table."""
    meeting_id = await chamber.approved(LEADS)
    duesseldorf = cast.networks["duesseldorf"]
    async with chamber.database.role("worker"), scope(network_id=duesseldorf) as opened:
        await admit_member(
            network_id=duesseldorf, organisation_id=cast.organisations["bgw"], is_office=False, begins_at=opened.now
        )
    async with chamber.acting("bgw", Role.REPRESENTATIVE) as (actor, _):
        assert await counts() == [0] * len(TABLES)
        with pytest.raises(NotFound):
            await chamber.body(actor, LEADS)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with chamber.acting("bgw", Role.REPRESENTATIVE):
            await execute(
                "INSERT INTO body (network_id, id, key, kinds) VALUES ({}, gen_random_uuid(), 'mine', {})",
                *(duesseldorf, ["carrier"]),
            )
    browser = await cast.as_role("bgw", Role.REPRESENTATIVE)
    shown = (await browser.get("/n/duesseldorf/gremien")).text
    assert "Teamleitung" not in shown
    assert "Vertretungen der Partner" in shown
    base = f"/n/duesseldorf/gremien/{LEADS[1]}"
    for path in ("", "/beschluesse", "/besetzung", f"/sitzungen/{meeting_id}", f"/sitzungen/{meeting_id}/protokoll",
                 f"/sitzungen/{meeting_id}/protokoll/dokument"):  # fmt: skip
        assert (await browser.get(base + path)).status_code == 404, path


async def test_who_is_out_sees_nothing_from_that_second_on(chamber, cast, approved):
    browser = await cast.as_role("gfs", Role.REPRESENTATIVE)
    base = "/n/bielefeld/gremien/koordinierungskreis"
    paths = ["/n/bielefeld/gremien", base, f"{base}/sitzungen/{approved}/protokoll/dokument"]
    assert [(await browser.get(path)).status_code for path in paths] == [200, 200, 200]
    async with chamber.database.role("worker"), scope(network_id=chamber.network) as opened:
        await end_membership(network_id=chamber.network, organisation_id=cast.organisations["gfs"], ends_at=opened.now)
    assert [(await browser.get(path)).status_code for path in paths] == [404, 404, 404]
    async with chamber.acting("gfs"):
        assert await counts() == [0] * len(TABLES)


@pytest.mark.parametrize("organisation", [CITY, "gfs"])
async def test_approved_minutes_stay_against_the_web(chamber, approved, organisation):
    for sql in FIXED:
        refused = False
        try:
            async with chamber.acting(organisation, Role.OFFICE if organisation == CITY else Role.REPRESENTATIVE):
                refused = (await execute(f"{sql} RETURNING 1")) == []  # behind the wall: not one row
        except asyncpg.InsufficientPrivilegeError:
            refused = True
        assert refused, sql


async def test_approved_minutes_stay_against_worker_and_owner(chamber, approved):
    for sql in FIXED:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await chamber.rows(sql)
        async with chamber.database.role("worker"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                async with scope(network_id=chamber.network):
                    await execute(sql)


async def test_nobody_writes_for_another_member_or_as_the_office(chamber, approved):
    async with chamber.acting("gfs") as (actor, _):
        body = await chamber.body(actor)
    sql = {
        "INSERT INTO body_seat (network_id, id, body_id, organisation_id, part, name, begins_on, named_by, named_at) "
        "VALUES ({}, gen_random_uuid(), {}, {}, 'deputy', 'X', '2026-11-01', 'x', now())": Role.ADMINISTRATOR,
        "INSERT INTO minutes_objection (network_id, id, body_id, meeting_id, organisation_id, name, round, text, "
        "raised_by, raised_at) SELECT m.network_id, gen_random_uuid(), m.body_id, m.id, {2}, 'x', 1, 'x', 'x', now() "
        "FROM meeting m WHERE m.network_id = {0} AND m.body_id = {1}": Role.REPRESENTATIVE,
    }
    for statement, role in sql.items():
        values = (body.network_id, body.id, chamber.cast.organisations["bgw"])
        text = statement.replace("{2}", "'" + str(values[2]) + "'").replace("{0}", "{}").replace("{1}", "{}")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with chamber.acting("gfs", role):
                await execute(text, *values[: text.count("{}")])
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with chamber.acting("gfs"):
            await execute(
                "INSERT INTO meeting (network_id, id, body_id, rulebook_id, title, begins_at, ends_at, place, link, "
                "planned_by) VALUES ({}, gen_random_uuid(), {}, {}, 'x', now(), now() + interval '1 hour', '', '', '')",
                *(body.network_id, body.id, body.rulebook_id),
            )
    with pytest.raises(asyncpg.InsufficientPrivilegeError):  # and nobody out of reach learns how far minutes are
        async with chamber.acting("skm"):
            await execute(
                "INSERT INTO minutes_objection (network_id, id, body_id, meeting_id, organisation_id, name, round, "
                "text, raised_by, raised_at) VALUES ({}, gen_random_uuid(), {}, {}, {}, 'x', 1, 'x', 'x', now())",
                *(body.network_id, body.id, approved, chamber.cast.organisations["skm"]),
            )
    with pytest.raises(asyncpg.InsufficientPrivilegeError):  # nobody but who names people there
        async with chamber.acting("gfs", name=chamber.cast.who_without("gfs", Role.ADMINISTRATOR, Role.DIRECTOR)):
            await execute(
                "INSERT INTO body_seat (network_id, id, body_id, organisation_id, part, name, begins_on, named_by, "
                "named_at) VALUES ({}, gen_random_uuid(), {}, {}, 'representative', 'X', '2026-11-01', 'x', now())",
                *(body.network_id, body.id, chamber.cast.organisations["gfs"]),
            )


async def test_who_is_admitted_comes_into_the_room_with_the_membership_and_leaves_with_it(chamber, cast):
    office = await cast.as_role(CITY, Role.OFFICE)
    assert (await office.post("/n/bielefeld/gremien/koordinierungskreis/raum")).status_code == 303
    browser = await cast.as_role("skm", Role.REPRESENTATIVE)
    room = "/r/bielefeld--koordinierungskreis/inhalte"
    assert (await browser.get(room)).status_code == 404
    skm = cast.organisations["skm"]
    for _ in range(2):  # and who comes back comes in again
        async with chamber.database.role("worker"), scope(network_id=chamber.network) as opened:
            await admit_member(network_id=chamber.network, organisation_id=skm, is_office=False, begins_at=opened.now)
        assert (await browser.get(room)).status_code == 200
        async with chamber.database.role("worker"), scope(network_id=chamber.network) as opened:
            await end_membership(network_id=chamber.network, organisation_id=skm, ends_at=opened.now)
        assert (await browser.get(room)).status_code == 404


async def test_a_forged_event_tells_nobody_and_makes_no_date(chamber):
    """A member says that a meeting was announced, is over, or has minutes: what counts are the rows."""
    meeting_id = await chamber.plan()
    before = await chamber.rows("SELECT count(*) AS n FROM notice")
    event = (
        "INSERT INTO outbox (id, organisation_id, network_id, event, payload, key, due_at, next_at, created_at) "
        "VALUES (gen_random_uuid(), {}, {}, {}, {}::jsonb, gen_random_uuid()::text, hilfenetz_now(), hilfenetz_now(), "
        "hilfenetz_now())"
    )
    body = f'{{"network_id": "{chamber.network}", "meeting_id": "{meeting_id}"}}'
    async with chamber.acting("gfs"):
        for name in ("MeetingAnnounced", "MinutesChanged"):
            await execute(event, chamber.cast.organisations[CITY], None, name, body)
        await execute(event, None, chamber.network, "MeetingOver", f'{{"meeting_id": "{meeting_id}"}}')
    await chamber.work()
    assert await chamber.rows("SELECT count(*) AS n FROM notice") == before
    assert len(await chamber.rows("SELECT 1 FROM meeting")) == 1
