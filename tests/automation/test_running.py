"""When something happens, what a rule declares follows: once, for what it means, and nothing else."""

from datetime import time, timedelta

import pytest

from portal.kit.clock import BERLIN
from portal.kit.errors import Forbidden, Invalid
from tenants.context import Role
from tests.spaces.tree import CLERK, HEAD, LEAD


async def test_what_is_added_is_sorted_published_and_told_of_once(mill):
    await mill.grow("eingang/", "ablage/")
    rule = await mill.rule("eingang", "added", move="ablage", state="published", tell=mill.person(CLERK), note="Neu")
    page = await mill.page("Protokoll", folder="eingang", state="")
    await mill.settle()
    await mill.settle()
    assert await mill.runs(rule) == [("Protokoll", "done", "state,move,tell")]
    assert (await mill.address_of(page), await mill.state_of(page)) == ("ablage/protokoll", "published")
    assert await mill.told("rule_told") == {await mill.name(CLERK)}
    assert await mill.notices("rule_told") == 1
    (step,) = await mill.rows("SELECT note, by_name FROM item_transition WHERE item_id = $1", page)
    assert step["note"] == "Regel: Regel"
    assert step["by_name"] == f"{await mill.name(HEAD)} (Regel)"


async def test_only_here_or_below_as_well(mill):
    await mill.grow("a/", "a/b/", "a/b/c/")
    here, deep = await mill.rule("a", "added", state="published"), await mill.rule("a", "added", owner=True, deep=True)
    await mill.page("Eins", folder="a", state="")
    await mill.page("Drei", folder="a/b/c", state="")
    await mill.page("Daneben", state="")
    await mill.settle()
    assert [title for title, *_ in await mill.runs(here)] == ["Eins"]
    assert [title for title, *_ in await mill.runs(deep)] == ["Eins", "Drei"]


async def test_each_moment_means_what_it_says(mill):
    await mill.grow("a/", "b/")
    rules = {
        moment: await mill.rule("a", moment, owner=True)
        for moment in ("added", "changed", "moved", "state:published", "state:retracted")
    }

    async def counts():
        await mill.settle()
        return [len(await mill.runs(rule)) for rule in rules.values()]

    page = await mill.page("Blatt", folder="a", state="")
    assert await counts() == [1, 0, 0, 0, 0]
    await mill.save(page, summary="Neu")
    assert await counts() == [1, 1, 0, 0, 0]
    await mill.step(page, "publish")
    assert await counts() == [1, 1, 0, 1, 0]
    await mill.move("a/blatt", "a", slug="anders")  # a new name is no move
    assert await counts() == [1, 1, 0, 1, 0]
    await mill.move("a/anders", "b")
    assert await counts() == [1, 1, 0, 1, 0]
    await mill.move("b/anders", "a")
    assert await counts() == [1, 1, 1, 1, 0]
    await mill.step(page, "retract")
    assert await counts() == [1, 1, 1, 1, 1]


async def test_inside_a_tree_nothing_is_moved_here(mill):
    await mill.grow("a/", "a/b/")
    rule = await mill.rule("a", "moved", owner=True, deep=True)
    await mill.page("Blatt", folder="a")
    await mill.settle()
    await mill.move("a/blatt", "a/b")
    await mill.settle()
    assert await mill.runs(rule) == []


async def test_conditions_are_all_met_or_nothing_follows(mill):
    await mill.grow("a/", "a/b/")
    place = await mill.id_of("a/b")
    kind = await mill.rule("a", "added", owner=True, deep=True, kind="news")
    tag = await mill.rule("a", "added", owner=True, deep=True, tag="Eilig")
    below = await mill.rule("a", "added", owner=True, deep=True, place_id=place)
    await mill.add("a/seite", tags=["eilig"])
    await mill.add("a/meldung", "news")
    await mill.add("a/b/tief")
    await mill.settle()
    assert [title for title, *_ in await mill.runs(kind)] == ["Meldung"]
    assert [title for title, *_ in await mill.runs(tag)] == ["Seite"]
    assert [title for title, *_ in await mill.runs(below)] == ["Tief"]


