"""The wall around each table of notices, asked in bare SQL under the portal's own role."""

import asyncpg
import pytest

from tenants.database import execute
from tenants.scope import scope

TABLES = ("notice", "inbox_entry", "delivery")


@pytest.fixture
async def everywhere(staff, told):
    """Everybody was told something."""
    for at in staff.organisations:
        await told(at=at)


async def seen(table, staff, name, at="here") -> set:
    async with scope(organisation_id=staff.organisations[at], person_id=staff.people[name]):
        return {row["organisation_id"] for row in await execute(f"SELECT organisation_id FROM {table}")}


@pytest.mark.parametrize("table", TABLES)
async def test_an_organisation_sees_its_own_rows_and_no_others(staff, everywhere, table):
    assert await seen(table, staff, "Vera") == {staff.here}
    assert await seen(table, staff, "Nora", at="neighbour") == {staff.neighbour}
    assert await seen(table, staff, "Fred", at="stranger") == {staff.stranger}


@pytest.mark.parametrize("table", TABLES)
async def test_the_worker_sees_the_organisation_it_works_for(staff, everywhere, table):
    async with staff.database.role("worker"), scope(organisation_id=staff.here):
        assert {row["organisation_id"] for row in await execute(f"SELECT organisation_id FROM {table}")} == {staff.here}


@pytest.mark.parametrize("table", TABLES)
async def test_without_an_organisation_there_is_nothing(staff, everywhere, table):
    async with scope():
        assert await execute(f"SELECT FROM {table}") == []
    async with staff.database.role("worker"), scope(network_id=staff.networks["first"]):
        assert await execute(f"SELECT FROM {table}") == []


@pytest.mark.parametrize("table", ["notice", "inbox_entry"])
async def test_within_an_organisation_a_person_sees_what_they_were_told(staff, everywhere, table):
    assert await seen(table, staff, "Carl") == set()
    async with scope(organisation_id=staff.here, person_id=staff.people["Vera"]):
        assert len(await execute(f"SELECT FROM {table}")) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE inbox_entry SET read_at = now() RETURNING notice_id",
        "UPDATE delivery SET state = 'queued' WHERE state = 'dead' RETURNING id",
    ],
)
async def test_what_the_portal_may_change_is_ones_own(staff, everywhere, statement):
    await staff.database.as_superuser("UPDATE delivery SET state = 'dead'")
    async with scope(organisation_id=staff.neighbour, person_id=staff.people["Nora"]):
        assert len(await execute(statement)) == 1
    rows = await staff.database.as_superuser(
        "SELECT (SELECT count(*) FROM inbox_entry WHERE read_at IS NULL) AS unread, "
        "(SELECT count(*) FROM delivery WHERE state = 'dead') AS dead"
    )
    assert tuple(rows[0].values()) in {(3, 4), (4, 3)}


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO notice SELECT * FROM notice",
        "UPDATE notice SET kind = 'x'",
        "DELETE FROM notice",
        "INSERT INTO inbox_entry SELECT * FROM inbox_entry",
        "UPDATE inbox_entry SET person_id = current_person()",
        "DELETE FROM inbox_entry",
        "INSERT INTO delivery SELECT * FROM delivery",
        "UPDATE delivery SET attempts = 0",
        "DELETE FROM delivery",
    ],
)
async def test_the_portal_may_do_nothing_else(staff, everywhere, statement):
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with scope(organisation_id=staff.here, person_id=staff.people["Vera"]):
            await execute(statement)


async def test_a_mail_under_way_cannot_be_moved_by_the_portal(staff, everywhere):
    async with scope(organisation_id=staff.here, person_id=staff.people["Adam"]):
        assert await execute("UPDATE delivery SET state = 'queued' RETURNING id") == []
    await staff.database.as_superuser("UPDATE delivery SET state = 'dead'")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with scope(organisation_id=staff.here, person_id=staff.people["Adam"]):
            await execute("UPDATE delivery SET state = 'withdrawn'")
