"""The members choose who runs the office: several stand, one steps down while they vote, nobody gets enough; in the
next round somebody does, and the worker hands it over."""

import re

import pytest
from playwright.async_api import expect

from tests.browser import journey
from tests.browser.window import Window

BGW, GFS, CITY, TROCKENDOCK = "kerstin.vogelsang", "levin.oppermann", "aylin.demirci", "dilek.sarikaya"
SEAT = "/n/bielefeld/verfahren/geschaeftsstelle"
_HOLDER = (
    "SELECT o.slug FROM membership m JOIN organisation o ON o.id = m.organisation_id "
    "JOIN network n ON n.id = m.network_id "
    "WHERE n.slug = 'bielefeld' AND m.is_office AND m.ends_at IS NULL"
)
# What the directory says of them from the next sign-in on.
_CAN_RUN_IT = (
    "INSERT INTO role_assignment (id, organisation_id, person_id, role, source, valid_from) "
    "SELECT gen_random_uuid(), r.organisation_id, r.person_id, 'office', r.source, r.valid_from FROM role_assignment r "
    "JOIN organisation o ON o.id = r.organisation_id WHERE o.slug IN ('bgw', 'gfs', 'trockendock') "
    "AND r.role = 'representative' AND r.valid_until IS NULL"
)


@pytest.fixture
async def seat(stage):
    """The office is with the city again afterwards."""
    yield
    await stage.database.as_superuser(
        "UPDATE membership SET is_office = false WHERE is_office AND network_id = (SELECT id FROM network WHERE slug = "
        "'bielefeld'); UPDATE membership SET is_office = true WHERE organisation_id = (SELECT id FROM organisation "
        "WHERE slug = 'stadt-bielefeld')"
    )


async def test_members_stand_and_choose_and_the_office_goes_over_by_itself(windows, stage, seat):
    bgw, gfs, third = await windows.of(BGW, path=SEAT), await windows.of(GFS), await windows.of(TROCKENDOCK)
    await stage.database.as_superuser(_CAN_RUN_IT)
    await bgw.page.get_by_role("textbox", name="Anlass").fill("Die Stadt möchte die Aufgabe nach vier Jahren abgeben.")
    await bgw.page.get_by_role("button", name="Verfahren beginnen").click()
    await bgw.page.wait_for_url(re.compile(r"/verfahren/[0-9a-f-]{36}$"))
    path = bgw.path
    for window in (bgw, gfs, third):
        await window.open(path)
        await window.page.get_by_role("button", name="Bereit erklären").click()
        await expect(window.page.locator("#flash")).to_contain_text("Ihre Organisation ist bereit")

    office, city = await windows.of(journey.OFFICE, path=path), await windows.of(CITY)
    vote = await _opened(office)
    await city.open(vote)
    await journey.cast(city, "Trockendock Bielefeld e. V.")
    await third.open(path)
    await third.page.get_by_role("button", name="Eigene Kandidatur zurücknehmen").click()
    await expect(third.page.locator("#verlauf")).to_contain_text("Kandidatur zurückgenommen")
    await expect(city.page.locator("#eigene")).to_contain_text("Bitte entscheiden Sie neu")
    await journey.pass_the_end(stage, vote)

    await expect(office.page.locator("#ablauf")).to_contain_text("Ergebnis festgestellt")
    await office.open(path)
    await expect(office.page.locator("#verlauf")).to_contain_text("ein neuer Wahlgang ist möglich")
    vote = await _opened(office)
    for window in (bgw, gfs, city, await windows.of("tariq.haddad")):
        await window.open(vote)
        await journey.cast(window, "Bielefelder Wohnungsbaugesellschaft")
    await journey.pass_the_end(stage, vote)

    await expect(bgw.page.locator("#ablauf")).to_contain_text("Ergebnis festgestellt")
    await bgw.open(path)
    await expect(bgw.page.locator("#verlauf")).to_contain_text("an Bielefelder Wohnungsbaugesellschaft übergeben")
    holder = await stage.database.as_superuser(_HOLDER)
    assert [row["slug"] for row in holder] == ["bgw"]
    await bgw.open(journey.VOTES)
    await expect(bgw.page.get_by_role("link", name="Neue Abstimmung").first).to_be_visible()
    await office.open(journey.VOTES)
    await expect(office.page.get_by_role("link", name="Neue Abstimmung")).to_have_count(0)
    await office.page.set_viewport_size({"width": 320, "height": 640})
    assert not await office.overflows(), "the result names who was elected"


async def _opened(office: Window) -> str:
    """The office opens a round of the election; gives back where the members vote."""
    await office.page.get_by_role("button", name="Wahl eröffnen").click()
    await expect(office.page.locator("#lage")).to_contain_text("Die Mitglieder wählen")
    await office.page.get_by_role("link", name="Zur Wahl").click()
    await expect(office.page.locator("h1")).to_contain_text("Welches Mitglied übernimmt")
    return office.path
