"""Writing as people do it: with the keyboard alone, two at once, interrupted, on a working copy, without script."""

import re
from io import BytesIO

import pytest
from PIL import Image
from playwright.async_api import expect

from tests.browser.axe import violations

VIKTOR, TARIQ = "viktor.braunfels", "tariq.haddad"
SPACE = "/o/bethel-regional"
_ADD = re.compile(r"art=page$")
PASTE = """(editor, html) => {
  const data = new DataTransfer();
  data.setData("text/html", html);
  data.setData("text/plain", "Montag");
  const given = { inputType: "insertFromPaste", dataTransfer: data, bubbles: true, cancelable: true };
  editor.dispatchEvent(new InputEvent("beforeinput", given));
}"""
STYLED = (
    '<style>p { color: red }</style><p style="color: red">Montag</p>'
    "<table class='a' style='width: 9px'><tr><td style=color:red>Suppe</td></tr></table>"
)


async def begin(window):
    """The form of a new page, from the list of contents."""
    await window.open(f"{SPACE}/inhalte")
    await window.page.get_by_text("Hinzufügen", exact=True).first.click()
    await window.page.locator("a[href$='art=page']").first.click()
    await expect(text_of(window)).to_be_visible()


def text_of(window):
    return window.page.locator("trix-editor")


async def write(window, title, text):
    """A page that is saved; gives back its address."""
    await begin(window)
    await window.page.get_by_role("textbox", name="Titel").fill(title)
    await text_of(window).click()
    await window.page.keyboard.type(text)
    await window.page.get_by_role("button", name="Speichern", exact=True).click()
    await expect(window.page.locator("#flash")).to_contain_text("Gespeichert")
    return window.path


async def edit(window):
    await window.page.get_by_role("link", name="Bearbeiten", exact=True).click()
    await expect(text_of(window)).to_be_visible()


async def link_after_a_mistake(window):
    """What is no address is said in words; what is left out of one is added."""
    page = window.page
    await page.get_by_role("button", name="Link", exact=True).click()
    link = page.get_by_label("Adresse des Links")
    await link.fill("gleich nebenan")
    await page.get_by_role("button", name="Link setzen").click()
    await expect(link).to_have_attribute("aria-invalid", "true")
    await expect(page.locator(".tools__dialog").get_by_role("alert")).to_contain_text("Das ist keine Adresse.")
    await link.fill("www.beispiel.de")
    await link.press("Enter")
    await expect(text_of(window).locator("a")).to_have_attribute("href", "https://www.beispiel.de")


async def publish(window):
    """The page comes by itself; to ask for it while the form is under way would end both."""
    await window.page.get_by_role("button", name="Veröffentlichen").click()
    await expect(window.page.locator("#flash")).to_contain_text("Der Stand ist geändert")


async def test_a_page_is_written_and_changed_with_the_keyboard_alone(windows):
    window = await windows.of(VIKTOR, path=None, reduced_motion="reduce")
    await begin(window)
    page = window.page
    assert await violations(page) == []
    await page.get_by_role("textbox", name="Titel").focus()
    await page.keyboard.type("Hausordnung der Nacht")
    await tab_to(page, "[data-trix-attribute=bold]")
    for _ in range(4):
        await page.keyboard.press("ArrowRight")
    assert await page.evaluate("document.activeElement.getAttribute('aria-label')") == "Überschrift"
    await page.keyboard.press("Enter")
    await expect(text_of(window)).to_be_focused()
    await expect(page.get_by_role("button", name="Überschrift", exact=True)).to_have_attribute("aria-pressed", "true")
    await page.keyboard.type("Ruhe")
    await page.keyboard.press("Enter")
    bold = page.get_by_role("button", name="Fett")
    for part, is_bold in (("Ab ", False), ("22 Uhr", True), (" ist es still.", False)):
        await expect(bold).to_have_attribute("aria-pressed", str(is_bold).lower())
        await page.keyboard.type(part, delay=20)
        await expect(text_of(window)).to_contain_text(part.strip())
        await page.keyboard.press("Control+b")
    await page.keyboard.press("Control+b")
    await page.keyboard.press("Enter")
    await page.keyboard.type("Danke")
    assert await violations(page) == []
    await tab_to(page, "button[type=submit]")
    await page.keyboard.press("Enter")
    await expect(page.locator("#flash")).to_contain_text("Gespeichert")
    shown = page.locator("div.prose")
    await expect(shown.locator("h2")).to_have_text("Ruhe")
    await expect(shown.locator("strong")).to_have_text("22 Uhr")
    assert await shown.locator("p").all_inner_texts() == ["Ab 22 Uhr ist es still.", "Danke"]
    assert await violations(page) == []


