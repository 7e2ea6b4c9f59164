"""The worker dies between steps, or hears everything twice: a rule takes effect once."""

import pytest

from portal import settings as portal_settings
from portal.automation import actions_running
from tenants import outbox
from tests.spaces.tree import CLERK
from workers import app  # noqa: F401 - registers the reactions
from workers.reactions import ReactionFailed, handle

WAITING = (
    "SELECT id, organisation_id, network_id FROM outbox WHERE event = $1 AND state = 'waiting' ORDER BY due_at, id"
)


class KilledError(BaseException):
    """As if the process had died: nothing after it runs."""


@pytest.fixture
def dying(monkeypatch):
    """Die when an event was reacted to, or before; ``kill(None)`` ends it."""
    really = {"begin": outbox.begin, "settle": outbox.settle}

    def kill(step):
        for name, step_of in really.items():
            monkeypatch.setattr(outbox, name, _dies if name == step else step_of)

    async def _dies(*_):
        raise KilledError

    return kill


@pytest.mark.parametrize("event", ["ItemHappened", "RuleMeant", "RuleTells"])
async def test_killed_before_or_after_a_step_it_is_done_once(mill, dying, event):
    await mill.grow("a/", "b/")
    await mill.settle()
    await mill.rule("a", "added", move="b", state="published", task="Lesen", tell=mill.person(CLERK))
    page = await mill.page("Blatt", folder="a", state="")
    for name in ("ItemHappened", "RuleMeant", "RuleTells"):
        (row, *_) = await mill.rows(WAITING, name)
        whose = {"organisation_id": row["organisation_id"], "network_id": row["network_id"]}
        async with mill.cast.database.role("worker"):
            for step in ("begin", "settle") if name == event else ():
                dying(step)
                with pytest.raises(KilledError):
                    await handle(row["id"], **whose)
            dying(None)
            await handle(row["id"], **whose)
            await handle(row["id"], **whose)  # the message came twice
    await mill.settle()
    assert await mill.outcomes() == ["done"]
    assert (await mill.address_of(page), await mill.state_of(page)) == ("b/blatt", "published")
    steps = await mill.rows("SELECT FROM item_transition WHERE item_id = $1", page)
    assert (len(steps), len(await mill.rows("SELECT FROM item WHERE title = 'Lesen'"))) == (1, 1)
    assert await mill.notices("rule_told") == 1


async def test_what_is_given_up_says_so_and_goes_on_when_it_is_pushed(mill, monkeypatch):
    await mill.grow("a/")
    await mill.rule("a", "added", state="published")
    await mill.page("Blatt", folder="a", state="")

    async def fails(**_):
        raise RuntimeError

    with monkeypatch.context() as patch, pytest.raises(ReactionFailed):
        patch.setenv("OUTBOX_MAX_ATTEMPTS", "1")
        portal_settings.settings.cache_clear()
        patch.setattr(actions_running, "change_state", fails)
        await mill.settle()
    portal_settings.settings.cache_clear()
    log = await (await mill.browser()).get(f"/inhalte/{await mill.id_of('a')}/regeln/protokoll")
    assert "Das ist bisher nicht gelungen." in log.text
    await mill.rows("UPDATE outbox SET state = 'waiting', attempts = 0 WHERE state = 'dead'")
    await mill.settle()
    assert await mill.outcomes() == ["done"]


async def test_after_an_outage_what_was_late_meanwhile_is_late_once(mill):
    from datetime import timedelta

    await mill.grow("a/")
    rule = await mill.rule("a", "overdue", task="Nachfassen", kind="event")
    async with mill.acting() as (_, opened):
        begins, ends = opened.now + timedelta(days=1), opened.now + timedelta(days=2)
    await mill.add("a/fest", "event", begins_at=begins.isoformat(), ends_at=ends.isoformat())
    await mill.settle()
    await mill.later(days=30)
    for _ in range(2):
        await mill.settle()
    assert await mill.runs(rule) == [("Fest", "done", "task")]


async def test_an_end_that_was_set_and_passed_while_nobody_worked_is_late_once(mill):
    from datetime import timedelta

    await mill.grow("a/")
    rule = await mill.rule("a", "overdue", followers=True)
    async with mill.acting() as (_, opened):
        due = opened.now + timedelta(days=2)
    task = await mill.task("Spät", due_at=due, folder="a")
    await mill.later(days=3)
    for _ in range(2):
        await mill.settle()
    assert await mill.runs(rule) == [("Spät", "done", "tell")]
    await mill.save(task, summary="Anders")
    await mill.settle()
    assert await mill.outcomes(rule) == ["done"]
