"""A rule of one organisation never touches another: not by its addresses, by SQL, by an event, nor by itself."""

import json
from uuid import uuid4

import asyncpg
import pytest

from portal.automation import actions
from portal.automation.rules import Conditions, Deeds, Moment, Wording
from portal.kit.errors import Invalid, NotFound
from portal.spaces import actions_sharing
from portal.spaces.queries import access_item
from portal.spaces.rules import Access
from tenants.context import Role
from tenants.database import execute
from tests.spaces.tree import CLERK, HEAD, HOME
from tests.tasks.crew import network
from workers.reactions import ReactionFailed, handle

DENIED = asyncpg.InsufficientPrivilegeError
RULE = """
INSERT INTO rule (space_id, id, item_id, title, is_deep, moment, set_state, state, author_id, author_organisation_id,
                  author_name, made_at, since_at)
VALUES ({}, {}, {}, 'x', true, 'added', 'published', {}, {}, {}, 'x', now(), now())
"""
EVENT = """
INSERT INTO outbox (id, organisation_id, network_id, event, payload, key, due_at, next_at, created_at)
VALUES ({}, {}, {}, {}, {}::jsonb, {}, now(), now(), now())
"""
WORKERS_OWN = (
    """INSERT INTO rule_run (space_id, id, rule_id, item_id, happening, chain, outcome, at)
       SELECT space_id, gen_random_uuid(), id, item_id, 'x', ARRAY[id], 'waiting', now() FROM rule""",
    "UPDATE rule_run SET outcome = 'waiting'",
    "SELECT * FROM rule_effect",
    """INSERT INTO rule_effect (space_id, happening, item_id, chain)
       SELECT space_id, 'x', item_id, ARRAY[id] FROM rule""",
)
FORM = {"title": "Meine", "moment": "added", "reach": "hier", "tell_owner": "ja"}


def addresses(folder, rule):
    base = f"/inhalte/{folder}/regeln"
    reading = [base, f"{base}/protokoll", f"{base}/protokoll?regel={rule}"]
    managing = [f"{base}/neu", f"{base}/{rule}"]
    changing = [base, f"{base}/{rule}", f"{base}/{rule}/schalter", f"{base}/{rule}/ende"]
    return reading, managing, changing


async def everything(mill):
    rows = await mill.rows("SELECT md5(string_agg(r::text, '|' ORDER BY r::text)) AS digest FROM rule r")
    return rows[0]["digest"]


async def test_no_address_tells_or_changes_anything_for_others(mill):
    await mill.grow("a/")
    folder = await mill.id_of("a")
    rule = await mill.rule("a", "added", owner=True, title="Geheime Regel")
    await mill.page("Geheimes Blatt", folder="a", state="")
    await mill.settle()
    before = await everything(mill)
    reading, managing, changing = addresses(folder, rule)
    for organisation in ("gfs", "skm"):  # of the same network, of another
        browser = await mill.browser(Role.LEAD, organisation=organisation)
        for path in (*reading, *managing):
            answer = await browser.get(path)
            assert answer.status_code == 404, path
            assert "Geheim" not in answer.text
        for path in changing:
            assert (await browser.post(path, {**FORM, "an": "nein"})).status_code == 404, path
    reader = await mill.browser(CLERK)
    assert "Geheime Regel" in (await reader.get(reading[0])).text
    assert "Geheimes Blatt" not in (await reader.get(reading[1])).text  # a draft
    for path in managing:
        assert (await reader.get(path)).status_code == 403
    for path in changing:
        assert (await reader.post(path, {**FORM, "an": "nein"})).status_code == 403
    await mill.close(folder)
    for path in (*reading, *managing):
        answer = await reader.get(path)
        assert answer.status_code == 404, path
        assert "Geheim" not in answer.text
    for path in changing:
        assert (await reader.post(path, {**FORM, "an": "nein"})).status_code == 404, path
    assert await everything(mill) == before


async def test_rules_of_closed_folders_and_closed_targets_are_not_named(mill):
    await mill.grow("zu/", "zu/offen/")
    await mill.rule("zu", "added", deep=True, owner=True, title="Geheime Regel", move="")
    await mill.rule("zu/offen", "added", title="Ablegen", move="zu")
    closed, opened = await mill.id_of("zu"), await mill.id_of("zu/offen")
    await mill.close(closed)
    async with mill.acting() as (actor, now):
        item = await access_item(actor, opened)
        await actions_sharing.grant(actor=actor, now=now.now, item=item, principal="everyone", access=Access.READER)
    await mill.page("Blatt", folder="zu/offen")
    await mill.settle()
    reader, manager = await mill.browser(CLERK), await mill.browser(HEAD)
    shown = (await reader.get(f"/inhalte/{opened}/regeln")).text
    assert "Ablegen" in shown
    assert "„Zu“" not in shown
    assert "Geheime Regel" not in shown
    assert "Außerdem gilt 1 Regel" in shown
    assert "Geheime Regel" in (await manager.get(f"/inhalte/{opened}/regeln")).text


