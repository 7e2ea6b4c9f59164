"""What the wall shows of formal notices, and which facts it lets whom fill in; asked in raw SQL."""

from datetime import timedelta

import asyncpg
import pytest

from portal.formal.queries import UNOPENED_COUNT
from tenants.context import Role
from tenants.database import execute
from tenants.provisioning import end_membership
from tenants.scope import scope
from tests.formal.desk import CITY

TABLES = ("formal_notice", "formal_receipt", "formal_signature")
REWRITING = (
    "UPDATE formal_notice SET body = 'x'",
    "DELETE FROM formal_notice",
    "DELETE FROM formal_receipt",
    "UPDATE formal_receipt SET name = 'x'",
    "UPDATE formal_receipt SET posted_at = posted_at - interval '1 day'",
    "UPDATE formal_receipt SET received_at = received_at - interval '1 day'",
    "UPDATE formal_receipt SET due_at = due_at + interval '1 day', ends_on = ends_on + 1",
    "UPDATE formal_receipt SET opened_at = NULL WHERE opened_at IS NOT NULL",
    "UPDATE formal_signature SET deed = 'acknowledged'",
    "DELETE FROM formal_signature",
)
LATER = (
    "INSERT INTO formal_receipt (network_id, notice_id, organisation_id, sender_id, name) VALUES ({}, {}, {}, {}, 'x')"
)


@pytest.fixture
async def letter(desk):
    """A letter to two members, which one of them has opened: a row in every table."""
    notice = await desk.post(to=["gfs", "bgw"], period_days=14)
    await desk.open(notice.id, "gfs")
    return notice


async def seen(table: str, letter) -> int:
    """Rows of that letter in the open scope."""
    column = "id" if table == "formal_notice" else "notice_id"
    return len(await execute(f"SELECT 1 FROM {table} WHERE {column} = {{}}", letter.id))


async def test_who_sees_how_much(desk, letter):
    """The sender all receipts and no hand; each recipient its own receipt and hand; nobody else anything."""
    for organisation, expected in {
        CITY: (1, 2, 0),
        "gfs": (1, 1, 1),
        "bgw": (1, 1, 0),
        "trockendock": (0, 0, 0),
        "skm": (0, 0, 0),
        "jobcenter-duesseldorf": (0, 0, 0),
    }.items():
        async with desk.acting(organisation):
            assert tuple([await seen(table, letter) for table in TABLES]) == expected, organisation
            foreign = await execute(
                "SELECT 1 FROM formal_receipt WHERE organisation_id <> {} AND sender_id <> {}",
                desk.cast.organisations[organisation],
                desk.cast.organisations[organisation],
            )
            assert foreign == []


async def test_without_an_organisation_there_is_no_row(desk, letter):
    async with scope():
        for table in TABLES:
            assert await execute(f"SELECT 1 FROM {table}") == [], table


async def test_who_left_sees_nothing_any_more(desk, letter):
    async with desk.database.role("worker"), scope(network_id=desk.network) as opened:
        await end_membership(
            network_id=desk.network, organisation_id=desk.cast.organisations["gfs"], ends_at=opened.now
        )
    async with desk.acting("gfs"):
        assert [await seen(table, letter) for table in TABLES[:2]] == [0, 0]
        assert desk.network not in {row["network_id"] for row in await execute(UNOPENED_COUNT)}


async def test_whoever_holds_the_office_now_sees_what_it_posted(desk, letter):
    await desk.rows("UPDATE membership SET is_office = false WHERE network_id = $1", desk.network)
    await desk.rows(
        "UPDATE membership SET is_office = true WHERE network_id = $1 AND organisation_id = $2",
        desk.network,
        desk.cast.organisations["trockendock"],
    )
    async with desk.acting("trockendock"):
        assert [await seen(table, letter) for table in TABLES] == [1, 2, 0]


@pytest.mark.parametrize("organisation", [CITY, "gfs"])
async def test_the_web_cannot_rewrite_what_is_known(desk, letter, organisation):
    for sql in REWRITING:
        before = await desk.rows("SELECT * FROM formal_receipt WHERE notice_id = $1 ORDER BY name", letter.id)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with desk.acting(organisation, Role.REPRESENTATIVE):
                await execute(sql)
        assert await desk.rows("SELECT * FROM formal_receipt WHERE notice_id = $1 ORDER BY name", letter.id) == before


