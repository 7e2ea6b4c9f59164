"""With the keyboard alone through content: moving, copying, many at once, sharing, talking, uploading, the calendar.

Every journey goes from stop to stop with Tab and presses what it finds; each stop on the way can be seen.
"""

import re

import pytest
from playwright.async_api import expect

from tests.browser.scene import MANAGER, SPACE, Desk, id_of
from tests.files.samples import pdf

_STOP = """() => {
  const at = document.activeElement, box = at.getBoundingClientRect();
  const looks = [at, at.parentElement, ...at.parentElement.children].flatMap(
    one => [null, '::before', '::after'].map(part => getComputedStyle(one, part)));
  const marked = looks.some(look => look.boxShadow !== 'none'
    || look.outlineStyle !== 'none' && look.outlineWidth !== '0px');
  return {
    text: (at.labels?.[0]?.innerText || at.getAttribute('aria-label') || at.innerText || '').trim(),
    seen: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth && marked,
  };
}"""


@pytest.fixture
async def keys(windows):
    """Somebody who manages a space and has no mouse; a folder of their own to work in."""
    desk = await Desk.of(windows, MANAGER)
    root = id_of(await desk.look(f"{SPACE}/inhalte"))
    folder = await desk.add(root, "folder", "Ohne Maus")
    hidden = await desk.send(f"/inhalte/{folder}/zustand", schritt="hide", version="1")
    address = hidden.url.removeprefix(windows.stage.address)
    window = await windows.of(MANAGER, path=None, reduced_motion="reduce")
    return Keys(desk, window, folder, address)


class Keys:
    def __init__(self, desk, window, folder, address):
        self.desk, self.window, self.page, self.folder, self.address = desk, window, window.page, folder, address

    async def to(self, text):
        """Tab until something of that name has the focus; it can be seen."""
        begun = await self.page.evaluate("document.activeElement === document.body")
        if begun:
            for key in ("Tab", "Enter"):  # past the menu
                await self.page.keyboard.press(key)
        for _ in range(120):
            await self.page.keyboard.press("Tab")
            stop = await self.page.evaluate(_STOP)
            if re.search(text, stop["text"]):
                assert stop["seen"], stop
                return
        raise AssertionError(f"the keyboard does not get to {text}")

    async def press(self, text, key="Enter"):
        await self.to(text)
        await self.page.keyboard.press(key)

    async def follow(self, text):
        """Press what leads to another page."""
        await self.to(text)
        async with self.page.expect_navigation():
            await self.page.keyboard.press("Enter")

    async def said(self, words):
        await expect(self.page.locator("#flash")).to_contain_text(words)


async def test_a_page_is_moved_copied_and_pasted(keys):
    page = await keys.desk.add(keys.folder, "page", "Wanderer")
    await keys.desk.add(keys.folder, "folder", "Ziel")
    await keys.window.open(f"/inhalte/{page}")
    await keys.press("^Mehr$")
    await keys.follow("^Verschieben$")
    await keys.follow("^Ziel$")
    await keys.follow("Nach „Ziel“ verschieben")
    await expect(keys.page.locator(".crumbs")).to_contain_text("Ziel")
    await expect(keys.page.locator("h1")).to_have_text("Wanderer")
    await keys.press("^Mehr$")
    await keys.follow("^Kopieren$")
    await keys.follow("In die Ablage legen")
    await keys.said("In der Ablage")
    await keys.window.open(keys.address)
    await keys.follow("Hier einfügen")
    await expect(keys.page.locator(".listing")).to_contain_text("Wanderer")


async def test_many_are_put_in_order_published_and_thrown_away_at_once(keys):
    for title in ("Eins", "Zwei", "Drei"):
        await keys.desk.add(keys.folder, "page", title)
    await keys.window.open(f"/inhalte/{keys.folder}/ordnen")
    await keys.press("^Zwei$", "Space")
    await keys.press("^Drei$", "Space")
    await keys.follow("^An den Anfang$")
    rows = keys.page.locator(".arrange__row .kern-label[for]")
    await expect(rows).to_have_text(["Zwei", "Drei", "Eins"])
    await keys.press("^Zwei$", "Space")
    await keys.press("^Stand ändern$")
    await keys.follow("^Veröffentlichen$")
    await expect(keys.page.locator(".arrange__row").first).not_to_contain_text("Entwurf")
    await keys.press("^Eins$", "Space")
    await keys.follow("^Löschen$")
    await expect(rows).to_have_text(["Zwei", "Drei"])


async def test_access_is_given_and_taken_back(keys):
    await keys.window.open(f"/inhalte/{keys.folder}/freigabe")
    await keys.to("Für wen")
    await keys.page.keyboard.press("ArrowDown")
    await keys.to("Davon nur")
    await keys.page.keyboard.type("Fachkraft")
    await keys.press("^Lesen: was", "Space")
    await keys.page.keyboard.press("ArrowDown")
    await keys.follow("^Zugriff geben$")
    row = keys.page.locator(".rights__row")
    await expect(row).to_contain_text("Alle mit der Aufgabe „Fachkraft“")
    await expect(row).to_contain_text("beitragen")
    await keys.follow("beitragen entziehen$")
    await expect(row).to_have_count(0)


async def test_something_is_said_and_changed_and_followed(keys):
    page = await keys.desk.add(keys.folder, "page", "Worüber man spricht")
    await keys.window.open(f"/inhalte/{page}")
    await keys.to("^Ihr Kommentar")
    await keys.page.keyboard.type("Das sehe ich auch so.")
    await keys.press("^Kommentieren$")
    said = keys.page.locator("#gespraech .listing")
    await expect(said).to_contain_text("Das sehe ich auch so.")
    await keys.page.reload()
    await keys.press("^Ändern$")
    await keys.to("^Ihr Kommentar")
    await keys.page.keyboard.press("Control+End")
    await keys.page.keyboard.type(" Fast.")
    await keys.press("^Speichern$")
    await expect(said).to_contain_text("Das sehe ich auch so. Fast.")
    await keys.page.reload()
    await keys.follow("^Nicht mehr beobachten$")
    await expect(keys.page.get_by_role("button", name="Beobachten", exact=True)).to_be_visible()


async def test_a_file_is_uploaded(keys):
    await keys.window.open(keys.address)
    await keys.press("^Hinzufügen$")
    await keys.follow("^Datei")
    async with keys.page.expect_file_chooser() as chooser:
        await keys.press("^Datei")
    await (await chooser.value).set_files(
        {"name": "Satzung.pdf", "mimeType": "application/pdf", "buffer": pdf("Satzung")}
    )
    await keys.press("^Hochladen$")
    await keys.page.wait_for_url(re.compile("/satzung$"))
    await keys.to("^Herunterladen")


async def test_a_month_is_turned_and_an_event_opened(keys):
    event = await keys.desk.add(keys.folder, "event", "Sommerfest", begins_at="2027-07-03T15:00", place="Hof")
    await keys.desk.step(event, "publish")
    await keys.window.open(f"{SPACE}/kalender?monat=2027-06")
    await keys.follow("^Juli 2027$")
    await expect(keys.page.locator("#monat-name")).to_have_text("Juli 2027")
    await keys.follow("Sommerfest")
    await expect(keys.page.locator("h1")).to_have_text("Sommerfest")
    await keys.to("In meinen Kalender übernehmen")
