"""Events about a room by a member that does not take part, or sent to whom they are not for: nothing follows."""

import json
from collections.abc import Iterator
from dataclasses import fields
from uuid import uuid4

import pytest

from portal.spaces import actions_tree
from portal.spaces.queries import access_item
from tenants.context import Role
from tenants.database import execute
from tenants.outbox import Event
from tests.isolation.test_forged_events import EVENT, Yard
from tests.rooms.house import CITY, MEMBER, OTHER, OUTSIDE, House
from tests.tasks.crew import network

CLERK = Role.REPRESENTATIVE
COMING_AND_GOING = ("ParticipationBegan", "ParticipationEnded")
HAPPENINGS = ("added", "changed", "moved", "state", "binned", "restored")


class Room(House, Yard):
    """A room of the network, and a member outside it that forges."""

    async def forge(self, event: str, *, to: str = "", **payload: object) -> None:
        body = json.dumps(payload, default=str)
        recipient = (self.cast.organisations[to], None) if to else (None, self.cast.networks["bielefeld"])
        async with self.acting(CLERK, organisation=OUTSIDE):
            await execute(EVENT, *recipient, event, body, f"forged:{uuid4()}")


@pytest.fixture
async def room(cast) -> Room:
    await cast.database.as_superuser("UPDATE outbox SET state = 'done', done_at = now()")
    found = Room(cast)
    await found.open()
    return found


async def test_who_does_not_take_part_makes_nothing_happen_in_a_room(room, cast):
    """Whoever took part once may know every identifier."""
    page = await room.page("Protokoll", space=room.space, by=Role.OFFICE, organisation=CITY)
    task = await room.task(
        "Raum lüften", to=f"organisation:{cast.organisations[OTHER]}", space=room.space, by=CLERK, organisation=MEMBER
    )
    rule = await room.rule("", "added", space=room.space, by=Role.OFFICE, organisation=CITY, state="published")
    for each in (MEMBER, OTHER):
        await room.follow(page, by=CLERK, organisation=each)
    await room.demand(page, by=Role.OFFICE, organisation=CITY)
    comment = await room.say(page, "Gesagt", by=CLERK, organisation=MEMBER)
    away = await room.page("Verworfen", space=room.space, by=Role.OFFICE, organisation=CITY)
    async with room.acting(Role.OFFICE, organisation=CITY) as (actor, opened):
        bin_id = await actions_tree.bin_item(actor=actor, now=opened.now, item=await access_item(actor, away))
    await room.settle()
    await room.everybody_read()
    names = {"space_id": await room.space_of(page), "by_id": uuid4(), "comment_id": comment, "bin_id": bin_id}
    names |= {"rule_id": rule, "run_id": uuid4(), "at": "2026-01-01T00:00:00+00:00", "version": 1}
    was = await everything(room)
    for event, to, more in forgeries(items=(page, task, away)):
        wanted = {field.name for field in fields(Event.registry[event])}
        said = {**names, "room_id": names["space_id"], "item_id": page, **more}
        await room.forge(event, to=to, **{name: value for name, value in said.items() if name in wanted})
    await room.settle()
    assert await everything(room) == was
    assert await room.told("room_opened") & await names_at(room, OUTSIDE) == set()


def forgeries(items) -> Iterator[tuple[str, str, dict[str, object]]]:
    """Each event that a member may send to others, to the network and to members inside and outside the room."""
    for item in items:
        for happening in HAPPENINGS:
            yield from (("ItemHappened", to, {"item_id": item, "happening": happening}) for to in ("", MEMBER, OUTSIDE))
        yield from (("ItemDue", "", {"item_id": item}), ("ReadingAsked", "", {"item_id": item}), ("BinDue", "", {}))
        yield from (("TaskAssigned", to, {"item_id": item}) for to in (MEMBER, OTHER, OUTSIDE))
    for event in ("CommentAdded", "ReadingReminded", "RulePaused", "RuleTells", *COMING_AND_GOING, *COMING_AND_GOING):
        yield from ((event, to, {}) for to in (MEMBER, OTHER, OUTSIDE))


async def test_an_event_about_a_space_has_no_effect_with_anybody_but_its_owner(room):
    """Otherwise what follows would be sent on in the name of whoever was sent it."""
    page = await room.page(space=network(room), by=Role.OFFICE, organisation=CITY)
    await room.follow(page, by=CLERK, organisation=OTHER)
    await room.demand(page, by=Role.OFFICE, organisation=CITY)
    comment = await room.say(page, "Gesagt", by=CLERK, organisation=MEMBER)
    await room.settle()
    space_id = await room.space_of(page)
    (before,) = await room.rows("SELECT hilfenetz_now() AS at")
    for happening in HAPPENINGS:
        await room.forge(
            "ItemHappened", to=OTHER, space_id=space_id, item_id=page, happening=happening, version=1, by_id=uuid4()
        )
    await room.forge("CommentAdded", to=OTHER, space_id=space_id, item_id=page, comment_id=comment, by_id=uuid4())
    await room.forge("ReadingAsked", to=OTHER, space_id=space_id, item_id=page)
    await room.settle()
    assert (
        await room.rows(
            "SELECT event FROM outbox WHERE created_at >= $1 AND sender_id IS DISTINCT FROM $2",
            before["at"],
            room.cast.organisations[OUTSIDE],
        )
        == []
    )


async def everything(room) -> list:
    """All rows of content, rules and notices, and what is known of the room."""
    tables = (
        "item", "item_version", "item_transition", "item_bin", "comment", "rule", "rule_run", "must_read", "room",
        "room_participation", "notice", "inbox_entry", "delivery",
    )  # fmt: skip
    return [
        (table, await room.rows(f"SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM {table} t"))
        for table in tables
    ]


async def names_at(room, organisation: str) -> set[str]:
    rows = await room.rows(
        "SELECT name FROM affiliation WHERE organisation_id = $1", room.cast.organisations[organisation]
    )
    return {row["name"] for row in rows}
