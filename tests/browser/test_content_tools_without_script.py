"""What editors do beside writing, without JavaScript: from the working copy to rules, boxes and packages."""

import re
import zipfile
from io import BytesIO
from pathlib import Path

from playwright.async_api import expect

from tests.browser.by_hand import SPACE, add, by_hand, deed, step, view

REVIEWS, MANAGES, READS = "tariq.haddad", "viktor.braunfels", "imke.rosenhain"


async def test_a_working_copy_is_written_and_taken_over(windows):
    editor = await by_hand(windows, REVIEWS)
    path = await add(editor, "page", "Nachtdienst", body="Beginn um zehn.")
    await step(editor, "Veröffentlichen")
    await view(editor, "Bearbeiten")
    await editor.page.locator("textarea[name=body]").fill("Beginn um neun.")
    await editor.page.get_by_role("button", name="Als Arbeitskopie speichern").click()
    await editor.open(path)
    await expect(editor.page.locator(".prose")).to_have_text("Beginn um zehn.")
    await editor.page.get_by_role("link", name="Zur Arbeitskopie").click()
    await editor.page.get_by_role("button", name="Übernehmen und veröffentlichen").click()
    await expect(editor.page.locator(".prose")).to_have_text("Beginn um neun.")


async def test_a_schedule_is_set_and_everybody_has_to_read(windows):
    editor, reader = await by_hand(windows, REVIEWS), await by_hand(windows, READS)
    path = await add(editor, "page", "Brandschutz", body="Wege frei halten.")
    await deed(editor, "Zeitplan")
    await editor.page.locator("[name=expires_at]").fill("2030-01-31T12:00")
    await editor.page.get_by_role("button", name="Speichern", exact=True).click()
    await expect(editor.page.locator("#flash")).to_contain_text("Der Zeitplan ist gespeichert")
    await step(editor, "Veröffentlichen")
    await view(editor, "Lesebestätigung")
    await editor.page.get_by_role("button", name="Lesen und bestätigen lassen").click()
    await expect(editor.page.locator("#flash")).to_contain_text("sollen es bestätigen")
    await reader.open(path)
    await reader.page.locator("#lesen").get_by_role("button").first.click()
    await expect(reader.page.locator("#flash")).to_contain_text("Danke, das ist vermerkt")


async def test_several_at_once_and_in_another_order(windows):
    manager = await by_hand(windows, MANAGES)
    for title in ("Eimer", "Besen"):
        await add(manager, "page", title, body="Im Keller.")
    await manager.open(f"{SPACE}/inhalte")
    await view(manager, "Ordnen")
    await manager.page.get_by_role("checkbox", name=re.compile("Besen")).check()
    await manager.page.get_by_role("button", name="An den Anfang").click()
    await expect(manager.page.get_by_role("checkbox", name=re.compile("Besen|Eimer")).first).to_have_accessible_name(
        re.compile("Besen")
    )
    for title in ("Besen", "Eimer"):
        await manager.page.get_by_role("checkbox", name=re.compile(title)).check()
    await manager.page.get_by_role("button", name="Löschen").click()
    await expect(manager.page.get_by_role("checkbox", name=re.compile("Besen|Eimer"))).to_have_count(0)


async def test_a_rule_is_written_and_switched_off(windows):
    manager = await by_hand(windows, MANAGES)
    await add(manager, "folder", "Aushänge")
    await view(manager, "Regeln")
    await manager.page.get_by_role("link", name="Regel schreiben").click()
    await manager.page.locator("[name=title]").fill("Neues sagen")
    await manager.page.locator("[name=moment]").select_option("added")
    await manager.page.locator("[name=tell_owner]").check()
    await manager.page.get_by_role("button", name="Regel speichern und einschalten").click()
    await expect(manager.page.locator("#regeln")).to_contain_text("Neues sagen")
    await manager.page.get_by_role("button", name="„Neues sagen“ ausschalten").click()
    await expect(manager.page.get_by_role("button", name="„Neues sagen“ einschalten")).to_be_visible()


async def test_a_box_is_put_on_the_front_page_and_taken_off(windows):
    manager = await by_hand(windows, MANAGES)
    await manager.open(f"{SPACE}/inhalte")
    await view(manager, "Startseite")
    before = await manager.page.get_by_role("button", name=re.compile("entfernen$")).count()
    await manager.page.locator("#neue a[href$='art=verweise']").click()
    await manager.page.locator("[name=title]").fill("Rufbereitschaft")
    await manager.page.locator("[name=links]").fill("Dienstplan | /o/bethel-regional")
    await manager.page.get_by_role("button", name="Speichern", exact=True).click()
    await manager.open(f"{SPACE}/inhalte")
    await expect(manager.page.get_by_role("main")).to_contain_text("Rufbereitschaft")
    await view(manager, "Startseite")
    await manager.page.get_by_role("button", name=re.compile("Rufbereitschaft: entfernen")).click()
    await expect(manager.page.get_by_role("button", name=re.compile("entfernen$"))).to_have_count(before)


async def test_a_package_is_taken_along_and_brought_in(windows):
    manager = await by_hand(windows, MANAGES)
    path = await add(manager, "folder", "Sommerfahrt")
    await deed(manager, "Mitnehmen und einspielen")
    async with manager.page.expect_download() as coming:
        await manager.page.get_by_role("link", name="Als ZIP-Datei mitnehmen").click()
    package = _bytes_of(await (await coming.value).path())
    assert zipfile.ZipFile(BytesIO(package)).namelist()
    await manager.page.locator("[name=file]").set_input_files(
        {"name": "fahrt.zip", "mimeType": "application/zip", "buffer": package}
    )
    await manager.page.get_by_role("button", name=re.compile("inspielen")).click()
    await expect(manager.page.locator("#flash")).to_contain_text("Eingespielt")
    assert manager.path.startswith(path + "/")


def _bytes_of(path: Path) -> bytes:
    return path.read_bytes()