async def test_what_is_late_is_so_once_and_only_if_nobody_did_it(mill):
    await mill.grow("a/")
    rule = await mill.rule("a", "overdue", deep=True, followers=True, task="Nachfassen", to=mill.person(LEAD), days=2)
    await mill.follow(await mill.id_of("a"))
    async with mill.acting() as (_, opened):
        due = opened.now + timedelta(days=2)
    late = await mill.task("Spät", due_at=due, folder="a")
    done = await mill.task("Fertig", due_at=due, folder="a")
    put_off = await mill.task("Verschoben", due_at=due, folder="a")
    await mill.step(done, "finish")
    await mill.settle()
    await mill.save(put_off, due_at=(due + timedelta(days=30)).isoformat())
    await mill.settle()
    assert await mill.runs(rule) == []
    await mill.later(days=3)
    await mill.settle()
    await mill.settle()
    assert await mill.runs(rule) == [("Spät", "done", "task,tell")]
    assert await mill.told("rule_told") == {await mill.name(CLERK)}
    (task,) = await mill.rows("SELECT fields, assignee, ends_at FROM item WHERE title = 'Nachfassen'")
    assert task["assignee"] == mill.person(LEAD)
    assert f"„Spät“: /inhalte/{late}" in task["fields"]
    assert task["ends_at"].astimezone(BERLIN).time() == time(23, 59)
    reader = await mill.browser()
    (made,) = await mill.rows("SELECT id FROM item WHERE title = 'Nachfassen'")
    shown = (await reader.get((await reader.get(f"/inhalte/{made['id']}")).headers["location"])).text
    assert f'„Spät“: <a class="kern-link" href="/inhalte/{late}">' in shown
    assert f">/inhalte/{late}" not in shown
    assert await mill.told("task_assigned") == {await mill.name(LEAD)}
    await mill.later(days=6)
    await mill.settle()  # the task that the rule made is late itself: the guard holds
    assert await mill.outcomes(rule) == ["done", "loop"]


async def test_a_page_whose_time_is_over_is_late(mill):
    await mill.grow("a/", "archiv/")
    rule = await mill.rule("a", "overdue", move="archiv")
    page = await mill.page("Aushang", folder="a")
    async with mill.acting() as (actor, opened):
        from portal.spaces import actions as content
        from portal.spaces.queries import access_item

        expires = opened.now + timedelta(hours=1)
        item = await access_item(actor, page)
        await content.schedule_item(actor=actor, now=opened.now, item=item, publish_at=None, expires_at=expires)
    await mill.settle()
    await mill.later(hours=2)
    await mill.settle()
    assert await mill.runs(rule) == [("Aushang", "done", "move")]
    assert (await mill.address_of(page), await mill.state_of(page)) == ("archiv/aushang", "retracted")


async def test_what_was_before_the_rule_is_past(mill):
    await mill.grow("a/")
    page = await mill.page("Alt", folder="a")
    rule = await mill.rule("a", "state:published", owner=True)
    await mill.settle()
    assert await mill.runs(rule) == []
    await mill.switch("a", rule, on=False)
    await mill.step(page, "retract")
    await mill.step(page, "publish")
    await mill.switch("a", rule, on=True)
    await mill.settle()
    assert await mill.runs(rule) == []


async def test_what_cannot_be_done_is_said_and_nothing_of_it_stays(mill):
    await mill.grow("a/")
    rule = await mill.rule("a", "added", state="done", task="Rest")
    page = await mill.page("Blatt", folder="a", state="")
    await mill.settle()
    assert await mill.runs(rule) == [("Blatt", "refused", "")]
    assert await mill.state_of(page) == "private"
    assert await mill.rows("SELECT FROM item WHERE title = 'Rest'") == []


async def test_half_of_it_is_taken_back(mill):
    await mill.grow("a/")
    rule = await mill.rule("a", "added", state="published", task="Rest", to="person:nobody")
    page = await mill.page("Blatt", folder="a", state="")
    await mill.settle()
    assert await mill.outcomes(rule) == ["refused"]
    assert await mill.state_of(page) == "private"
    assert await mill.rows("SELECT FROM rule_effect") == []


async def test_who_moved_on_meanwhile_is_left_alone(mill):
    await mill.grow("a/", "b/")
    rule = await mill.rule("a", "state:pending", task="Prüfen")
    page = await mill.page("Blatt", folder="a", state="submit")
    await mill.step(page, "publish")
    await mill.settle()
    assert await mill.outcomes(rule) == ["nothing"]


async def test_a_rule_that_was_reworded_meanwhile_does_nothing_for_what_was_before(mill):
    await mill.grow("a/")
    rule = await mill.rule("a", "added", state="published")
    page = await mill.page("Blatt", folder="a", state="")
    await mill.work_one("ItemHappened")
    await mill.switch("a", rule, on=False)
    await mill.switch("a", rule, on=True)
    await mill.settle()
    assert (await mill.state_of(page), await mill.outcomes(rule)) == ("private", ["nothing"])


async def test_only_who_manages_writes_rules_and_only_what_they_may(mill):
    await mill.grow("a/", "zu/")
    with pytest.raises(Forbidden):
        await mill.rule("a", "added", owner=True, by=CLERK)
    with pytest.raises(Invalid, match="liegt schon"):
        await mill.rule("a", "added", move="a")
    assert await mill.rows("SELECT FROM rule") == []


@pytest.mark.parametrize("role", [Role.LEAD])
async def test_whoever_made_it_is_told_if_they_may_still_read_it(mill, role):
    await mill.grow("a/")
    await mill.rule("a", "added", owner=True)
    await mill.page("Meins", folder="a", by=role, state="")
    await mill.settle()
    assert await mill.told("rule_told") == {await mill.name(role)}
