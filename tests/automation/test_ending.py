"""The log of rules ends, what is past stays past, and what a rule said when it ran is what people are told."""

import json
import re
from uuid import uuid4

import asyncpg
import pytest

from portal.automation import actions_ending, queries_lists
from portal.automation.rules import LOG_DAYS
from portal.spaces.queries import SpaceKey, find_address
from tenants.context import Role
from tenants.database import execute
from tests.spaces.tree import CLERK, HEAD, HOME
from tests.tasks.crew import network
from workers.reactions import ReactionFailed, handle

EVENT = """
INSERT INTO outbox (id, organisation_id, network_id, event, payload, key, due_at, next_at, created_at)
VALUES ({}, {}, {}, {}, {}::jsonb, {}, now(), now(), now())
"""
SETTLED = "UPDATE outbox SET state = 'done' WHERE event <> 'RunsOver'"


async def a_year_later(mill):
    """Nothing else that was planned for the time between matters here."""
    await mill.later(days=LOG_DAYS + 2)
    await mill.rows(SETTLED)
    await mill.work_one("RunsOver")


async def test_the_log_forgets_what_is_long_past_and_nothing_else(mill):
    await mill.grow("a/", "b/")
    await mill.rule("a", "added", task="Lesen", state="published")
    await mill.rule("b", "added", owner=True)
    await mill.page("Alt", folder="a", state="")
    await mill.settle()
    assert len(await mill.rows("SELECT FROM outbox WHERE event = 'RunsOver'")) == 1
    kept = sorted(row["happening"].split(":")[0] for row in await mill.rows("SELECT happening FROM rule_effect"))
    assert kept == ["added", "state"]
    await mill.later(days=LOG_DAYS - 1)
    await mill.page("Neu", folder="b", state="")
    await mill.settle()
    await mill.work_one("RunsOver")
    assert "Alt" in {title for title, _, _ in await mill.runs()}, "not before its time"
    await mill.rows("UPDATE outbox SET state = 'waiting' WHERE event = 'RunsOver'")
    await mill.later(days=LOG_DAYS + 2)
    await mill.rows(SETTLED)
    await mill.work_one("RunsOver")
    assert await mill.runs() == [("Neu", "done", "tell")]
    assert [row["happening"].split(":")[0] for row in await mill.rows("SELECT happening FROM rule_effect")] == ["added"]


async def test_however_much_there_is_it_goes_in_pieces(mill, monkeypatch):
    monkeypatch.setattr(actions_ending, "AT_ONCE", 1)
    await mill.grow("a/")
    await mill.rule("a", "added", owner=True)
    for title in ("Eins", "Zwei", "Drei"):
        await mill.page(title, folder="a", state="")
    await mill.settle()
    for left in (2, 1, 0):
        await a_year_later(mill) if left == 2 else await mill.work_one("RunsOver")
        assert len(await mill.runs()) == left


async def test_what_the_log_forgot_happens_no_second_time(mill):
    await mill.grow("a/")
    await mill.rule("a", "added", state="published")
    page = await mill.page("Alt", folder="a", state="")
    await mill.settle()
    await a_year_later(mill)
    await mill.step(page, "retract")
    (row,) = await mill.rows("SELECT space_id FROM item WHERE id = $1", page)
    payload = {"space_id": str(row["space_id"]), "item_id": str(page), "happening": "added", "version": 1,
               "by_id": str(uuid4())}  # fmt: skip
    async with mill.acting(Role.LEAD, organisation="gfs"):
        await execute(EVENT, uuid4(), mill.cast.organisations[HOME], None, "ItemHappened", json.dumps(payload), "again")
    await mill.settle()
    assert (await mill.runs(), await mill.state_of(page)) == ([], "retracted")


async def test_the_log_of_one_space_ends_without_that_of_another(mill):
    await mill.grow("a/")
    await mill.rule("a", "added", owner=True)
    await mill.page("Unseres", folder="a", state="")
    space = network(mill)
    await mill.rule("", "added", space=space, by=Role.OFFICE, organisation="stadt-bielefeld", owner=True)
    await mill.page("Gemeinsames", space=space, by=Role.OFFICE, organisation="stadt-bielefeld", state="")
    await mill.settle()
    (ours,) = await mill.rows(
        "SELECT n.space_id FROM rule_run n JOIN item i ON i.id = n.item_id WHERE i.title = 'Unseres'"
    )
    await mill.later(days=LOG_DAYS + 2)
    await mill.rows("UPDATE outbox SET state = 'done'")
    forged, payload, home = uuid4(), json.dumps({"space_id": str(ours["space_id"])}), mill.cast.organisations[HOME]
    for recipient in ((mill.cast.organisations["gfs"], None), (None, mill.cast.networks["bielefeld"])):
        async with mill.acting(Role.LEAD, organisation="gfs"):
            await execute(EVENT, uuid4(), *recipient, "RunsOver", payload, f"forged:{uuid4()}")
    for row in await mill.rows("SELECT id, organisation_id, network_id FROM outbox WHERE key LIKE 'forged:%'"):
        async with mill.cast.database.role("worker"):
            if row["network_id"]:
                with pytest.raises(ReactionFailed, match="WrongSender"):
                    await handle(row["id"], organisation_id=None, network_id=row["network_id"])
            else:
                await handle(row["id"], organisation_id=row["organisation_id"], network_id=None)
    assert len(await mill.runs()) == 2
    async with mill.acting(Role.LEAD, organisation="gfs"):
        await execute(EVENT, forged, home, None, "RunsOver", payload, "forged")
    async with mill.cast.database.role("worker"):
        with pytest.raises(ReactionFailed, match="WrongSender"):
            await handle(forged, organisation_id=home, network_id=None)
    assert len(await mill.runs()) == 2


