"""Whose a task is: who is told, who may do it, and who cannot even see it."""

from datetime import timedelta
from uuid import uuid4

import pytest

from portal.kit.errors import Forbidden, Invalid, NotFound
from portal.spaces import actions as content
from portal.spaces import actions_sharing
from portal.spaces.queries import access_item
from portal.tasks import actions
from tenants.context import Role
from tests.spaces.tree import HOME
from tests.tasks.crew import network

LEAD, CLERK, HEAD, GUARD = Role.LEAD, Role.CASEWORKER, Role.ADMINISTRATOR, Role.DATA_PROTECTION_OFFICER


async def step(crew, identifier, transition, role, *, organisation=HOME):
    async with crew.acting(role, organisation=organisation) as (actor, opened):
        item = await access_item(actor, identifier)
        return await content.change_state(actor=actor, now=opened.now, item=item, transition=transition)


async def cut(crew, address, *, role=HEAD):
    """Only who manages the space sees what lies below."""
    identifier = await crew.id_of(address)
    async with crew.acting(role) as (actor, opened):
        item = await access_item(actor, identifier)
        await actions_sharing.set_inheritance(actor=actor, now=opened.now, item=item, inherits=False)


async def test_the_person_is_told_once_and_nobody_else(crew):
    await crew.task(to=crew.person(CLERK))
    await crew.settle()
    await crew.settle()
    assert await crew.told("task_assigned") == {await crew.name(CLERK)}


async def test_what_was_changed_before_the_worker_looked_is_told_all_the_same(crew):
    task = await crew.task(to=crew.person(CLERK))
    async with crew.acting(HEAD) as (actor, opened):
        item = await access_item(actor, task)
        await content.save_item(actor=actor, now=opened.now, item=item, values={"summary": "Eilt"}, version=1)
    await crew.settle()
    assert await crew.told("task_assigned") == {await crew.name(CLERK)}


async def test_who_had_it_only_until_the_worker_looked_is_not_told(crew):
    task = await crew.task(to=crew.person(CLERK))
    async with crew.acting(HEAD) as (actor, opened):
        item = await access_item(actor, task)
        await actions.assign(actor=actor, now=opened.now, item=item, principal=crew.person(LEAD))
    await crew.settle()
    assert await crew.told("task_assigned") == {await crew.name(LEAD)}


async def test_who_gives_it_to_themselves_is_not_told(crew):
    await crew.task(to=crew.person(HEAD))
    await crew.settle()
    assert await crew.told("task_assigned") == set()


async def test_who_begins_or_ticks_has_read_the_notice_and_when_it_is_done_nobody_has_it_to_read(crew):
    steps = [{"text": "Wasser", "done": False}]
    task = await crew.task(to=f"organisation:{crew.cast.organisations[HOME]}", steps=steps)
    await crew.settle()
    told = await crew.unread("task_assigned")
    assert await step(crew, task, "start", GUARD) == "in_work"
    async with crew.acting(CLERK) as (actor, opened):
        await actions.tick(actor=actor, now=opened.now, item_id=task, number=0, text="Wasser", done=True)
    assert await crew.unread("task_assigned") == told - {await crew.name(GUARD), await crew.name(CLERK)}
    await step(crew, task, "finish", GUARD)
    await crew.settle()
    assert await crew.unread("task_assigned") == set()


async def test_everybody_with_the_role_is_told(crew):
    await crew.task(to=f"group:{LEAD}@{crew.cast.organisations[HOME]}")
    await crew.settle()
    assert await crew.told("task_assigned") == {await crew.name(LEAD)}


async def test_given_to_somebody_else_the_new_one_is_told_and_not_the_old_one_again(crew):
    task = await crew.task(to=crew.person(CLERK))
    async with crew.acting() as (actor, opened):
        item = await access_item(actor, task)
        await actions.assign(actor=actor, now=opened.now, item=item, principal=crew.person(LEAD))
    await crew.settle()
    assert await crew.told("task_assigned") == {await crew.name(LEAD)}


async def test_who_only_reads_moves_on_what_is_theirs_and_nothing_else(crew):
    mine, other = await crew.task(to=crew.person(GUARD)), await crew.task(to=crew.person(CLERK))
    assert await step(crew, mine, "start", GUARD) == "in_work"
    assert await step(crew, mine, "finish", GUARD) == "done"
    with pytest.raises(Forbidden):
        await step(crew, other, "finish", GUARD)
    async with crew.acting(GUARD) as (actor, opened):
        item = await access_item(actor, mine)
        with pytest.raises(Forbidden):
            await content.save_item(actor=actor, now=opened.now, item=item, values={"title": "Meins"}, version=1)


