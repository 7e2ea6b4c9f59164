"""Malware: what is not scanned yet is its sender's alone, what is found is nobody's and told to those who can act."""

import pytest

from portal import settings as portal_settings
from portal.kit import malware as client
from portal.kit.malware import ScannerAway, find_malware, is_there
from tenants.context import Role
from tests.files.samples import PDF
from tests.files.scanning import EICAR, scanner
from tests.files.shelf import Shelf
from tests.files.working import work_off


async def pieces(content: bytes):
    for start in range(0, len(content), 1000):
        yield content[start : start + 1000]


@pytest.fixture
async def clamav(monkeypatch):
    async with scanner() as found:
        monkeypatch.setenv("CLAMAV_URL", found.url)
        portal_settings.settings.cache_clear()
        yield found
    monkeypatch.delenv("CLAMAV_URL")
    portal_settings.settings.cache_clear()


async def test_the_client_speaks_the_protocol(clamav):
    assert await is_there(clamav.url)
    content = bytes(range(256)) * 50
    assert await find_malware(clamav.url, pieces(content)) == ""
    assert clamav.scanned == [content]
    assert await find_malware(clamav.url, pieces(b"x" * 5000 + EICAR)) == "Eicar-Test-Signature"


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR\0", b"\0", b"stream: OK", b"", b"x" * 99_999])
async def test_an_answer_that_is_none_is_never_taken_for_clean(clamav, answer):
    clamav.answer = answer
    with pytest.raises(ScannerAway):
        await find_malware(clamav.url, pieces(b"abc"))


async def test_a_scanner_that_hangs_or_is_away_is_told(clamav, monkeypatch):
    monkeypatch.setattr(client, "_PATIENCE", 0.1)
    clamav.hangs = True
    with pytest.raises(ScannerAway):
        await find_malware(clamav.url, pieces(b"abc"))
    assert not await is_there("tcp://127.0.0.1:9")


async def test_until_it_is_scanned_a_file_is_its_senders_alone(clamav, shelf, colleague):
    item_id = await shelf.upload("Satzung.pdf", PDF)
    assert (await shelf.browser.get(f"/inhalte/{item_id}/datei")).content == PDF
    for address in ("datei", "datei?fassung=1", "vorschau/1"):
        refused = await colleague.get(f"/inhalte/{item_id}/{address}")
        assert refused.status_code in (403, 404), address
    assert "wird noch auf Schadsoftware geprüft" in (await colleague.get(f"/inhalte/{item_id}/datei")).text
    page = (await colleague.get("/o/bgw/satzung")).text
    assert "Die Datei wird geprüft" in page
    assert "Herunterladen" not in page
    assert await work_off(shelf.database) == []
    assert (await shelf.blob(item_id))["scan"] == "clean"
    assert (await colleague.get(f"/inhalte/{item_id}/datei")).content == PDF


async def test_what_is_found_is_blocked_and_told(clamav, shelf, colleague, cast):
    item_id = await shelf.upload("Rechnung.txt", b"Bitte zahlen. " + EICAR)
    assert await work_off(shelf.database) == []
    assert dict(await shelf.blob(item_id)) | {"scan": "infected", "finding": "Eicar-Test-Signature"} == dict(
        await shelf.blob(item_id)
    )
    for browser in (shelf.browser, colleague):
        assert "ist gesperrt" in (await browser.get(f"/inhalte/{item_id}/datei")).text
        assert "Diese Datei ist gesperrt" in (await browser.get("/o/bgw/rechnung")).text
    inbox = (await shelf.browser.get("/mitteilungen")).text
    assert "Datei gesperrt: Rechnung.txt" in inbox
    assert "Rechnung.txt" not in (await colleague.get("/mitteilungen")).text
    words = await shelf.database.as_superuser("SELECT words FROM item WHERE id = $1::text::uuid", item_id)
    assert "Bitte zahlen" not in words[0]["words"], "what is blocked is not read"


async def test_in_a_network_the_senders_own_organisation_is_told(clamav, cast):
    office = await cast.as_role("bgw", Role.REPRESENTATIVE)
    shelf = await Shelf.at(cast, office, "/n/bielefeld/inhalte")
    await shelf.upload("Rechnung.txt", EICAR)
    assert await work_off(shelf.database) == []
    assert "Datei gesperrt" in (await office.get("/mitteilungen")).text
    told = await cast.database.as_superuser("SELECT organisation_id FROM notice WHERE kind = 'file_blocked'")
    assert [row["organisation_id"] for row in told] == [cast.organisations["bgw"]]


async def test_while_the_scanner_is_away_files_wait_and_nothing_is_lost(clamav, shelf, colleague, monkeypatch):
    item_id = await shelf.upload("Satzung.pdf", PDF)
    monkeypatch.setenv("CLAMAV_URL", "tcp://127.0.0.1:9")
    portal_settings.settings.cache_clear()
    failed = await work_off(shelf.database, rounds=1)
    assert failed
    assert "ScannerAway" in failed[0]
    assert (await shelf.blob(item_id))["scan"] == "waiting"
    assert (await colleague.get(f"/inhalte/{item_id}/datei")).status_code == 403
    monkeypatch.setenv("CLAMAV_URL", clamav.url)
    portal_settings.settings.cache_clear()
    await shelf.database.as_superuser("UPDATE outbox SET next_at = now() WHERE event = 'BlobKept'")
    assert await work_off(shelf.database) == []
    assert (await colleague.get(f"/inhalte/{item_id}/datei")).status_code == 200
