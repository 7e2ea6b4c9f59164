"""Who has to read, who is told and reminded, and what a confirmation is worth."""

import asyncio
import re
from datetime import timedelta

import pytest

from portal.kit.clock import last_day_before, local_day
from portal.kit.errors import Conflict, Forbidden, Invalid, NotFound
from portal.reading import actions, queries
from portal.reading.events import ReadingReminded
from portal.spaces import actions_tree
from portal.spaces.queries import access_item
from tenants.context import Role
from tenants.outbox import emit
from tenants.scope import current_scope
from tests.home.test_pages import words
from tests.spaces.tree import at
from tests.tasks.crew import network

LEAD, CLERK, HEAD, GUARD = Role.LEAD, Role.CASEWORKER, Role.ADMINISTRATOR, Role.DATA_PROTECTION_OFFICER
OFFICE, CITY = Role.OFFICE, "stadt-bielefeld"


async def day(library, distance):
    async with library.acting() as (_, opened):
        return local_day(opened.now + timedelta(days=distance))


async def test_everybody_who_may_read_it_is_told_once_and_not_as_a_follower_as_well(library):
    page = await library.page(state="")
    await library.demand(page)
    await library.settle()
    assert await library.told("must_read") == set()  # nobody reads a draft
    async with library.acting(HEAD) as (actor, _):
        folder = await at(actor, "")
    await library.follow(folder.id, by=GUARD)
    await library.step(page, "publish", role=LEAD)
    await library.settle()
    await library.settle()
    everybody = await library.everybody()
    assert await library.told("must_read") == everybody - {await library.name(HEAD)}  # who asked knows
    assert await library.told("item_news") == set()
    assert await library.readings(page) == (set(), everybody, {})


async def test_what_is_confirmed_waits_no_more_and_a_second_time_changes_nothing(library):
    page = await library.wanted()
    await library.confirm(page)
    await library.confirm(page)
    clerk = await library.name(CLERK)
    done, left, _ = await library.readings(page)
    assert (done, clerk in left) == ({clerk}, False)
    assert clerk not in await library.unread("must_read")
    rows = await library.rows("SELECT version FROM read_confirmation")
    assert [row["version"] for row in rows] == [1]
    recorded = await library.rows("SELECT count(*) AS n FROM audit_entry WHERE action = 'reading:confirmed'")
    assert recorded[0]["n"] == 1


async def test_a_confirmation_is_of_the_version_that_was_read_until_another_is_asked_for(library):
    page = await library.wanted()
    await library.confirm(page)
    with pytest.raises(Conflict, match="nicht geändert"):
        await library.renew(page)
    await library.save(page, title="Neue Hausordnung")
    await library.confirm(page, by=GUARD, version=1)  # read before it was changed: it counts
    clerk, guard = await library.name(CLERK), await library.name(GUARD)
    assert (await library.readings(page))[0] == {clerk, guard}
    await library.renew(page)
    await library.settle()
    assert (await library.readings(page))[0] == set()
    assert clerk in await library.unread("must_read")
    for version in (1, 3):
        with pytest.raises(Conflict, match="inzwischen geändert"):
            await library.confirm(page, version=version)
    await library.confirm(page)
    assert (await library.readings(page))[0] == {clerk}
    assert len(await library.rows("SELECT * FROM read_confirmation")) == 3  # the older ones stay


async def test_before_the_end_who_has_not_read_is_reminded_exactly_once(library):
    page = await library.wanted(until_on=await day(library, 10))
    await library.confirm(page)
    await library.later(days=6)
    await library.settle()
    assert await library.told("reading_reminder") == set()
    await library.later(days=9)
    await library.settle()
    await library.later(days=13)
    await library.settle()
    assert await library.told("reading_reminder") == await library.everybody() - {await library.name(CLERK)}
    assert await library.notices("reading_reminder") == len(await library.everybody()) - 1


async def test_put_off_the_reminder_comes_at_its_new_time_alone(library):
    page = await library.wanted(until_on=await day(library, 10))
    await library.demand(page, until_on=await day(library, 20))
    await library.settle()
    await library.later(days=9)
    await library.settle()
    assert await library.told("reading_reminder") == set()
    await library.later(days=19)
    await library.settle()
    assert await library.told("reading_reminder") == await library.everybody()
    with pytest.raises(Invalid, match="schon vorbei"):
        await library.demand(page, until_on=await day(library, -1))


async def test_by_hand_once_a_day_and_only_whoever_has_not_read(library):
    page = await library.wanted()
    await library.confirm(page)
    await library.remind(page)
    with pytest.raises(Conflict, match="Heute wurde schon erinnert"):
        await library.remind(page, by=LEAD)
    await library.settle()
    assert await library.told("reading_reminder") == await library.everybody() - {await library.name(CLERK)}
    await library.confirm(page, by=GUARD)
    assert await library.name(GUARD) not in await library.unread("reading_reminder")


async def test_what_is_retracted_thrown_away_or_no_longer_asked_for_nobody_has_to_read(library):
    page = await library.page(state="")
    await library.demand(page, until_on=await day(library, 10))
    await library.step(page, "publish")
    await library.step(page, "retract")
    await library.settle()
    await library.later(days=9)
    await library.settle()
    assert await library.told("must_read") == await library.told("reading_reminder") == set()
    with pytest.raises(Conflict):
        await library.confirm(page, by=HEAD)
    await library.step(page, "publish")
    async with library.acting() as (actor, _):
        await actions.end_demand(actor=actor, item=await access_item(actor, page))
    await library.settle()
    assert await library.told("must_read") == set()
    with pytest.raises(Conflict, match="niemand"):
        await library.confirm(page)


