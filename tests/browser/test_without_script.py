"""Without JavaScript everything works, by links and forms alone."""

from playwright.async_api import expect

from portal.identity.sessions import COOKIE
from tests.browser import journey

BETHEL, RUTH = "tariq.haddad", "ruth.kaminski"


async def test_a_day_without_script(windows, stage):
    path = await journey.ask(windows, "Reicht auch ein Zettel?")
    window = await windows.anybody(java_script_enabled=False)
    await window.sign_in(BETHEL)
    page = window.page
    await expect(page.locator("h1")).to_contain_text("Tariq Haddad")

    await _until_listed(window, "Reicht auch ein Zettel?")
    await _told(window, "Reicht auch ein Zettel?").get_by_role("link").first.click()
    await expect(page.locator("main")).to_contain_text("Reicht auch ein Zettel?")
    await page.get_by_role("link", name="Zur Abstimmung").click()
    assert window.path == path

    await journey.cast(window, journey.ABSTAIN)
    assert window.path == path, "the answer to a post leads back to a page with an address"
    await expect(page.locator("#stand")).to_contain_text("enthält sich")
    await page.reload()
    await expect(page.locator("#flash")).to_be_empty()

    await window.open("/mitteilungen")
    if await page.get_by_role("button", name="Alle als gelesen vermerken").count():
        await page.get_by_role("button", name="Alle als gelesen vermerken").click()
        await expect(page.locator("#flash")).to_contain_text("gelesen")
    await page.get_by_role("button", name="Tariq Haddad").click()
    await page.get_by_role("button", name="Abmelden").click()
    await page.wait_for_url(f"{stage.address}/abgemeldet*")
    await window.open("/")
    assert window.path.startswith("/anmelden")


async def test_the_organisation_is_switched_without_script(windows):
    window = await windows.anybody(java_script_enabled=False, width=360)
    await window.sign_in(RUTH)
    await window.page.locator("button[popovertarget=konto]").click()
    other = window.page.locator("#konto").locator("button[name=organisation]")
    name = await other.inner_text()
    await other.click()
    await expect(window.page.locator("#flash")).to_contain_text("Sie arbeiten jetzt für")
    await expect(window.page.locator(".bar__organisation").first).to_contain_text(name)


async def test_an_empty_ballot_comes_back_with_what_is_missing(windows):
    path = await journey.ask(windows, "Wer nimmt das Protokoll?")
    window = await windows.of(BETHEL, path=path, java_script_enabled=False)
    window.expected.add(422)
    await window.page.locator("#lage button[type=submit]").click()
    await expect(window.page.locator(".summary")).to_contain_text("Bitte wählen Sie eine Antwort aus")
    await expect(window.page.locator("h1")).to_contain_text("Wer nimmt das Protokoll?")
    await window.page.locator(".summary a").click()
    await journey.cast(window)


async def test_a_session_that_ended_while_typing_takes_nothing_away(windows):
    """The page with the text is gone, as browsers go without script; the answer carries the text on."""
    window = await windows.anybody(java_script_enabled=False)
    window.expected.add(401)
    await window.sign_in(journey.OFFICE, to=f"{journey.VOTES}/neu")
    explanation = "\n".join(["Was alle wissen müssen."] * 100)
    await journey.fill_in(window, "Bleibt das stehen?", rule="Zustimmung")
    await window.page.get_by_label("Erläuterung").fill(explanation)
    await window.context.clear_cookies(name=COOKIE)
    await window.page.get_by_role("button", name="Abstimmung eröffnen").click()
    await expect(window.page.locator("h1")).to_contain_text("Ihre Sitzung ist abgelaufen")
    await expect(window.page.get_by_label("Ihre Eingabe")).to_have_value(explanation)

    async with window.context.expect_page() as opened:
        await window.page.get_by_role("link", name="In einem neuen Fenster anmelden").click()
    beside = await opened.value
    await beside.get_by_role("link", name="Mit dem Verzeichnis der Stadt anmelden").click()
    await beside.wait_for_url(f"{window.stage.address}/")  # the directory still knows this browser
    await window.page.get_by_role("button", name="Noch einmal absenden").click()
    await expect(window.page.locator("h1")).to_contain_text("Bleibt das stehen?")
    await expect(window.page.locator("#erlaeuterung p")).to_have_count(100)


async def _until_listed(window, question):
    """The worker tells people; without script they look again."""
    for _ in range(20):
        await window.open("/mitteilungen")
        if await _told(window, question).count():
            return
        await window.page.wait_for_timeout(250)
    raise AssertionError("not told")


def _told(window, question):
    return window.page.get_by_role("listitem").filter(has_text="Neue Abstimmung").filter(has_text=question)
