"""Somebody runs SQL as the portal does, and wants to know who has read, or to have read in another's name."""

import asyncpg
import pytest

from tenants.context import Role
from tenants.database import execute
from tests.reading.library import Library
from tests.tasks.crew import network

DENIED = asyncpg.InsufficientPrivilegeError
OFFICE, CITY = Role.OFFICE, "stadt-bielefeld"
CLERK, LEAD, DIRECTOR = Role.CASEWORKER, Role.LEAD, Role.DIRECTOR
READ = """
INSERT INTO read_confirmation (space_id, item_id, organisation_id, person_id, version, name, at)
SELECT space_id, item_id, {}, {}, version, 'x', now() FROM must_read WHERE item_id = {}
"""
ASK = """
INSERT INTO must_read (space_id, item_id, version, by_id, by_organisation_id, by_name, by_organisation, asked_at)
SELECT space_id, id, 1, current_person(), current_organisation(), 'x', 'x', now() FROM item WHERE id = {}
"""


@pytest.fixture
async def library(cast):
    return Library(cast)


@pytest.fixture
async def page(library):
    """In the space of Bielefeld; one of the city has read it, one of bethel-regional and one of gfs."""
    made = await library.page(space=network(library), by=OFFICE, organisation=CITY)
    await library.demand(made, by=OFFICE, organisation=CITY)
    await library.confirm(made, by=OFFICE, organisation=CITY)
    await library.confirm(made, by=CLERK)
    await library.confirm(made, by=DIRECTOR, organisation="gfs")
    return made


async def test_who_has_read_what_is_seen_by_each_alone_and_by_name_within_the_organisation(library, page):
    everything = "SELECT person_id FROM read_confirmation"
    function = "SELECT r.organisation_id, r.person_id, r.people FROM must_read m, readings_of(m.space_id, m.item_id) r"
    for role, organisation, rows, told in (
        (CLERK, "bethel-regional", 1, 0),
        (LEAD, "bethel-regional", 0, 0),
        (DIRECTOR, "gfs", 1, 0),
        (OFFICE, CITY, 1, 3),
        (LEAD, "skm", 0, 0),
    ):
        async with library.acting(role, organisation=organisation):
            assert len(await execute(everything)) == rows, organisation
            found = await execute(function)
            assert len(found) == told, organisation
            mine = library.cast.organisations[organisation]
            assert all(row["person_id"] is None for row in found if row["organisation_id"] != mine)
    async with library.acting(LEAD, organisation="skm"):
        assert await execute("SELECT item_id FROM must_read") == []


async def test_nobody_has_read_in_the_name_of_another_or_takes_it_back(library, page):
    here, there = library.cast.organisations["bethel-regional"], library.cast.organisations["gfs"]
    clerk, other = library.id_of_person(CLERK), library.id_of_person(LEAD)
    for organisation, person in ((here, other), (there, other), (there, clerk)):
        with pytest.raises(DENIED):
            async with library.acting(CLERK):
                await execute(READ, organisation, person, page)
    for statement in ("UPDATE read_confirmation SET at = now()", "DELETE FROM read_confirmation"):
        with pytest.raises(DENIED):
            async with library.acting(CLERK):
                await execute(statement)


async def test_nobody_asks_changes_or_ends_what_is_not_theirs_to_ask(library, page):
    other = await library.page("Anderes", space=network(library), by=OFFICE, organisation=CITY)
    for role, organisation in ((CLERK, "bethel-regional"), (DIRECTOR, "gfs")):
        with pytest.raises(DENIED):
            async with library.acting(role, organisation=organisation):
                await execute(ASK, other)
        async with library.acting(role, organisation=organisation):
            assert await execute("UPDATE must_read SET version = 1, until_at = now() RETURNING item_id") == []
            assert await execute("DELETE FROM must_read RETURNING item_id") == []
    with pytest.raises(DENIED):
        async with library.acting(OFFICE, organisation=CITY):
            await execute("UPDATE must_read SET by_name = 'x'")
    async with library.acting(LEAD, organisation="skm"):
        await execute(ASK, other)  # out of reach: there is no such item to ask for
    assert len(await library.rows("SELECT * FROM must_read")) == 1


async def test_what_one_may_not_read_one_cannot_have_read(library):
    page = await library.page()
    await library.demand(page)
    await library.close(page)
    with pytest.raises(DENIED):
        async with library.acting(CLERK):
            await execute(READ, library.cast.organisations["bethel-regional"], library.id_of_person(CLERK), page)
