"""A copy is new: of whoever makes it, in the first state, with nothing the maker may not read."""

import pytest

from portal.kit.errors import Forbidden, Invalid
from portal.spaces import actions_sharing, actions_tree, keepers
from portal.spaces.queries import Item, access_item
from portal.spaces.rules import Access
from tenants.context import Role
from tests.spaces.tree import CLERK, HOME, LEAD, at


async def copy(tree, source: str, folder: str, role=LEAD):
    async with tree.acting(role) as (actor, opened):
        return await actions_tree.copy_item(
            actor=actor, now=opened.now, item=await at(actor, source), folder=await at(actor, folder)
        )


async def test_all_below_is_copied_as_ones_own_and_begins_anew(tree):
    await tree.grow("a/", "a/b/", "a/b/seite", "z/")
    copied = await copy(tree, "a", "z", CLERK)
    assert await tree.addresses() == ["a", "a/b", "a/b/seite", "z", "z/a", "z/a/b", "z/a/b/seite"]
    rows = await tree.rows("SELECT state, version, owner_name FROM item WHERE address = 'z/a/b/seite'")
    assert [(row["state"], row["version"]) for row in rows] == [("private", 1)]
    assert rows[0]["owner_name"] == "Lene Petersen"
    async with tree.acting(CLERK) as (actor, _):
        assert (await access_item(actor, copied)).may.may_edit


async def test_beside_the_original_it_is_called_a_copy(tree):
    await tree.grow("seite")
    await copy(tree, "seite", "")
    await copy(tree, "seite", "")
    rows = await tree.rows("SELECT title, address FROM item WHERE address LIKE 'seite%' ORDER BY address")
    assert [(row["title"], row["address"]) for row in rows] == [
        ("Seite", "seite"), ("Seite (Kopie)", "seite-kopie"), ("Seite (Kopie)", "seite-kopie-2"),
    ]  # fmt: skip


async def test_what_is_hidden_from_whoever_copies_stays_where_it_is(tree):
    await tree.grow("a/", "a/offen/", "a/geheim/", "a/geheim/offen", "z/")
    await tree.add("a/entwurf")
    async with tree.acting() as (actor, opened):
        item = await at(actor, "a/geheim")
        await actions_sharing.set_inheritance(actor=actor, now=opened.now, item=item, inherits=False)
        page = await at(actor, "a/geheim/offen")
        await actions_sharing.grant(actor=actor, now=opened.now, item=page, principal="everyone", access=Access.READER)
    await copy(tree, "a", "z", CLERK)
    assert [address for address in await tree.addresses() if address.startswith("z")] == ["z", "z/a", "z/a/offen"]


async def test_into_another_space_where_one_may_add(tree):
    await tree.grow("a/", "a/seite")
    (root,) = await tree.rows(
        "SELECT i.id FROM item i JOIN space s ON s.id = i.space_id WHERE s.network_id = $1 AND i.parent_id IS NULL",
        tree.cast.networks["bielefeld"],
    )
    async with tree.acting(Role.LEAD) as (actor, opened):
        folder: Item = await access_item(actor, root["id"])
        await actions_tree.copy_item(actor=actor, now=opened.now, item=await at(actor, "a"), folder=folder)
    neighbour = await tree.browser(Role.ADMINISTRATOR, organisation="bgw")
    assert (await neighbour.get("/n/bielefeld/a")).status_code == 200
    assert (await neighbour.get("/n/bielefeld/a/seite")).status_code == 404  # a draft, as every new page
    assert (await neighbour.get(f"/o/{HOME}/a")).status_code == 404


async def test_refused_copies_leave_nothing(tree):
    await tree.grow("a/", "a/b/")
    async with tree.acting() as (actor, opened):
        item = await at(actor, "a")
        await actions_sharing.set_inheritance(actor=actor, now=opened.now, item=item, inherits=False)
        await actions_sharing.grant(actor=actor, now=opened.now, item=item, principal="everyone", access=Access.READER)
    before = await tree.state()
    with pytest.raises(Forbidden):
        await copy(tree, "a/b", "a", CLERK)
    for folder in ("a", "a/b"):
        with pytest.raises(Invalid, match="in sich selbst"):
            await copy(tree, "a", folder, Role.ADMINISTRATOR)
    assert await tree.state() == before


async def test_too_many_at_once_are_refused(tree, monkeypatch):
    await tree.grow("a/", "a/eins", "a/zwei", "z/")
    monkeypatch.setattr(actions_tree, "MOST_COPIED", 1)
    with pytest.raises(Invalid, match="zu viele"):
        await copy(tree, "a", "z")
    assert await tree.addresses() == ["a", "a/eins", "a/zwei", "z"]


async def test_too_deep_is_refused_as_a_whole(tree):
    deep = "/".join(["t"] * 19)
    await tree.grow(*(deep[: 2 * level + 1] + "/" for level in range(19)), "a/", "a/b/")
    with pytest.raises(Invalid, match="20 Ebenen"):
        await copy(tree, "a", deep)
    assert not [address for address in await tree.addresses() if address.startswith(f"{deep}/")]


async def test_packages_that_keep_something_are_told(tree, monkeypatch):
    told = []

    async def copied(actor, now, original, copy_id):
        told.append((original.address, copy_id))

    monkeypatch.setattr(keepers, "_KEEPERS", [keepers.Keeper("test", copied=copied)])
    await tree.grow("a/", "a/seite", "z/")
    identifier = await copy(tree, "a", "z")
    assert [address for address, _ in told] == ["a", "a/seite"]
    assert told[0][1] == identifier
