"""The page of a month: what is in it, for whom, and how one gets on."""

import icalendar
import pytest

from tenants.context import Role
from tests.calendar.conftest import HOME, NEIGHBOUR, STRANGER

DECEMBER = "monat=2026-12"
CLERK, HEAD = Role.CASEWORKER, Role.ADMINISTRATOR


async def test_a_month_shows_what_is_published_on_its_days(cast, diary):
    await diary.add("Dienstbesprechung", place="Raum 4", ends_at="2026-12-04T15:30:00+01:00")
    await diary.add("Klausur", begins_at="2026-11-30T00:00:00+01:00", ends_at="2026-12-02T00:00:00+01:00", all_day=True)
    await diary.add("Sommerfest", begins_at="2027-07-01T14:00:00+02:00")
    browser = await cast.as_role(HOME, CLERK)
    page = await browser.get(f"/o/{HOME}/kalender?{DECEMBER}")
    assert page.status_code == 200, page.text
    assert page.text.count("Dienstbesprechung") == 2  # in the table and in the list
    assert page.text.count("Klausur") == 3 + 2  # on its three days; in the list on those of this month
    assert "Raum 4" in page.text
    assert "Sommerfest" not in page.text
    assert "Sommerfest" in (await browser.get(f"/o/{HOME}/kalender?monat=2027-07")).text


async def test_a_month_that_is_none_is_the_present_one(cast):
    browser = await cast.as_role(HOME, CLERK)
    for code in ("", "monat=", "monat=2026-99", "monat=x"):
        page = await browser.get(f"/o/{HOME}/kalender?{code}")
        assert page.status_code == 200
        assert 'aria-current="date"' in page.text


async def test_drafts_are_shown_to_who_writes_them_alone(cast, diary):
    await diary.add("Geheimtreffen", publish=False)
    address = f"/o/{HOME}/kalender?{DECEMBER}"
    assert "Geheimtreffen" in (await (await cast.as_role(HOME, HEAD)).get(address)).text
    assert "Geheimtreffen" not in (await (await cast.as_role(HOME, CLERK)).get(address)).text


async def test_calendars_of_others_are_not_found(cast, diary):
    event = await diary.add("Dienstbesprechung")
    for organisation in (NEIGHBOUR, STRANGER):
        browser = await cast.as_role(organisation, Role.REPRESENTATIVE)
        assert (await browser.get(f"/o/{HOME}/kalender")).status_code == 404
        assert (await browser.get(f"/inhalte/{event}/termin")).status_code == 404
    assert (await (await cast.as_role(STRANGER, Role.REPRESENTATIVE)).get("/n/bielefeld/kalender")).status_code == 404


async def test_members_share_the_calendar_of_their_network(cast, diary):
    await diary.add("Koordinierungskreis", by=("stadt-bielefeld", Role.OFFICE), network="bielefeld")
    browser = await cast.as_role(NEIGHBOUR, Role.REPRESENTATIVE)
    assert "Koordinierungskreis" in (await browser.get(f"/n/bielefeld/kalender?{DECEMBER}")).text
    assert "Koordinierungskreis" not in (await browser.get(f"/o/{NEIGHBOUR}/kalender?{DECEMBER}")).text


async def test_an_event_is_added_read_and_taken_along(cast):
    browser = await cast.as_role(HOME, HEAD)
    page = await browser.get(f"/o/{HOME}/kalender")
    folder = page.text.split("/inhalte/", 1)[1].split("/neu?art=event")[0][-36:]
    sent = {"title": "Fachtag", "begins_at": "2026-12-04T09:00", "ends_at": "2026-12-04T08:00", "place": "Rathaus"}
    refused = await browser.post(f"/inhalte/{folder}/eintraege?art=event", sent)
    assert refused.status_code == 422
    assert "Das Ende liegt vor dem Beginn" in refused.text
    added = await browser.post(f"/inhalte/{folder}/eintraege?art=event", {**sent, "ends_at": "2026-12-04T17:00"})
    assert added.status_code == 303, added.text
    view = await browser.get(added.headers["location"])
    assert "Rathaus" in view.text
    link = view.text.split("/termin")[0].rsplit('"', 1)[1] + "/termin"
    file = await browser.get(link)
    assert file.headers["content-type"] == "text/calendar; charset=utf-8"
    (event,) = icalendar.Calendar.from_ical(file.content).events
    assert (str(event["SUMMARY"]), str(event["LOCATION"])) == ("Fachtag", "Rathaus")
    assert event.start.isoformat() == "2026-12-04T08:00:00+00:00"


@pytest.mark.parametrize("kind", ["page", "folder"])
async def test_only_events_are_given_as_events(cast, diary, kind):
    item = await diary.add("Etwas anderes", kind=kind, publish=kind == "page")
    assert (await (await cast.as_role(HOME, HEAD)).get(f"/inhalte/{item}/termin")).status_code == 404


async def test_a_page_costs_five_statements_however_much_it_shows(cast, diary, monkeypatch):
    for number in range(5):
        await diary.add(f"Treffen {number}")
    browser = await cast.as_role(HOME, CLERK)
    await browser.get(f"/o/{HOME}/kalender?{DECEMBER}")
    from portal.calendar import queries
    from portal.spaces import queries as of_spaces

    asked = []

    def counted(execute):
        async def run(*arguments):
            asked.append(arguments[0])
            return await execute(*arguments)

        return run

    for module in (queries, of_spaces):
        monkeypatch.setattr(module, "execute", counted(module.execute))
    await browser.get(f"/o/{HOME}/kalender?{DECEMBER}")
    assert len(asked) == 2
