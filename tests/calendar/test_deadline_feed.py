"""A calendar of one's own deadlines by secret address: what is to be done and until when, never about what."""

from datetime import date, timedelta
from uuid import uuid4

import icalendar

from portal.kit.clock import end_of_day
from portal.ladders import actions
from portal.ladders.rules import Matter
from tenants.context import Role
from tenants.scope import current_scope
from tests.calendar.conftest import HOME, NEIGHBOUR
from tests.calendar.test_feeds import subscribe
from tests.isolation.planting import as_person

VOTER, CLERK = Role.REPRESENTATIVE, Role.CASEWORKER
LAST_DAY = date(2030, 5, 17)


async def set_one(cast, title: str, *, roles=(VOTER,)) -> None:
    async with as_person(cast, cast.who(HOME, VOTER), HOME) as actor:
        await actions.set_deadline(
            actor=actor, now=current_scope().now, matter=Matter.VOTE, subject_id=uuid4(), title=title,
            address="/n/bielefeld/abstimmungen", due_at=end_of_day(LAST_DAY), roles=roles,
            network_id=cast.networks["bielefeld"],
        )  # fmt: skip


async def events(cast, address: str):
    answer = await cast.nobody().get(address)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    return answer, list(icalendar.Calendar.from_ical(answer.content).events)


async def test_it_holds_what_its_person_has_to_do_and_says_nothing_about_it(cast):
    await set_one(cast, "Ausschluss der Musterhilfe e. V.")
    await set_one(cast, "Sache der Fachkräfte", roles=(CLERK,))
    address = await subscribe(await cast.as_role(HOME, VOTER), "fristen")
    answer, found = await events(cast, address)
    (event,) = [each for each in found if each["DTSTART"].dt == LAST_DAY]
    assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(days=1)
    assert str(event["SUMMARY"]).startswith("Frist: Stimme abgeben (")
    assert str(event["URL"]).endswith("/n/bielefeld/abstimmungen")
    for word in ("Musterhilfe", "Fachkräfte", *(entry.family_name for entry in cast.people.values())):
        assert word not in answer.text
    again = await cast.nobody().http.get(address, headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


async def test_it_is_nobody_elses_and_ends_with_its_address(cast):
    await set_one(cast, "Winterhilfe")
    browser = await cast.as_role(NEIGHBOUR, VOTER)
    address = await subscribe(browser, "fristen")
    _, found = await events(cast, address)
    assert [each for each in found if each["DTSTART"].dt == LAST_DAY] == []
    assert (await cast.nobody().get(address.replace("fristen", "kalender"))).status_code == 404
    renewed = await subscribe(browser, "fristen")
    assert (await cast.nobody().get(address)).status_code == 404
    assert (await browser.post("/konto/abos/fristen/ende")).status_code == 303
    assert (await cast.nobody().get(renewed)).status_code == 404
