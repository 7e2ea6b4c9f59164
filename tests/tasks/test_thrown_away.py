"""What lies in the bin waits in no inbox, neither the task itself nor what was thrown away with its folder; what comes
back waits as before."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from portal.automation import actions as rules
from portal.automation.rules import Conditions, Deeds, Moment, Telling, Wording
from portal.spaces import actions_tree
from portal.spaces.actions import add_item, change_state
from portal.spaces.queries import access_item, find_address
from portal.spaces.queries_bin import access_binned
from tenants.context import Role
from tests.cast import Cast
from tests.discussion.circle import Circle
from tests.spaces.tree import at
from tests.tasks.crew import network

CLERK, LEAD, HEAD, OFFICE = Role.CASEWORKER, Role.LEAD, Role.ADMINISTRATOR, Role.OFFICE
GUARD = Role.DATA_PROTECTION_OFFICER
CITY = "stadt-bielefeld"


@pytest.fixture
async def crew(cast: Cast) -> Circle:
    await cast.database.as_superuser("DELETE FROM outbox")
    return Circle(cast)


async def throw_away(crew, identifier, *, by=HEAD, organisation="bethel-regional"):
    async with crew.acting(by, organisation=organisation) as (actor, opened):
        item = await access_item(actor, identifier)
        await actions_tree.bin_item(actor=actor, now=opened.now, item=item)


async def test_a_task_in_the_bin_is_no_more_to_be_done_and_others_are(crew):
    clerk = await crew.name(CLERK)
    task = await crew.task("Kaffee", to=crew.person(CLERK))
    await crew.task("Tee", to=crew.person(CLERK))
    await crew.settle()
    (before,) = await crew.rows("SELECT count(*) AS n FROM inbox_entry WHERE read_at IS NULL")
    await throw_away(crew, task)
    await crew.settle()
    await crew.settle()
    (after,) = await crew.rows("SELECT count(*) AS n FROM inbox_entry WHERE read_at IS NULL")
    assert after["n"] == before["n"] - 1
    assert await crew.unread("task_assigned") == {clerk}  # of the other one
    browser = await crew.browser(CLERK)
    assert "Kaffee" not in (await browser.get("/")).text
    await restored(crew, task)
    await throw_away(crew, task)  # a second time, with nothing left to take back
    await crew.settle()
    assert await crew.unread("task_assigned") == {clerk}


async def restored(crew, identifier, *, by=HEAD, organisation="bethel-regional"):
    async with crew.acting(by, organisation=organisation) as (actor, opened):
        item = await access_binned(actor, identifier)
        folder = await access_item(actor, item.parent_id)
        await actions_tree.restore_item(actor=actor, now=opened.now, item=item, folder=folder)


async def test_what_was_thrown_away_with_its_folder_waits_nowhere_in_the_network(crew):
    async with crew.acting(OFFICE, organisation=CITY) as (actor, opened):
        root = await find_address(actor, network(crew), "")
        folder = await add_item(
            actor=actor, now=opened.now, parent=root, kind="folder", values={"title": "Winter"}, slug="winter"
        )
    where = {"space": network(crew), "by": OFFICE, "organisation": CITY, "folder": "winter"}
    for title, organisation in (("Decken", "bethel-regional"), ("Suppe", "gfs")):
        await crew.task(title, to=f"organisation:{crew.cast.organisations[organisation]}", **where)
    await crew.settle()
    told = await crew.told("task_assigned")
    assert {await crew.name(CLERK), await crew.name(CLERK, organisation="gfs")} <= told
    assert await crew.unread("task_assigned") == told
    await throw_away(crew, folder, by=OFFICE, organisation=CITY)
    await crew.settle()
    assert await crew.unread("task_assigned") == set()
    assert await crew.told("task_assigned") == told, "nothing is deleted"
    await restored(crew, folder, by=OFFICE, organisation=CITY)
    await crew.settle()
    assert await crew.unread("task_assigned") == told


async def test_a_mention_that_nobody_read_is_unread_again_when_its_page_comes_back(crew):
    page = await crew.page()
    for role in (LEAD, CLERK, GUARD):
        await crew.say(page, f"@{await crew.name(role)}: passt das so?", by=HEAD)
    await crew.settle()
    lead, clerk, guard = [await crew.browser(role) for role in (LEAD, CLERK, GUARD)]
    await lead.post("/mitteilungen/lesevermerke", {})  # read before it was thrown away
    await throw_away(crew, page)
    await crew.settle()
    assert await crew.unread("mentioned") == set()
    inbox = (await clerk.get("/mitteilungen")).text
    assert "Liegt im Papierkorb" in inbox
    notice = re.search(r'href="(/mitteilungen/[0-9a-f-]{36})"', inbox)[1]
    assert (await clerk.get(notice)).status_code == 200  # read while it lies there
    await guard.post("/mitteilungen/lesevermerke", {})  # of what is unread nothing waits, and this stays set aside
    await restored(crew, page)
    await crew.settle()
    await crew.settle()
    assert await crew.unread("mentioned") == {await crew.name(GUARD)}
    assert "Liegt im Papierkorb" not in (await clerk.get("/mitteilungen")).text


async def test_a_review_that_lay_in_the_bin_waits_again_and_a_finished_task_does_not(crew):
    draft = await crew.page("Entwurf", by=CLERK, state="submit")
    task = await crew.task("Kaffee", to=crew.person(CLERK))
    await crew.settle()
    wanted = await crew.told("review_wanted")
    assert wanted
    for identifier in (draft, task):
        await throw_away(crew, identifier)
    await crew.settle()
    assert await crew.unread("review_wanted") | await crew.unread("task_assigned") == set()
    for identifier in (draft, task):
        await restored(crew, identifier)
    async with crew.acting() as (actor, opened):  # done before the worker came
        item = await access_item(actor, task)
        await change_state(actor=actor, now=opened.now, item=item, transition="finish")
    await crew.settle()
    assert await crew.unread("review_wanted") == wanted
    assert await crew.unread("task_assigned") == set()


async def test_what_became_late_in_the_bin_is_late_when_it_is_back(crew):
    """Also what was thrown away with its folder; and who had been told before is not told again."""
    now = datetime.now(UTC)
    await crew.grow("a/")
    for title, days, who in (("Kaffee", 2, CLERK), ("Tee", 1, LEAD)):
        await crew.task(title, to=crew.person(who), folder="a", due_at=now + timedelta(days=days))
    async with crew.acting() as (actor, opened):
        wording = Wording("Spät", is_deep=True, moment=Moment.OVERDUE, moment_state="", conditions=Conditions(),
                          deeds=Deeds(telling=Telling(who=crew.person(HEAD))))  # fmt: skip
        rule = {"folder": await at(actor, "a"), "wording": wording}
        await rules.add_rule(actor=actor, now=opened.now, **rule)
    folder = await crew.id_of("a")
    await crew.settle()
    await crew.cast.database.move_clock(timedelta(days=1, hours=1))
    await crew.settle()
    assert await crew.told("task_overdue") == {await crew.name(LEAD)}
    await throw_away(crew, folder)
    await crew.cast.database.move_clock(timedelta(days=3))
    await crew.settle()
    assert await crew.told("task_overdue") == {await crew.name(LEAD)}
    await restored(crew, folder)
    await crew.settle()
    await crew.settle()
    assert await crew.told("task_overdue") == {await crew.name(LEAD), await crew.name(CLERK)}
    (sent,) = await crew.rows("SELECT count(*) AS n FROM notice WHERE kind = 'task_overdue'")
    (runs,) = await crew.rows("SELECT count(*) AS n FROM rule_run")
    assert (sent["n"], runs["n"]) == (2, 2)
