"""A step without its reason, and one that comes too late: nobody leaves the item, and no word is lost."""

import pytest
from playwright.async_api import expect

from tests.browser.axe import violations
from tests.browser.test_editing import SPACE, TARIQ, VIKTOR
from tests.spaces.writing import ITEM

DIRECTOR = "hannelore.siekmann"
REASON = "Bitte nennen Sie die Zeiten."


@pytest.mark.parametrize("script", [True, False])
async def test_sent_back_without_a_reason_and_then_too_late(windows, script):
    author = await windows.of(VIKTOR, path=f"{SPACE}/inhalte", java_script_enabled=False)
    title = f"Hausordnung {'mit' if script else 'ohne'} Skript"
    folder = ITEM.search(await author.page.content())[1]
    await author.open(f"/inhalte/{folder}/neu?art=page")
    await author.page.get_by_role("textbox", name="Titel").fill(title)
    await author.page.get_by_role("button", name="Speichern", exact=True).click()
    await press(author, "Zur Prüfung geben")
    path = author.path

    first = await windows.of(TARIQ, path=path, java_script_enabled=script)
    second = await first.another_tab()
    await second.open(path)
    first.expected |= {409, 422}
    loads = []
    first.page.on("load", lambda page: loads.append(page.url))
    box = first.page.locator("#zustand")
    await box.locator("summary", has_text="Zurückgeben").click()
    await press(first, "Zurückgeben")
    field = box.get_by_role("textbox", name="Warum?")
    await expect(field).to_have_attribute("aria-invalid", "true")
    await expect(box.locator(".kern-error")).to_have_text("Bitte schreiben Sie, warum.")
    await expect(first.page.locator("h1")).to_have_text(title)
    assert bool(loads) is not script, "with script the page stays"
    if script:
        assert await violations(first.page) == []

    await press(second, "Veröffentlichen")
    await expect(second.page.locator("#flash")).to_contain_text("Der Stand ist geändert")
    await field.fill(REASON)
    await press(first, "Zurückgeben")
    await expect(first.page.locator("#flash")).to_contain_text("Der Stand ist inzwischen „Veröffentlicht“")
    await expect(first.page.get_by_label("Was Sie geschrieben haben")).to_have_value(REASON)
    await expect(box.get_by_role("button", name="Zurückziehen")).to_be_visible()
    await expect(first.page.locator("h1")).to_have_text(title)
    assert bool(loads) is not script
    if script:
        assert await violations(first.page) == []
        assert first.path == path


async def press(window, name):
    await window.page.locator("#zustand").get_by_role("button", name=name, exact=True).click()
