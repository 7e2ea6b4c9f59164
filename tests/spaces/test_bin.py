"""The bin: gone for everybody at once, back for who may, and for good after thirty days."""

import pytest

from portal.kit.errors import Conflict, Forbidden, NotFound
from portal.spaces import actions_bin, actions_sharing, actions_tree, keepers
from portal.spaces.queries import access_item
from portal.spaces.queries_bin import access_binned, list_bin
from portal.spaces.rules import Access
from tests.spaces.tree import CLERK, EVERYTHING, HEAD, HOME, LEAD, at


async def binned(tree, role=HEAD) -> list[str]:
    async with tree.acting(role) as (actor, opened):
        root = await at(actor, "")
        return [entry.title for entry in (await list_bin(actor, root.space, opened.now)).entries]


async def restore(tree, identifier, folder: str, role=HEAD) -> str:
    async with tree.acting(role) as (actor, opened):
        item = await access_binned(actor, identifier)
        return await actions_tree.restore_item(actor=actor, now=opened.now, item=item, folder=await at(actor, folder))


async def end(tree, identifier, role=HEAD) -> None:
    async with tree.acting(role) as (actor, opened):
        item = await access_binned(actor, identifier)
        await actions_bin.end_retention(actor=actor, now=opened.now, item=item)


async def test_all_below_goes_and_comes_back_together(tree):
    await tree.grow("a/", "a/b/", "a/b/seite", "z/")
    identifier = await tree.throw_away("a")
    assert await tree.addresses() == ["z"]
    assert await binned(tree) == ["A"]
    assert await restore(tree, identifier, "") == "a"
    assert await tree.addresses() == ["a", "a/b", "a/b/seite", "z"]
    assert await binned(tree) == []


async def test_everything_of_it_is_nowhere_to_be_found(tree):
    await tree.grow("a/", "a/seite")
    await tree.move("a/seite", "a", slug="blatt")
    identifiers = [await tree.id_of(address) for address in ("a", "a/blatt")]
    await tree.throw_away("a")
    for role in (HEAD, LEAD, CLERK):
        browser = await tree.browser(role)
        for path in (f"/o/{HOME}/a", f"/o/{HOME}/a/blatt", f"/o/{HOME}/a/seite"):
            assert (await browser.get(path)).status_code == 404, path
        for identifier in identifiers:
            for part in ("", "/bearbeiten", "/neu"):
                path = f"/inhalte/{identifier}{part}"
                assert (await browser.get(path)).status_code == 404, path
        assert "Blatt" not in (await browser.get(f"/o/{HOME}/inhalte")).text


async def test_only_who_may_throw_it_away_finds_it_in_the_bin(tree):
    await tree.grow("a/", "a/seite")
    identifier = await tree.throw_away("a/seite")
    assert await binned(tree, LEAD) == ["Seite"]
    assert await binned(tree, CLERK) == []
    before = await tree.state()
    with pytest.raises(NotFound):
        await restore(tree, identifier, "a", CLERK)
    with pytest.raises(NotFound):
        await end(tree, identifier, CLERK)
    with pytest.raises(Forbidden):
        await end(tree, identifier, LEAD)
    assert await tree.state() == before
    async with tree.acting(organisation="bgw") as (actor, _):
        with pytest.raises(NotFound):
            await access_binned(actor, identifier)


async def test_a_cut_holds_in_the_bin_too(tree):
    await tree.grow("a/", "a/innen/", "a/innen/seite")
    async with tree.acting() as (actor, opened):
        item = await at(actor, "a/innen")
        await actions_sharing.set_inheritance(actor=actor, now=opened.now, item=item, inherits=False)
    await tree.throw_away("a/innen/seite")
    await tree.throw_away("a/innen")
    assert await binned(tree) == ["Innen", "Seite"]
    assert await binned(tree, LEAD) == []


async def test_what_the_list_says_of_access_is_what_the_rules_say(tree):
    await tree.grow("a/", "a/b/", "a/b/c/", "a/b/c/d", "a/e")
    await tree.add("a/b/eigenes", role=CLERK)
    async with tree.acting() as (actor, opened):
        for address, principal, access in (
            ("a/b", "everyone", Access.CONTRIBUTOR),
            ("a/b/c", "group:caseworker", Access.EDITOR),
            ("a", "group:caseworker", Access.REVIEWER),
        ):
            item = await at(actor, address)
            await actions_sharing.grant(actor=actor, now=opened.now, item=item, principal=principal, access=access)
        await actions_sharing.set_inheritance(
            actor=actor, now=opened.now, item=await at(actor, "a/b/c"), inherits=False
        )
    thrown = [await tree.throw_away(address) for address in ("a/b/c/d", "a/b/c", "a/b/eigenes", "a/e", "a/b", "a")]
    for role in (HEAD, LEAD, CLERK):
        async with tree.acting(role) as (actor, opened):
            root = await at(actor, "")
            listed = {entry.item_id for entry in (await list_bin(actor, root.space, opened.now)).entries}
            allowed = set()
            for identifier in thrown:
                try:
                    allowed.add((await access_binned(actor, identifier)).id)
                except NotFound:
                    continue
            assert listed == allowed, role
    assert len(listed) > 0


async def test_where_its_folder_is_gone_another_is_chosen(tree):
    await tree.grow("a/", "a/seite", "z/")
    page = await tree.throw_away("a/seite")
    await tree.throw_away("a")
    assert await restore(tree, page, "z") == "z/seite"
    browser = await tree.browser()
    assert (await browser.get(f"/o/{HOME}/a/seite")).headers["location"] == f"/o/{HOME}/z/seite"