async def test_two_who_tick_at_once_lose_nothing(crew):
    steps = [{"text": "Wasser", "done": False}, {"text": "Filter", "done": False}]
    task = await crew.task(to=crew.person(GUARD), steps=steps)
    for role, number in ((GUARD, 0), (HEAD, 1)):
        async with crew.acting(role) as (actor, opened):
            text = steps[number]["text"]
            await actions.tick(actor=actor, now=opened.now, item_id=task, number=number, text=text, done=True)
    async with crew.acting() as (actor, _):
        item = await access_item(actor, task)
        assert [step["done"] for step in item.values["steps"]] == [True, True]
        assert item.version == 3
    async with crew.acting(CLERK) as (actor, opened):
        with pytest.raises(Forbidden):
            await actions.tick(actor=actor, now=opened.now, item_id=task, number=0, text="Wasser", done=False)


async def test_in_a_closed_folder_nobody_is_told_who_may_not_read_it(crew):
    await crew.add("geheim", "folder")
    await cut(crew, "geheim")
    with pytest.raises(Invalid, match="darf hier nicht lesen"):
        await crew.task(to=crew.person(CLERK), folder="geheim")
    task = await crew.task(to=f"organisation:{crew.cast.organisations[HOME]}", folder="geheim")
    await crew.settle()
    assert await crew.told("task_assigned") == set()
    async with crew.acting(CLERK) as (actor, opened):
        with pytest.raises(NotFound):
            await access_item(actor, task)
        with pytest.raises(NotFound):
            await actions.tick(actor=actor, now=opened.now, item_id=task, number=0, text="", done=True)
    browser = await crew.browser(CLERK)
    assert "Kaffee" not in (await browser.get("/aufgaben")).text
    assert "Kaffee" not in (await browser.get("/")).text


async def test_between_assigning_and_telling_the_right_may_end(crew):
    await crew.add("akten", "folder")
    await crew.task(to=crew.person(CLERK), folder="akten", due_at=None)
    await cut(crew, "akten")
    await crew.settle()
    assert await crew.told("task_assigned") == set()


async def test_in_a_network_organisations_and_roles_can_be_meant_and_no_person(crew):
    here, there = crew.cast.organisations[HOME], crew.cast.organisations["gfs"]
    with pytest.raises(Invalid):
        await crew.task(to=crew.person(CLERK), space=network(crew))
    with pytest.raises(Invalid):
        await crew.task(to=crew.person(LEAD, organisation="gfs"), space=network(crew))
    with pytest.raises(Invalid):  # who sits elsewhere
        await crew.task(to=f"organisation:{crew.cast.organisations['skm']}", space=network(crew))
    task = await crew.task(to=f"organisation:{there}", space=network(crew))
    await crew.settle()
    rows = await crew.rows("SELECT DISTINCT organisation_id FROM notice WHERE kind = 'task_assigned'")
    assert [row["organisation_id"] for row in rows] == [there]
    assert here != there
    assert await step(crew, task, "start", Role.DIRECTOR, organisation="gfs") == "in_work"
    with pytest.raises(Forbidden):
        await step(crew, task, "finish", LEAD, organisation="bgw")
    with pytest.raises(NotFound):
        await step(crew, task, "finish", LEAD, organisation="skm")


async def test_when_the_time_is_over_who_should_have_done_it_is_told_once(crew):
    async with crew.acting() as (_, opened):
        due = opened.now + timedelta(days=2)
    await crew.task("Spät", to=crew.person(CLERK), due_at=due)
    done = await crew.task("Fertig", to=crew.person(LEAD), due_at=due)
    await step(crew, done, "finish", LEAD)
    await crew.settle()
    assert await crew.told("task_overdue") == set()
    await crew.later(days=3)
    await crew.settle()
    await crew.settle()
    assert await crew.told("task_overdue") == {await crew.name(CLERK)}


async def test_what_is_put_off_is_late_at_its_new_end(crew):
    async with crew.acting() as (_, opened):
        first, second = opened.now + timedelta(days=1), opened.now + timedelta(days=5)
    task = await crew.task(to=crew.person(CLERK), due_at=first)
    await crew.settle()
    await crew.save(task, due_at=second.isoformat())
    await crew.later(days=2)
    await crew.settle()
    assert await crew.told("task_overdue") == set()
    await crew.later(days=6)
    await crew.settle()
    assert await crew.told("task_overdue") == {await crew.name(CLERK)}


async def test_only_tasks_are_assigned(crew):
    page = await crew.add("seite")
    browser = await crew.browser()
    assert (await browser.post(f"/inhalte/{page}/zustaendigkeit", {"who": crew.person(CLERK)})).status_code == 409
    assert (await browser.post(f"/inhalte/{uuid4()}/haken", {"nummer": "0", "text": "x"})).status_code == 404
