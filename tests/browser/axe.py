"""What axe-core finds in a page; WCAG 2.2 AA and below, nothing left out."""

from functools import cache
from pathlib import Path

from playwright.async_api import Page

from tests.browser.window import Window

SOURCE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
_WIDE, _NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 640}
_DRAWN = "new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))"  # in its new colours
_WIDER = """() => [...document.querySelectorAll('.kern-table-responsive')]
  .filter(part => part.scrollWidth > part.clientWidth + 1).map(part => part.getAttribute('aria-label'))"""
_AT_REST = """Promise.race([new Promise(late => setTimeout(late, 5000)), Promise.allSettled(document.getAnimations()
  .filter(animation => animation.playState === 'running').map(animation => animation.finished))]).then(() => true)"""
_RUN = """rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']}).then(found => found.violations.map(
  ({id, help, nodes}) => id + ' (' + help + '): ' + nodes.map(node => node.html.slice(0, 160)).join(' | ')))"""


async def violations(page: Page, *, rules: tuple[str, ...] = RULES) -> list[str]:
    """One line for each broken rule, with the elements that break it; ``rules`` are tags or single rules.

    The debugger puts axe into the page, so the page's own policy stays as strict as it is for people.
    """
    await page.evaluate("scrollTo({top: 0, behavior: 'instant'})")  # what the header covers then is no small target
    if not await page.evaluate("typeof axe === 'object'"):
        await page.evaluate(_source())
    found: list[str] = await page.evaluate(_RUN, list(rules))
    return found


async def examine(window: Window) -> list[str]:
    """What is wrong with the page in this window: all rules wide in the light and narrow in the dark, and its width and
    that of its tables.

    From the top: what the header happens to cover of a page that was scrolled is no small target.
    """
    await window.page.set_viewport_size(_WIDE)
    await window.page.emulate_media(color_scheme="light")
    problems = [f"wide and light: {found}" for found in await _lasting(window.page)]
    problems += [f"wide: the table {caption} scrolls sideways" for caption in await window.page.evaluate(_WIDER)]
    await window.page.set_viewport_size(_NARROW)
    await window.page.emulate_media(color_scheme="dark")
    await window.page.evaluate(_DRAWN)
    problems += [f"narrow and dark: {found}" for found in await _lasting(window.page)]
    if await window.overflows():
        problems.append("320 px: it scrolls sideways")
    problems += [f"320 px: the table {caption} scrolls sideways" for caption in await window.page.evaluate(_WIDER)]
    return [f"{window.path}: {problem}" for problem in problems]


async def _lasting(page: Page) -> list[str]:
    """What is still broken when a busy machine has drawn the page in its new width and colours."""
    if not await violations(page):
        return []
    await page.evaluate(_AT_REST)
    await page.evaluate(_DRAWN)
    return await violations(page)


@cache
def _source() -> str:
    return SOURCE.read_text(encoding="utf-8")
