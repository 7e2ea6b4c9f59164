"""The building blocks in a real browser: policy, accessibility, narrow screens, zoom, keyboard, without JavaScript."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from litestar import Litestar
from playwright.async_api import Browser, BrowserContext, Page, Route, async_playwright, expect
from redis.asyncio import Redis

from portal.local.chromium import ensure
from portal.settings import Settings
from tests.client import emptied

pytestmark = pytest.mark.browser

HOST = "https://hilfenetz.test"
PAGES = ["/", "/galerie", "/n/bielefeld/abstimmungen", "/gibt-es-nicht", "/ablehnung/kaputt"]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=ensure(), args=["--no-sandbox"])
        yield browser
        await browser.close()


class Window:
    """A browser whose requests the application answers directly; what the console says is kept."""

    def __init__(self, context: BrowserContext, http: httpx.AsyncClient) -> None:
        self.context = context
        self.http = http
        self.said: list[str] = []
        self.is_away = False
        self.page: Page

    async def open(self, path: str) -> Page:
        await self.context.route("**/*", self._answer)
        self.page = await self.context.new_page()
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        await self.page.goto(HOST + path)
        await self.page.bring_to_front()
        return self.page

    async def _answer(self, route: Route) -> None:
        if self.is_away:
            await route.abort("connectionfailed")
            return
        request = route.request
        headers = await request.all_headers()
        response = await self.http.request(
            request.method,
            request.url,
            headers={name: value for name, value in headers.items() if not name.startswith(":")},
            content=request.post_data_buffer,
        )
        plain = [(name, value) for name, value in response.headers.items() if name != "content-encoding"]
        await route.fulfill(status=response.status_code, headers=dict(plain), body=response.content)

    @property
    def refused(self) -> list[str]:
        """What the content security policy refused, and errors of scripts."""
        return [text for text in self.said if "Failed to load resource" not in text and "Autofocus" not in text]


@pytest.fixture
async def opened(chromium: Browser, gallery: Litestar, redis: Redis):
    """``await opened(path, width=..., ...)`` gives a window; all are closed afterwards."""
    await emptied(redis)
    transport = httpx.ASGITransport(app=gallery)
    contexts: list[BrowserContext] = []
    async with httpx.AsyncClient(transport=transport) as http:

        async def open_(path: str, *, width: int = 1280, **options) -> Window:
            http.cookies.clear()
            context = await chromium.new_context(viewport={"width": width, "height": 800}, locale="de-DE", **options)
            contexts.append(context)
            window = Window(context, http)
            await window.open(path)
            return window

        yield open_
        for context in contexts:
            await context.close()


@pytest.fixture(scope="session")
def axe(settings: Settings) -> str:
    return (Path(settings.frontend_dir) / "axe-core/axe.min.js").read_text(encoding="utf-8")


async def test_a_sign_has_the_colour_of_what_it_says(opened):
    page = (await opened("/")).page
    colour = "icon => getComputedStyle(icon).backgroundColor"
    late = await page.locator(".todo__until--late > .kern-icon").first.evaluate(colour)
    in_a_row = await page.locator(".todo__until .kern-badge--warning .kern-icon").evaluate(colour)
    in_an_action = await page.locator(".todo__action .kern-badge--warning .kern-icon").first.evaluate(colour)
    assert in_a_row == in_an_action != late


@pytest.mark.parametrize("path", PAGES)
async def test_everybody_can_use_it(opened, axe, path):
    window = await opened(path, bypass_csp=True)
    page = window.page
    await page.evaluate(axe)
    for width in (1280, 320):
        for scheme in ("light", "dark"):
            await page.set_viewport_size({"width": width, "height": 800})
            await page.emulate_media(color_scheme=scheme)
            found = await page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
            assert [(problem["id"], problem["nodes"][0]["html"]) for problem in found["violations"]] == [], (
                width,
                scheme,
            )


@pytest.mark.parametrize("path", PAGES)
async def test_nothing_sticks_out_and_the_policy_refuses_nothing(opened, path):
    """640 pixels are also 1280 at 200 percent zoom."""
    window = await opened(path)
    for width in (320, 360, 640, 768, 1280, 1920):
        await window.page.set_viewport_size({"width": width, "height": 800})
        over = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert await window.page.evaluate(over) <= 0, width
    assert window.refused == []


async def test_a_form_with_errors_moves_the_focus_to_the_summary(opened):
    window = await opened("/galerie")
    page = window.page
    await page.fill("#frage", "Mein Entwurf")
    await page.get_by_role("button", name="Vorschlag speichern").click()
    summary = page.locator(".summary")
    await expect(summary).to_be_focused()
    await expect(page.locator("#frage")).to_have_value("Mein Entwurf")
    await summary.get_by_role("link", name="Ort").click()
    await expect(page.locator("#ort")).to_be_focused()
    assert page.url.startswith(f"{HOST}/galerie")
    assert window.refused == []


async def test_saving_with_htmx_tells_so_and_stays(opened):
    window = await opened("/galerie")
    page = window.page
    await fill(page)
    await expect(page.locator("#flash")).to_contain_text("Gespeichert.")
    await expect(page.locator("#flash")).to_be_focused()
    await expect(page.locator("#frage")).to_have_value("")
    assert page.url == f"{HOST}/galerie"
    assert window.refused == []


async def test_everything_works_without_javascript(opened):
    window = await opened("/galerie", java_script_enabled=False)
    page = window.page
    await page.get_by_role("button", name="Vorschlag speichern").click()
    await expect(page.get_by_role("heading", name="Bitte prüfen Sie Ihre Angaben")).to_be_visible()
    await fill(page)
    await expect(page.locator("#flash")).to_contain_text("Gespeichert.")
    await page.goto(f"{HOST}/n/bielefeld/abstimmungen")
    await page.get_by_role("link", name="Warum?").click()
    await expect(page.get_by_role("heading", level=1, name="Bausteine")).to_be_visible()


async def test_a_refusal_stands_beside_the_form(opened):
    window = await opened("/n/bielefeld/abstimmungen")
    page = window.page
    await page.check("#art")
    await page.get_by_role("button", name="Stimme abgeben").click()
    await expect(page.locator("#answer-abgeben")).to_contain_text("Die Abstimmung ist schon beendet.")
    await expect(page.locator("#art")).to_be_checked()
    await expect(page.get_by_role("button", name="Stimme abgeben")).to_be_focused()
    assert window.refused == []


async def test_a_fragment_that_refreshes_itself_leaves_the_focus_alone(opened):
    """Whoever reads must not be thrown to the top because a message arrived."""
    window = await opened("/")
    page = window.page
    assert await page.evaluate("document.activeElement === document.body")
    await page.evaluate("document.getElementById('inbox').dispatchEvent(new CustomEvent('changed'))")
    await expect(page.locator("#inbox-count")).to_contain_text("5")
    assert await page.evaluate("document.activeElement === document.body")
    assert window.refused == []


async def test_without_a_connection_the_person_is_told(opened):
    window = await opened("/n/bielefeld/abstimmungen")
    window.is_away = True
    await window.page.check("#art")
    await window.page.get_by_role("button", name="Stimme abgeben").click()
    await expect(window.page.locator("#answer-abgeben")).to_contain_text("nicht erreichbar")
    await expect(window.page.locator("#art")).to_be_checked()


async def test_the_keyboard_reaches_everything(opened):
    window = await opened("/n/bielefeld/abstimmungen")
    page = window.page
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Zum Inhalt springen")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("main")).to_be_focused()
    await page.get_by_role("button", name="Miriam Sommer").press("Enter")
    await expect(page.get_by_role("button", name="Abmelden")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="Abmelden")).to_be_hidden()
    link = page.get_by_role("link", name="Warum?")
    await link.press("Enter")
    await expect(page.get_by_role("dialog", name="Warum fragen wir das?")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(link).to_be_focused()


async def test_focus_is_always_seen(opened):
    window = await opened("/galerie")
    for _ in range(25):
        await window.page.keyboard.press("Tab")
        ring = await window.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        where = await window.page.evaluate("document.activeElement.outerHTML.slice(0, 150)")
        if 'type="date"' in where:  # its parts are the browser's own and show the focus themselves
            continue
        assert ring not in ("none", "hidden"), where


async def test_the_menu_of_a_narrow_screen_opens_and_closes_without_script(opened):
    window = await opened("/", width=360, java_script_enabled=False)
    page = window.page
    members = page.get_by_role("link", name="Mitglieder").first
    await expect(members).to_be_hidden()
    await page.get_by_role("button", name="Menü").click()
    await expect(members).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(members).to_be_hidden()


async def test_on_paper_only_the_matter_is_left(opened):
    window = await opened("/n/bielefeld/abstimmungen", color_scheme="dark")
    await window.page.emulate_media(media="print")
    for gone in ("header.bar", "nav.rail", "footer"):
        await expect(window.page.locator(gone)).to_be_hidden()
    await expect(window.page.get_by_role("heading", level=1)).to_be_visible()
    colours = await window.page.evaluate(
        "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"
    )
    white, black = [sum(colour) for colour in await asyncio.gather(*(_rgb(window.page, colour) for colour in colours))]
    assert white > 700
    assert black < 100


async def _rgb(page: Page, colour: str) -> list[int]:
    """A colour as the screen shows it, whatever notation the style sheet uses."""
    return await page.evaluate(
        """colour => {
            const context = new OffscreenCanvas(1, 1).getContext("2d");
            context.fillStyle = colour; context.fillRect(0, 0, 1, 1);
            return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
        }""",
        colour,
    )


async def fill(page: Page) -> None:
    await page.fill("#frage", "Wer kommt?")
    await page.check("#art")
    await page.select_option("#ort", "b")
    await page.fill("#tag", "2026-12-04")
    await page.check("#haken")
    await page.get_by_role("button", name="Vorschlag speichern").click()
