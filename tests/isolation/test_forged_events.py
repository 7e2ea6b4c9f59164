"""A member of a network sends the events it may address to others, as often as it likes and with what it likes in them:
nobody is told what is not so, or twice, and no trail but its own grows."""

import json
from datetime import date, timedelta
from uuid import uuid4

import pytest

from portal.spaces import actions, actions_tree
from portal.spaces.queries import access_item, find_address
from tenants.context import Role
from tenants.database import execute
from tests.automation.mill import Mill
from tests.formal.desk import Desk
from tests.reading.library import Library
from tests.tasks.crew import network

CITY, FORGER = "stadt-bielefeld", "gfs"
EVENT = """
INSERT INTO outbox (id, organisation_id, network_id, event, payload, key, due_at, next_at, created_at)
VALUES (gen_random_uuid(), {}, {}, {}, {}::jsonb, {}, now(), now(), now())
"""


class Yard(Mill, Library):
    """A network with rules, talk and what must be read, and one member that forges."""

    async def forge(self, event: str, *, to: str = "", **payload: object) -> None:
        """Address it to an organisation, or without one to the network."""
        body = json.dumps(payload, default=str)
        recipient = (self.cast.organisations[to], None) if to else (None, self.cast.networks["bielefeld"])
        async with self.acting(Role.REPRESENTATIVE, organisation=FORGER):
            await execute(EVENT, *recipient, event, body, f"forged:{uuid4()}")

    async def space_of(self, item_id) -> str:
        """The space of an item."""
        return (await self.rows("SELECT space_id FROM item WHERE id = $1", item_id))[0]["space_id"]

    async def page_of_city(self):
        """A published page in the network's space."""
        return await self.page(space=network(self), by=Role.OFFICE, organisation=CITY)

    async def everybody_read(self) -> None:
        """No inbox holds anything unread, so the next notice is not held back."""
        await self.rows("UPDATE inbox_entry SET read_at = hilfenetz_now() WHERE read_at IS NULL")


@pytest.fixture
async def yard(cast):
    await cast.database.as_superuser("UPDATE outbox SET state = 'done'")
    return Yard(cast)


async def test_that_a_rule_stopped_is_told_and_written_down_once(yard):
    rule = await yard.rule("", "added", space=network(yard), by=Role.OFFICE, organisation=CITY, state="published")
    await yard.rows("UPDATE rule SET state = 'paused', reason = 'right_gone' WHERE id = $1", rule)
    (row,) = await yard.rows("SELECT space_id FROM rule WHERE id = $1", rule)
    for day in (1, 2, 3):
        at = f"2026-01-0{day}T00:00:00+00:00"
        await yard.forge("RulePaused", to=CITY, space_id=row["space_id"], rule_id=rule, at=at)
    await yard.settle()
    assert len(await yard.rows("SELECT FROM notice WHERE kind = 'rule_paused'")) == 1
    assert len(await yard.rows("SELECT FROM audit_entry WHERE action = 'rule:paused'")) == 1


async def test_nobody_is_reminded_to_read_before_it_is_time(yard):
    page = await yard.page_of_city()
    until = date.today() + timedelta(days=20)  # noqa: DTZ011 - any day far ahead
    await yard.demand(page, by=Role.OFFICE, organisation=CITY, until_on=until)
    await yard.settle()
    (row,) = await yard.rows("SELECT space_id, remind_at FROM must_read WHERE item_id = $1", page)
    at = row["remind_at"].isoformat()
    await yard.forge("ReadingReminded", to="bethel-regional", space_id=row["space_id"], item_id=page, at=at)
    await yard.settle()
    assert await yard.notices("reading_reminder") == 0


async def test_nobody_hears_of_a_comment_that_nobody_made(yard):
    page = await yard.page_of_city()
    await yard.follow(page)
    await yard.settle()
    await yard.everybody_read()
    before = await yard.notices("item_news")
    names = {"space_id": await yard.space_of(page), "item_id": page, "by_id": uuid4()}
    for _ in range(2):
        await yard.forge("CommentAdded", **names, comment_id=uuid4())
    await yard.settle()
    assert await yard.notices("item_news") == before


async def test_nobody_is_told_that_somebody_approved_what_only_a_package_says(yard):
    page = await yard.page_of_city()
    await yard.settle()
    await yard.rows("UPDATE item SET owner_id = gen_random_uuid() WHERE id = $1", page)
    before = await yard.rows("SELECT count(*) AS n FROM notice")
    await yard.rows("UPDATE item_transition SET brought_by = 'Wer einspielt' WHERE item_id = $1", page)
    names = {"space_id": await yard.space_of(page), "item_id": page, "by_id": uuid4(), "happening": "state"}
    await yard.forge("ItemHappened", **names, version=1)
    await yard.settle()
    assert (
        await yard.rows(
            "SELECT id FROM outbox WHERE event = 'StepMade' AND key LIKE 'step:%' AND payload ->> 'item_id' "
            "= $1::text AND created_at > (SELECT max(created_at) FROM outbox WHERE event = 'ItemHappened')",
            str(page),
        )
        == []
    )
    assert await yard.rows("SELECT count(*) AS n FROM notice") == before


async def test_a_change_is_told_once_however_often_it_is_announced(yard):
    page = await yard.page_of_city()
    await yard.follow(page)
    await yard.settle()
    await yard.rows("UPDATE item SET changed_at = hilfenetz_now() WHERE id = $1", page)
    before = await yard.notices("item_news")
    names = {"space_id": await yard.space_of(page), "item_id": page, "by_id": uuid4(), "happening": "changed"}
    for version in (1, 5, 6, 7):
        await yard.everybody_read()
        await yard.forge("ItemHappened", **names, version=version)
        await yard.settle()
    assert await yard.notices("item_news") <= before + 1


