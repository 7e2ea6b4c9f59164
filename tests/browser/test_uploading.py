"""Uploading in a real browser: with progress, over a line that breaks, and without script."""

import hashlib
import os
import re
from pathlib import Path

import pytest
from playwright.async_api import Route, expect

from portal.files.rules import PART
from tests.browser import journey
from tests.browser.axe import violations
from tests.files.samples import pdf, picture

WHO, FOLDER = "kerstin.vogelsang", "/o/bgw/inhalte"
LETTER = "/n/bielefeld/foermliche-mitteilungen/neu"
LARGE = 2 * PART + 1_000_000


def large_pdf() -> bytes:
    """More than two parts of it."""
    filling = os.urandom(LARGE // 2).hex().encode()
    return pdf("Große Anlage") + b"%" + filling + b"\n%%EOF\n"


async def upload_page(windows, *, path: str = FOLDER, **options):
    window = await windows.of(WHO, path=path, **options)
    address = await window.page.locator('a[href$="/hochladen"]').first.get_attribute("href")
    await window.open(address)
    return window


@pytest.fixture
def papers(tmp_path: Path) -> dict[str, str]:
    found = {"Satzung 2026.pdf": pdf("Satzung", pages=3), "Haus.png": picture(), "Kein Bild.png": pdf()}
    for name, content in found.items():
        (tmp_path / name).write_bytes(content)
    return {name: str(tmp_path / name) for name in found}


async def test_a_document_is_uploaded_and_its_pages_are_seen(windows, papers):
    window = await upload_page(windows)
    page = window.page
    assert not await violations(page)
    await page.get_by_label("Dateien").set_input_files(papers["Satzung 2026.pdf"])
    await page.get_by_role("button", name="Hochladen").click()
    await page.wait_for_url(re.compile("/o/bgw/satzung-2026"))
    await expect(page.get_by_role("link", name=re.compile("Herunterladen"))).to_be_visible()
    drawn = page.get_by_role("img", name="Seite 3 von 3")
    for _ in range(60):
        if await drawn.count():
            break
        await page.wait_for_timeout(500)
        await page.reload()
    await expect(drawn).to_be_visible()
    assert not await violations(page)
    async with page.expect_download() as download:
        await page.get_by_role("link", name=re.compile("Herunterladen")).click()
    assert (await download.value).suggested_filename == "Satzung 2026.pdf"
    saved = await (await download.value).path()
    assert saved.read_bytes() == pdf("Satzung", pages=3)


async def test_what_is_refused_is_told_beside_its_name_and_the_rest_is_kept(windows, papers):
    window = await upload_page(windows)
    window.expected.add(422)
    await window.page.locator("form[data-most]").evaluate("form => { form.dataset.most = 2 }")
    await window.page.get_by_label("Dateien").set_input_files(
        [papers["Kein Bild.png"], papers["Haus.png"], papers["Satzung 2026.pdf"]]
    )
    await window.page.get_by_role("button", name="Hochladen").click()
    rows = window.page.locator(".uploads__row")
    await expect(rows.nth(0)).to_contain_text("ihr Inhalt ist aber etwas anderes")
    await expect(rows.nth(1)).to_contain_text("gespeichert")
    await expect(rows.nth(2)).to_contain_text("nicht übertragen: möglich sind 20 Dateien auf einmal")
    await expect(window.page.get_by_role("link", name="Zum Ordner")).to_be_visible()
    assert not await violations(window.page)
    await rows.nth(1).get_by_role("link", name="Haus.png").click()
    await expect(window.page.locator(".file__picture img")).to_be_visible()


async def test_over_a_line_that_breaks_it_goes_on_where_it_was(windows, tmp_path):
    content, broken = large_pdf(), []
    (tmp_path / "Anlage.pdf").write_bytes(content)
    window = await upload_page(windows)

    async def breaking(route: Route) -> None:
        if "ab=0" not in route.request.url and not broken:
            broken.append(route.request.url)
            await route.abort("connectionreset")
        else:
            await route.continue_()

    await window.page.route(re.compile(r"/uebertragungen/[0-9a-f-]+\?ab="), breaking)
    await window.page.get_by_label("Dateien").set_input_files(str(tmp_path / "Anlage.pdf"))
    await window.page.get_by_role("button", name="Hochladen").click()
    await expect(window.page.locator(".uploads__row")).to_contain_text("es geht gleich weiter")
    await window.page.wait_for_url(re.compile("/o/bgw/anlage"), timeout=60_000)
    assert broken
    await window.page.get_by_text("Prüfsumme (SHA-256)").click()
    await expect(window.page.locator(".file__hash")).to_have_text(hashlib.sha256(content).hexdigest())
    window.troubles[:] = [trouble for trouble in window.troubles if "ERR_CONNECTION_RESET" not in trouble]


async def test_after_the_window_was_closed_the_same_file_goes_on(windows, tmp_path):
    (tmp_path / "Anhang.pdf").write_bytes(large_pdf())
    window = await upload_page(windows)
    sent: list[str] = []

    async def watched(route: Route) -> None:
        sent.append(route.request.url.rpartition("ab=")[2])
        if len(sent) == 2:
            return  # never answered: the window is closed meanwhile
        await route.continue_()

    parts = re.compile(r"/uebertragungen/[0-9a-f-]+\?ab=")
    await window.page.route(parts, watched)
    await window.page.get_by_label("Dateien").set_input_files(str(tmp_path / "Anhang.pdf"))
    await window.page.get_by_role("button", name="Hochladen").click()
    for _ in range(100):
        if len(sent) == 2:
            break
        await window.page.wait_for_timeout(100)
    await window.page.reload()  # still under watch: what is let go would arrive after all
    await window.page.get_by_label("Dateien").set_input_files(str(tmp_path / "Anhang.pdf"))
    await window.page.get_by_role("button", name="Hochladen").click()
    await window.page.wait_for_url(re.compile("/o/bgw/anhang"), timeout=60_000)
    assert len(sent) > 2
    assert "0" not in sent[1:], "what had arrived was not sent again"


async def test_without_script_the_form_is_enough(windows, papers):
    window = await upload_page(windows, java_script_enabled=False)
    await window.page.get_by_label("Dateien").set_input_files(papers["Satzung 2026.pdf"])
    await window.page.get_by_role("button", name="Hochladen").click()
    await window.page.wait_for_url(re.compile("/o/bgw/satzung-2026"))
    window = await upload_page(windows, java_script_enabled=False)
    window.expected.add(422)
    await window.page.get_by_label("Dateien").set_input_files(papers["Kein Bild.png"])
    await window.page.get_by_role("button", name="Hochladen").click()
    await expect(window.page.get_by_role("alert")).to_contain_text("ihr Inhalt ist aber etwas anderes")


async def test_a_narrow_screen_holds_it_all(windows, papers):
    window = await upload_page(windows, width=360)
    assert not await window.overflows()
    await window.page.get_by_label("Dateien").set_input_files(papers["Haus.png"])
    await window.page.get_by_role("button", name="Hochladen").click()
    await window.page.wait_for_url(re.compile("/o/bgw/haus"))
    assert not await window.overflows()


async def test_what_is_enclosed_with_a_letter_stays_chosen_while_it_is_looked_at(windows, papers):
    window = await windows.of(journey.OFFICE, path=LETTER)
    page, shown = window.page, window.page.locator("#vorschau")
    window.expected.add(422)
    chosen = page.get_by_label("Anlagen")
    await chosen.set_input_files(papers["Kein Bild.png"])
    await page.get_by_role("textbox", name="Mitteilung").fill("Anbei unsere Satzung.")
    await page.get_by_role("button", name="Vorschau").click()
    await expect(page.locator("#angaben")).to_contain_text("Bitte geben Sie einen Betreff an.")
    await page.get_by_role("textbox", name="Betreff").fill("Unsere Satzung")
    await chosen.set_input_files([papers["Satzung 2026.pdf"], papers["Haus.png"]])
    await page.get_by_role("button", name="Vorschau").click()
    await expect(page.locator("#angaben")).to_contain_text("„Haus.png“ ist keine PDF-Datei.")
    await chosen.set_input_files(papers["Satzung 2026.pdf"])
    await page.get_by_role("button", name="Vorschau").click()
    await expect(shown).to_contain_text("Satzung 2026.pdf")
    await expect(page.locator("#angaben")).not_to_contain_text("keine PDF-Datei")
    assert not await violations(page)
    await page.get_by_role("button", name="Förmlich zustellen").click()
    await page.wait_for_url("**/zugaenge")
    await expect(page.locator("#flash")).to_contain_text("Die Mitteilung ist zugestellt.")
    await window.open(window.path.removesuffix("/zugaenge"))
    await expect(page.get_by_role("link", name="Satzung 2026.pdf")).to_be_visible()
