"""As one organisation or person, nothing of another is seen or changed, by any table of identity."""

import asyncpg
import pytest

from portal.identity.queries import list_employers, load_actor
from portal.identity.rules import person_id_of
from tenants.database import execute
from tenants.policies import IDENTITY
from tenants.scope import scope
from tests.identity.test_roles import say

MIA, EVA = person_id_of("verzeichnis", "mia"), person_id_of("verzeichnis", "eva")


@pytest.fixture
async def people(town):
    """Mia works for A and C, Eva for B."""
    await say({"a": ["director"], "c": ["lead"]})
    await say({"b": ["director"]}, subject="eva", name="Eva Ende")
    return town


async def seen(table):
    return {row["person_id"] for row in await execute(f"SELECT person_id FROM {table}")}


@pytest.mark.parametrize("table", ["affiliation", "role_assignment"])
async def test_an_organisation_sees_its_own_people_only(table, people):
    async with scope(organisation_id=people.a):
        assert await seen(table) == {MIA}
    async with scope(organisation_id=people.b):
        assert await seen(table) == {EVA}, "though A and B share a network"
    async with scope():
        assert await seen(table) == set()


async def test_a_person_sees_themselves_everywhere_and_nobody_else(people):
    async with scope(person_id=MIA):
        rows = await execute("SELECT organisation_id, person_id FROM affiliation")
        assert {row["organisation_id"] for row in rows} == {people.a, people.c}
        assert {row["person_id"] for row in rows} == {MIA}
        assert [row["id"] for row in await execute("SELECT id FROM person")] == [MIA]
        assert [employer.slug for employer in await list_employers()] == ["a", "c"]
    async with scope(organisation_id=people.a):
        assert await execute("SELECT id FROM person") == [], "not even the own organisation sees subjects"
    async with scope(organisation_id=people.b, person_id=EVA):
        assert [row["id"] for row in await execute("SELECT id FROM person")] == [EVA]
        assert [employer.slug for employer in await list_employers()] == ["b"]


async def test_nobody_is_an_actor_where_they_do_not_work(people):
    async with scope(organisation_id=people.b, person_id=MIA):
        assert await load_actor() is None
    async with scope(organisation_id=people.b):
        assert await load_actor() is None
    async with scope(organisation_id=people.c, person_id=MIA):
        actor, others = await load_actor()
        assert (actor.organisation_slug, [other.slug for other in others]) == ("c", ["a"])
        assert [seat.slug for seat in actor.seats] == ["second"]


WRITES = {
    "a role for somebody else": (
        "INSERT INTO role_assignment VALUES ('{a}', gen_random_uuid(), '{eva}', 'director', 'x', now())"
    ),
    "a place for somebody else": "INSERT INTO affiliation VALUES ('{a}', '{eva}', 'Eva', '', now())",
    "a role in another organisation": (
        "INSERT INTO role_assignment VALUES ('{c}', gen_random_uuid(), '{mia}', 'director', 'x', now())"
    ),
    "a place in another organisation": "INSERT INTO affiliation VALUES ('{b}', '{mia}', 'Mia', '', now())",
    "another person": "INSERT INTO person VALUES (gen_random_uuid(), 'verzeichnis', 'x', now(), now())",
    "another organisation for an own role": "UPDATE role_assignment SET organisation_id = '{c}'",
    "no row at all": "DELETE FROM role_assignment",
    "no person at all": "DELETE FROM person",
}


async def test_what_is_not_the_own_cannot_be_written(people):
    for what, template in WRITES.items():
        statement = template.format(a=people.a, b=people.b, c=people.c, mia=MIA, eva=EVA)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with scope(organisation_id=people.a, person_id=MIA):
                await execute(statement)
                raise AssertionError(what)


async def test_changes_reach_the_own_rows_of_the_own_organisation_only(people):
    await say({"a": ["deputy"]}, subject="cem", name="Cem")
    async with scope(organisation_id=people.a, person_id=MIA):
        await execute("UPDATE role_assignment SET source = 'changed'")
        await execute("UPDATE affiliation SET name = 'Changed'")
        await execute("UPDATE person SET subject = 'changed'")
    rows = await people.database.as_superuser(
        "SELECT organisation_id, person_id FROM role_assignment WHERE source = 'changed'"
    )
    assert [(row["organisation_id"], row["person_id"]) for row in rows] == [(people.a, MIA)]
    rows = await people.database.as_superuser("SELECT organisation_id FROM affiliation WHERE name = 'Changed'")
    assert [row["organisation_id"] for row in rows] == [people.a]
    rows = await people.database.as_superuser("SELECT id FROM person WHERE subject = 'changed'")
    assert [row["id"] for row in rows] == [MIA]


async def test_a_role_cannot_hang_on_a_place_in_another_organisation(people):
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        async with scope(organisation_id=people.b, person_id=MIA):
            await execute(
                "INSERT INTO role_assignment VALUES ({}, gen_random_uuid(), {}, 'director', 'x', now())", people.b, MIA
            )


async def test_the_auditor_reads_nothing_of_identity(people):
    async with people.database.role("auditor"):
        for entry in IDENTITY:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                async with scope(organisation_id=people.a, person_id=MIA):
                    await execute(f"SELECT * FROM {entry.table}")


async def test_a_name_of_one_organisation_is_in_no_page_of_another(portal, town):
    anna, zoe = await portal.sign_in("anna.acht"), await portal.sign_in("zoe.zwei")
    await zoe.post("/organisationswechsel", {"organisation": "c"})
    for path in ("/", "/konto/sitzungen", "/strom", "/protokoll", "/nirgends"):
        assert "Anna" not in (await zoe.get(path)).text, path
        assert "Zoe" not in (await anna.get(path)).text, path
