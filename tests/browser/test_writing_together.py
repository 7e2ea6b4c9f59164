"""A page on its way: written, sent back, mended, published, found and read; by people in their own browsers."""

import re
from contextlib import suppress

import pytest
from playwright.async_api import expect

from tests.browser.hands import Keys, Mouse
from tests.files.samples import picture

WRITES, REVIEWS, READS, FOLLOWS = "lene.petersen", "tariq.haddad", "imke.rosenhain", "hannelore.siekmann"
FOLDER = "/o/bethel-regional/handbuch"
ALT = "Die Waschmaschine im Keller"
_LOOKS, _A_LOOK_MS = 20, 3_000
_PHOTO = {"name": "keller.png", "mimeType": "image/png", "buffer": picture()}


@pytest.mark.parametrize(("hands", "word"), [(Mouse, "Waschküche"), (Keys, "Werkstatt")])
async def test_from_the_first_word_to_the_reader(windows, hands, word):
    title = f"{word}nordnung im Hinterhaus"
    author, reviewer, reader, follower = [
        hands(await windows.of(who, path=None)) for who in (WRITES, REVIEWS, READS, FOLLOWS)
    ]

    await _follow(follower)
    path = await _write(author, title)
    await _press(author, "Zur Prüfung geben")
    await expect(author.window.page.locator("#flash")).to_contain_text("Der Stand ist geändert")
    await author.look()

    await _told(reviewer, f"Zur Prüfung: {title}")
    await _press(reviewer, "Prüfen", role="link")
    await expect(reviewer.window.page.get_by_role("main").get_by_alt_text(ALT)).to_be_visible()
    await reviewer.press(reviewer.window.page.locator("summary", has_text="Zurückgeben"))
    await reviewer.type_into(reviewer.window.page.get_by_label("Warum?"), "Bitte nennen Sie die Zeiten.")
    await reviewer.look()
    await _press(reviewer, "Zurückgeben")
    await expect(reviewer.window.page.locator("#flash")).to_contain_text("Der Stand ist geändert")

    await _told(author, f"Zurückgegeben: {title}")
    await expect(author.window.page.locator("main")).to_contain_text("Bitte nennen Sie die Zeiten.")
    await author.look()
    await _press(author, "Zum Beitrag", role="link")
    await _mend(author, " Gewaschen wird bis 20 Uhr.")
    await _press(author, "Zur Prüfung geben")
    await expect(author.window.page.locator("#flash")).to_contain_text("Der Stand ist geändert")

    await reviewer.window.open("/zur-pruefung")
    await reviewer.look()
    await reviewer.press(reviewer.window.page.locator("main").get_by_role("link", name=title))
    await expect(reviewer.window.page.locator("main")).to_contain_text("bis 20 Uhr")
    await _press(reviewer, "Veröffentlichen")
    await expect(reviewer.window.page.locator("#flash")).to_contain_text("Der Stand ist geändert")

    await _told(follower, f"Neues: {title}")
    await _press(follower, "Ansehen", role="link")
    await expect(follower.window.page.get_by_role("heading", level=1)).to_have_text(title)
    await _follow(follower)

    await _find(reader, title, misspelt=f"{word[:-2]}{word[-1]}{word[-2]}nordnung")
    assert reader.window.path == path
    await expect(reader.window.page.get_by_role("main").get_by_alt_text(ALT)).to_have_js_property("naturalWidth", 640)
    await reader.look()
    assert await reader.window.page.get_by_role("link", name="Bearbeiten", exact=True).count() == 0


async def test_what_was_written_before_comes_back_with_the_keyboard_alone(windows):
    author = Keys(await windows.of(WRITES, path=None))
    path = await _write(author, "Fahrradkeller", with_picture=False)
    await _mend(author, " Bitte nur noch mit Schloss.")
    await _press(author, "Verlauf", role="link")
    await author.press(author.window.page.get_by_role("link", name="Ansehen (Fassung 1)"))
    await expect(author.window.page.locator("#fassung")).not_to_contain_text("Schloss")
    await _press(author, "Diese Fassung wiederherstellen")
    await expect(author.window.page.locator("div.prose")).to_have_text("Hier steht, was gilt.")
    assert author.window.path == path
    await _press(author, "Verlauf", role="link")
    await expect(author.window.page.locator("#geschehen")).to_contain_text("Fassung 3")
    await Mouse(author.window).look()


async def _press(person, name, *, role="button"):
    await person.press(person.window.page.locator("main").get_by_role(role, name=name, exact=True))


async def _follow(person):
    """The folder, or no more."""
    page = person.window.page
    await person.window.open(FOLDER)
    button = page.locator("#beobachten button")
    before = await button.inner_text()
    await person.press(button)
    await expect(button).not_to_have_text(before)


async def _told(person, words):
    """The worker tells; people look until it is there."""
    notice = person.window.page.locator("main").get_by_role("listitem").filter(has_text=words).get_by_role("link").first
    for _ in range(_LOOKS):
        await person.window.open("/mitteilungen")
        with suppress(AssertionError):
            await expect(notice).to_be_visible(timeout=_A_LOOK_MS)
            break
    await person.press(notice)
    await expect(person.window.page.locator("main")).to_contain_text(words.rpartition(": ")[2])


async def _write(person, title, *, with_picture=True):
    page = person.window.page
    await person.window.open(FOLDER)
    await _press(person, "Hinzufügen")
    await person.press(page.locator("#hinzufuegen a[href$='art=page']"))
    editor = page.locator("trix-editor")
    await expect(editor).to_be_visible()
    await person.type_into(page.get_by_role("textbox", name="Titel"), title)
    await person.type_into(editor, "Hier steht, was gilt.")
    if with_picture:
        await person.press(page.get_by_role("button", name="Bild", exact=True))
        dialog = page.get_by_role("dialog", name="Bild")
        await person.choose_file(dialog.locator("input[type=file]"), _PHOTO)
        await person.type_into(dialog.get_by_label("Was ist zu sehen?"), ALT)
        await person.look()
        await person.press(dialog.get_by_role("button", name="Übernehmen"))
        await expect(editor.get_by_alt_text(ALT)).to_be_visible()
    await person.look()
    return await _save(person)


async def _mend(person, words):
    page = person.window.page
    await _press(person, "Bearbeiten", role="link")
    await person.go_to(page.locator("trix-editor"))
    await page.keyboard.press("Control+Home")
    await page.keyboard.press("End")
    await page.keyboard.type(words)
    await _save(person)
    await expect(page.locator("div.prose")).to_contain_text(words.strip())


async def _save(person):
    await _press(person, "Speichern")
    await expect(person.window.page.locator("#flash")).to_contain_text("Gespeichert")
    return person.window.path


async def _find(person, title, *, misspelt):
    """First by what is suggested while typing, then by a word that is written wrongly."""
    page = person.window.page
    await person.window.open("/")
    box = page.get_by_role("combobox", name="Suchen")
    await person.type_into(box, title[:7])
    option = page.get_by_role("option", name=re.compile(title))
    await expect(option).to_be_visible()
    await person.look()
    if isinstance(person, Keys):
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("Enter")
    else:
        await option.click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(title)
    await person.type_into(box, misspelt)
    await page.keyboard.press("Enter")
    await person.press(page.locator("main").get_by_role("link", name=title))
    await expect(page.get_by_role("heading", level=1)).to_have_text(title)
