"""The order of a folder by hand."""

import pytest

from portal.kit.errors import Forbidden
from portal.spaces import actions_tree
from portal.spaces.queries_lists import list_children
from portal.spaces.rules import Shift
from tests.spaces.tree import CLERK, HEAD, LEAD, at


async def shift(tree, address: str, to: Shift, role=HEAD) -> None:
    async with tree.acting(role) as (actor, _):
        folder = await at(actor, address.rpartition("/")[0])
        await actions_tree.shift_item(actor=actor, item=await at(actor, address), folder=folder, shift=to)


async def order(tree, role=HEAD) -> str:
    async with tree.acting(role) as (actor, _):
        found = await list_children(actor, await at(actor, "a"))
        return " ".join(entry.address.removeprefix("a/") for entry in found.entries)


@pytest.fixture
async def folder(tree):
    await tree.grow("a/", "a/1", "a/2", "a/3", "a/4")
    return tree


async def test_up_down_first_last(folder):
    await shift(folder, "a/3", Shift.UP)
    assert await order(folder) == "1 3 2 4"
    await shift(folder, "a/1", Shift.DOWN)
    assert await order(folder) == "3 1 2 4"
    await shift(folder, "a/4", Shift.FIRST)
    assert await order(folder) == "4 3 1 2"
    await shift(folder, "a/3", Shift.LAST)
    assert await order(folder) == "4 1 2 3"
    await shift(folder, "a/4", Shift.UP)
    await shift(folder, "a/3", Shift.DOWN)
    assert await order(folder) == "4 1 2 3"


async def test_equal_places_are_told_apart(folder):
    await folder.rows("UPDATE item SET position = 7 WHERE address LIKE 'a/%'")
    before = (await order(folder)).split()
    await shift(folder, f"a/{before[2]}", Shift.UP)
    assert (await order(folder)).split() == [before[0], before[2], before[1], before[3]]


async def test_one_place_is_one_place_of_what_one_sees(folder):
    await folder.add("a/5")
    await folder.grow("a/6")
    await shift(folder, "a/6", Shift.UP, LEAD)
    assert await order(folder, CLERK) == "1 2 3 4 6"
    own = await folder.add("x", "folder", role=CLERK)
    assert own


async def test_who_may_not_edit_the_folder_may_not_order_it(folder):
    before = await folder.state()
    for to in Shift:
        with pytest.raises(Forbidden):
            await shift(folder, "a/3", to, CLERK)
    assert await folder.state() == before
