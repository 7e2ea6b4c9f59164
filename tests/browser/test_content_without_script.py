"""Content without JavaScript: every form is sent, every page comes back, and what was typed is never lost."""

import re

from playwright.async_api import expect

from tests.browser.by_hand import SPACE, add, begin, by_hand, deed, edit, step, view

WRITES, REVIEWS, MANAGES, READS = "lene.petersen", "tariq.haddad", "viktor.braunfels", "imke.rosenhain"


async def test_a_page_from_draft_to_reader(windows):
    author, reviewer, reader = [await by_hand(windows, who) for who in (WRITES, REVIEWS, READS)]
    path = await add(author, "page", "Kistenlager", body="Jede Kiste hat eine Nummer.")
    await step(author, "Zur Prüfung geben")

    await reviewer.open("/zur-pruefung")
    await reviewer.page.get_by_role("link", name="Kistenlager").first.click()
    await reviewer.page.locator("summary", has_text="Zurückgeben").click()
    await reviewer.page.get_by_label("Warum?").fill("Wo liegt der Schlüssel?")
    await step(reviewer, "Zurückgeben")

    await author.open(path)
    await view(author, "Verlauf")
    await expect(author.page.locator("#geschehen")).to_contain_text("Wo liegt der Schlüssel?")
    await edit(author, "Jede Kiste hat eine Nummer.\n\nDer Schlüssel liegt im Büro.")
    await view(author, "Verlauf")
    await author.page.get_by_role("link", name="Was wurde geändert? (Fassung 2)").click()
    await expect(author.page.locator(".difference ins").first).to_contain_text("Schlüssel")
    await author.open(path)
    await step(author, "Zur Prüfung geben")
    await reviewer.open(path)
    await step(reviewer, "Veröffentlichen")

    await reader.open("/suche")
    await reader.page.get_by_label("Suchwörter").fill("Kistelnager")
    await reader.page.get_by_role("main").get_by_role("button", name="Suchen").click()
    await reader.page.locator(".hits__title", has_text="Kistenlager").click()
    await expect(reader.page.locator(".prose p")).to_have_text([re.compile("Nummer"), re.compile("Schlüssel")])
    await reader.page.get_by_label("Ihr Kommentar").fill("Und wer hat den zweiten?")
    await reader.page.get_by_role("button", name="Kommentieren").click()
    await expect(reader.page.locator("#gespraech")).to_contain_text("Und wer hat den zweiten?")
    assert reader.path.partition("#")[0] == path


async def test_a_text_that_came_too_late_is_still_there(windows):
    author = await by_hand(windows, WRITES)
    author.expected.add(409)
    path = await add(author, "page", "Spätschicht", body="Beginn um vier.")
    tab = await author.another_tab()
    await tab.open(path)
    await view(author, "Bearbeiten")
    await author.page.locator("textarea[name=body]").fill("Beginn um vier.\n\nEnde um zehn.")
    await step(tab, "Zur Prüfung geben")
    await author.page.get_by_role("button", name="Speichern", exact=True).click()
    await expect(author.page.locator("main")).to_contain_text("Der Beitrag liegt zur Prüfung.")
    kept = author.page.get_by_label("Ihre Eingabe")
    assert "Beginn um vier.\n\nEnde um zehn." in [await one.input_value() for one in await kept.all()]
    await author.open(path)
    await expect(author.page.locator(".prose")).to_have_text("Beginn um vier.")
    await step(author, "Wieder bearbeiten")
    await view(author, "Bearbeiten")
    await expect(author.page.locator("main")).to_contain_text("Ende um zehn.")


async def test_an_older_version_comes_back(windows):
    author = await by_hand(windows, WRITES)
    await add(author, "page", "Putzplan", body="Montags.")
    await edit(author, "Dienstags.")
    await view(author, "Verlauf")
    await author.page.get_by_role("link", name="Ansehen (Fassung 1)").click()
    await author.page.get_by_role("button", name="Diese Fassung wiederherstellen").click()
    await expect(author.page.locator(".prose")).to_have_text("Montags.")