async def test_only_who_reviews_asks_and_only_they_and_who_asked_see_who_has_read(library):
    page = await library.page()
    with pytest.raises(Forbidden):
        await library.demand(page, by=CLERK)
    await library.demand(page, by=LEAD)
    await library.confirm(page)
    async with library.acting(CLERK) as (actor, opened):
        item = await access_item(actor, page)
        _, found = await queries.readings_of(actor, item)
        assert found.done == ()  # the database tells them nothing
        for deed in (actions.renew_demand(actor=actor, now=opened.now, item=item),
                     actions.remind(actor=actor, now=opened.now, item=item),
                     actions.end_demand(actor=actor, item=item)):  # fmt: skip
            with pytest.raises(Forbidden):
                await deed


async def test_who_lost_the_right_to_read_is_neither_asked_nor_told(library):
    page = await library.page()
    await library.demand(page)
    await library.close(page)
    await library.settle()
    assert await library.told("must_read") == set()
    assert (await library.readings(page))[1] == {await library.name(HEAD)}
    with pytest.raises(NotFound):
        await library.confirm(page)


async def test_in_a_network_each_sees_its_own_by_name_and_of_others_how_many(library):
    page = await library.page(space=network(library), by=OFFICE, organisation=CITY)
    await library.demand(page, by=OFFICE, organisation=CITY, until_on=await day(library, 10))
    await library.settle()
    told = await library.told("must_read")
    assert await library.everybody() | await library.everybody("gfs") <= told
    assert await library.everybody("skm") & told == set()  # another network
    await library.confirm(page)
    await library.confirm(page, by=Role.DIRECTOR, organisation="gfs")
    await library.confirm(page, by=OFFICE, organisation=CITY)
    done, left, others = await library.readings(page, by=OFFICE, organisation=CITY)
    assert done == {await library.name(OFFICE, organisation=CITY)}
    assert left == await library.everybody(CITY) - done
    assert sorted(others.values())[-3:] == [0, 1, 1]
    await library.later(days=9)
    await library.settle()
    reminded = await library.told("reading_reminder")
    assert await library.name(CLERK) not in reminded
    assert await library.name(LEAD) in reminded


async def test_another_member_cannot_make_people_be_reminded(library):
    page = await library.page(space=network(library), by=OFFICE, organisation=CITY)
    await library.demand(page, by=OFFICE, organisation=CITY)
    await library.settle()
    async with library.acting(CLERK, organisation="bethel-regional") as (actor, opened):
        item = await access_item(actor, page)
        forged = ReadingReminded(item.space.id, item.id, opened.now)
        await emit(forged, to=[library.cast.organisations["gfs"]], key="forged")
    await library.settle()
    assert await library.told("reading_reminder") == set()


async def test_a_copy_asks_nobody_and_what_is_deleted_for_good_leaves_nothing(library):
    page = await library.wanted()
    await library.confirm(page)
    async with library.acting() as (actor, _):
        item, root = await access_item(actor, page), await at(actor, "")
        await actions_tree.copy_item(actor=actor, now=current_scope().now, item=item, folder=root)
    assert len(await library.rows("SELECT * FROM must_read")) == 1
    await library.throw_away("hausordnung")
    await library.later(days=400)
    await library.work()
    assert await library.rows("SELECT * FROM must_read") == []
    assert await library.rows("SELECT * FROM read_confirmation") == []


async def test_of_two_who_ask_at_once_the_second_hears_of_the_first(library):
    page, soon, late = await library.page(), await day(library, 10), await day(library, 20)
    lead, head = await library.browser(LEAD), await library.browser(HEAD)
    place = f"/inhalte/{page}/lesebestaetigung"

    def shown(answer):
        """What the form on a page knows, and the day in it."""
        known = re.search(r'name="bekannt" value="([^"]*)"', answer.text)
        return known[1] if known else "", re.search(r'name="until_on" value="([^"]*)"', answer.text)[1]

    assert (await lead.post(place, {"until_on": soon.isoformat()})).status_code == 303
    for _ in range(2):  # of the first page, on which nobody had asked
        second = await head.post(place, {"until_on": late.isoformat()})
        assert second.status_code == 409
        assert "Inzwischen ist etwas anderes gespeichert: zu lesen bis" in words(second)
        assert shown(second)[1] == late.isoformat(), "what was typed"
    assert (await end(library, page)) == soon
    assert (await head.post(place, {"until_on": soon.isoformat()})).status_code == 303, "both want the same"
    known, _ = shown(second)
    assert (await head.post(place, {"until_on": late.isoformat(), "bekannt": known})).status_code == 303
    assert (await end(library, page)) == late

    known, _ = shown(await lead.get(place))
    assert (await head.post(f"{place}/ende", {})).status_code == 303
    gone = await lead.post(place, {"until_on": soon.isoformat(), "bekannt": known})
    assert gone.status_code == 409
    assert "Inzwischen muss das niemand mehr bestätigen." in words(gone)
    assert shown(gone) == ("", soon.isoformat())


async def test_two_who_ask_in_the_same_moment_never_lose_a_date_in_silence(library):
    page, days = await library.page(), [await day(library, 10), await day(library, 20)]
    browsers = [await library.browser(role) for role in (LEAD, HEAD)]
    place = f"/inhalte/{page}/lesebestaetigung"
    for browser in browsers:
        await browser.get(place)
    answers = await asyncio.gather(
        *(who.post(place, {"until_on": on.isoformat()}) for who, on in zip(browsers, days, strict=True))
    )
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    (winner,) = (on for on, answer in zip(days, answers, strict=True) if answer.status_code == 303)
    assert await end(library, page) == winner


async def end(library, page):
    """Until when it is to be read."""
    async with library.acting() as (actor, _):
        demand = await queries.find_demand(await access_item(actor, page))
    return demand and last_day_before(demand.until_at)