async def test_lists_links_tables_and_quotes_stay_what_they_are(windows):
    window = await windows.of(VIKTOR, path=None)
    path = await write(window, "Was bleibt", "Anfang")
    await edit(window)
    page = window.page
    await text_of(window).press("Control+End")
    await link_after_a_mistake(window)
    await text_of(window).press("Control+End")
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Aufzählung").click()
    await page.keyboard.type("Brot")
    await page.keyboard.press("Enter")
    await page.keyboard.type("Salz")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Tabelle").click()
    dialog = page.get_by_role("dialog", name="Tabelle")
    await expect(dialog).to_be_visible()
    await dialog.get_by_role("button", name="Übernehmen").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("Die Tabelle ist leer.")
    await expect(dialog.get_by_label("Zeile 1, Spalte 1")).to_be_focused()
    assert await violations(page) == []
    for name, value in (
        ("1, Spalte 1", "Tag"),
        ("1, Spalte 2", "Essen"),
        ("2, Spalte 1", "Montag"),
        ("2, Spalte 2", "Suppe"),
    ):
        await dialog.get_by_label(f"Zeile {name}").fill(value)
    await dialog.get_by_role("button", name="Übernehmen").click()
    await expect(text_of(window).locator("td").first).to_have_text("Montag")
    await page.keyboard.press("ArrowRight")
    await page.keyboard.type("Ende")
    await page.get_by_role("button", name="Speichern", exact=True).click()
    await expect(page.locator("#flash")).to_contain_text("Gespeichert")
    before = await page.locator("div.prose").inner_html()
    assert '<th scope="col">Tag</th>' in before
    assert await page.locator(".prose li").all_inner_texts() == ["Brot", "Salz"]
    await edit(window)
    await text_of(window).press("Control+End")
    await page.keyboard.type("!")
    await page.get_by_role("button", name="Speichern", exact=True).click()
    await expect(page.locator("#flash")).to_contain_text("Gespeichert")
    assert window.path == path
    assert (await page.locator("div.prose").inner_html()).replace("!</p>", "</p>") == before


async def test_a_picture_is_described_and_put_into_the_text(windows):
    window = await windows.of(VIKTOR, path=None)
    await begin(window)
    page = window.page
    await page.get_by_role("textbox", name="Titel").fill("Der Hof")
    await text_of(window).click()
    await page.get_by_role("button", name="Bild", exact=True).click()
    dialog = page.get_by_role("dialog", name="Bild")
    await dialog.get_by_role("button", name="Übernehmen").click()
    await expect(dialog.get_by_role("alert")).to_have_text("Bitte wählen Sie zuerst ein Bild aus.")
    assert await violations(page) == []
    window.expected.add(422)
    no_picture = {"name": "hof.png", "mimeType": "image/png", "buffer": b"kein Bild"}
    await dialog.locator("input[type=file]").set_input_files(no_picture)
    await dialog.get_by_role("button", name="Übernehmen").click()
    await expect(dialog.get_by_role("alert")).not_to_be_empty()
    await expect(dialog.get_by_role("alert")).not_to_contain_text("zuerst")
    await dialog.locator("input[type=file]").set_input_files({**no_picture, "buffer": picture()})
    await dialog.get_by_label("Was ist zu sehen?").fill("Der Hof mit der Kastanie")
    await dialog.get_by_role("button", name="Übernehmen").click()
    await expect(text_of(window).get_by_alt_text("Der Hof mit der Kastanie")).to_be_visible()
    await text_of(window).locator("figure").click()
    await text_of(window).locator("figcaption textarea").first.fill("Im Frühling")
    await text_of(window).press("Control+End")
    await text_of(window).evaluate(PASTE, STYLED)  # no complaint in the console: see conftest
    await expect(text_of(window).locator("td")).to_have_text("Suppe")
    await page.get_by_role("button", name="Speichern", exact=True).click()
    await expect(page.locator("#flash")).to_contain_text("Gespeichert")
    await expect(page.locator("div.prose td")).to_have_text("Suppe")
    shown = page.locator("div.prose").get_by_alt_text("Der Hof mit der Kastanie")
    await expect(shown).to_have_js_property("naturalWidth", 32)
    assert await violations(page) == []