async def test_moved_copied_thrown_away_and_back(windows):
    window = await by_hand(windows, MANAGES)
    page = window.page
    await add(window, "folder", "Archiv der Hausmeisterei")
    await add(window, "page", "Ölstand", body="Voll.")
    await deed(window, "Verschieben")
    await page.get_by_role("link", name="Archiv der Hausmeisterei").click()
    await page.get_by_role("button", name=re.compile("^Nach „Archiv")).click()
    assert window.path == f"{SPACE}/archiv-der-hausmeisterei/oelstand"
    await deed(window, "Kopieren")
    await page.get_by_role("button", name=re.compile("^Nach „Archiv")).click()
    await expect(page.locator("#flash")).not_to_be_empty()
    await window.open(f"{SPACE}/archiv-der-hausmeisterei/oelstand")
    await deed(window, "Löschen")
    await page.get_by_role("button", name="In den Papierkorb").click()
    await window.open(f"{SPACE}/inhalte")
    await deed(window, "Papierkorb")
    await page.get_by_role("listitem").filter(has_text="Ölstand").get_by_role("link", name="Zurückholen").click()
    await page.get_by_role("button", name=re.compile("zurückholen$")).click()
    assert window.path == f"{SPACE}/archiv-der-hausmeisterei/oelstand"
    await window.open(f"{SPACE}/archiv-der-hausmeisterei")
    await expect(page.locator(".listing__title", has_text="Ölstand")).to_have_count(2)


async def test_access_is_given_and_taken(windows):
    author, reader = await by_hand(windows, WRITES), await by_hand(windows, READS)
    reader.expected.add(404)
    path = await add(author, "page", "Unter vier Augen", body="Nur für uns.")
    await reader.open(path)
    await expect(reader.page.locator("h1")).to_have_text("Seite nicht gefunden")
    await view(author, "Freigabe")
    await author.page.get_by_label("Person aus Ihrer Organisation suchen").fill("Rosenhain")
    await author.page.locator("main").get_by_role("button", name="Suchen").click()
    await author.page.get_by_label("Für wen?").select_option(label="Imke Rosenhain")
    await author.page.get_by_role("radio", name=re.compile("^Bearbeiten")).check()
    await author.page.get_by_role("button", name="Zugriff geben").click()
    await reader.open(path)
    await expect(reader.page.locator(".prose")).to_have_text("Nur für uns.")
    await author.page.get_by_role("button", name=re.compile("^Imke Rosenhain.*entziehen$")).click()
    await expect(author.page.locator("#zugriffe")).not_to_contain_text("Imke Rosenhain")
    await reader.open(path)
    await expect(reader.page.locator("h1")).to_have_text("Seite nicht gefunden")


async def test_an_event_stands_in_the_calendar_and_a_task_is_ticked_off(windows):
    window = await by_hand(windows, REVIEWS)
    page = window.page
    await add(window, "event", "Sommerfest", begins_at="2026-12-04T14:30")
    await step(window, "Veröffentlichen")
    await window.open(f"{SPACE}/kalender?monat=2026-12")
    await expect(page.locator(".month").get_by_role("link", name="Sommerfest")).to_be_visible()

    await begin(window, "task")
    await page.get_by_role("textbox", name="Titel").fill("Grill holen")
    await page.get_by_label("Wer ist zuständig?").select_option(label="Tariq Haddad")
    await page.get_by_label("Schritte").fill("Anrufen\nAbholen")
    await page.get_by_role("button", name="Aufgabe anlegen").click()
    await page.get_by_role("button", name="Abhaken: Anrufen").click()
    await expect(page.locator("#schritte")).to_contain_text("1 von 2 erledigt")
    await window.open("/aufgaben")
    await page.get_by_role("link", name="Grill holen").first.click()
    await step(window, "Erledigt")
    await window.open("/aufgaben")
    await expect(page.locator("main")).not_to_contain_text("Grill holen")
