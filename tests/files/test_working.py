"""What becomes of a file after it is there: found by its words, shown by its pages, replaced, copied, forgotten."""

import asyncio
import contextvars
from datetime import timedelta

import asyncpg
import pytest

from portal.files.queries import Lock, find_blob
from tenants.context import Role
from tenants.database import execute
from tenants.scope import scope
from tests.files.samples import PDF, docx, pdf, picture
from tests.files.shelf import Shelf
from tests.files.working import work_off
from tests.house.pages import check_page


async def words_of(shelf, item_id: str) -> str:
    rows = await shelf.database.as_superuser("SELECT words FROM item WHERE id = $1::text::uuid", item_id)
    return rows[0]["words"]


async def test_a_document_is_found_by_its_words_and_shown_by_its_pages(shelf, colleague):
    item_id = await shelf.upload("Satzung.pdf", pdf("Paragraf Wohnraum", pages=7))
    assert "Vorschau und Volltextsuche werden gerade vorbereitet" in (await colleague.get("/o/bgw/satzung")).text
    assert await work_off(shelf.database) == []
    assert "Paragraf Wohnraum 7" in await words_of(shelf, item_id)
    page = await colleague.get("/o/bgw/satzung")
    check_page(page.text)
    assert "Die Vorschau zeigt die ersten 5 von 7 Seiten." in page.text
    for number in range(1, 6):
        drawn = await colleague.get(f"/inhalte/{item_id}/vorschau/{number}")
        assert (drawn.status_code, drawn.headers["content-type"]) == (200, "image/webp")
    for wrong in (0, 6, -1, 10**9):
        assert (await colleague.get(f"/inhalte/{item_id}/vorschau/{wrong}")).status_code == 404


async def test_the_words_of_a_file_stay_when_the_item_is_edited_and_go_when_it_is_replaced(shelf):
    item_id = await shelf.upload("Satzung.docx", docx("Wohnungslosenhilfe"))
    assert await work_off(shelf.database) == []
    version = {"title": "Neue Satzung", "version": "1"}
    assert (await shelf.browser.post(f"/inhalte/{item_id}/fassungen", version)).status_code == 303
    assert (await words_of(shelf, item_id)).count("Wohnungslosenhilfe") == 1
    replaced = await shelf.post(f"/inhalte/{item_id}/dateien", ("Neu.docx", docx("Mietrecht")))
    assert replaced.status_code == 303
    assert await work_off(shelf.database) == []
    words = await words_of(shelf, item_id)
    assert "Mietrecht" in words
    assert "Wohnungslosenhilfe" not in words


async def test_a_picture_is_shown_in_sizes(shelf, colleague):
    item_id = await shelf.upload("Haus.jpg", picture("JPEG", (3000, 2000)))
    before = await colleague.get(f"/inhalte/{item_id}/bild")
    assert (before.headers["content-type"], before.headers["content-disposition"][:6]) == ("image/jpeg", "inline")
    assert await work_off(shelf.database) == []
    sizes = {}
    for size in ("klein", "mittel", "original"):
        answer = await colleague.get(f"/inhalte/{item_id}/bild?groesse={size}")
        sizes[size] = len(answer.content)
        assert answer.headers["content-type"] == ("image/jpeg" if size == "original" else "image/webp")
    assert sizes["klein"] < sizes["mittel"] < sizes["original"]
    assert (await colleague.get(f"/inhalte/{item_id}/bild?groesse=riesig")).status_code in (400, 404)
    page = (await colleague.get("/o/bgw/haus")).text
    check_page(page)
    assert "3000 × 2000" in page


async def test_a_locked_or_broken_file_says_so(shelf):
    from tests.files.test_reading import locked

    await shelf.upload("Geheim.pdf", locked())
    await shelf.upload("Kaputt.pdf", b"%PDF-1.7\nkaputt")
    assert await work_off(shelf.database) == []
    assert "mit einem Kennwort geschützt" in (await shelf.browser.get("/o/bgw/geheim")).text
    assert "beschädigt" in (await shelf.browser.get("/o/bgw/kaputt")).text


async def test_a_bomb_is_kept_and_not_unpacked(shelf):
    from tests.files.test_reading import bomb

    item_id = await shelf.upload("Satzung.docx", bomb())
    assert await work_off(shelf.database) == []
    page = (await shelf.browser.get("/o/bgw/satzung")).text
    check_page(page)
    assert "enthält ausgepackt zu viel" in page
    assert (await shelf.browser.get(f"/inhalte/{item_id}/datei")).content == bomb()


async def test_a_new_version_keeps_the_old_file_for_who_may_see_the_history(shelf, kept, colleague):
    new = pdf("Neu", pages=2)
    assert (await shelf.post(f"/inhalte/{kept}/dateien", ("Neu.pdf", new))).status_code == 303
    assert (await shelf.browser.get(f"/inhalte/{kept}/datei")).content == new
    assert (await shelf.browser.get(f"/inhalte/{kept}/datei?fassung=1")).content == PDF
    assert (await shelf.browser.get(f"/inhalte/{kept}/datei?fassung=2")).content == new
    assert (await shelf.browser.get(f"/inhalte/{kept}/datei?fassung=3")).status_code == 404
    await shelf.database.as_superuser("DELETE FROM item_grant WHERE access IN (4, 8)")
    assert (await colleague.get(f"/inhalte/{kept}/datei")).content == new
    assert (await colleague.get(f"/inhalte/{kept}/datei?fassung=1")).status_code == 404


