"""Content publishes and retracts itself, once, whenever the worker comes to it."""

from datetime import timedelta

import pytest

from portal.kit.errors import Forbidden, Invalid
from portal.spaces import actions, actions_tree
from portal.spaces.queries import access_item
from portal.spaces.queries_bin import access_binned
from tests.spaces.tree import CLERK, HEAD, HOME, LEAD, at


async def schedule(tree, identifier, *, publish: float | None = None, expire: float | None = None, role=LEAD):
    async with tree.acting(role) as (actor, opened):
        publish_at, expires_at = (
            opened.now + timedelta(hours=hours) if hours is not None else None for hours in (publish, expire)
        )
        await actions.schedule_item(
            actor=actor,
            now=opened.now,
            item=await access_item(actor, identifier),
            publish_at=publish_at,
            expires_at=expires_at,
        )


async def state_of(tree, identifier) -> str:
    return (await tree.rows("SELECT state FROM item WHERE id = $1", identifier))[0]["state"]


async def steps(tree, identifier) -> list[tuple[str, str]]:
    rows = await tree.rows("SELECT transition, by_name FROM item_transition WHERE item_id = $1 ORDER BY at", identifier)
    return [(row["transition"], row["by_name"]) for row in rows]


async def test_it_is_published_and_retracted_when_its_time_comes_and_only_then(tree):
    page = await tree.add("seite", role=LEAD)
    await schedule(tree, page, publish=2, expire=5)
    reader = await tree.browser(CLERK)
    await tree.later(hours=1)
    assert await tree.work() == 0
    assert (await reader.get(f"/o/{HOME}/seite")).status_code == 404
    await tree.later(hours=3)
    assert await tree.work() == 1
    assert (await reader.get(f"/o/{HOME}/seite")).status_code == 200
    assert await tree.work() == 0
    await tree.later(hours=6)
    assert await tree.work() == 1
    assert await state_of(tree, page) == "retracted"
    assert (await reader.get(f"/o/{HOME}/seite")).status_code == 404
    assert await steps(tree, page) == [("publish", "Hilfenetz"), ("retract", "Hilfenetz")]


async def test_after_an_outage_over_both_moments_it_does_not_appear_any_more(tree):
    page = await tree.add("seite", role=LEAD)
    await schedule(tree, page, publish=2, expire=5)
    await tree.later(hours=9)
    assert await tree.work() == 2
    assert await state_of(tree, page) == "private"
    assert await steps(tree, page) == []


async def test_another_moment_or_none_takes_the_place_of_the_first(tree):
    page = await tree.add("seite", role=LEAD)
    await schedule(tree, page, publish=2)
    await schedule(tree, page, publish=8)
    await tree.later(hours=3)
    await tree.work()
    assert await state_of(tree, page) == "private"
    await tree.later(hours=9)
    await tree.work()
    assert await state_of(tree, page) == "published"
    other = await tree.add("andere", role=LEAD)
    await schedule(tree, other, publish=20)
    await schedule(tree, other)
    await tree.later(hours=40)
    await tree.work()
    assert await state_of(tree, other) == "private"


async def test_what_was_published_by_hand_meanwhile_is_left_alone(tree):
    page = await tree.add("seite", role=LEAD)
    await schedule(tree, page, publish=2)
    await tree.step(page, "publish")
    await tree.later(hours=3)
    assert await tree.work() == 1
    assert len(await steps(tree, page)) == 1


async def test_in_the_bin_it_stays_there_and_is_followed_when_it_comes_back(tree):
    page = await tree.add("seite", role=LEAD)
    await schedule(tree, page, publish=2)
    await tree.throw_away("seite")
    await tree.later(hours=3)
    await tree.work()
    assert await state_of(tree, page) == "private"
    async with tree.acting() as (actor, opened):
        item = await access_binned(actor, page)
        await actions_tree.restore_item(actor=actor, now=opened.now, item=item, folder=await at(actor, ""))
    assert await tree.work() == 1
    assert await state_of(tree, page) == "published"


async def test_only_who_may_publish_sets_a_moment_and_only_in_the_future(tree):
    page = await tree.add("seite", role=CLERK)
    folder = await tree.add("ordner", "folder", role=LEAD)
    before = await tree.state()
    with pytest.raises(Forbidden):
        await schedule(tree, page, publish=2, role=CLERK)
    with pytest.raises(Forbidden):
        await schedule(tree, folder, publish=2, role=HEAD)
    await tree.step(page, "submit", role=CLERK)
    submitted = await tree.state()
    assert submitted["item"] != before["item"]
    for wrong, field in ({"publish": -1}, "publish_at"), ({"publish": 3, "expire": 2}, "expires_at"):
        with pytest.raises(Invalid) as caught:
            await schedule(tree, page, **wrong)
        assert caught.value.field == field
    assert await tree.state() == submitted


async def test_what_is_published_already_is_not_published_later(tree):
    page = await tree.add("seite")
    await tree.step(page, "publish")
    with pytest.raises(Invalid, match="schon veröffentlicht"):
        await schedule(tree, page, publish=2)
    await schedule(tree, page, expire=2)


async def test_in_the_space_of_a_network_too(tree):
    (root,) = await tree.rows(
        "SELECT i.id FROM item i JOIN space s ON s.id = i.space_id WHERE s.network_id = $1 AND i.parent_id IS NULL",
        tree.cast.networks["bielefeld"],
    )
    from tenants.context import Role

    async with tree.acting(Role.OFFICE, organisation="stadt-bielefeld") as (actor, opened):
        page = await actions.add_item(
            actor=actor, now=opened.now, parent=await access_item(actor, root["id"]), kind="page",
            values={"title": "Aushang"},
        )  # fmt: skip
        await actions.schedule_item(
            actor=actor,
            now=opened.now,
            item=await access_item(actor, page),
            publish_at=opened.now + timedelta(hours=1),
            expires_at=None,
        )
    await tree.later(hours=2)
    assert await tree.work() == 1
    assert (await (await tree.browser()).get("/n/bielefeld/aushang")).status_code == 200
