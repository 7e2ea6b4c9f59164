"""What people do with browsers anyway: print, go back, click twice, open two tabs, read English; and the swap proof."""

import asyncio
import re
from itertools import count

import pytest
from playwright.async_api import expect

from portal.shell.security import CSRF_COOKIE
from tests.browser import journey

GFS, BGW = "levin.oppermann", "kerstin.vogelsang"
# What a page says, without what only tells of the change itself and what htmx notes for its own use.
_CONTENT = """() => {
  const main = document.querySelector('main').cloneNode(true);
  main.querySelector('#flash').replaceChildren();
  for (const one of [main, ...main.querySelectorAll('*')]) {
    one.classList.remove('htmx-request');
    for (const name of one.getAttributeNames())
      if (/^(data-htmx|tabindex$)/.test(name) || name === 'class' && !one.className.trim()) one.removeAttribute(name);
  }
  return main.innerHTML.replace(/(name="_csrf_token" value)="[^"]*"/g, '$1').replace(/\\s+/g, ' ').split(/(?=<)/);
}"""


async def test_a_page_after_the_swap_equals_a_page_loaded_afresh(windows):
    path = await journey.ask(windows, "Tauschen wir die Schichten?")
    window = await windows.of(GFS, path=path)
    for answer in (journey.YES, journey.NO):
        await journey.cast(window, answer)
        await expect(window.page.locator("#stand")).to_contain_text(
            "stimmt zu" if answer == journey.YES else "stimmt nicht zu"
        )
        navigation = window.page.locator("#navigation")
        swapped = [*await _content(window), await navigation.inner_html()]
        await window.page.reload()
        fresh = [*await _content(window), await navigation.inner_html()]
        assert swapped == fresh


async def test_an_inbox_after_the_swap_equals_one_loaded_afresh(windows):
    await journey.ask(windows, "Wer liest das?")
    window = await windows.of("aylin.demirci", path="/mitteilungen")
    row = window.page.get_by_role("listitem").filter(has_text="Wer liest das?").filter(has_text="Neue Abstimmung")
    await row.get_by_role("button", name="Als gelesen vermerken", exact=True).click()
    await expect(window.page.locator("#flash")).to_contain_text("als gelesen vermerkt")
    swapped = await _content(window)
    header = await window.page.locator("#inbox").inner_text()
    await window.page.reload()
    assert swapped == await _content(window)
    assert header == await window.page.locator("#inbox").inner_text()


@pytest.mark.parametrize("script", [True, False])
async def test_what_was_chosen_survives_a_change_of_the_key(windows, stage, script):
    path = await journey.ask(windows, f"Hält das einen Neustart aus ({script})?")
    window = await windows.anybody(java_script_enabled=script)
    await window.sign_in(GFS, to=path)
    window.expected.add(403)
    over_https = stage.address.replace("http:", "https:")  # or the browser takes no cookie of that name
    signed_before = {"name": CSRF_COOKIE, "value": "0" * 128, "url": over_https, "secure": True, "httpOnly": True}
    await window.context.add_cookies([signed_before])
    token = window.page.locator("#lage input[name=_csrf_token]")
    await token.evaluate("(field, value) => { field.value = value; }", signed_before["value"])
    await window.page.get_by_role("radio", name=journey.YES, exact=True).check()
    await window.page.locator("#lage button[type=submit]").click()
    await expect(window.page.locator("main")).to_contain_text("Bitte senden Sie noch einmal ab")
    again = (
        window.page.locator("#lage button[type=submit]") if script else window.page.get_by_role("button", name="Noch")
    )
    await again.click()
    await expect(window.page.locator("#flash")).to_contain_text("Ihre Stimme ist gespeichert")
    assert window.path == path