async def test_a_picture_replaces_only_a_picture(shelf, kept):
    answer = await shelf.post(f"/inhalte/{kept}/dateien", ("Haus.png", picture()))
    assert answer.status_code == 422
    assert "nur durch ein Bild" in answer.text
    assert (await shelf.browser.get(f"/inhalte/{kept}/datei")).content == PDF


async def test_nobody_names_a_file_of_others_in_a_form(shelf, kept, colleague, cast):
    """What an item shows is not typed: a form that brings an identifier changes nothing."""
    editor = await cast.as_role("bgw", Role.ADMINISTRATOR)
    other = await shelf.upload("Andere.pdf", pdf("Andere"))
    blob = await shelf.blob(kept)
    sent = {"title": "Andere", "version": "1", "file": str(blob["id"])}
    await editor.post(f"/inhalte/{other}/fassungen", sent)
    assert (await shelf.blob(other))["id"] != blob["id"]
    made = await editor.post(f"/inhalte/{shelf.id}/eintraege?art=file", {"title": "X", "file": str(blob["id"])})
    assert made.status_code == 404


@pytest.fixture
async def network_shelf(cast) -> Shelf:
    return await Shelf.at(cast, await cast.as_role("bgw", Role.ADMINISTRATOR), "/n/bielefeld/inhalte")


async def test_a_copy_in_another_space_has_bytes_of_its_own(shelf, kept, network_shelf, cast, storage_keys):
    assert await work_off(shelf.database) == []
    copy = await network_shelf.copy_here(cast, kept)
    neighbour = await cast.as_role("diakonie-bielefeld", Role.REPRESENTATIVE)
    assert (await neighbour.get(f"/inhalte/{copy}/datei")).content == PDF, "at once, before anything was copied"
    assert "Satzung des Vereins" in await words_of(shelf, copy)
    assert await work_off(shelf.database) == []
    blob = await shelf.blob(copy)
    assert blob["copied_from"] is None
    assert f"{blob['folder']}/original" in await storage_keys()
    await shelf.database.as_superuser("DELETE FROM blob_use WHERE item_id = $1::text::uuid", kept)
    original = await shelf.blob(kept)
    await purge(shelf, original)
    assert (await neighbour.get(f"/inhalte/{copy}/datei")).content == PDF
    assert (await neighbour.get(f"/inhalte/{kept}/datei")).status_code == 404


async def test_a_copy_made_again_after_the_first_one_went_for_good_has_bytes_of_its_own(
    shelf, kept, network_shelf, cast
):
    assert await work_off(shelf.database) == []
    first = await network_shelf.copy_here(cast, kept)
    assert await work_off(shelf.database) == []
    await shelf.database.as_superuser("DELETE FROM blob_use WHERE item_id = $1::text::uuid", first)
    blob = await shelf.blob(first)
    await shelf.database.as_superuser("DELETE FROM blob WHERE space_id = $1", blob["space_id"])
    again = await network_shelf.copy_here(cast, kept)
    assert await work_off(shelf.database) == []
    assert (await shelf.blob(again))["copied_from"] is None


async def test_whoever_edits_a_file_waits_for_no_reader_of_it(shelf, kept):
    blob = await shelf.blob(kept)
    whose = {"organisation_id": await owner_of(shelf, blob)}

    async def named() -> None:
        """As a new version names it."""
        async with scope(**whose):
            await execute("SELECT FROM blob WHERE id = {} FOR KEY SHARE NOWAIT", blob["id"])

    async def named_while(lock: Lock) -> None:
        async with scope(**whose):
            assert await find_blob(blob["space_id"], blob["id"], lock=lock)
            await asyncio.create_task(named(), context=contextvars.Context())

    async with shelf.database.role("worker"):
        await named_while(Lock.TO_CHANGE)
        with pytest.raises(asyncpg.LockNotAvailableError):
            await named_while(Lock.TO_DELETE)


async def purge(shelf, blob) -> None:
    from portal.files import actions_working
    from workers.actors import system_actor

    async with shelf.database.role("worker"), scope(organisation_id=await owner_of(shelf, blob)):
        await actions_working.delete_unused(actor=await system_actor(), space_id=blob["space_id"], blob_id=blob["id"])


async def owner_of(shelf, blob):
    rows = await shelf.database.as_superuser("SELECT organisation_id FROM space WHERE id = $1", blob["space_id"])
    return rows[0]["organisation_id"]


async def test_bytes_go_when_the_last_item_that_names_them_is_gone_for_good(shelf, kept, storage_keys, cast):
    assert await work_off(shelf.database) == []
    copy = await shelf.copy_here(cast, kept)
    assert len(await storage_keys()) > 1
    for item_id, left in ((kept, True), (copy, False)):
        await shelf.bin(cast, item_id)
        for days in (31, 62):
            await shelf.database.move_clock(timedelta(days=days))
            assert await work_off(shelf.database) == []
        await shelf.database.move_clock(timedelta())
        assert bool(await storage_keys()) is left
    assert await shelf.database.as_superuser("SELECT id FROM blob") == []


async def test_in_the_bin_a_file_is_nobodys(shelf, kept, cast):
    await shelf.bin(cast, kept)
    for address in ("datei", "bild", "vorschau/1", "datei?fassung=1"):
        assert (await shelf.browser.get(f"/inhalte/{kept}/{address}")).status_code == 404


async def test_a_full_space_takes_nothing_more(shelf, monkeypatch):
    from portal.files import actions

    monkeypatch.setattr(actions, "_GIB", 0)
    answer = await shelf.try_upload(("a.pdf", PDF))
    assert answer.status_code == 409
    assert "aufgebraucht" in answer.text
    assert (await shelf.begin("a.pdf", 100)).status_code == 409