async def test_people_are_told_what_the_rule_said_when_it_ran(mill):
    await mill.grow("a/")
    rule = await mill.rule("a", "added", tell=mill.person(CLERK), note="Bitte lesen", title="Wie sie hieß")
    await mill.page("Blatt", folder="a")
    await mill.work_one("ItemHappened")
    await mill.work_one("RuleMeant")
    await mill.rows(
        "UPDATE rule SET title = 'Anders', state = 'off', telling = telling || jsonb_build_object("
        "'note', 'Etwas anderes', 'who', 'everyone') WHERE id = $1",
        rule,
    )
    await mill.settle()
    (notice,) = await mill.rows("SELECT params::text AS params FROM notice WHERE kind = 'rule_told'")
    params = json.loads(notice["params"])
    assert (params["note"], params["rule"]) == ("Bitte lesen", "Wie sie hieß")
    assert await mill.told("rule_told") == {await mill.name(CLERK)}
    browser, folder = await mill.browser(HEAD), await mill.id_of("a")
    assert "Wie sie hieß" in (await browser.get(f"/inhalte/{folder}/regeln/protokoll")).text


ERRAND = {"title": "Lesen", "who": "", "who_name": "", "days": 3}
TELLING = {"owner": True, "followers": False, "who": "", "who_name": "", "note": ""}
SHAPES = [
    *(("errand", ERRAND | wrong) for wrong in (
        {"title": ""}, {"title": "x" * 201}, {"title": None}, {"who": 1}, {"who": "x" * 201}, {"who_name": []},
        {"days": "3"}, {"days": -1}, {"days": 366}, {"days": 1.5}, {"days": 10**30}, {"mehr": 1},
    )),
    *(("errand", {key: value for key, value in ERRAND.items() if key != left}) for left in ERRAND),
    *(("telling", TELLING | wrong) for wrong in (
        {"owner": "ja"}, {"owner": None}, {"followers": 1}, {"who": {}}, {"who_name": "x" * 201}, {"note": "x" * 201},
        {"mehr": 1},
    )),
    *(("telling", {key: value for key, value in TELLING.items() if key != left}) for left in TELLING),
    *((part, whole) for part in ("errand", "telling") for whole in (None, [], "x", 1, [ERRAND])),
]  # fmt: skip


async def test_a_manager_stores_no_deed_of_another_shape_by_sql(mill):
    """It could not be read any more, and every rule of the folder would stand still."""
    await mill.grow("a/")
    rule = await mill.rule("a", "added", owner=True)
    for part, found in SHAPES:
        with pytest.raises(asyncpg.CheckViolationError):
            async with mill.acting(HEAD):
                await execute(f"UPDATE rule SET {part} = {{}}::jsonb WHERE id = {{}}", json.dumps(found), rule)
    for part, found in (("errand", ERRAND), ("errand", ERRAND | {"days": None}), ("telling", TELLING)):
        async with mill.acting(HEAD):
            await execute(f"UPDATE rule SET {part} = {{}}::jsonb WHERE id = {{}}", json.dumps(found), rule)
    assert len(await mill.rows("SELECT FROM rule")) == 1


async def test_however_long_the_log_is_a_page_of_it_is_read(mill, monkeypatch):
    """Of the log of a whole space and of that of one rule: along an index, as far as the page reaches."""
    await mill.grow("a/")
    rule = await mill.rule("a", "added", owner=True)
    await mill.page("Blatt", folder="a", state="")
    await mill.settle()
    await mill.rows(
        "INSERT INTO rule_run (space_id, id, rule_id, item_id, happening, chain, outcome, at, done_at) "
        "SELECT n.space_id, gen_random_uuid(), n.rule_id, n.item_id, 'x' || g, n.chain, 'done', "
        "now() - g * interval '1 minute', now() FROM rule_run n, generate_series(1, 20000) g"
    )
    await mill.rows("ANALYZE rule_run")
    asked = []

    async def explained(statement, *values):
        asked.append(await execute(f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) {statement}", *values))
        return await execute(statement, *values)

    monkeypatch.setattr(queries_lists, "execute", explained)
    async with mill.acting() as (actor, _):
        for address, which in (("", None), ("a", rule)):
            folder = await find_address(actor, SpaceKey("organisation", actor.organisation_id), address)
            assert len((await queries_lists.list_runs(actor, folder, rule_id=which, page=1)).runs) == 20
            plan = "\n".join(str(next(iter(row.values()))) for row in asked.pop())
            assert re.search(r"Index Scan using rule_run_\w+ on rule_run o \(actual rows=21", plan), plan
