"""Changing rights costs the same whatever lies below: nothing is written there, nothing is walked."""

import pytest

from portal.spaces import actions_sharing, content, types
from portal.spaces.actions import add_item
from portal.spaces.places import SpaceKey
from portal.spaces.queries import access_item, find_address
from portal.spaces.rules import Access
from tenants import database
from tenants.context import Role
from tenants.database import execute
from tenants.scope import scope
from tests.staff import assemble_staff

BELOW = 1_000


@pytest.fixture
async def staff(empty_database):
    types.install(content.TYPES)
    found = await assemble_staff(empty_database)
    await found.hire("Ada", Role.ADMINISTRATOR)
    await found.hire("Kai", Role.CASEWORKER)
    return found


@pytest.fixture
def counted(monkeypatch):
    """The statements sent to the database, by name of what asked."""
    sent = []
    inner = database._numbered

    def numbered(sql: str) -> str:
        sent.append(sql)
        return inner(sql)

    monkeypatch.setattr(database, "_numbered", numbered)
    return sent


async def folder_with(staff, below: int):
    """A folder at the top of the own space with so much below it, one inside the other and side by side."""
    actor = staff.actor("Ada")
    async with scope(organisation_id=staff.here, person_id=actor.person_id) as opened:
        root = await find_address(actor, SpaceKey.of_organisation(actor, "here"), "")
        folder = await add_item(
            actor=actor, now=opened.now, parent=root, kind="folder", values={"title": f"Mit {below}"}
        )
        found = await access_item(actor, folder)
    await staff.database.as_superuser(
        """
        INSERT INTO item (space_id, id, parent_id, path, type, title, state, readers, created_at, changed_at)
        SELECT $1, gen_random_uuid(), $2, (replace($3, '/', '.') || '.n' || n)::ltree, 'folder', 'n' || n,
               'published', 63, now(), now() FROM generate_series(1, $4) n
        """,
        found.space.id, folder, found.address, below,
    )  # fmt: skip
    return folder


async def cost_of_changes(staff, folder, counted) -> int:
    actor = staff.actor("Ada")
    async with scope(organisation_id=staff.here, person_id=actor.person_id) as opened:
        item = await access_item(actor, folder)
        counted.clear()
        given = {"item": item, "principal": "group:lead", "access": Access.EDITOR}
        await actions_sharing.grant(actor=actor, now=opened.now, **given)
        await actions_sharing.set_inheritance(actor=actor, now=opened.now, item=item, inherits=False)
        await actions_sharing.revoke(actor=actor, **given)
        item = await access_item(actor, folder)
        await actions_sharing.set_inheritance(actor=actor, now=opened.now, item=item, inherits=True)
        return len(counted)


async def test_statements_and_rows_do_not_grow_with_what_lies_below(staff, counted):
    small, large = await folder_with(staff, 1), await folder_with(staff, BELOW)
    versions = "SELECT count(DISTINCT xmin::text) AS n FROM item WHERE parent_id = $1"
    before = await staff.database.as_superuser(versions, large)
    costs = [await cost_of_changes(staff, folder, counted) for folder in (small, large)]
    assert costs[0] == costs[1]
    assert costs[0] < 20
    assert await staff.database.as_superuser(versions, large) == before, "nothing below was written"


async def test_a_cut_counts_at_once_for_all_that_lies_below(staff):
    folder = await folder_with(staff, BELOW)
    lists = "SELECT id FROM item WHERE parent_id = $1 LIMIT 1"
    below = (await staff.database.as_superuser(lists, folder))[0]["id"]
    ada, kai = staff.actor("Ada"), staff.actor("Kai")
    async with scope(organisation_id=staff.here, person_id=kai.person_id):
        assert (await access_item(kai, below)).access & Access.READER
    async with scope(organisation_id=staff.here, person_id=ada.person_id) as opened:
        item = await access_item(ada, folder)
        await actions_sharing.set_inheritance(actor=ada, now=opened.now, item=item, inherits=False)
    async with scope(organisation_id=staff.here, person_id=kai.person_id):
        rows = await execute("SELECT my_access(space_id, id) AS mine FROM item WHERE parent_id = {}", folder)
        assert {row["mine"] for row in rows} == {0}
        assert len(rows) == BELOW
