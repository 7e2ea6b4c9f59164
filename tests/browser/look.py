"""Pictures of every page, to be looked at: `python -m tests.browser.look FOLDER`, or with `--readme` the one the README
shows. Not a test: whether a page can be understood is for people to say.
"""

import asyncio
import re
import sys
from pathlib import Path

from playwright.async_api import expect

from tests.browser import journey, scene, visits, visits_content
from tests.browser.picture import with_few_colours
from tests.browser.stage import Stage, set_up
from tests.browser.window import Window, Windows, chromium_of

README_PICTURE = Path(__file__).resolve().parents[2] / "docs" / "images" / "abstimmung.png"
WIDTHS = (1280, 360)
SCHEMES = ("light", "dark")
_MOST_BYTES = 200_000


async def every_page(stage: Stage, folder: Path) -> None:
    """One picture for each page, role, width and scheme."""
    async with chromium_of(stage) as windows:
        question = "Wollen wir die Öffnungszeiten der Tagesaufenthalte bis Ende März verlängern?"
        found = await visits.addresses(windows, question)
        for who, address in visits.VISITS:
            window = await windows.of(who, path=address.format_map(found))
            await _pictures(window, folder, f"{_name(address)}-{who.partition('.')[0]}")
        places = await scene.furnish(windows)
        for who, addresses in visits_content.VISITS.items():
            for address in addresses:
                window = await windows.of(who, path=address.format_map(places))
                await _pictures(window, folder, f"{_name(address)}-{who.partition('.')[0]}")
        for address in visits.STRANGERS:
            window = await windows.anybody()
            await window.open(address)
            await _pictures(window, folder, _name(address))
        await _after_casting(windows, folder, found)
        await _with_errors(windows, folder)


async def readme(stage: Stage) -> None:
    """A vote of the demo world as the deputy of a member sees it."""
    async with chromium_of(stage) as windows:
        window = await windows.of(visits.DEPUTY, path=journey.VOTES)
        await window.page.get_by_role("listitem").filter(has_text="Wärmestube").get_by_role("link").first.click()
        await window.page.locator("#stand").wait_for()
        await _settle(window)
        height = await window.page.evaluate("Math.ceil(document.querySelector('main').getBoundingClientRect().bottom)")
        await window.page.set_viewport_size({"width": 1280, "height": height})
        picture = await window.page.screenshot()
        await window.page.goto("about:blank")
        README_PICTURE.write_bytes(await with_few_colours(window.page, picture))
    size = README_PICTURE.stat().st_size
    assert size < _MOST_BYTES, f"{size} bytes are too many for a page on the web"
    print(f"{README_PICTURE.name}: 1280 x {height}, {size // 1000} kB")


async def _after_casting(windows: Windows, folder: Path, found: dict[str, str]) -> None:
    window = await windows.of(visits.DEPUTY, path=f"{journey.VOTES}/{found['open']}")
    await journey.cast(window)
    await _pictures(window, folder, "after-casting")


async def _with_errors(windows: Windows, folder: Path) -> None:
    window = await windows.of(visits.OFFICE, path=f"{journey.VOTES}/neu")
    await window.page.get_by_role("button", name="Abstimmung eröffnen").click()
    await expect(window.page.locator(".summary")).to_be_visible()
    await _pictures(window, folder, "with-errors")


async def _pictures(window: Window, folder: Path, name: str) -> None:
    await _settle(window)
    for width in WIDTHS:
        await window.page.set_viewport_size({"width": width, "height": 800})
        for scheme in SCHEMES:
            await window.page.emulate_media(color_scheme=scheme)
            await window.page.screenshot(path=folder / f"{name}-{width}-{scheme}.png", full_page=True)
    await window.context.close()


async def _settle(window: Window) -> None:
    """Fonts are there and nothing moves any more."""
    await window.page.evaluate("document.fonts.ready")
    await window.page.emulate_media(reduced_motion="reduce")


def _name(address: str) -> str:
    return re.sub(r"[^a-z]+", "-", address).strip("-") or "tag"


def _main(arguments: list[str]) -> None:
    if len(arguments) != 1:
        sys.exit("python -m tests.browser.look FOLDER | --readme")
    folder = README_PICTURE.parent if arguments == ["--readme"] else Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    with set_up() as stage:
        asyncio.run(readme(stage) if arguments == ["--readme"] else every_page(stage, folder))


if __name__ == "__main__":
    _main(sys.argv[1:])