async def test_neither_can_the_worker_nor_the_owner(desk, letter):
    async with desk.database.role("worker"):
        for sql in REWRITING:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                async with scope(network_id=desk.network):
                    await execute(sql)
    for sql in ("DELETE FROM formal_notice", "TRUNCATE formal_signature", "UPDATE formal_notice SET body = 'x'"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await desk.rows(sql)


async def test_the_clock_of_the_database_says_when_it_was_opened(desk):
    notice = await desk.post(to=["bgw"])
    async with desk.acting("bgw") as (_, opened):
        given = opened.now - timedelta(days=30)
        rows = await execute(
            "UPDATE formal_receipt SET opened_at = {}, acknowledged_at = {} WHERE notice_id = {} "
            "RETURNING opened_at, acknowledged_at",
            given,
            given,
            notice.id,
        )
    assert rows[0]["opened_at"] == rows[0]["acknowledged_at"] > notice.posted_at


@pytest.mark.parametrize(
    ("organisation", "column"),
    [(CITY, "opened_at"), (CITY, "acknowledged_at"), (CITY, "notified_at"), ("bgw", "notified_at")],
)
async def test_nobody_fills_in_what_is_not_theirs(desk, letter, organisation, column):
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with desk.acting(organisation):
            await execute(
                f"UPDATE formal_receipt SET {column} = now() WHERE notice_id = {{}} AND organisation_id = {{}}",
                letter.id,
                desk.cast.organisations["bgw"],
            )


async def test_a_recipient_does_not_say_when_it_received(desk):
    await desk.agree('rule = "opened"')
    notice = await desk.post(to=["bgw"], period_days=14)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with desk.acting("bgw"):
            await execute(
                "UPDATE formal_receipt SET explanation = jsonb_build_object(), "
                "received_at = now() + interval '1 year', "
                "received_on = ((now() + interval '1 year') AT TIME ZONE 'Europe/Berlin')::date WHERE notice_id = {}",
                notice.id,
            )


async def test_nobody_becomes_a_recipient_afterwards(desk, letter):
    sender = desk.cast.organisations[CITY]
    for organisation in (CITY, "trockendock"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with desk.acting(organisation):
                await execute(LATER, desk.network, letter.id, desk.cast.organisations["trockendock"], sender)


async def test_only_the_office_writes_notices_and_in_no_other_name(desk, letter):
    copied = (
        "INSERT INTO formal_notice SELECT * FROM json_populate_record(NULL::formal_notice, (SELECT "
        "(row_to_json(n)::jsonb || jsonb_build_object('id', gen_random_uuid(), 'key', 'x', 'sender_id', {}::text))"
        "::json "
        "FROM formal_notice n WHERE n.id = {}))"
    )
    for organisation, sender in (("gfs", "gfs"), ("gfs", CITY), (CITY, "gfs")):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with desk.acting(organisation):
                await execute(copied, str(desk.cast.organisations[sender]), letter.id)


async def test_nobody_signs_for_another_organisation_or_person(desk, letter):
    sql = (
        "INSERT INTO formal_signature (organisation_id, notice_id, deed, network_id, person_id) "
        "VALUES ({}, {}, 'opened', {}, {})"
    )
    async with desk.acting("gfs") as (actor, _):
        someone = actor.person_id
    for organisation in ("bgw", "trockendock"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with desk.acting(organisation):
                await execute(sql, desk.cast.organisations["bgw"], letter.id, desk.network, someone)


async def test_the_worker_reaches_one_network_at_a_time(desk, letter):
    async with desk.database.role("worker"), scope(network_id=desk.cast.networks["duesseldorf"]):
        for table in TABLES:
            assert await seen(table, letter) == 0, table


async def test_the_count_of_the_navigation_is_the_own_organisations_and_of_who_receives(desk):
    async def count(organisation: str, **who: object) -> int:
        async with desk.acting(organisation, **who):
            return {row["network_id"]: row["count"] for row in await execute(UNOPENED_COUNT)}.get(desk.network, 0)

    before = await count("gfs"), await count("bgw")
    notice = await desk.post(to=["gfs"])
    assert (await count("gfs"), await count("bgw")) == (before[0] + 1, before[1])
    assert await count("diakonie-bielefeld", name="ruth.kaminski") == 0
    await desk.open(notice.id, "gfs")
    assert await count("gfs") == before[0]
