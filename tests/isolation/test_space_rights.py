"""Somebody runs SQL as the portal does, inside a space several share, and tries to take what nobody gave them."""

from dataclasses import replace
from uuid import UUID, uuid4

import asyncpg
import pytest

from portal.spaces import actions, actions_sharing, actions_tree
from portal.spaces.abilities import principals_of
from portal.spaces.queries import access_item
from portal.spaces.rules import Access
from tenants.context import Role
from tenants.database import execute
from tenants.scope import current_scope, scope
from tests.client import person
from tests.isolation.places import DENIED, me, root_of

GRANT = """
INSERT INTO item_grant (space_id, item_id, principal, access, title, granted_by, granted_at)
VALUES ({}, {}, {}, {}, '', '', now())
"""
VERSION = """
INSERT INTO item_version (space_id, item_id, version, type, values, by_id, by_name, at)
VALUES ({}, {}, 99, 'page', jsonb_build_object(), {}, (SELECT my_name()), now())
"""


@pytest.fixture
async def world_database(place_database):
    return place_database


@pytest.fixture
async def place(cast, one_place):
    return replace(one_place, cast=cast)


STRANGERS = [("gfs", Role.REPRESENTATIVE), ("bethel-regional", Role.ADMINISTRATOR), ("bgw", Role.ADMINISTRATOR)]


@pytest.mark.parametrize(("organisation", "role"), STRANGERS)
@pytest.mark.parametrize("access", [1, 16])
async def test_nobody_gives_themselves_a_right(place, organisation, role, access):
    for target in (place.folder, place.page, place.root):
        for principal in ("everyone", f"organisation:{place.cast.organisations[organisation]}"):
            with pytest.raises(DENIED):
                async with place.as_(organisation, role):
                    await execute(GRANT, place.space_id, target, principal, access)


@pytest.mark.parametrize(("organisation", "role"), STRANGERS)
async def test_nobody_takes_a_right_from_others(place, organisation, role):
    before = await grants(place)
    async with place.as_(organisation, role):
        await execute("DELETE FROM item_grant WHERE space_id = {}", place.space_id)
    assert await grants(place) == before
    with pytest.raises(DENIED):
        async with place.as_(organisation, role):
            await execute("UPDATE item_grant SET principal = 'everyone' WHERE space_id = {}", place.space_id)


CHANGES = (
    "inherits = true", "marked = false, inherits = true", "owner_id = {me}", "readers = 63", "writers = 63",
    "title = 'x'", "fields = jsonb_build_object()",
    "state = 'published'", "publish_at = now()", "words = ''", "version = 7",
    "bin_id = {other}", "position = -1", "path = 'meins'", "parent_id = {root}", "path = 'meins', parent_id = {root}",
    "created_at = now()", "inherits = true, bin_id = {other}", "title = 'x', position = 7", "id = {other}",
)  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
async def test_nobody_changes_what_they_were_given_nothing_of(place, change):
    before = await items(place)
    values = {"me": f"'{person(place.cast.who('gfs', Role.REPRESENTATIVE))}'", "other": f"'{uuid4()}'"}
    said = change.format(**values, root=f"'{place.root}'")
    for target in (place.folder, place.page, place.root):
        with pytest.raises((DENIED, asyncpg.IntegrityConstraintViolationError)):
            async with place.as_("gfs", Role.REPRESENTATIVE):
                await execute(f"UPDATE item SET {said} WHERE space_id = {{}} AND id = {{}}", place.space_id, target)
    assert await items(place) == before


async def test_no_statement_brings_the_right_for_itself(place):
    """Everything at once, in one statement: what counts is who could do it before."""
    mine = await a_folder_of_gfs(place)
    me_id, gfs = person(place.cast.who("gfs", Role.REPRESENTATIVE)), place.cast.organisations["gfs"]
    for change in (
        f"inherits = true, parent_id = CASE WHEN id = '{place.folder}' THEN '{mine}'::uuid ELSE parent_id END",
        f"owner_id = '{me_id}', owner_organisation_id = '{gfs}', inherits = true",
    ):
        with pytest.raises(DENIED):
            async with place.as_("gfs", Role.REPRESENTATIVE):
                await execute(
                    f"UPDATE item SET {change} WHERE space_id = {{}} AND id = ANY ({{}}::uuid[])",
                    place.space_id,
                    [place.folder, place.page, mine],
                )