async def test_a_printed_vote_is_the_vote_and_nothing_around_it(windows):
    path = await journey.ask(windows, "Hängen wir das aus?")
    window = await windows.of(GFS, path=path)
    await window.page.emulate_media(media="print")
    for around in ("nav#menue", ".bar__end", ".skip", "footer", ".crumbs", "#lage button"):
        for part in await window.page.locator(around).all():
            await expect(part).to_be_hidden()
    for kept in ("h1", "#stand table", "#ablauf"):
        await expect(window.page.locator(kept)).to_be_visible()


async def test_pages_stay_live_however_slowly_their_scripts_arrive(windows):
    path = await journey.ask(windows, "Kommt das auch so an?")
    window = await windows.of(GFS, path=None)
    delays = count(1)

    async def late(route):
        await asyncio.sleep(0.3 * next(delays))
        await route.continue_()

    await window.page.route("**/static/**/*.js", late)
    async with window.page.expect_request("**/mitteilungen/strom"):
        await window.open(path)


async def test_english_for_who_reads_it_better(windows):
    path = await journey.ask(windows, "Sprechen wir darüber?")
    window = await windows.of(GFS, path=path)
    await window.page.get_by_role("button", name="English").click()
    await expect(window.page.locator("html")).to_have_attribute("lang", "en")
    assert window.path == path, "the same page"
    await expect(window.page.get_by_role("link", name="Votes", exact=True)).to_be_visible()
    text = await window.page.locator("body").inner_text()
    for german in ("Abstimmungen", "Mitteilungen", "Ihre Frist", "steht noch aus", "Stimme abgeben", "Ablauf"):
        assert german not in text.replace("Sprechen wir darüber?", "")
    await window.page.get_by_role("button", name="Deutsch").click()
    await expect(window.page.locator("html")).to_have_attribute("lang", "de")


async def test_going_back_after_opening_a_vote_opens_no_second_one(windows, stage):
    question = "Geht das auch zurück?"
    path = await journey.ask(windows, question)
    office = await windows.of(journey.OFFICE, path=journey.VOTES)
    await office.open(f"{journey.VOTES}/neu")
    await journey.fill_in(office, f"{question} Wirklich?", rule="Zustimmung")
    await office.page.get_by_role("button", name="Abstimmung eröffnen").click()
    await office.page.wait_for_url(re.compile(r"abstimmungen/[0-9a-f]{8}-"))
    assert office.path != path
    await office.page.go_back()
    await office.page.go_forward()
    await office.page.reload()
    assert await _votes_called(stage, f"{question} Wirklich?") == 1


async def test_a_double_click_casts_one_ballot(windows, stage):
    path = await journey.ask(windows, "Klickt das zweimal?")
    window = await windows.of(BGW, path=path)
    await window.page.get_by_role("radio", name=journey.YES, exact=True).check()
    await window.page.locator("#lage button[type=submit]").dblclick(no_wait_after=True)
    await expect(window.page.locator("#flash")).to_contain_text("gespeichert")
    await window.page.wait_for_timeout(300)
    assert await _ballots(stage, path) == 1


async def test_two_tabs_show_the_same_vote(windows, stage):
    path = await journey.ask(windows, "Siehst du das auch?")
    first = await windows.of(GFS, path=path)
    second = await first.another_tab()
    await second.open(path)
    await journey.cast(first, journey.YES)
    await expect(second.page.locator("#stand")).to_contain_text("stimmt zu")
    await journey.cast(second, journey.NO)
    await expect(first.page.locator("#stand")).to_contain_text("stimmt nicht zu")
    assert await _ballots(stage, path) == 2


async def _content(window):
    """Once what the stream told of has been fetched, too."""
    await expect(window.page.locator(".htmx-request")).to_have_count(0)
    return await window.page.evaluate(_CONTENT)


async def _ballots(stage, path):
    rows = await stage.database.as_superuser(
        "SELECT count(*) AS n FROM ballot WHERE vote_id = $1::uuid", path.rpartition("/")[2]
    )
    return rows[0]["n"]


async def _votes_called(stage, question):
    rows = await stage.database.as_superuser("SELECT count(*) AS n FROM vote WHERE question = $1", question)
    return rows[0]["n"]
