"""Who is let in is told; who is out is told of nothing any more, and nothing of the room waits for them."""

from datetime import timedelta

from portal.spaces import actions
from portal.spaces.queries import access_item
from tenants.context import Role
from tests.home.test_pages import words
from tests.rooms.house import BASE, CITY, MEMBER, NETWORK, OTHER, OUTSIDE
from workers.reactions import handle

CLERK = Role.REPRESENTATIVE
SPEAKERS = """
SELECT DISTINCT a.name FROM affiliation a JOIN role_assignment r USING (organisation_id, person_id)
WHERE a.organisation_id = ANY ($1) AND r.role IN ('representative', 'deputy', 'director')
"""
OF_ROOM = "n.kind = 'room_opened' AND n.organisation_id = $1"


async def speakers(house, *organisations: str) -> set[str]:
    chosen = [house.cast.organisations[each] for each in organisations]
    return {row["name"] for row in await house.rows(SPEAKERS, chosen)}


async def test_who_speaks_for_an_organisation_is_told_that_it_was_let_in(house, cast):
    await house.settle()
    assert await house.told("room_opened") == await speakers(house, MEMBER, OTHER)
    await house.let_in(OUTSIDE)
    await house.settle()
    assert await house.told("room_opened") == await speakers(house, MEMBER, OTHER, OUTSIDE)
    assert not await house.told("room_opened") & await speakers(house, CITY), "the office knows what it did"
    reader = await cast.as_role(MEMBER, CLERK)
    assert "Neuer Raum: Kreis" in words(await reader.get("/mitteilungen"))
    (notice,) = await house.rows(f"SELECT n.id FROM notice n WHERE {OF_ROOM}", cast.organisations[MEMBER])
    told = await reader.get(f"/mitteilungen/{notice['id']}")
    assert f'href="{BASE}"' in told.text
    assert "auch was schon da war" in words(told)
    trail = await house.rows("SELECT details::text AS details FROM audit_entry WHERE action = 'room:joined'")
    assert "Bethel" in trail[0]["details"]


async def test_who_is_out_before_reading_it_gets_no_mail_and_finds_nothing(house, cast):
    await house.settle()
    await house.end(OTHER)
    await house.settle()
    assert await house.unread("room_opened") == await speakers(house, MEMBER)
    waiting = await house.rows(
        "SELECT o.id, o.organisation_id FROM outbox o WHERE event = 'MailDue' AND state = 'waiting' "
        "AND o.organisation_id = $1",
        cast.organisations[OTHER],
    )
    async with cast.database.role("worker"):
        for row in waiting:
            await handle(row["id"], organisation_id=row["organisation_id"], network_id=None)
    mails = await house.rows(
        "SELECT d.state FROM delivery d JOIN notice n ON n.organisation_id = d.organisation_id AND n.id = d.notice_id "
        f"WHERE {OF_ROOM}",
        cast.organisations[OTHER],
    )
    assert {row["state"] for row in mails} == {"withdrawn"}
    await house.let_in(OTHER)
    await house.settle()
    assert await house.unread("room_opened") == await speakers(house, MEMBER, OTHER)
    assert len(await house.rows(f"SELECT FROM notice n WHERE {OF_ROOM}", cast.organisations[OTHER])) == 2


async def test_who_is_out_before_the_worker_looked_is_not_told(house, cast):
    await house.end(OTHER)
    await house.settle()
    assert await house.told("room_opened") == await speakers(house, MEMBER)


async def test_what_waited_in_a_room_waits_for_nobody_who_is_out(house, cast):
    there = await house.page("Protokoll", space=house.space, by=Role.OFFICE, organisation=CITY)
    everywhere = await house.page("Rundbrief", space=_network(cast), by=Role.OFFICE, organisation=CITY)
    for page in (there, everywhere):
        await house.follow(page, by=CLERK, organisation=OTHER)
        await house.follow(page, by=CLERK, organisation=MEMBER)
    await house.settle()
    for page in (there, everywhere):
        await house.say(page, "Neuigkeit", by=Role.OFFICE, organisation=CITY)
    await house.settle()
    mine = await house.name(CLERK, organisation=OTHER)
    reader = await cast.as_role(OTHER, CLERK)
    assert "Protokoll" in words(await reader.get("/"))
    await house.end(OTHER)
    await house.settle()
    left = await house.rows(
        "SELECT n.subject_id, a.name FROM inbox_entry e JOIN notice n USING (organisation_id) "
        "JOIN affiliation a USING (organisation_id, person_id) "
        "WHERE n.id = e.notice_id AND n.kind = 'item_news' AND e.read_at IS NULL",
    )
    assert {row["subject_id"] for row in left if row["name"] == mine} == {everywhere}
    assert there in {row["subject_id"] for row in left if row["name"] != mine}
    home = words(await reader.get("/"))
    assert "Protokoll" not in home
    assert "Rundbrief" in home


async def test_who_is_out_is_reminded_of_no_task_there(house, cast):
    to = f"organisation:{cast.organisations[OTHER]}"
    due_at = await _in_an_hour(house)
    await house.task("Raum lüften", to=to, due_at=due_at, space=house.space, by=CLERK, organisation=MEMBER)
    await house.end(OTHER)
    await house.settle()
    await cast.database.move_clock(timedelta(hours=2))
    await house.settle()
    assert await house.told("task_assigned") & await speakers(house, OTHER) == set()
    assert await house.told("task_overdue") & await speakers(house, OTHER) == set()


async def test_no_event_about_a_room_is_addressed_to_who_is_out(house, cast):
    """Though they follow it, made it, have it to do and were asked to read it."""
    page = await house.page("Protokoll", space=house.space, by=CLERK, organisation=OTHER, state="submit")
    to = f"organisation:{cast.organisations[OTHER]}"
    task = await house.task("Raum lüften", to=to, space=house.space, by=CLERK, organisation=MEMBER)
    for item in (page, task):
        await house.follow(item, by=CLERK, organisation=OTHER)
    await house.settle()
    await house.end(OTHER)
    await house.settle()
    (before,) = await house.rows("SELECT hilfenetz_now() AS at")
    async with house.acting(Role.OFFICE, organisation=CITY) as (actor, opened):
        for transition in ("publish", "retract", "publish"):
            item = await access_item(actor, page)
            if transition in item.may.transitions:
                await actions.change_state(actor=actor, now=opened.now, item=item, transition=transition)
        item = await access_item(actor, page)
        values = {"title": "Protokoll, berichtigt"}
        await actions.save_item(actor=actor, now=opened.now, item=item, values=values, version=item.version)
    await house.say(page, "Neuigkeit", by=CLERK, organisation=MEMBER)
    await house.say(task, "Neuigkeit", by=CLERK, organisation=MEMBER)
    await house.settle()
    sent = await house.rows(
        "SELECT event FROM outbox WHERE organisation_id = $1 AND created_at >= $2",
        cast.organisations[OTHER],
        before["at"],
    )
    assert sent == []


async def _in_an_hour(house):
    (row,) = await house.rows("SELECT hilfenetz_now() + interval '1 hour' AS at")
    return row["at"]


def _network(cast):
    from portal.spaces.places import SpaceKey

    return SpaceKey("network", cast.networks[NETWORK])
