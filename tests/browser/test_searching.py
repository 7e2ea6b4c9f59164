"""Searching as people do: titles while typing, with keys alone, a misspelt word, and all of it without script."""

import re

from playwright.async_api import expect

from tests.browser import visits
from tests.browser.axe import violations

ADMINISTRATOR, HOME = visits.ADMINISTRATOR, "/o/bethel-regional/inhalte"
TITLE = "Quittenernte im Gemeinschaftsgarten"


async def _something_to_find(windows) -> None:
    window = await windows.of(ADMINISTRATOR, path=HOME)
    folder = re.search(r"/inhalte/([0-9a-f-]{36})/", await window.page.content())[1]
    token = window.page.locator("input[name=_csrf_token]").first
    answer = await window.page.request.post(
        f"{window.stage.address}/inhalte/{folder}/eintraege?art=page",
        form={"title": TITLE, "body": "<p>Wir treffen uns um acht.</p>", "_csrf_token": await token.input_value()},
    )
    assert answer.ok, await answer.text()


async def test_titles_appear_while_typing_and_the_keys_lead_there(windows):
    await _something_to_find(windows)
    window = await windows.of(ADMINISTRATOR, path="/")
    page = window.page
    box = page.get_by_role("combobox", name="Suchen")
    await box.focus()
    await page.keyboard.type("quitt")
    option = page.get_by_role("option", name=re.compile(TITLE)).first
    await expect(option).to_be_visible()
    await expect(box).to_have_attribute("aria-expanded", "true")
    assert not await violations(page)
    await page.keyboard.press("Escape")
    await expect(option).to_be_hidden()
    assert await box.input_value() == "quitt", "Escape closes the list and keeps what was typed"
    await page.keyboard.press("ArrowDown")
    await expect(option).to_have_attribute("aria-selected", "true")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)


async def test_enter_searches_when_nothing_is_chosen(windows):
    await _something_to_find(windows)
    window = await windows.of(ADMINISTRATOR, path="/")
    page = window.page
    await page.get_by_role("combobox", name="Suchen").fill("Qiuttenernte")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Genau „Qiuttenernte“ kommt nicht vor")).to_be_visible()
    await page.locator("#gemeint").click()
    await expect(page.get_by_role("link", name=TITLE).first).to_be_visible()
    await expect(page.locator("mark").first).to_have_text(re.compile("Quitten"))
    assert not await violations(page)


async def test_without_script_the_form_searches(windows):
    await _something_to_find(windows)
    window = await windows.of(ADMINISTRATOR, path="/suche", java_script_enabled=False)
    page = window.page
    await page.get_by_label("Suchwörter").fill("Quittenernte")
    await page.get_by_role("main").get_by_role("button", name="Suchen").click()
    await expect(page.get_by_role("link", name=TITLE).first).to_be_visible()


async def test_narrow_the_header_leads_to_the_search(windows):
    window = await windows.of(ADMINISTRATOR, path="/")
    await window.page.set_viewport_size({"width": 320, "height": 640})
    await window.page.get_by_role("link", name="Suche", exact=True).click()
    await expect(window.page.get_by_role("heading", name="Suche", level=1)).to_be_visible()
    assert not await window.overflows()
