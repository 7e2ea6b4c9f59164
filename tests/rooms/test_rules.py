"""What happens by itself in a room: for those who take part, and not in a closed one."""

import pytest

from portal.spaces import actions_tree
from portal.spaces.queries import access_item
from tenants.context import Role
from tests.automation.mill import Mill
from tests.home.test_pages import words
from tests.rooms.house import CITY, MEMBER, OTHER, OUTSIDE, House

CLERK = Role.REPRESENTATIVE


class Workshop(House, Mill):
    """A room with rules."""


@pytest.fixture
async def workshop(cast) -> Workshop:
    await cast.database.as_superuser("UPDATE outbox SET state = 'done', done_at = now()")
    found = Workshop(cast)
    await found.open()
    await found.settle()
    return found


async def test_what_a_rule_was_about_to_do_when_the_room_closed_does_not_happen(workshop, cast):
    """And the rule stays as it is: nothing changes any more, nobody has to look after it."""
    rule = await workshop.rule(
        "", "added", space=workshop.space, by=Role.OFFICE, organisation=CITY, state="published", task="Nachsehen"
    )
    page = await workshop.page("Entwurf", space=workshop.space, by=CLERK, organisation=MEMBER, state="")
    await workshop.settle(but="RuleMeant")
    assert await workshop.outcomes(rule) == ["waiting"]
    await workshop.shut()
    await workshop.settle()
    assert (await workshop.outcomes(rule), await workshop.state_of(page)) == (["nothing"], "private")
    assert await workshop.rule_state(rule) == ("on", "")
    assert await workshop.notices("rule_paused") == 0


async def test_a_rule_of_somebody_who_is_out_stops_and_says_so_in_words_that_are_true(workshop, cast):
    async with workshop.acting(Role.OFFICE, organisation=CITY) as (actor, opened):
        from portal.spaces import actions_sharing
        from portal.spaces.rules import Access

        root = await workshop.root(actor)
        principal = f"organisation:{cast.organisations[OTHER]}"
        await actions_sharing.grant(actor=actor, now=opened.now, item=root, principal=principal, access=Access.MANAGER)
    rule = await workshop.rule("", "added", space=workshop.space, by=CLERK, organisation=OTHER, state="published")
    await workshop.end(OTHER)
    page = await workshop.page("Entwurf", space=workshop.space, by=CLERK, organisation=MEMBER, state="")
    await workshop.settle()
    assert await workshop.state_of(page) == "private"
    assert await workshop.rule_state(rule) == ("paused", "no_member")
    told = await workshop.told("rule_paused")
    assert told == {await workshop.name(Role.OFFICE, organisation=CITY)}
    office = await cast.as_role(CITY, Role.OFFICE)
    async with workshop.acting(Role.OFFICE, organisation=CITY) as (actor, _):
        root = await workshop.root(actor)
    assert "nimmt am Raum nicht mehr teil" in words(await office.get(f"/inhalte/{root.id}/regeln"))


async def test_no_rule_brings_anything_out_of_a_room(workshop, cast):
    """However it came to be worded so: who takes no part gets nothing, is told nothing and is given nothing to do."""
    outside = f"organisation:{cast.organisations[OUTSIDE]}"
    by = {"space": workshop.space, "by": Role.OFFICE, "organisation": CITY}
    moving = await workshop.rule("", "added", title="Legt hinaus", state="published", **by)
    telling = await workshop.rule("", "added", title="Erzählt", tell="everyone", **by)
    asking = await workshop.rule("", "added", title="Bittet", task="Nachsehen", **by)
    await workshop.rows(
        "UPDATE rule SET set_state = '', target_id = (SELECT i.id FROM item i JOIN space s ON s.id = i.space_id "
        "WHERE s.network_id = $2 AND i.parent_id IS NULL) WHERE id = $1",
        moving,
        cast.networks["bielefeld"],
    )
    await workshop.rows(
        "UPDATE rule SET telling = jsonb_set(telling, ARRAY['who'], to_jsonb($2::text)) WHERE id = $1", telling, outside
    )
    await workshop.rows(
        "UPDATE rule SET errand = jsonb_set(errand, ARRAY['who'], to_jsonb($2::text)) WHERE id = $1", asking, outside
    )
    (before,) = await workshop.rows("SELECT hilfenetz_now() AS at")
    page = await workshop.page("Entwurf", space=workshop.space, by=CLERK, organisation=MEMBER, state="")
    await workshop.settle()
    outcomes = [await workshop.outcomes(rule) for rule in (moving, telling, asking)]
    assert outcomes == [["paused"], ["done"], ["refused"]]
    assert await workshop.address_of(page) == "entwurf"
    for table in ("outbox", "notice"):
        sent = f"SELECT FROM {table} WHERE organisation_id = $1 AND created_at >= $2"
        assert await workshop.rows(sent, cast.organisations[OUTSIDE], before["at"]) == [], table


async def test_what_was_thrown_away_before_it_closed_is_deleted_when_its_time_is_over(workshop, cast):
    """And a rule that led there is left as it is."""
    async with workshop.acting(Role.OFFICE, organisation=CITY) as (actor, opened):
        from portal.spaces import actions

        root = await workshop.root(actor)
        made = await actions.add_item(
            actor=actor, now=opened.now, parent=root, kind="folder", values={"title": "Ablage"}
        )
    rule = await workshop.rule(
        "", "added", space=workshop.space, by=Role.OFFICE, organisation=CITY, move="ablage", deep=True
    )
    async with workshop.acting(Role.OFFICE, organisation=CITY) as (actor, opened):
        await actions_tree.bin_item(actor=actor, now=opened.now, item=await access_item(actor, made))
    office, in_bin = await cast.as_role(CITY, Role.OFFICE), f"/inhalte/{made}/zurueckholen"
    assert in_bin in (await office.get(f"/inhalte/{root.id}/papierkorb")).text
    await workshop.shut()
    assert in_bin not in (await office.get(f"/inhalte/{root.id}/papierkorb")).text
    await cast.database.move_clock(actions_tree.RETENTION * 2)
    await workshop.settle()
    assert await workshop.rows("SELECT FROM item WHERE id = $1", made) == []
    assert await workshop.rule_state(rule) == ("on", "")
    assert await workshop.notices("rule_paused") == 0
