"""Every page type as the roles that see it differently: no broken WCAG rule, light and dark, wide and narrow."""

import inspect
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace

import pytest

from portal.app import create_app
from portal.settings import Settings
from tests.browser import journey, visits, visits_content
from tests.browser.axe import examine, violations
from tests.browser.window import Window, Windows

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 640}


@pytest.mark.parametrize(("who", "address"), visits.VISITS)
async def test_a_page_for_people_with_every_way_of_reading(window_of, addresses, who, address):
    window = await window_of(who)
    window.expected.update({403, 404})
    await window.page.set_viewport_size(WIDE)
    await window.page.emulate_media(color_scheme="light")
    await window.open(address.format_map(addresses))
    problems, window.troubles[:] = [*await examine(window), *window.troubles], []
    assert problems == []


@pytest.mark.parametrize("address", visits.STRANGERS)
async def test_a_page_before_signing_in(windows, address):
    window = await windows.anybody()
    window.expected.update({400, 404})
    await window.open(address)
    assert await examine(window) == []


def test_no_page_is_left_out(stage):
    content = (address for addresses in visits_content.VISITS.values() for address in addresses)
    found = (*(address for _, address in visits.VISITS), *visits.STRANGERS, *content)
    visited = {address.partition("?")[0] for address in found}
    for route in create_app(Settings.model_validate(stage.settings)).routes:
        for handler in getattr(route, "route_handlers", ()):
            if "reply.page(" in inspect.getsource(handler.fn) and "GET" in handler.http_methods:
                assert any(map(_pattern(route.path).fullmatch, visited)), f"{route.path}: add it to VISITS"


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
    assert await examine(window) == []


async def test_a_word_without_end_is_broken(windows):
    """As somebody pastes it, an address for example: nothing runs out of the page."""
    path = await journey.ask(windows, "https://beispiel.test/" + "W" * 200)
    window = await windows.of(visits.DEPUTY, path=None)
    for address in ("/", "/n/bielefeld", journey.VOTES, path, "/mitteilungen"):
        await window.open(address)
        for size in (WIDE, NARROW):
            await window.page.set_viewport_size(size)
            assert not await window.overflows(), f"{address} {size}"


@pytest.fixture(scope="module")
async def window_of(all_windows: Windows) -> AsyncIterator[Callable[[str], Awaitable[Window]]]:
    """The window of somebody, which stays open for the next visit: a new one costs as much as the examination."""
    kept, people = replace(all_windows, opened=[]), {}

    async def opened(who: str) -> Window:
        if who not in people:
            people[who] = await kept.of(who, path=None)
        return people[who]

    yield opened
    assert await kept.close() == []


@pytest.fixture(scope="module")
async def addresses(all_windows: Windows) -> AsyncIterator[dict[str, str]]:
    """Where the demo world's votes and notices are."""
    yield await visits.addresses(all_windows, "Gibt es für alle einen Grund, hier etwas zu lesen?")
    await all_windows.close()


def _pattern(route):
    """What addresses of a route look like in VISITS: an identifier is a name in braces there."""
    return re.compile(re.sub(r"\{\w+:(\w+)\}", lambda kind: r"\{\w+\}" if kind[1] == "uuid" else r"[\w-]+", route))
