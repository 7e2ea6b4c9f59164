"""The same rights, asked in three ways: in Python for one item, in SQL for lists, in the database for writes."""

import pytest

from portal.kit.errors import NotFound
from portal.spaces import content, types
from portal.spaces.queries import access_item
from portal.spaces.queries_lists import MARKS, NEAREST, list_children, list_entries, who
from portal.spaces.rules import Access
from tenants.context import Role
from tenants.database import execute
from tenants.scope import scope
from tests.spaces.forest import plant
from tests.staff import Staff, assemble_staff

TREES = 6


@pytest.fixture
async def staff(empty_database) -> Staff:
    """People with all kinds of roles, two of whom work for two organisations."""
    types.install(content.TYPES)
    found = await assemble_staff(empty_database)
    await found.hire("Ada", Role.ADMINISTRATOR)
    await found.hire("Lea", Role.LEAD, Role.OFFICE)
    await found.hire("Kai", Role.CASEWORKER)
    await found.hire("Nora", Role.OFFICE, Role.REPRESENTATIVE, at="neighbour")
    await found.hire("Sven", Role.LEAD, at="stranger")
    return found


async def spaces(staff: Staff):
    return [row["id"] for row in await staff.database.as_superuser("SELECT id FROM space ORDER BY id")]


def actors(staff: Staff):
    return [staff.actor(name, at=at) for name, at in staff.roles]


def as_(actor):
    return scope(organisation_id=actor.organisation_id, person_id=actor.person_id, read_only=True)


async def allowed(actor, forest) -> dict:
    """What opening each item gives: those that may be read."""
    found = {}
    for identifier in forest.items:
        try:
            found[identifier] = await access_item(actor, identifier)
        except NotFound:
            continue
    return found


@pytest.mark.parametrize("seed", range(TREES))
async def test_lists_show_exactly_what_may_be_opened(staff, seed):
    seen = hidden = 0
    for number, space_id in enumerate(await spaces(staff)):
        forest = await plant(staff, space_id, seed * 100 + number)
        for actor in actors(staff):
            async with as_(actor):
                open_to = await allowed(actor, forest)
                listed = await list_entries(
                    actor, condition="true", values=(), order="i.id", limit=99, spaces=[space_id]
                )
                assert {entry.id for entry in listed} == set(open_to)
                for identifier, folder in open_to.items():
                    children = await list_children(actor, folder, size=99)
                    below = {found for found, item in open_to.items() if item.parent_id == identifier}
                    assert {entry.id for entry in children.entries} == below
            seen += len(open_to)
            hidden += len(forest.items) - len(open_to)
    assert seen > 10
    assert hidden > 10


@pytest.mark.parametrize("seed", range(TREES))
async def test_sql_and_python_say_the_same_of_every_item(staff, seed):
    compared = 0
    for number, space_id in enumerate(await spaces(staff)):
        await plant(staff, space_id, seed * 100 + number + 50)
        for actor in actors(staff):
            principals, *_ = who(actor)
            async with as_(actor):
                rows = await execute(
                    f"{MARKS} SELECT i.id, {NEAREST} AS nearest, my_access(i.space_id, i.id) AS mine, i.readers "
                    "FROM item i WHERE i.space_id = {}",
                    [space_id], principals, space_id,
                )  # fmt: skip
                for row in rows:
                    assert row["mine"] & ~Access.OWNER == row["nearest"]
                    if row["readers"] & row["mine"]:
                        assert (await access_item(actor, row["id"])).access == row["mine"]
                        compared += 1
                    else:
                        with pytest.raises(NotFound):
                            await access_item(actor, row["id"])
    assert compared > 5