async def test_what_was_typed_and_not_saved_is_there_again(windows):
    window = await windows.of(VIKTOR, path=None)
    path = await write(window, "Angefangen", "Ruhe ab 22 Uhr")
    await edit(window)
    page = window.page
    await text_of(window).press("Control+End")
    await page.keyboard.type(", auch im Hof")
    await expect(page.locator("draft-keeper")).to_contain_text("Zwischenstand gesichert")
    await window.open(path)
    await expect(page.locator("main")).to_contain_text("nicht gespeichert")
    await expect(page.locator("div.prose")).to_have_text("Ruhe ab 22 Uhr")
    await page.get_by_role("link", name=re.compile("^Zwischenstand vom")).click()
    await expect(page.locator(".difference ins")).to_have_text(", auch im Hof")
    assert await violations(page) == []
    await page.get_by_role("link", name="Zwischenstand wiederherstellen").click()
    await expect(text_of(window)).to_have_text("Ruhe ab 22 Uhr, auch im Hof")
    await page.get_by_role("button", name="Speichern", exact=True).click()
    await expect(page.locator("div.prose")).to_have_text("Ruhe ab 22 Uhr, auch im Hof")
    await expect(page.locator("main")).not_to_contain_text("nicht gespeichert")


async def test_two_at_one_text_both_keep_theirs(windows):
    first = await windows.of(VIKTOR, path=None)
    path = await write(first, "Zu zweit", "Ruhe ab 22 Uhr")
    await publish(first)
    await edit(first)
    await text_of(first).press("Control+End")
    await first.page.keyboard.type(" im Haus")
    second = await windows.of(TARIQ, path=path)
    await expect(second.page.locator("main")).to_contain_text("Wird gerade bearbeitet von Viktor Braunfels")
    await second.page.get_by_role("link", name="Bearbeiten", exact=True).click()
    await expect(second.page.locator("main")).to_contain_text("Viktor Braunfels bearbeitet das seit")
    assert await violations(second.page) == []
    await second.page.get_by_role("button", name="Bearbeitung übernehmen").click()
    await expect(first.page.locator("draft-keeper")).to_contain_text("bearbeitet das jetzt")  # before a word is typed
    await text_of(second).press("Control+End")
    await second.page.keyboard.type(" und im Hof")
    await second.page.get_by_role("button", name="Speichern", exact=True).click()
    await expect(second.page.locator("div.prose")).to_have_text("Ruhe ab 22 Uhr und im Hof")

    first.expected.add(409)
    await first.page.get_by_role("button", name="Speichern", exact=True).click()
    await expect(first.page.locator("#flash")).to_contain_text("Tariq Haddad")
    difference = first.page.locator(".difference__lines")
    await expect(difference).to_contain_text("Ruhe ab 22 Uhr")
    await expect(text_of(first)).to_have_text("Ruhe ab 22 Uhr im Haus")
    assert await violations(first.page) == []
    await text_of(first).press("Control+End")
    await first.page.keyboard.type(" und im Hof")
    await first.page.get_by_role("button", name="Speichern", exact=True).click()
    await expect(first.page.locator("div.prose")).to_have_text("Ruhe ab 22 Uhr im Haus und im Hof")


async def test_what_is_published_stays_while_the_working_copy_is_written(windows):
    window = await windows.of(VIKTOR, path=None)
    path = await write(window, "In Ruhe", "Ruhe ab 22 Uhr")
    await publish(window)
    await edit(window)
    page = window.page
    await text_of(window).press("Control+End")
    await page.keyboard.type(", sommers ab 23")
    await page.get_by_role("button", name="Als Arbeitskopie speichern").click()
    await expect(page.locator("#flash")).to_contain_text("Die Arbeitskopie ist gespeichert")
    assert await violations(page) == []
    other = await windows.of(TARIQ, path=path)
    await expect(other.page.locator("div.prose")).to_have_text("Ruhe ab 22 Uhr")
    await other.page.get_by_role("link", name="Zur Arbeitskopie").click()
    await expect(other.page.locator(".difference ins")).to_have_text(", sommers ab 23")
    await other.page.get_by_role("button", name="Übernehmen und veröffentlichen").click()
    await expect(other.page.locator("div.prose")).to_have_text("Ruhe ab 22 Uhr, sommers ab 23")