async def test_nobody_rules_by_sql_where_they_do_not_manage_or_as_somebody_else(mill):
    await mill.grow("a/")
    rule = await mill.rule("a", "added", owner=True)
    await mill.page("Blatt", folder="a")
    await mill.settle()
    (row,) = await mill.rows("SELECT space_id, item_id FROM rule WHERE id = $1", rule)
    place = row["space_id"], uuid4(), row["item_id"]
    boss, clerk, home = mill.id_of_person(HEAD), mill.id_of_person(CLERK), mill.cast.organisations[HOME]
    for role, organisation, author in (
        (CLERK, HOME, (clerk, home)),
        (CLERK, HOME, (boss, home)),
        (HEAD, HOME, (clerk, home)),
        (Role.LEAD, "gfs", (mill.id_of_person(Role.LEAD, organisation="gfs"), mill.cast.organisations["gfs"])),
    ):
        with pytest.raises(DENIED):
            async with mill.acting(role, organisation=organisation):
                await execute(RULE, *place, "on", *author)
    before = await everything(mill)
    for change in ("state = 'off'", "title = 'x'", "set_state = 'published'"):
        async with mill.acting(CLERK):
            await execute(f"UPDATE rule SET {change} WHERE id = {{}}", rule)
            await execute("DELETE FROM rule WHERE id = {}", rule)
            await execute("DELETE FROM rule_run")
    with pytest.raises(DENIED):  # switched on it would act with the clerk's rights, or as whoever is named
        async with mill.acting(HEAD):
            await execute("UPDATE rule SET author_id = {} WHERE id = {}", clerk, rule)
    assert await everything(mill) == before
    assert await mill.outcomes(rule) == ["done"]
    for statement in WORKERS_OWN:
        with pytest.raises(DENIED):
            async with mill.acting(HEAD):
                await execute(statement)
    for organisation in ("gfs", "skm"):
        async with mill.acting(Role.LEAD, organisation=organisation):
            assert await execute("SELECT FROM rule WHERE id = {}", rule) == []
            assert await execute("SELECT FROM rule_run") == []


async def test_a_rule_leads_into_no_other_space(mill):
    await mill.grow("a/")
    folder = await mill.id_of("a")
    elsewhere = await mill.rows("SELECT id, space_id FROM item WHERE parent_id IS NULL AND type = 'folder'")
    (own,) = await mill.rows("SELECT space_id FROM item WHERE id = $1", folder)
    others = [row["id"] for row in elsewhere if row["space_id"] != own["space_id"]]
    assert len(others) > 3
    async with mill.acting() as (actor, opened):
        item = await access_item(actor, folder)
        for target in others:
            wording = Wording("x", True, Moment.ADDED, "", Conditions(), Deeds(target_id=target))
            with pytest.raises(Invalid, match="gibt es hier nicht"):
                await actions.add_rule(actor=actor, now=opened.now, folder=item, wording=wording)
    rule = await mill.rule("a", "added", move="")
    for target in others[:3]:
        await mill.rows("UPDATE rule SET target_id = $1, state = 'on', reason = '' WHERE id = $2", target, rule)
        page = await mill.page("Blatt", folder="a", state="")
        await mill.settle()
        assert (await mill.address_of(page)).startswith("a/")
        assert await mill.rule_state(rule) == ("paused", "target_gone")


async def test_a_forged_happening_brings_nothing_about(mill):
    """Whoever may send events to a network, or to another organisation, cannot make its rules run."""
    await mill.grow("a/")
    old = await mill.page("Alt", folder="a")
    rules = [await mill.rule("a", moment, owner=True) for moment in ("added", "changed", "moved", "state:published")]
    (row,) = await mill.rows("SELECT space_id FROM item WHERE id = $1", old)
    await mill.settle()
    for happening in ("added", "changed", "moved", "state"):
        payload = {
            "space_id": str(row["space_id"]), "item_id": str(old), "happening": happening, "version": 1,
            "by_id": str(uuid4()),
        }  # fmt: skip
        async with mill.acting(Role.LEAD, organisation="gfs"):
            home = mill.cast.organisations[HOME]
            await execute(EVENT, uuid4(), home, None, "ItemHappened", json.dumps(payload), f"forged:{happening}")
    await mill.settle()
    assert [await mill.runs(rule) for rule in rules] == [[], [], [], []]