async def test_nobody_carries_off_what_lies_in_the_folder_of_another(place):
    """Below their own folder they would own the rights of it."""
    mine = await a_folder_of_gfs(place)
    for statement in (
        f"UPDATE item SET parent_id = '{mine}', path = 'meine/angebot' WHERE id = '{place.page}'",
        f"UPDATE item SET parent_id = '{mine}' WHERE id = '{place.page}'",
        f"UPDATE item SET path = 'meine/angebot'::text::ltree WHERE id = '{place.page}'".replace("/", "."),
        f"UPDATE item SET path = 'unter-uns.meine', parent_id = '{place.folder}' WHERE id = '{mine}'",
        f"UPDATE item SET path = 'unter-uns.meine' WHERE id = '{mine}'",
    ):
        with pytest.raises(asyncpg.PostgresError):
            async with place.as_("gfs", Role.REPRESENTATIVE):
                await execute(statement.replace("meine/angebot", "meine.angebot"))


async def test_what_lies_below_comes_along_or_nothing_moves(place):
    mine = await a_folder_of_gfs(place)
    async with place.as_("gfs", Role.REPRESENTATIVE) as opened:
        actor = await me()
        folder = await access_item(actor, mine)
        await actions.add_item(actor=actor, now=opened.now, parent=folder, kind="page", values={"title": "Darin"})
    for change in ("path = 'anders'", f"bin_id = '{uuid4()}'"):
        with pytest.raises(DENIED):
            async with place.as_("gfs", Role.REPRESENTATIVE):
                await execute(f"UPDATE item SET {change} WHERE id = {{}}", mine)


async def test_nothing_new_appears_where_nobody_may_add_or_as_somebody_elses(place):
    mine = await a_folder_of_gfs(place)
    me_id = person(place.cast.who("gfs", Role.REPRESENTATIVE))
    gfs, bgw = place.cast.organisations["gfs"], place.cast.organisations["bgw"]
    new = """
    INSERT INTO item (space_id, id, parent_id, path, type, title, state, readers, owner_id, owner_organisation_id,
                      created_at, changed_at)
    VALUES ({}, {}, {}, {}::text::ltree, 'page', 'x', 'published', 63, {}, {}, now(), now())
    """
    for parent, path, owner, organisation in (
        (place.folder, "unter-uns.neu", me_id, gfs),
        (mine, "unter-uns.neu", me_id, gfs),
        (mine, "meine", me_id, gfs),
        (mine, "meine.neu", person(place.cast.who("bgw", Role.REPRESENTATIVE)), bgw),
        (mine, "meine.neu", None, None),
        (None, "", me_id, gfs),
    ):
        with pytest.raises(asyncpg.PostgresError):
            async with place.as_("gfs", Role.REPRESENTATIVE):
                await execute(new, place.space_id, uuid4(), parent, path, owner, organisation)
    async with place.as_("gfs", Role.REPRESENTATIVE):
        await execute(new, place.space_id, uuid4(), mine, "meine.neu", me_id, gfs)


async def test_nobody_writes_into_the_history_of_what_is_closed_to_them_or_as_somebody_else(place):
    mine = await a_folder_of_gfs(place)
    me_id = person(place.cast.who("gfs", Role.REPRESENTATIVE))
    bgw = person(place.cast.who("bgw", Role.REPRESENTATIVE))
    change = "UPDATE item SET title = title || '!' WHERE id = {}"
    for changed, target, by in (
        (mine, place.page, me_id), (mine, mine, bgw), (mine, mine, None), (None, mine, me_id)
    ):  # fmt: skip
        with pytest.raises(DENIED):
            async with place.as_("gfs", Role.REPRESENTATIVE):
                await execute(change, changed)
                await execute(VERSION, place.space_id, target, by)
    async with place.as_("gfs", Role.REPRESENTATIVE):
        await execute(change, mine)
        await execute(VERSION, place.space_id, mine, me_id)


AS_OTHERS = {
    "item_version": (
        "INSERT INTO item_version (space_id, item_id, version, type, values, by_id, by_organisation_id, by_name, at) "
        "VALUES ({}, {}, 99, 'page', jsonb_build_object(), {}, {}, (SELECT my_name()), now())"
    ),
    "item_transition": (
        "INSERT INTO item_transition (space_id, item_id, id, transition, source, target, by_id, by_organisation_id, "
        "by_name, at) "
        "VALUES ({}, {}, gen_random_uuid(), 'publish', 'private', 'published', {}, {}, (SELECT my_name()), now())"
    ),
}


