"""Signing in and out at the real directory, and what a person may look after themselves: organisation and sessions."""

import re

from playwright.async_api import expect

JONAS, RUTH, WANDA = "jonas.wiegand", "ruth.kaminski", "wanda.neumark"


async def test_the_day_begins_at_the_directory_and_ends_there(windows, stage):
    window = await windows.anybody()
    await window.open("/")
    assert window.path.startswith("/anmelden")
    await window.sign_in(JONAS)
    assert window.path == "/"
    await expect(window.page).to_have_title(re.compile("Mein Tag"))

    await _account(window, "Abmelden")
    await window.page.wait_for_url(f"{stage.address}/abgemeldet*")
    await expect(window.page.locator("h1")).to_contain_text("abgemeldet")
    await window.open("/mitteilungen")
    assert window.path.startswith("/anmelden"), "signed out here"

    await window.page.get_by_role("link", name="Mit dem Verzeichnis der Stadt anmelden").click()
    await expect(window.page.locator("input[name=login]")).to_be_visible()  # signed out there, too: it asks again
    await window.at_directory(JONAS)
    await window.page.wait_for_url(f"{stage.address}/mitteilungen")


async def test_going_back_after_signing_out_shows_nothing(windows, stage):
    window = await windows.anybody()
    await window.sign_in(JONAS, to="/mitteilungen")
    await _account(window, "Abmelden")
    await window.page.wait_for_url(f"{stage.address}/abgemeldet*")
    for _ in range(4):
        await window.page.go_back()
        if window.page.url.startswith(stage.address):  # what the directory remembers is its own matter
            assert "Wiegand" not in await window.page.locator("body").inner_text()


async def test_a_link_from_a_mail_leads_where_it_says_once_signed_in(windows):
    window = await windows.anybody()
    await window.sign_in(JONAS, to="/n/bielefeld/verzeichnis?von=mail")
    assert window.path == "/n/bielefeld/verzeichnis?von=mail"


async def test_who_works_for_two_organisations_switches_between_them(windows, stage):
    window = await windows.anybody()
    await window.sign_in(RUTH)
    first, second = "Diakonie für Bielefeld", "Diakonie Düsseldorf"
    header = window.page.locator("header")
    before = await header.locator("button.bar__organisation").inner_text()
    here, there = (first, second) if first in before else (second, first)
    await header.locator("button.bar__organisation").click()
    await header.get_by_role("button", name=there, exact=True).click()
    await expect(window.page.locator("#flash")).to_contain_text("Sie arbeiten jetzt für")
    await expect(header.locator("button.bar__organisation")).to_contain_text(there)
    networks = await window.page.locator("nav#menue").inner_text()
    assert ("Bielefeld" in networks, "Düsseldorf" in networks) == (there == first, there == second)

    window.expected.add(404)  # the other network does not exist from here
    await window.open("/n/bielefeld" if there == second else "/n/duesseldorf")
    await expect(window.page.locator("h1")).to_be_visible()
    assert here not in await window.page.locator("body").inner_text()


async def test_a_form_begun_for_one_organisation_is_not_sent_for_another(windows):
    """Whoever switches in a second tab must not act for the wrong organisation in the first."""
    first = await windows.anybody()
    first.expected.add(403)
    await first.sign_in(RUTH, to="/konto/sitzungen")
    second = await first.another_tab()
    await second.open("/")
    await second.page.locator("header button.bar__organisation").click()
    await second.page.locator("header").get_by_role("button", name=re.compile("^Diakonie ")).last.click()
    await expect(second.page.locator("#flash")).to_contain_text("Sie arbeiten jetzt für")
    warning = first.page.locator("#flash .kern-alert")
    await expect(warning).to_have_count(1)  # before anybody does anything there
    await expect(warning).to_contain_text(re.compile("Sie arbeiten jetzt für „Diakonie .*“"))
    await first.page.get_by_role("button", name="Alle Sitzungen beenden").click()
    await expect(first.page.locator("h1")).to_contain_text("Diese Seite gilt nicht mehr")
    await second.page.reload()
    assert second.path == "/", "nothing was ended"


async def test_who_works_for_nobody_yet_is_told_whom_to_ask(windows, stage):
    window = await windows.anybody()
    window.expected.add(403)
    await window.sign_in(WANDA)
    await expect(window.page.locator("h1")).to_contain_text("gehört noch zu keiner Organisation")
    assert "Administration" in await window.text()
    await window.page.get_by_role("link", name="Mit einem anderen Konto anmelden").click()
    await window.page.wait_for_url(f"{stage.address}/abgemeldet**")  # not before the directory has let go
    await window.sign_in(JONAS)
    await expect(window.page).to_have_title(re.compile("Mein Tag"))


async def test_a_session_left_open_elsewhere_is_ended_from_here(windows):
    elsewhere, here = await windows.anybody(), await windows.anybody()
    await elsewhere.sign_in("gudrun.pohlkamp")
    await here.sign_in("gudrun.pohlkamp", to="/konto/sitzungen")
    sessions = here.page.locator("#sitzungen")
    await expect(sessions.get_by_role("listitem")).to_have_count(2)
    await sessions.get_by_role("button", name="Beenden").click()  # one's own says "Abmelden"
    await expect(here.page.locator("#flash")).to_contain_text("beendet")
    await elsewhere.page.reload()
    assert elsewhere.path.startswith("/anmelden")
    await here.page.reload()
    assert here.path == "/konto/sitzungen"


async def _account(window, entry):
    await window.page.locator("button[popovertarget=konto]").click()
    await window.page.locator("#konto").get_by_text(entry).click()