async def test_a_run_is_the_worker_s_to_begin_and_tells_nobody_twice(mill):
    await mill.grow("a/")
    await mill.rule("a", "added", tell=mill.person(CLERK))
    await mill.page("Blatt", folder="a")
    await mill.settle()
    (run,) = await mill.rows("SELECT id, space_id FROM rule_run")
    payload = json.dumps({"space_id": str(run["space_id"]), "run_id": str(run["id"])})
    home = mill.cast.organisations[HOME]
    forged = uuid4()
    async with mill.acting(Role.LEAD, organisation="gfs"):
        await execute(EVENT, forged, home, None, "RuleMeant", payload, "forged")
    async with mill.cast.database.role("worker"):
        with pytest.raises(ReactionFailed, match="WrongSender"):
            await handle(forged, organisation_id=home, network_id=None)
    for organisation in (HOME, "gfs"):
        async with mill.acting(Role.LEAD, organisation="gfs"):
            to = mill.cast.organisations[organisation]
            await execute(EVENT, uuid4(), to, None, "RuleTells", payload, f"forged:{organisation}")
    await mill.rows("UPDATE outbox SET state = 'done' WHERE key = 'forged'")
    await mill.settle()
    assert await mill.notices("rule_told") == 1


async def test_another_member_does_not_use_up_a_run_that_waits(mill):
    space = network(mill)
    rule = await mill.rule(
        "", "added", space=space, by=Role.OFFICE, organisation="stadt-bielefeld", deep=True, state="published"
    )
    page = await mill.page("Neu", space=space, by=Role.REPRESENTATIVE, organisation="gfs", state="")
    await mill.work_one("ItemHappened")
    (run,) = await mill.rows("SELECT id, space_id FROM rule_run")
    payload = json.dumps({"space_id": str(run["space_id"]), "run_id": str(run["id"])})
    forged, theirs = uuid4(), mill.cast.organisations["gfs"]
    async with mill.acting(Role.REPRESENTATIVE, organisation="gfs"):
        await execute(EVENT, forged, theirs, None, "RuleMeant", payload, "forged")  # addressed to themselves
    async with mill.cast.database.role("worker"):
        await handle(forged, organisation_id=theirs, network_id=None)
    assert await mill.outcomes(rule) == ["waiting"]
    await mill.settle()
    assert (await mill.outcomes(rule), await mill.state_of(page)) == (["done"], "published")


async def test_in_a_network_each_organisation_tells_its_own_and_only_who_may_read(mill):
    space = network(mill)
    here, there = mill.cast.organisations["stadt-bielefeld"], mill.cast.organisations["gfs"]
    rule = await mill.rule(
        "", "added", space=space, by=Role.OFFICE, organisation="stadt-bielefeld", deep=True, owner=True,
        tell=f"organisation:{there}", organisation_id=there, kind="page",
    )  # fmt: skip
    await mill.page("Von GfS", space=space, by=Role.REPRESENTATIVE, organisation="gfs", state="")
    await mill.page("Von BGW", space=space, by=Role.REPRESENTATIVE, organisation="bgw", state="")
    await mill.settle()
    assert [title for title, *_ in await mill.runs(rule)] == ["Von GfS"]
    rows = await mill.rows("SELECT DISTINCT organisation_id FROM notice WHERE kind = 'rule_told'")
    assert [row["organisation_id"] for row in rows] == [there]
    (meant,) = await mill.rows("SELECT organisation_id FROM outbox WHERE event = 'RuleMeant'")
    assert meant["organisation_id"] == here
    stranger = await mill.browser(Role.LEAD, organisation="skm")
    root = (await mill.rows("SELECT item_id FROM rule"))[0]["item_id"]
    assert (await stranger.get(f"/inhalte/{root}/regeln")).status_code == 404


async def test_who_left_the_network_rules_there_no_more(mill):
    space = network(mill)
    rule = await mill.rule("", "added", space=space, by=Role.OFFICE, organisation="stadt-bielefeld", state="published")
    await mill.rows(
        "UPDATE membership SET ends_at = hilfenetz_now(), is_office = false WHERE organisation_id = $1",
        mill.cast.organisations["stadt-bielefeld"],
    )
    page = await mill.page("Neu", space=space, by=Role.REPRESENTATIVE, organisation="gfs", state="")
    await mill.settle()
    assert await mill.state_of(page) == "private"
    assert await mill.rule_state(rule) == ("paused", "no_member")
    with pytest.raises((NotFound, AssertionError)):
        await mill.rule("", "added", space=space, by=Role.OFFICE, organisation="stadt-bielefeld", owner=True)
