"""Every page type as the roles that see it differently: no broken WCAG rule, light and dark, wide and narrow."""

from collections.abc import AsyncIterator

import pytest

from tests.browser import journey, visits
from tests.browser.axe import violations
from tests.browser.window import Windows

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 640}
CONTRAST = ("color-contrast",)


@pytest.mark.parametrize(("who", "address"), visits.VISITS)
async def test_a_page_for_people_with_every_way_of_reading(windows, addresses, who, address):
    window = await windows.of(who, path=None)
    window.expected.update({403, 404})
    await window.open(address.format_map(addresses))
    await _examine(window)


@pytest.mark.parametrize("address", visits.STRANGERS)
async def test_a_page_before_signing_in(windows, address):
    window = await windows.anybody()
    window.expected.add(400)
    await window.open(address)
    await _examine(window)


async def test_menus_that_are_open(windows):
    window = await windows.of(visits.TWO_PLACES)
    for menu in ("organisationen", "konto"):
        await window.page.locator(f"button[popovertarget={menu}]").first.click()
        assert not await violations(window.page)
        await window.page.keyboard.press("Escape")
    await window.page.set_viewport_size(NARROW)
    await window.page.locator("button[popovertarget=menue]").click()
    assert not await violations(window.page)
    assert not await window.overflows()


async def test_a_form_full_of_errors(windows):
    window = await windows.of(visits.OFFICE, path=f"{journey.VOTES}/neu")
    window.expected.add(422)
    await window.page.get_by_label("Letzter Tag").fill("2020-01-01")
    await window.page.get_by_role("button", name="Abstimmung eröffnen").click()
    await window.page.locator(".summary").wait_for()
    await _examine(window)


@pytest.fixture(scope="package")
async def addresses(all_windows: Windows) -> AsyncIterator[dict[str, str]]:
    """Where the demo world's votes and notices are."""
    yield await visits.addresses(all_windows, "Gibt es für alle einen Grund, hier etwas zu lesen?")
    await all_windows.close()


async def _examine(window):
    """All rules wide and narrow in the light; in the dark only colours are different."""
    problems = [f"light: {found}" for found in await violations(window.page)]
    await window.page.emulate_media(color_scheme="dark")
    problems += [f"dark: {found}" for found in await violations(window.page, rules=CONTRAST)]
    await window.page.set_viewport_size(NARROW)
    problems += [f"narrow and dark: {found}" for found in await violations(window.page)]
    if await window.overflows():
        problems.append("320 px: it scrolls sideways")
    assert not problems, f"{window.path}\n" + "\n".join(problems)
