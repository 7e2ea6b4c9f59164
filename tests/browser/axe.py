"""What axe-core finds in a page; WCAG 2.2 AA and below, nothing left out."""

from functools import cache
from pathlib import Path

from playwright.async_api import Page

SOURCE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
_RUN = """rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']}).then(found => found.violations.map(
  ({id, help, nodes}) => id + ' (' + help + '): ' + nodes.map(node => node.html.slice(0, 160)).join(' | ')))"""


async def violations(page: Page, *, rules: tuple[str, ...] = RULES) -> list[str]:
    """One line for each broken rule, with the elements that break it; ``rules`` are tags or single rules.

    The debugger puts axe into the page, so the page's own policy stays as strict as it is for people.
    """
    if not await page.evaluate("typeof axe === 'object'"):
        await page.evaluate(_source())
    found: list[str] = await page.evaluate(_RUN, list(rules))
    return found


@cache
def _source() -> str:
    return SOURCE.read_text(encoding="utf-8")
