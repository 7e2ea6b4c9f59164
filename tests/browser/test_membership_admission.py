"""An organisation without an account joins: form, mail, vote, letter, both signatures, until somebody of it signs in.

Beside the other memberships, since the clock goes on by weeks.
"""

import asyncio
import re
from collections.abc import Callable
from datetime import timedelta

import pypdf
import pytest
from playwright.async_api import expect

from tests.browser import journey
from tests.browser.axe import examine
from tests.browser.stage import NEWCOMER, Stage, until
from tests.browser.window import Window

BGW, CITY = "kerstin.vogelsang", "aylin.demirci"
DIRECTORY = "Verzeichnis der Mitglieder"
NAME = "Wärmestube Nord e. V."
GIVEN = {
    "Name der Organisation": NAME,
    "Rechtsform": "eingetragener Verein",
    "Sitz": "Nordstraße 4, 33602 Bielefeld",
    "Arbeitsfeld": "Tagesaufenthalt für wohnungslose Menschen.",
    "Ansprechperson": "Grete Hollmann",
    "E-Mail-Adresse der Ansprechperson": NEWCOMER.email,
}


@pytest.fixture
async def network(stage):
    """The network has the members it had afterwards."""
    yield
    await stage.database.as_superuser(
        "UPDATE membership SET ends_at = begins_at WHERE organisation_id = (SELECT id FROM organisation WHERE slug = "
        "'waermestube-nord')"
    )


async def test_an_organisation_joins_from_the_form_to_its_first_visit(windows, stage, network):
    applicant = await windows.anybody()
    link = await _apply(stage, applicant)
    office = await windows.of(journey.OFFICE, path="/n/bielefeld/aufnahmen")
    await office.page.get_by_role("link", name=re.compile(NAME)).first.click()
    await office.page.get_by_role("button", name="Vollständig: alle Mitglieder informieren").click()
    await expect(office.page.locator("#jetzt")).to_contain_text("Die Mitglieder entscheiden")
    case = office.path
    await office.page.locator("#jetzt").get_by_role("link", name="Zur Abstimmung").click()
    await expect(office.page.locator("h1")).to_contain_text("Aufnahme von")
    for name, answer in ((BGW, "Wir widersprechen"), (CITY, "Kein Widerspruch")):
        await journey.cast(await windows.of(name, path=office.path), answer)
    await journey.pass_the_end(stage, office.path)
    await _reached(stage, "accepted")

    await office.open(case)
    await office.page.get_by_role("textbox", name="Ihre Funktion").fill("Leitung der Geschäftsstelle")
    await office.page.get_by_role("textbox", name="Kurzname der Organisation").fill("waermestube-nord")
    await office.page.locator("#senden").get_by_role("checkbox").check()
    await office.page.get_by_role("button", name="Unterzeichnen und senden").click()
    await expect(office.page.locator("#jetzt")).to_contain_text("Die Vereinbarung liegt beim Antragsteller")
    await applicant.open(link)
    await _read_and_sign(applicant)

    await stage.database.move_clock(await _receipt(stage) + timedelta(milliseconds=200))
    await _reached(stage, "member")
    newcomer = await windows.anybody()
    await newcomer.sign_in(NEWCOMER.user_name, to="/n/bielefeld")
    await expect(newcomer.page.locator("h1")).to_contain_text("Bielefeld")
    for window in (await windows.of(BGW, path=None), office):
        await window.open("/n/bielefeld/foermliche-mitteilungen")
        await expect(window.page.locator("main")).to_contain_text(DIRECTORY)
    await _lies_there(newcomer)


async def _lies_there(window: Window) -> None:
    """Whoever comes first finds what could not be posted to anybody, once the worker has been there."""
    for _ in range(40):
        await window.open("/n/bielefeld/foermliche-mitteilungen")
        if DIRECTORY in await window.text():
            return
        await asyncio.sleep(0.5)
    raise AssertionError("no letter for the newcomer")


async def _apply(stage: Stage, window: Window) -> str:
    """Fill in the public form and follow the link of the mail; gives back its address."""
    page = window.page
    await window.open("/beitritt/bielefeld")
    for label, value in GIVEN.items():
        await page.get_by_role("textbox", name=label, exact=True).fill(value)
    await page.get_by_role("radio", name="Träger").check()
    await page.get_by_role("checkbox").check()
    await page.get_by_role("button", name="Antrag senden").click()
    await page.wait_for_url("**/eingegangen")
    await window.open(link := await _mailed(stage))
    await page.get_by_role("button", name="Antrag bestätigen").click()
    await expect(page.locator("main")).to_contain_text("Ihr Antrag liegt der Geschäftsstelle vor")
    assert await examine(window) == []
    return link


async def _read_and_sign(window: Window) -> None:
    """Save the agreement, find both sides in it, and sign on the screen."""
    page = window.page
    async with page.expect_download() as coming:
        await page.get_by_role("link", name="Vereinbarung als PDF").click()
    document = pypdf.PdfReader(await (await coming.value).path())
    text = "".join(each.extract_text() for each in document.pages)
    assert NAME in text
    assert "Leitung der Geschäftsstelle" in text
    assert await examine(window) == []
    form = page.locator("#bildschirm")
    await form.get_by_role("textbox", name="Ihr Name").fill("Grete Hollmann")
    await form.get_by_role("textbox", name="Ihre Funktion").fill("Vorstand")
    await form.get_by_role("checkbox").check()
    await form.get_by_role("button", name="Vereinbarung unterzeichnen").click()
    await expect(page.locator("main")).to_contain_text("Ihr unterzeichnetes Exemplar ist eingegangen")


async def _mailed(stage: Stage) -> str:
    """The address in the mail to the applicant, once it has come."""
    links: list[str] = []

    def came() -> bool:
        mails = stage.services.mailbox.mails()
        texts = [mail.text for mail in mails if NEWCOMER.email in mail.message["To"]]
        links[:] = [found for text in texts for found in re.findall(r"/beitritt/bielefeld/[\w-]{20,}", text)]
        return bool(links)

    await until(came, within=30)
    return links[-1]


async def _reached(stage: Stage, state: str) -> None:
    """Wait until the worker has led the case on."""
    await _told(stage, "state", lambda found: found == state)


async def _receipt(stage: Stage) -> timedelta:
    """How far ahead of this machine's clock the receipt of the signed copy is, once it is certain."""
    ahead = await _told(stage, "received_at - clock_timestamp()", lambda found: found is not None)
    assert isinstance(ahead, timedelta)
    return ahead


async def _told(stage: Stage, expression: str, holds: Callable[[object], bool]) -> object:
    """What the application says when the worker has gone so far."""
    for _ in range(150):
        (row,) = await stage.database.as_superuser(f"SELECT {expression} AS it FROM application WHERE name = $1", NAME)
        if holds(row["it"]):
            return row["it"]
        await asyncio.sleep(0.2)
    raise AssertionError(f"{expression}: {row['it']}")