async def test_who_added_something_is_what_the_row_says(yard):
    """A rule for what one member adds does not run on what another added, whoever announces it."""
    forger = yard.cast.organisations[FORGER]
    space = network(yard)
    rule = await yard.rule(
        "", "added", space=space, by=Role.OFFICE, organisation=CITY, deep=True, state="published",
        organisation_id=forger,
    )  # fmt: skip
    page = await yard.page("Von BGW", space=space, by=Role.REPRESENTATIVE, organisation="bgw", state="")
    await yard.forge(
        "ItemHappened", space_id=await yard.space_of(page), item_id=page, happening="added", version=1, by_id=uuid4()
    )
    await yard.settle()
    assert (await yard.runs(rule), await yard.state_of(page)) == ([], "private")


@pytest.mark.parametrize(("moment", "happening"), [("changed", "changed"), ("state:pending", "state")])
async def test_who_did_something_is_what_the_row_says(yard, moment, happening):
    """A rule for what one member does never runs on what another did, whoever announces it first."""
    space, forger = network(yard), yard.cast.organisations[FORGER]
    await yard.page("Von BGW", space=space, by=Role.REPRESENTATIVE, organisation="bgw", state="")
    rules = {
        slug: await yard.rule(
            "", moment, space=space, by=Role.OFFICE, organisation=CITY, task="Nachsehen",
            organisation_id=yard.cast.organisations[slug],
        )
        for slug in (FORGER, "bgw")
    }  # fmt: skip
    await yard.settle()
    async with yard.acting(Role.REPRESENTATIVE, organisation="bgw") as (actor, opened):
        found = await find_address(actor, space, "von-bgw")
        values = {"title": "Von BGW", "summary": "Neu"}
        await actions.save_item(actor=actor, now=opened.now, item=found, values=values, version=1)
        item = await access_item(actor, found.id)
        await actions.change_state(actor=actor, now=opened.now, item=item, transition="submit")
    await yard.rows("UPDATE outbox SET state = 'done' WHERE event = 'ItemHappened'")  # the forger is quicker
    space_id = await yard.space_of(item.id)
    await yard.forge("ItemHappened", space_id=space_id, item_id=item.id, happening=happening, version=2, by_id=uuid4())
    await yard.settle()
    assert (await yard.runs(rules[FORGER]), await yard.outcomes(rules["bgw"])) == ([], ["done"])
    assert forger not in {
        row["by_organisation_id"]
        for table in ("item_version", "item_transition")
        for row in await yard.rows(f"SELECT by_organisation_id FROM {table} WHERE item_id = $1", item.id)
    }


async def test_who_moved_something_is_what_the_row_says(yard):
    space = network(yard)
    page = await yard.page("Von BGW", space=space, by=Role.REPRESENTATIVE, organisation="bgw", state="")
    async with yard.acting(Role.OFFICE, organisation=CITY) as (actor, opened):
        root = await find_address(actor, space, "")
        await actions.add_item(actor=actor, now=opened.now, parent=root, kind="folder", values={"title": "Ablage"})
    rules = {
        slug: await yard.rule(
            "ablage", "moved", space=space, by=Role.OFFICE, organisation=CITY, task="Nachsehen",
            organisation_id=yard.cast.organisations[slug],
        )
        for slug in (FORGER, "bgw")
    }  # fmt: skip
    await yard.settle()
    async with yard.acting(Role.REPRESENTATIVE, organisation="bgw") as (actor, opened):
        item, folder = await access_item(actor, page), await find_address(actor, space, "ablage")
        await actions_tree.move_item(actor=actor, now=opened.now, item=item, folder=folder)
    await yard.rows("UPDATE outbox SET state = 'done' WHERE event = 'ItemHappened'")
    await yard.forge(
        "ItemHappened", space_id=await yard.space_of(page), item_id=page, happening="moved", version=1, by_id=uuid4()
    )
    await yard.settle()
    assert (await yard.runs(rules[FORGER]), await yard.outcomes(rules["bgw"])) == ([], ["done"])


async def test_nobody_is_told_of_a_letter_that_is_not_for_them_and_no_receipt_comes_from_an_event(yard):
    desk = Desk(yard.cast)
    await desk.agree('rule = "opened"')
    notice = await desk.post(to=[FORGER], period_days=14)
    await yard.settle()
    before = await yard.rows("SELECT * FROM formal_receipt WHERE notice_id = $1", notice.id)
    names = {"network_id": yard.cast.networks["bielefeld"], "notice_id": notice.id}
    await yard.forge("FormalPosted", to="bgw", **names)
    await yard.forge("FormalPosted", to=FORGER, **names)
    for event in ("ReceiptDue", "FormalReceived"):
        await yard.forge(event, notice_id=notice.id)
    await yard.settle()
    assert await yard.rows("SELECT * FROM formal_receipt WHERE notice_id = $1", notice.id) == before
    told = await yard.rows("SELECT DISTINCT organisation_id FROM notice WHERE kind = 'formal_notice'")
    assert [row["organisation_id"] for row in told] == [yard.cast.organisations[FORGER]]
    assert len(await yard.rows("SELECT FROM notice WHERE kind = 'formal_notice'")) == 1