@pytest.mark.parametrize("table", AS_OTHERS)
async def test_nobody_writes_history_in_the_name_of_another_organisation(place, table):
    """Rules go by which organisation did something."""
    mine = await a_folder_of_gfs(place)
    me_id, own = person(place.cast.who("gfs", Role.REPRESENTATIVE)), place.cast.organisations["gfs"]
    for organisation in (place.cast.organisations["bgw"], None):
        with pytest.raises(DENIED):
            async with place.as_("gfs", Role.REPRESENTATIVE):
                await execute("UPDATE item SET title = title || '!' WHERE id = {}", mine)
                await execute(AS_OTHERS[table], place.space_id, mine, me_id, organisation)
    with pytest.raises(DENIED):
        async with place.as_("gfs", Role.REPRESENTATIVE):
            await execute(f"UPDATE {table} SET by_organisation_id = NULL WHERE item_id = {{}}", mine)
    async with place.as_("gfs", Role.REPRESENTATIVE):
        await execute("UPDATE item SET title = title || '!' WHERE id = {}", mine)
        await execute(AS_OTHERS[table], place.space_id, mine, me_id, own)


NAMED = {
    "comment": (
        "INSERT INTO comment (space_id, item_id, id, body, by_id, by_organisation_id, by_name, by_organisation, "
        "brought_by, at) "
        "VALUES ({}, {}, gen_random_uuid(), 'x', {}, (SELECT current_organisation()), {}, '', {}, now())"
    ),
    "item_version": (
        "INSERT INTO item_version (space_id, item_id, version, type, values, by_id, by_name, brought_by, at) "
        "VALUES ({}, {}, 99, 'page', jsonb_build_object(), {}, {}, {}, now())"
    ),
    "item_transition": (
        "INSERT INTO item_transition (space_id, item_id, id, transition, source, target, by_id, by_name, brought_by, "
        "at) VALUES ({}, {}, gen_random_uuid(), 'publish', 'private', 'published', {}, {}, {}, now())"
    ),
    "item_grant": (
        "INSERT INTO item_grant (space_id, item_id, principal, access, title, granted_by, brought_by, granted_at) "
        "VALUES ({}, {}, 'person:' || {}::uuid, 1, '', {}, {}, now())"
    ),
}


@pytest.mark.parametrize("table", NAMED)
async def test_nobody_says_under_another_name_what_was_done(place, table):
    """Another name stands there only with one's own beside it, as who brought that with a package."""
    mine = await a_folder_of_gfs(place)
    me_id = person(place.cast.who("gfs", Role.REPRESENTATIVE))
    async with place.as_("gfs", Role.REPRESENTATIVE):
        (row,) = await execute("SELECT my_name() AS name")
    other = "Die Vorsitzende"
    for said, brought in ((other, ""), (other, other), (row["name"], other), ("", "")):
        with pytest.raises(DENIED):
            async with place.as_("gfs", Role.REPRESENTATIVE):
                await execute("UPDATE item SET title = title || '!' WHERE id = {}", mine)
                await execute(NAMED[table], place.space_id, mine, me_id, said, brought)
    async with place.as_("gfs", Role.REPRESENTATIVE):
        await execute("UPDATE item SET title = title || '!' WHERE id = {}", mine)
        await execute(NAMED[table], place.space_id, mine, me_id, other, row["name"])


async def test_where_something_was_before_and_who_moved_it_is_the_database_s_to_say(place):
    mine = await a_folder_of_gfs(place)
    async with place.as_("gfs", Role.REPRESENTATIVE) as opened:
        actor = await me()
        item = await access_item(actor, mine)
        await actions_tree.move_item(actor=actor, now=opened.now, item=item, folder=await root_of(actor), slug="neu")
        (row,) = await execute("SELECT by_organisation_id FROM item_redirect WHERE item_id = {}", mine)
    assert row["by_organisation_id"] == place.cast.organisations["gfs"]
    for statement in (
        "UPDATE item_redirect SET by_organisation_id = {} WHERE item_id = {}",
        (
            "INSERT INTO item_redirect (space_id, address, item_id, made_at, by_organisation_id) "
            "SELECT space_id, 'x', id, now(), {} FROM item WHERE id = {}"
        ),
    ):
        with pytest.raises(DENIED):
            async with place.as_("gfs", Role.REPRESENTATIVE):
                await execute(statement, place.cast.organisations["bgw"], mine)


REDIRECT = "INSERT INTO item_redirect (space_id, address, item_id, made_at) VALUES ({}, {}, {}, now())"


