"""How somebody uses a page: with the mouse, or with the keyboard alone."""

from dataclasses import dataclass
from typing import Any

from playwright.async_api import Locator, expect

from tests.browser.axe import violations
from tests.browser.window import Window

_STOPS = 150
_IS_FOCUSED = "one => one === document.activeElement"

_IS_BEYOND_THE_MENU = "one => document.activeElement === document.body && !!one.closest('main')"


@dataclass
class Mouse:
    """Clicks."""

    window: Window

    async def press(self, target: Locator) -> None:
        """A button or a link."""
        await target.click()

    async def go_to(self, target: Locator) -> None:
        """Into a field."""
        await target.click()

    async def choose_file(self, target: Locator, file: Any) -> None:
        """A file for a field."""
        await target.set_input_files(file)

    async def type_into(self, target: Locator, text: str) -> None:
        """Words in a field."""
        await self.go_to(target)
        await self.window.page.keyboard.type(text)

    async def look(self) -> None:
        """Whether everybody can use the page as it is."""
        assert await violations(self.window.page) == [], self.window.path


@dataclass
class Keys(Mouse):
    """Tabs to what is meant, arrows within a toolbar, and presses Enter. No call of the mouse."""

    async def press(self, target: Locator) -> None:
        """A button or a link."""
        await self.go_to(target)
        await self.window.page.keyboard.press("Enter")

    async def go_to(self, target: Locator) -> None:
        """From where the focus is, forwards."""
        await expect(target).to_be_visible()
        found = await target.element_handle()
        assert found is not None
        is_tool = await found.evaluate("one => one.matches('.tools__button')")
        if await found.evaluate(_IS_BEYOND_THE_MENU):
            for key in ("Tab", "Enter"):  # past the menu, by the first link of every page
                await self.window.page.keyboard.press(key)
        for _ in range(_STOPS):
            if await found.evaluate(_IS_FOCUSED):
                return
            at_tools = is_tool and await self.window.page.evaluate("document.activeElement.matches('.tools__button')")
            await self.window.page.keyboard.press("ArrowRight" if at_tools else "Tab")
        raise AssertionError(f"the keyboard does not get to {target}")

    async def choose_file(self, target: Locator, file: Any) -> None:
        """A file for a field."""
        async with self.window.page.expect_file_chooser() as opened:  # from here on, as the browser learns of it late
            await self.press(target)
        await (await opened.value).set_files(file)

    async def look(self) -> None:
        """The other one looks."""
