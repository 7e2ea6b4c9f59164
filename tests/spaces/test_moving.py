"""Moving and renaming: what lies below comes along, old addresses lead on, nothing ends up where it cannot be."""

import asyncio

import pytest

from portal.kit.errors import Conflict, Forbidden, Invalid
from portal.spaces import actions, actions_tree
from portal.spaces.places import SpaceKey
from portal.spaces.queries import access_item, redirect_of
from tests.spaces.tree import CLERK, HOME, LEAD, at, elsewhere


async def leads_to(tree, address: str, **who) -> str | None:
    async with tree.acting(**who) as (actor, _):
        return await redirect_of(actor, SpaceKey("organisation", actor.organisation_id), address)


async def test_what_lies_below_comes_along(tree):
    await tree.grow("alt/", "alt/regeln/", "alt/regeln/gaeste", "alt/regeln/team", "neu/")
    assert await tree.move("alt/regeln", "neu") == "neu/regeln"
    assert await tree.addresses() == ["alt", "neu", "neu/regeln", "neu/regeln/gaeste", "neu/regeln/team"]


async def test_old_addresses_lead_on_through_moves_of_all_kinds(tree):
    await tree.grow("a/", "a/b/", "a/b/seite", "z/")
    await tree.move("a/b/seite", "a/b", slug="blatt")
    await tree.move("a/b", "z", slug="c")
    await tree.move("z", "", slug="y")
    for old in ("a/b/seite", "a/b/blatt", "z/c/blatt"):
        assert await leads_to(tree, old) == f"/o/{HOME}/y/c/blatt", old
    assert await leads_to(tree, "a/b") == f"/o/{HOME}/y/c"
    assert await leads_to(tree, "a/b/nie") is None
    page = await (await tree.browser()).get(f"/o/{HOME}/a/b/seite")
    assert (page.status_code, page.headers["location"]) == (303, f"/o/{HOME}/y/c/blatt")


async def test_what_stands_at_an_old_address_now_wins(tree):
    await tree.grow("a/", "a/eins")
    await tree.move("a", "", slug="b")
    await tree.grow("a/")
    browser = await tree.browser()
    assert (await browser.get(f"/o/{HOME}/a")).status_code == 200
    # What lay below the old one is still found: nothing of that name lies below the new one.
    assert (await browser.get(f"/o/{HOME}/a/eins")).headers["location"] == f"/o/{HOME}/b/eins"
    await tree.grow("a/eins")
    assert (await browser.get(f"/o/{HOME}/a/eins")).status_code == 200


async def test_there_and_back_leaves_no_circle(tree):
    await tree.grow("a/")
    await tree.move("a", "", slug="b")
    await tree.move("b", "", slug="a")
    assert await leads_to(tree, "b") == f"/o/{HOME}/a"
    assert await leads_to(tree, "a") is None
    assert (await (await tree.browser()).get(f"/o/{HOME}/a")).status_code == 200


async def test_what_is_not_for_somebody_has_moved_nowhere_for_them(tree):
    await tree.grow("a/")
    await tree.add("a/entwurf")
    await tree.move("a/entwurf", "a", slug="notiz")
    assert await leads_to(tree, "a/entwurf") == f"/o/{HOME}/a/notiz"
    assert await leads_to(tree, "a/entwurf", role=CLERK) is None
    stranger = await tree.browser(organisation="bgw")
    assert (await stranger.get(f"/o/{HOME}/a/entwurf")).status_code == 404


async def test_a_name_that_is_taken_gets_a_number_and_an_address_that_is_taken_is_refused(tree):
    await tree.grow("a/", "a/seite", "b/", "b/seite")
    assert await tree.move("a/seite", "b") == "b/seite-2"
    with pytest.raises(Invalid, match="vergeben"):
        await tree.move("b/seite-2", "b", slug="seite")
    with pytest.raises(Invalid, match="Kleinbuchstaben"):
        await tree.move("b/seite-2", "b", slug="Über uns")
    with pytest.raises(Invalid, match="vergeben"):
        await tree.move("b", "", slug="abstimmungen")


