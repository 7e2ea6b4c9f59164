"""A browser of one person, and everything that went wrong in it."""

import asyncio
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Error, Page, async_playwright

from portal.local import chromium
from portal.local.directory import DEMO_PASSWORD
from tests.browser.stage import Stage

PATIENCE_MS = 10_000
_REFUSED = re.compile(r"responded with a status of (4\d\d)")
# Fields for dates in German where this Chromium knows it, and not a word to anybody but this machine.
_OPTIONS = (
    "--lang=de-DE",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@dataclass
class Window:
    """One context with one page. ``expected`` are refusals (404, 422 ...) the test is about; the browser complains of
    each in its console."""

    stage: Stage
    context: BrowserContext
    page: Page
    expected: set[int] = field(default_factory=set)
    troubles: list[str] = field(default_factory=list)

    async def open(self, path: str = "/") -> None:
        """Go to an address of the portal."""
        await self.page.goto(self.stage.address + path)

    @property
    def path(self) -> str:
        """Where the page is, without the host."""
        return self.page.url.removeprefix(self.stage.address)

    async def sign_in(self, user_name: str, *, to: str = "/") -> None:
        """Through the login form of the real directory, as people do."""
        await self.open(to)
        await self.page.get_by_role("link", name="Mit dem Verzeichnis der Stadt anmelden").click()
        await self.at_directory(user_name)
        await self.page.wait_for_url(self.stage.address + "/**")

    async def at_directory(self, user_name: str) -> None:
        """Fill in what the directory asks for: first who, then the password."""
        await self.page.locator("input[name=login]").fill(user_name)
        await self.page.locator("input[name=login]").press("Enter")
        await self.page.locator("input[name=password]").fill(DEMO_PASSWORD)
        await self.page.locator("input[name=password]").press("Enter")

    async def text(self) -> str:
        """What stands in the main part, as a person reads it."""
        return await self.page.locator("main").inner_text()

    async def overflows(self) -> bool:
        """Whether the page can be scrolled sideways."""
        return await self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")

    def listen(self, page: Page) -> Page:
        """Note down what goes wrong in a page."""
        page.set_default_timeout(PATIENCE_MS)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self._trouble(page, f"script: {error}"))
        page.on(
            "response", lambda answer: answer.status >= 500 and self._trouble(page, f"{answer.status} {answer.url}")
        )
        return page

    async def another_tab(self) -> "Window":
        """A second page of the same person."""
        page = self.listen(await self.context.new_page())
        return Window(self.stage, self.context, page, self.expected, self.troubles)

    def _console(self, message: ConsoleMessage) -> None:
        refused = _REFUSED.search(message.text)
        if message.type not in ("error", "warning") or (refused and int(refused[1]) in self.expected):
            return
        self._trouble(message.page, f"console: {message.text} {message.location.get('url', '')}")

    def _trouble(self, page: Page | None, words: str) -> None:
        if page is None or page.url.startswith((self.stage.address, "about:")):
            self.troubles.append(f"{'' if page is None else page.url}: {words}")


@dataclass
class Windows:
    """Opens windows on one stage with one browser."""

    stage: Stage
    browser: Browser
    opened: list[Window] = field(default_factory=list)
    _kept: dict[str, Any] = field(default_factory=dict)

    async def anybody(self, *, width: int = 1280, **options: Any) -> Window:
        """A fresh window in which nobody is signed in; ``options`` are those of Playwright's new_context."""
        context = await self.browser.new_context(
            viewport={"width": width, "height": 900}, locale="de-DE", timezone_id="Europe/Berlin", **options
        )
        context.set_default_timeout(PATIENCE_MS)
        window = Window(self.stage, context, await context.new_page())
        window.listen(window.page)
        self.opened.append(window)
        return window

    async def of(self, user_name: str, *, path: str | None = "/", **options: Any) -> Window:
        """A window of somebody who signed in through the directory earlier in this run, or does so now.

        Windows of one person share one session: a journey that ends it, or changes its organisation, signs in itself.
        """
        if user_name not in self._kept:
            first = await self.anybody()
            await first.sign_in(user_name)
            self._kept[user_name] = await first.context.storage_state()
            await self._close(first)
        window = await self.anybody(storage_state=self._kept[user_name], **options)
        if path:
            await window.open(path)
        return window

    async def close(self) -> list[str]:
        """Close all windows; gives back what went wrong in any."""
        troubles = [trouble for window in self.opened for trouble in window.troubles]
        for window in [*self.opened]:
            await self._close(window)
        return list(dict.fromkeys(troubles))

    async def _close(self, window: Window) -> None:
        self.opened.remove(window)
        with suppress(TimeoutError):  # a browser that takes its time closes it with itself at the latest
            async with asyncio.timeout(PATIENCE_MS / 500):
                await window.context.close()


@asynccontextmanager
async def chromium_of(stage: Stage) -> AsyncIterator[Windows]:
    """The machine's Chromium, without a word to anybody but this machine."""
    sandbox = () if os.geteuid() else ("--no-sandbox",)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=_path(), args=[*_OPTIONS, *sandbox])
        try:
            yield Windows(stage, browser)
        finally:
            try:
                async with asyncio.timeout(PATIENCE_MS / 500):
                    await browser.close()
            except (Error, TimeoutError) as problem:
                print(f"Chromium ended by itself: {problem}")


def _path() -> str:
    found = chromium.find()
    assert found, "Chromium is missing: `make test` installs it"
    return found
