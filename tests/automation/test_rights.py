"""A rule never does more than its author may in that moment."""

import pytest

from portal.automation import actions
from portal.kit.errors import Forbidden
from portal.spaces import actions_sharing
from portal.spaces.queries import access_item
from portal.spaces.rules import Access
from tests.spaces.tree import CLERK, HEAD, LEAD


async def manages(mill, address, role, *, gives=True):
    """Make somebody the manager of a folder, or not any more."""
    identifier = await mill.id_of(address)
    async with mill.acting() as (actor, opened):
        item, who = await access_item(actor, identifier), mill.person(role)
        if gives:
            await actions_sharing.grant(actor=actor, now=opened.now, item=item, principal=who, access=Access.MANAGER)
        else:
            await actions_sharing.revoke(actor=actor, item=item, principal=who, access=Access.MANAGER)


async def test_who_is_gone_rules_no_more_and_the_manager_is_told_once(mill):
    await mill.grow("a/")
    await manages(mill, "a", CLERK)
    rule = await mill.rule("a", "added", state="published", by=CLERK, title="Gleich raus")
    await mill.lose_roles(CLERK)
    first, second = [await mill.page(title, folder="a", state="") for title in ("Eins", "Zwei")]
    await mill.settle()
    assert {await mill.state_of(page) for page in (first, second)} == {"private"}
    assert await mill.rule_state(rule) == ("paused", "author_gone")
    assert sorted(await mill.outcomes(rule)) == ["nothing", "paused"]
    assert await mill.notices("rule_paused") == len(await mill.told("rule_paused")) > 0
    assert await mill.name(HEAD) in await mill.told("rule_paused")
    recorded = await mill.rows("SELECT FROM audit_entry WHERE action = 'rule:paused'")
    assert len(recorded) == 1
    await mill.page("Drei", folder="a", state="")
    await mill.settle()
    assert len(await mill.runs(rule)) == 2


async def test_who_manages_the_folder_no_more_is_told_and_whoever_switches_it_on_answers_for_it(mill):
    await mill.grow("a/")
    await manages(mill, "a", LEAD)
    rule = await mill.rule("a", "added", state="published", by=LEAD)
    await manages(mill, "a", LEAD, gives=False)
    await mill.page("Eins", folder="a", state="")
    await mill.settle()
    assert await mill.rule_state(rule) == ("paused", "right_gone")
    assert {await mill.name(HEAD), await mill.name(LEAD)} <= await mill.told("rule_paused")
    with pytest.raises(Forbidden):
        await mill.switch("a", rule, on=True, by=LEAD)
    await mill.switch("a", rule, on=True)
    (row,) = await mill.rows("SELECT author_id FROM rule WHERE id = $1", rule)
    assert row["author_id"] == mill.id_of_person(HEAD)
    page = await mill.page("Zwei", folder="a", state="")
    await mill.settle()
    assert await mill.state_of(page) == "published"


async def test_where_its_author_may_put_nothing_it_pauses_and_nothing_happens(mill):
    await mill.grow("a/", "ziel/")
    for address in ("a", "ziel"):
        await manages(mill, address, LEAD)
    rule = await mill.rule("a", "added", move="ziel", state="published", by=LEAD)
    await manages(mill, "ziel", LEAD, gives=False)
    page = await mill.id_of("ziel")
    await mill.close(page)
    page = await mill.page("Blatt", folder="a", state="")
    await mill.settle()
    assert (await mill.address_of(page), await mill.state_of(page)) == ("a/blatt", "private")
    assert await mill.rule_state(rule) == ("paused", "right_gone")


async def test_what_its_author_may_not_read_is_left_alone(mill):
    await mill.grow("a/", "a/zu/")
    await manages(mill, "a", LEAD)
    rule = await mill.rule("a", "added", deep=True, state="published", by=LEAD)
    await mill.close(await mill.id_of("a/zu"))
    page = await mill.page("Blatt", folder="a/zu", state="")
    await mill.settle()
    assert await mill.state_of(page) == "private"
    assert await mill.outcomes(rule) == ["refused"]
    assert await mill.rule_state(rule) == ("on", "")


async def test_nobody_is_told_of_what_they_may_not_read(mill):
    await mill.grow("a/")
    await mill.rule("a", "added", tell=mill.person(CLERK), followers=True)
    await mill.follow(await mill.id_of("a"))
    await mill.page("Entwurf", folder="a", state="")
    await mill.settle()
    assert await mill.outcomes() == ["done"]
    assert await mill.told("rule_told") == set()


async def test_a_rule_that_is_reworded_acts_for_who_did_it(mill):
    await mill.grow("a/")
    rule = await mill.rule("a", "added", state="published")
    await manages(mill, "a", LEAD)
    folder_id = await mill.id_of("a")
    async with mill.acting(LEAD) as (actor, opened):
        folder = await access_item(actor, folder_id)
        found = await actions.access_rule(folder, rule)
        await actions.save_rule(actor=actor, now=opened.now, folder=folder, rule_id=rule, wording=found.wording)
    await mill.lose_roles(LEAD)
    page = await mill.page("Blatt", folder="a", state="")
    await mill.settle()
    assert await mill.state_of(page) == "private"
    assert await mill.rule_state(rule) == ("paused", "author_gone")
