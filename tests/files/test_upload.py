"""Uploading through the form, with and without script, and what is refused."""

import pytest

from tests.files.samples import PDF, picture
from tests.house.pages import check_page


async def test_a_file_is_uploaded_shown_and_fetched(shelf):
    form = await shelf.browser.get(f"/inhalte/{shelf.id}/hochladen")
    check_page(form.text)
    answer = await shelf.try_upload(("Satzung 2026.pdf", PDF))
    assert answer.status_code == 303
    assert answer.headers["location"] == "/o/bgw/satzung-2026"
    page = await shelf.browser.get("/o/bgw/satzung-2026")
    check_page(page.text)
    assert "PDF-Dokument" in page.text
    item_id = await shelf.upload("Nochmal.pdf", PDF)
    fetched = await shelf.browser.get(f"/inhalte/{item_id}/datei")
    assert fetched.content == PDF


async def test_several_files_come_at_once(shelf):
    answer = await shelf.try_upload(("a.pdf", PDF), ("b.png", picture()), ("c.txt", b"Text"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/o/bgw/inhalte")
    listing = (await shelf.browser.get("/o/bgw/inhalte")).text
    assert "Bild" in listing
    assert listing.count("listing__entry") >= 3


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("leer.pdf", b"", "Die Datei ist leer"),
        ("a.exe", b"MZ\x90\0" + b"\0" * 99, "nimmt das Portal nicht an"),
        ("a.pdf", picture(), "ihr Inhalt ist aber etwas anderes"),
        ("../../a.pdf", PDF, "Zeichen, die in Namen nicht erlaubt sind"),
        ("a\u202efdp.exe", PDF, "Zeichen, die in Namen nicht erlaubt sind"),
        ("a" * 300 + ".pdf", PDF, "zu lang"),
        ("a.html", b"<html><script>alert(1)</script></html>", "nimmt das Portal nicht an"),
    ],
)
async def test_what_is_refused_is_told_in_a_sentence_and_nothing_is_left(shelf, storage_keys, name, content, words):
    answer = await shelf.try_upload((name, content))
    assert answer.status_code == 422
    assert words in answer.text
    check_page(answer.text)
    assert await shelf.database.as_superuser("SELECT id FROM upload") == []
    assert await storage_keys() == []


async def test_what_is_right_is_kept_beside_what_is_refused(shelf):
    answer = await shelf.try_upload(("gut.pdf", PDF), ("schlecht.exe", b"MZ\x90\0" + b"\0" * 99))
    assert answer.status_code == 422
    assert "1 Datei ist gespeichert" in answer.text
    assert (await shelf.browser.get("/o/bgw/gut")).status_code == 200


async def test_nothing_chosen_is_told(shelf):
    answer = await shelf.try_upload()
    assert answer.status_code == 422
    assert "Bitte wählen Sie eine Datei aus." in answer.text


async def test_a_post_from_elsewhere_is_refused_before_anything_is_kept(shelf, storage_keys):
    answer = await shelf.post(f"/inhalte/{shelf.id}/dateien", ("a.pdf", PDF), token="0" * 128)
    assert answer.status_code == 403
    late = [("file", ("a.pdf", PDF)), ("_csrf_token", (None, (await shelf.token()).encode()))]
    assert (await shelf.browser.http.post(f"/inhalte/{shelf.id}/dateien", files=late)).status_code == 403
    assert await storage_keys() == []


async def test_who_may_not_add_cannot_upload(shelf, colleague):
    await shelf.database.as_superuser("DELETE FROM item_grant WHERE access IN (2, 4) ")
    other = type(shelf)(shelf.database, colleague, shelf.id, shelf.url)
    assert (await other.try_upload(("a.pdf", PDF))).status_code == 403
    assert (await other.begin("a.pdf", 100)).status_code == 403
    assert (await colleague.get(f"/inhalte/{shelf.id}/hochladen")).status_code == 403