async def test_not_into_itself_not_too_deep_not_into_another_space(tree):
    await tree.grow("a/", "a/b/", "a/b/c/")
    for folder in ("a", "a/b", "a/b/c"):
        with pytest.raises(Invalid, match="in sich selbst"):
            await tree.move("a", folder)
    deep = "/".join(["t"] * 18)
    await tree.grow(*(deep[: 2 * level + 1] + "/" for level in range(18)))
    before = await tree.addresses()
    with pytest.raises(Invalid, match="20 Ebenen"):
        await tree.move("a", deep)
    assert await tree.addresses() == before
    assert await tree.move("a/b", deep) == f"{deep}/b"
    async with tree.acting() as (actor, opened):
        item = await at(actor, "a")
        (network,) = await tree.rows(
            "SELECT i.id FROM item i JOIN space s ON s.id = i.space_id WHERE s.network_id = $1 AND i.parent_id IS NULL",
            tree.cast.networks["bielefeld"],
        )
        beyond = await access_item(actor, network["id"])
        with pytest.raises(Invalid, match="innerhalb eines Bereichs"):
            await actions_tree.move_item(actor=actor, now=opened.now, item=item, folder=beyond)


async def test_only_who_may_change_it_here_and_add_there_moves_it(tree):
    await tree.grow("a/", "a/seite", "b/")
    before = await tree.state()
    with pytest.raises(Forbidden):
        await tree.move("a/seite", "b", role=CLERK)
    assert await tree.state() == before
    own = await tree.add("a/eigenes", role=CLERK)
    assert await tree.move("a/eigenes", "b", role=CLERK) == "b/eigenes"
    async with tree.acting(CLERK) as (actor, _):
        assert (await access_item(actor, own)).address == "b/eigenes"
    assert await tree.move("a/seite", "b", role=LEAD) == "b/seite"


async def test_two_who_move_into_each_others_folder_make_no_circle(tree):
    await tree.grow("a/", "b/")
    async with tree.acting() as (actor, opened):
        item, folder = await at(actor, "a"), await at(actor, "b")
        await actions_tree.move_item(actor=actor, now=opened.now, item=item, folder=folder)
        other = elsewhere(tree.move("b", "a"))
        await asyncio.sleep(0.3)
        assert not other.done()
    with pytest.raises(Conflict):
        await other
    assert await tree.addresses() == ["b", "b/a"]


async def test_what_is_added_while_its_folder_moves_is_not_left_behind(tree):
    await tree.grow("a/", "a/b/", "z/")
    async with tree.acting() as (actor, opened):
        folder = await at(actor, "a/b")
        await actions.add_item(actor=actor, now=opened.now, parent=folder, kind="page", values={"title": "Neu"})
        moving = elsewhere(tree.move("a", "z"))
        await asyncio.sleep(0.3)
        assert not moving.done()
    assert await moving == "z/a"
    assert await tree.addresses() == ["z", "z/a", "z/a/b", "z/a/b/neu"]


async def test_who_adds_to_a_folder_that_was_moved_meanwhile_is_told(tree):
    await tree.grow("a/", "z/")
    async with tree.acting() as (actor, opened):
        folder = await at(actor, "a")
        await elsewhere(tree.move("a", "z"))
        with pytest.raises(Conflict):
            await actions.add_item(actor=actor, now=opened.now, parent=folder, kind="page", values={"title": "Neu"})
    assert await tree.addresses() == ["z", "z/a"]


async def test_it_comes_last_in_its_new_folder(tree):
    await tree.grow("a/", "a/eins", "b/", "b/zwei", "b/drei")
    await tree.move("a/eins", "b")
    rows = await tree.rows("SELECT address FROM item WHERE address LIKE 'b/%' ORDER BY position")
    assert [row["address"] for row in rows] == ["b/zwei", "b/drei", "b/eins"]