async def test_an_old_address_leads_only_from_where_its_maker_could_have_put_something(place):
    mine = await a_folder_of_gfs(place)
    theirs, page = [
        (await place.cast.database.as_superuser("SELECT address FROM item WHERE id = $1", which))[0]["address"]
        for which in (place.folder, place.page)
    ]
    change = "UPDATE item SET title = title || '!' WHERE id = {}"
    for changed, address, item in (
        (mine, f"{theirs}/frueher", mine),
        (mine, f"{theirs}/a/b", mine),
        (mine, page, mine),
        (mine, "meine", mine),
        (mine, "meine/alt", place.page),
        (None, "meine/alt", mine),
    ):
        with pytest.raises(DENIED):
            async with place.as_("gfs", Role.REPRESENTATIVE):
                if changed:
                    await execute(change, changed)
                await execute(REDIRECT, place.space_id, address, item)
    async with place.as_("gfs", Role.REPRESENTATIVE):
        await execute(change, mine)
        await execute(REDIRECT, place.space_id, "meine/alt/noch-tiefer", mine)
    stranger = place.as_("skm", Role.REPRESENTATIVE)
    with pytest.raises(DENIED):
        async with stranger:
            await execute(REDIRECT, place.space_id, "meine/alt", mine)


async def test_rights_follow_from_the_rows_and_not_from_what_the_session_says(cast, place):
    """A person of one organisation who claims to act for another counts as nobody there."""
    who = person(cast.who("bgw", Role.REPRESENTATIVE))
    async with scope(organisation_id=cast.organisations["gfs"], person_id=who):
        rows = await execute(
            "SELECT my_principals() AS principals, my_access({}, {}) AS access", place.space_id, place.page
        )
    assert rows == [{"principals": [], "access": 0}]
    stranger = person(cast.who("skm", Role.REPRESENTATIVE))
    async with scope(organisation_id=cast.organisations["skm"], person_id=stranger):
        rows = await execute("SELECT my_access({}, {}) AS access", place.space_id, place.root)
    assert rows == [{"access": 0}], "the space of another network"


async def test_the_database_counts_everybody_as_what_the_portal_does(cast):
    seen = 0
    for name, entry in cast.people.items():
        for slug in {group.split(":")[1] for group in entry.groups}:
            async with scope(organisation_id=cast.organisations[slug], person_id=person(name)):
                rows = await execute("SELECT my_principals() AS principals")
                assert frozenset(rows[0]["principals"]) == principals_of(await me())
                seen += 1
    assert seen > 20


async def test_who_has_the_right_does_all_that_through_the_same_wall(place):
    async with place.as_("bgw", Role.REPRESENTATIVE) as opened:
        actor, now = await me(), opened.now
        page, folder = await access_item(actor, place.page), await access_item(actor, place.folder)
        await actions.save_item(actor=actor, now=now, item=page, values={"title": "Angebot zwei"}, version=1)
        await actions_tree.move_item(actor=actor, now=now, item=folder, folder=await root_of(actor), slug="anderswo")
        page = await access_item(actor, place.page)
        assert page.address == "anderswo/angebot"
        bin_id = await actions_tree.bin_item(actor=actor, now=now, item=await access_item(actor, place.folder))
        rows = await execute("SELECT count(*) AS n FROM item WHERE bin_id = {}", bin_id)
        assert rows == [{"n": 2}]
        binned = await access_item(actor, place.folder, in_bin=True)
        await actions_tree.restore_item(actor=actor, now=now, item=binned, folder=await root_of(actor))
        page = await access_item(actor, place.page)
        await actions.change_state(actor=actor, now=now, item=page, transition="publish")
        folder = await access_item(actor, place.folder)
        await actions_sharing.set_inheritance(actor=actor, now=now, item=folder, inherits=True)
        assert (await access_item(actor, place.page)).access & Access.MANAGER


async def a_folder_of_gfs(place) -> UUID:
    async with place.as_("gfs", Role.REPRESENTATIVE):
        actor = await me()
        return await actions.add_item(
            actor=actor, now=current_scope().now, parent=await root_of(actor), kind="folder", values={"title": "Meine"}
        )


async def grants(place):
    return await place.cast.database.as_superuser(
        "SELECT * FROM item_grant WHERE space_id = $1 ORDER BY item_id, principal, access", place.space_id
    )


async def items(place):
    return await place.cast.database.as_superuser("SELECT * FROM item WHERE space_id = $1 ORDER BY id", place.space_id)