async def test_a_session_that_ends_while_typing_takes_nothing_away(windows, stage):
    window = await windows.anybody()
    await window.sign_in(VIKTOR)
    path = await write(window, "Unterbrochen", "Ruhe ab 22 Uhr")
    await edit(window)
    window.expected.add(401)
    await window.context.clear_cookies(name="__Host-hilfenetz")
    await text_of(window).press("Control+End")
    await window.page.keyboard.type(", auch im Hof")
    await window.page.evaluate("document.body.dispatchEvent(new Event('changed'))")  # as news of others do
    await expect(window.page.locator("draft-keeper")).to_contain_text("Ihre Sitzung ist abgelaufen")
    await window.page.get_by_role("button", name="Speichern", exact=True).click()
    await expect(window.page.locator("#answer-eintrag")).to_contain_text("Ihre Sitzung ist abgelaufen")
    await expect(window.page.locator("main").get_by_text("Ihre Sitzung ist abgelaufen")).to_have_count(1)
    await expect(text_of(window)).to_have_text("Ruhe ab 22 Uhr, auch im Hof")
    tab = await window.another_tab()
    await tab.open("/")  # the directory still knows who sits there
    await tab.page.get_by_role("link", name="Mit dem Verzeichnis der Stadt anmelden").click()
    await expect(tab.page.locator("h1")).to_contain_text("Viktor Braunfels")
    await window.page.get_by_role("button", name="Speichern", exact=True).click()
    await window.page.wait_for_url(f"**{path}")
    await expect(window.page.locator("div.prose")).to_have_text("Ruhe ab 22 Uhr, auch im Hof")


async def test_what_is_missing_is_said_and_the_editor_is_still_one(windows):
    window = await windows.of(VIKTOR, path=None)
    await begin(window)
    window.expected.add(422)
    await text_of(window).click()
    await window.page.keyboard.type("Ohne Titel")
    await window.page.get_by_role("button", name="Speichern", exact=True).click()
    await expect(window.page.locator(".summary")).to_be_focused()
    await expect(text_of(window)).to_have_text("Ohne Titel")
    assert await violations(window.page) == []
    await window.page.get_by_role("textbox", name="Titel").fill("Mit Titel")
    await window.page.get_by_role("button", name="Speichern", exact=True).click()
    await expect(window.page.locator("div.prose")).to_have_text("Ohne Titel")


async def test_without_script_a_text_is_a_text(windows):
    window = await windows.of(VIKTOR, path=None, java_script_enabled=False)
    await window.open(f"{SPACE}/inhalte")
    page = window.page
    await page.get_by_text("Hinzufügen", exact=True).first.click()
    await page.locator("a[href$='art=page']").first.click()
    await page.get_by_role("textbox", name="Titel").fill("Von Hand")
    await page.locator("textarea[name=body]").fill("Ruhe ab 22 Uhr\n\n5 < 6 & mehr")
    await page.get_by_role("button", name="Zwischenstand sichern").click()
    await expect(page.locator("#flash")).to_contain_text("Der Zwischenstand ist gesichert")
    await expect(page.locator("textarea[name=body]")).to_have_value("Ruhe ab 22 Uhr\n\n5 < 6 & mehr")
    await page.get_by_role("button", name="Speichern", exact=True).click()
    assert await page.locator(".prose p").all_inner_texts() == ["Ruhe ab 22 Uhr", "5 < 6 & mehr"]


@pytest.mark.parametrize("width", [360, 1280])
async def test_the_editor_fits_the_window_and_speaks_english(windows, width):
    window = await windows.of(VIKTOR, path=None, width=width)
    await begin(window)
    assert not await window.overflows()
    await window.page.get_by_role("button", name="English").click()
    await expect(window.page.get_by_role("button", name="Bold")).to_be_visible()
    await expect(window.page.get_by_role("button", name="Save", exact=True)).to_be_visible()
    await window.page.get_by_role("button", name="Deutsch").click()


def picture():
    """A small one."""
    written = BytesIO()
    Image.new("RGB", (32, 20), (60, 120, 80)).save(written, "PNG")
    return written.getvalue()


async def tab_to(page, selector):
    for _ in range(60):
        await page.keyboard.press("Tab")
        if await page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"the keyboard does not get to {selector}")
