"""A member is excluded by the others, and another one leaves: several organisations, the clock, the worker."""

import asyncio
import re
from datetime import timedelta

import pytest
from playwright.async_api import expect

from tests.browser import journey
from tests.browser.stage import Stage

BETHEL, BGW, CITY, DIAKONIE, GFS, TROCKENDOCK = (
    *("tariq.haddad", "kerstin.vogelsang", "aylin.demirci", "bernhard.lueking", "levin.oppermann", "dilek.sarikaya"),
)
PROCEDURES = "/n/bielefeld/verfahren"


@pytest.fixture
async def members(stage):
    """Whoever left is there again afterwards."""
    yield
    await stage.database.as_superuser(
        "UPDATE membership SET ends_at = NULL WHERE network_id = (SELECT id FROM network WHERE slug = 'bielefeld')"
    )


async def test_a_member_is_excluded_from_the_motion_to_the_second_it_is_gone(windows, stage, members):
    mover = await windows.of(BGW, path=PROCEDURES)
    await mover.page.get_by_role("link", name="Ausschluss beantragen").click()
    await expect(mover.page.locator("main")).to_contain_text("das sind mindestens 5")
    await mover.page.get_by_label("Mitglied", exact=True).select_option(label="Trockendock Bielefeld e. V.")
    await mover.page.get_by_role("textbox", name="Begründung").fill("Seit zwei Jahren kommt niemand mehr.")
    await mover.page.get_by_role("button", name="Antrag stellen").click()
    await mover.page.wait_for_url(re.compile(r"/verfahren/[0-9a-f-]{36}$"))
    path = mover.path

    office = await windows.of(journey.OFFICE, path=path)
    await office.page.get_by_role("button", name="Alle informieren und Abstimmung eröffnen").click()
    await expect(office.page.locator("#lage")).to_contain_text("Die Mitglieder stimmen ab")
    await office.page.locator("#lage").get_by_role("link", name="Zur Abstimmung").click()
    await expect(office.page.locator("h1")).to_contain_text("ausgeschlossen werden?")
    vote = office.path

    concerned = await windows.of(TROCKENDOCK, path=path)
    await concerned.page.get_by_role("textbox", name="Stellungnahme").fill("Wir kommen wieder.")
    await concerned.page.get_by_role("button", name="Stellungnahme speichern").click()
    await expect(concerned.page.locator("#gehoer")).to_contain_text("Wir kommen wieder.")
    for name in (BGW, BETHEL, CITY, DIAKONIE, GFS):
        voter = await windows.of(name, path=vote)
        await expect(voter.page.locator("#gehoer")).to_contain_text("Wir kommen wieder.")
        await journey.cast(voter, journey.YES)
    await journey.pass_the_end(stage, vote)

    procedure = path.rpartition("/")[2]
    await _reached(stage, procedure, "decided")
    (row,) = await stage.database.as_superuser(
        "SELECT effective_at - clock_timestamp() AS left FROM procedure WHERE id = $1::uuid", procedure
    )
    await stage.database.move_clock(row["left"] + timedelta(milliseconds=200))
    concerned.expected.add(404)
    await concerned.open("/n/bielefeld")
    await expect(concerned.page.locator("h1")).to_contain_text("nicht gefunden")
    await concerned.open(f"/o/trockendock/mitgliedschaften/{procedure}")
    await expect(concerned.page.locator("main")).to_contain_text("Der Ausschluss ist beschlossen")

    await _reached(stage, procedure, "ended")
    await mover.open(path)
    await expect(mover.page.locator("#lage")).to_contain_text("usgeschlossen")
    await expect(mover.page.locator("#verlauf")).to_contain_text("Neue Fassung des Verzeichnisses")


async def test_a_member_leaves_at_once(windows, stage, members):
    window = await windows.of(GFS, path=PROCEDURES)
    await window.page.get_by_role("link", name="Austritt erklären").click()
    await window.page.get_by_label("Sofort").check()
    await window.page.get_by_role("button", name="Weiter zur Prüfung").click()
    await expect(window.page.locator("main")).to_contain_text("Das lässt sich nicht zurücknehmen")
    await window.page.get_by_role("button", name="Austritt verbindlich erklären").click()
    await window.page.wait_for_url(re.compile(r"/o/gfs/mitgliedschaften/"))
    procedure = window.path.rpartition("/")[2]
    window.expected.add(404)
    await window.open("/n/bielefeld")
    await expect(window.page.locator("h1")).to_contain_text("nicht gefunden")

    await _reached(stage, procedure, "ended")
    other = await windows.of(BGW, path=f"{PROCEDURES}/{procedure}")
    await expect(other.page.locator("#verlauf")).to_contain_text("Alle anderen Mitglieder förmlich informiert")
    await expect(other.page.locator("#verlauf")).to_contain_text("Neue Fassung des Verzeichnisses")


async def _reached(stage: Stage, procedure: str, state: str) -> None:
    """Wait until the worker has led a procedure on."""
    for _ in range(150):
        rows = await stage.database.as_superuser("SELECT state FROM procedure WHERE id = $1::uuid", procedure)
        if rows[0]["state"] == state:
            return
        await asyncio.sleep(0.2)
    raise AssertionError(f"not {state}")
