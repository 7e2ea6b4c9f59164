"""Meetings stand in the calendar of their network and in the feeds of those whose body meets: when and where."""

import asyncio

import icalendar

from portal.bodies import actions
from portal.bodies.actions_space import open_space
from portal.bodies.queries_meetings import meetings_in_calendars
from tenants.context import Role
from tenants.provisioning import admit_member, end_membership
from tenants.scope import scope
from tests.bodies.chamber import LEADS, PLACE
from tests.calendar.test_feeds import subscribe
from tests.home.test_pages import statements

DECEMBER = "/n/bielefeld/kalender?monat=2026-12"
GFS = ("gfs", Role.REPRESENTATIVE)


async def entries(cast, address: str) -> list:
    answer = await cast.nobody().get(address)
    assert answer.status_code == 200, answer.text
    return list(icalendar.Calendar.from_ical(answer.content).events)


async def test_a_date_is_uncertain_then_sure_then_cancelled_and_stays_one_entry(chamber, cast):
    meeting_id = await chamber.plan()
    await chamber.item(meeting_id, "Herr Mustermann aus der Ahornstraße")
    browser = await cast.as_role(*GFS)
    address = await subscribe(browser)
    seen = []
    for deed in (None, chamber.invite, _cancel(chamber)):
        if deed is not None:
            await chamber.stop(f"2026-11-2{4 + len(seen)} 09:00")
            await deed(meeting_id)
        (entry,) = await entries(cast, address)
        seen.append((str(entry.get("STATUS", "")), entry["SEQUENCE"], entry["DTSTAMP"].dt.day))
        assert str(entry["UID"]).partition("@")[0] == str(meeting_id), "as in the invitation: no second entry"
        assert (str(entry["SUMMARY"]), str(entry["LOCATION"])) == ("Koordinierungskreis", PLACE)
    assert seen == [("TENTATIVE", 0, 23), ("", 0, 25), ("CANCELLED", 1, 26)]
    text = (await cast.nobody().get(address)).text
    assert f"/n/bielefeld/gremien/koordinierungskreis/sitzungen/{meeting_id}" in text.replace("\r\n ", "")
    names = {part for each in cast.people.values() for part in (each.family_name, each.email)}
    assert not [name for name in (*names, "Mustermann", "video.example", "Heizung") if name in text]
    assert "Fällt aus" in (await browser.get(DECEMBER)).text


def _cancel(chamber):
    return lambda meeting_id: chamber.do(actions.cancel_meeting, meeting_id, reason="Die Heizung ist aus.")


async def test_minutes_change_no_date(chamber):
    meeting_id = await chamber.circulated()
    (row,) = await chamber.rows("SELECT invited_at, changed_at FROM meeting WHERE id = $1", meeting_id)
    assert row["changed_at"] == row["invited_at"]


async def test_the_month_of_the_network_shows_it_and_leads_there_within_six_statements(chamber, cast):
    meeting_id = await chamber.invited()
    browser = await cast.as_role(*GFS)
    page = await browser.get(DECEMBER)
    assert page.text.count(f"/sitzungen/{meeting_id}") == 2  # in the table and in the list
    assert await statements(browser, DECEMBER) <= 6
    assert str(meeting_id) not in (await browser.get("/o/gfs/kalender?monat=2026-12")).text
    assert str(meeting_id) not in (await browser.get("/n/bielefeld/kalender?monat=2026-11")).text


async def test_a_bodys_own_space_shows_its_own_dates(chamber, cast):
    meeting_id = await chamber.invited()
    async with chamber.office() as (actor, opened):
        body = await chamber.body(actor)
        await open_space(actor=actor, now=opened.now, body=body)
    async with chamber.acting(*GFS) as (actor, opened):
        room = (await chamber.body(actor)).room
        given = {"since": opened.now, "until": None}
        assert [each.id for each in await meetings_in_calendars(actor, base=room.address, **given)] == [meeting_id]
        assert await meetings_in_calendars(actor, base="/r/bielefeld--anderswo", **given) == []
        assert await meetings_in_calendars(actor, base="/n/duesseldorf", **given) == []


async def test_opened_five_times_at_once_a_body_has_one_space(chamber):
    async def once():
        async with chamber.office() as (actor, opened):
            return await open_space(actor=actor, now=opened.now, body=await chamber.body(actor))

    before = await chamber.rows("SELECT FROM room")
    found = await asyncio.gather(*(asyncio.create_task(once()) for _ in range(5)), return_exceptions=True)
    assert sorted(type(each).__name__ for each in found) == ["Conflict"] * 4 + ["str"]
    assert len(await chamber.rows("SELECT FROM room")) == len(before) + 1


async def test_nobody_else_and_nobody_any_more_learns_of_it(chamber, cast):
    """A member the body is not for, one of another network, one that has left."""
    bielefeld, duesseldorf = cast.networks["bielefeld"], cast.networks["duesseldorf"]
    await chamber.invited()
    await chamber.invited(LEADS)
    async with chamber.database.role("worker"), scope(network_id=duesseldorf) as opened:
        await admit_member(
            network_id=duesseldorf, organisation_id=cast.organisations["bgw"], is_office=False, begins_at=opened.now
        )
    feeds = {
        who: await subscribe(await cast.as_role(who, Role.REPRESENTATIVE)) for who in ("bgw", "gfs", "skm")
    }  # fmt: skip
    circle, leads = "Koordinierungskreis", "Teamleitung Jobcenter und Sachgebietsleitungen der Träger"
    told = {who: [str(entry["SUMMARY"]) for entry in await entries(cast, feeds[who])] for who in feeds}
    assert told == {"bgw": [circle], "gfs": [circle], "skm": [leads]}
    async with chamber.database.role("worker"), scope(network_id=bielefeld) as opened:
        await end_membership(network_id=bielefeld, organisation_id=cast.organisations["gfs"], ends_at=opened.now)
    assert await entries(cast, feeds["gfs"]) == []
    assert [str(entry["SUMMARY"]) for entry in await entries(cast, feeds["bgw"])] == [circle]