async def test_where_its_address_is_taken_it_gets_a_number(tree):
    await tree.grow("a/", "a/eins")
    identifier = await tree.throw_away("a")
    await tree.grow("a/", "a/zwei")
    assert await restore(tree, identifier, "") == "a-2"
    assert await tree.addresses() == ["a", "a-2", "a-2/eins", "a/zwei"]


async def test_it_cannot_be_restored_twice(tree):
    await tree.grow("a/")
    identifier = await tree.throw_away("a")
    async with tree.acting() as (actor, _):
        item = await access_binned(actor, identifier)
    await restore(tree, identifier, "")
    async with tree.acting() as (actor, opened):
        with pytest.raises(Conflict):
            await actions_tree.restore_item(actor=actor, now=opened.now, item=item, folder=await at(actor, ""))


async def test_after_thirty_days_it_is_gone_with_all_that_was_known_about_it(tree):
    await tree.grow("a/", "a/seite", "b/")
    await tree.move("a/seite", "a", slug="blatt")
    page = await tree.throw_away("a/blatt")
    folder = await tree.throw_away("a")
    await tree.later(days=29)
    assert await tree.work() == 0
    assert await binned(tree) == ["A", "Seite"]
    await tree.later(days=31)
    assert await binned(tree) == []
    for identifier in (page, folder):
        async with tree.acting() as (actor, _):
            with pytest.raises(NotFound):
                await access_binned(actor, identifier)
    assert await tree.work() == 2
    for table in EVERYTHING:
        column = "id" if table == "item" else "item_id"
        assert not await tree.rows(f"SELECT FROM {table} WHERE {column} = ANY ($1)", [page, folder]), table
    assert await tree.addresses() == ["b"]
    assert await tree.work() == 0


async def test_a_lot_goes_in_several_rounds_the_leaves_first(tree, monkeypatch):
    monkeypatch.setattr(actions_bin, "AT_ONCE", 2)
    await tree.grow("a/", "a/b/", "a/b/1", "a/b/2", "a/3")
    await tree.throw_away("a")
    await tree.later(days=31)
    rounds = 0
    while await tree.work():
        rounds += 1
        assert await binned(tree) == []
    assert rounds == 3
    assert not await tree.rows("SELECT FROM item WHERE bin_id IS NOT NULL UNION ALL SELECT FROM item_bin")


async def test_what_came_back_is_not_purged(tree):
    await tree.grow("a/")
    identifier = await tree.throw_away("a")
    await restore(tree, identifier, "")
    await tree.later(days=31)
    assert await tree.work() == 1
    assert await tree.addresses() == ["a"]


async def test_who_manages_it_ends_its_time_at_once_and_packages_let_go_of_what_they_keep(tree, monkeypatch):
    forgotten = []

    async def forget(space_id, item_ids):
        forgotten.extend(item_ids)

    monkeypatch.setattr(keepers, "_KEEPERS", [keepers.Keeper("test", forget=forget)])
    await tree.grow("a/", "a/b/", "a/b/seite")
    before = await tree.throw_away("a/b/seite")
    folder = await tree.throw_away("a")
    await end(tree, folder)
    assert await binned(tree) == ["Seite"]
    assert await tree.work() == 1
    assert len(forgotten) == 3
    assert before in forgotten
    assert await binned(tree) == []
    deeds = await tree.rows("SELECT action FROM audit_entry WHERE subject_id = $1 ORDER BY seq", folder)
    assert [row["action"] for row in deeds] == ["item:binned", "item:purged", "item:purged"]


async def test_only_who_may_edit_it_throws_it_away_and_never_the_front_page(tree):
    await tree.grow("a/", "a/seite")
    before = await tree.state()
    for address, role in (("a/seite", CLERK), ("a", CLERK), ("", HEAD)):
        with pytest.raises(Forbidden):
            await tree.throw_away(address, role=role)
    assert await tree.state() == before
    own = await tree.add("a/eigenes", role=CLERK)
    assert await tree.throw_away("a/eigenes", role=CLERK) == own


async def test_nothing_is_added_to_what_is_being_thrown_away(tree):
    await tree.grow("a/", "a/b/")
    async with tree.acting() as (actor, _):
        folder = await at(actor, "a/b")
    await tree.throw_away("a")
    async with tree.acting() as (actor, opened):
        from portal.spaces import actions

        with pytest.raises(Conflict):
            await actions.add_item(actor=actor, now=opened.now, parent=folder, kind="page", values={"title": "x"})
        with pytest.raises(NotFound):
            await access_item(actor, folder.id)


async def test_what_lies_above_counts_in_the_bin_though_it_was_called_otherwise_since(tree):
    await tree.grow("a/", "a/seite")
    async with tree.acting() as (actor, opened):
        folder = await at(actor, "a")
        await actions_sharing.set_inheritance(actor=actor, now=opened.now, item=folder, inherits=False)
        cut = {"principal": f"group:{CLERK.value}", "access": Access.EDITOR}
        await actions_sharing.grant(actor=actor, now=opened.now, item=await at(actor, "a"), **cut)
    identifier = await tree.throw_away("a/seite")
    await tree.move("a", "", slug="b")
    assert (await binned(tree, CLERK), await binned(tree, LEAD)) == (["Seite"], [])
    with pytest.raises(NotFound):  # for them the folder was closed when it was still called a
        await restore(tree, identifier, "", LEAD)
    assert await restore(tree, identifier, "b", CLERK) == "b/seite"
