"""Uploading in parts: it goes on after an interruption, and no part counts twice."""

import pytest

from portal.files import receiving
from portal.files.rules import LARGEST_FILE, PART
from tests.files.samples import pdf

CONTENT = pdf("Anlage") + b"%" * 5000
SECOND = len(CONTENT) - 3000


async def part(shelf, address: str, offset: int, content: bytes):
    return await shelf.ask("PUT", f"{address}?ab={offset}", content=content)


async def begun(shelf, name: str = "Anlage.pdf", size: int = len(CONTENT)) -> str:
    answer = await shelf.begin(name, size)
    assert answer.status_code == 201, answer.text
    assert answer.json()["part"] == PART
    return answer.json()["address"]


async def test_parts_become_a_file(shelf):
    address = await begun(shelf)
    assert (await part(shelf, address, 0, CONTENT[:3000])).json()["received"] == 3000
    assert (await shelf.ask("GET", address)).json()["received"] == 3000
    assert (await part(shelf, address, 3000, CONTENT[3000:])).json()["received"] == len(CONTENT)
    made = (await shelf.ask("POST", f"{address}/abschluss")).json()
    assert made["url"] == "/o/bgw/anlage"
    assert (await shelf.browser.get(f"/inhalte/{made['id']}/datei")).content == CONTENT


async def test_after_an_interruption_it_goes_on_where_it_was(shelf, storage_keys):
    address = await begun(shelf)
    await part(shelf, address, 0, CONTENT[:3000])

    async def breaking():
        yield CONTENT[3000:3500]
        raise ConnectionError

    assert (await shelf.ask("PUT", f"{address}?ab=3000", content=breaking())).status_code == 503
    assert (await shelf.ask("GET", address)).json()["received"] == 3000
    assert (await part(shelf, address, 3000, CONTENT[3000:])).status_code == 200
    made = (await shelf.ask("POST", f"{address}/abschluss")).json()
    assert (await shelf.browser.get(f"/inhalte/{made['id']}/datei")).content == CONTENT
    assert [key.rpartition("/")[2] for key in await storage_keys()] == ["original"], "the parts are gone"


async def test_a_part_that_came_already_is_refused_and_changes_nothing(shelf):
    address = await begun(shelf)
    await part(shelf, address, 0, CONTENT[:3000])
    for offset in (0, 1000, 5000):
        assert (await part(shelf, address, offset, b"x" * 10)).status_code == 409
    await part(shelf, address, 3000, CONTENT[3000:])
    made = (await shelf.ask("POST", f"{address}/abschluss")).json()
    assert (await shelf.browser.get(f"/inhalte/{made['id']}/datei")).content == CONTENT


async def test_more_than_announced_is_refused(shelf):
    address = await begun(shelf, size=100)
    assert (await part(shelf, address, 0, b"x" * 101)).status_code == 413
    assert (await shelf.ask("GET", address)).json()["received"] == 0


async def test_too_early_an_end_is_refused_and_a_second_one_too(shelf):
    address = await begun(shelf)
    assert (await shelf.ask("POST", f"{address}/abschluss")).status_code == 409
    await part(shelf, address, 0, CONTENT)
    assert (await shelf.ask("POST", f"{address}/abschluss")).status_code == 201
    assert (await shelf.ask("POST", f"{address}/abschluss")).status_code == 404
    rows = await shelf.database.as_superuser("SELECT count(*) AS n FROM blob")
    assert rows[0]["n"] == 1


@pytest.mark.parametrize(
    ("name", "size", "status", "words"),
    [
        ("a.pdf", 0, 422, "leer"),
        ("a.pdf", LARGEST_FILE + 1, 413, "möglich sind 200\u00a0MB"),
        ("../a.pdf", 10, 422, "Zeichen"),
        ("", 10, 422, "keinen Namen"),
        ("a" * 300, 10, 422, "zu lang"),
    ],
)
async def test_what_would_not_be_taken_is_told_before_it_is_sent(shelf, name, size, status, words):
    answer = await shelf.begin(name, size)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert words in answer.json()["detail"]


async def test_what_turns_out_to_be_something_else_is_told_at_the_end_and_gone(shelf, storage_keys):
    address = await begun(shelf, "Anlage.pdf", 200)
    await part(shelf, address, 0, b"MZ\x90\0" + b"\0" * 196)
    answer = await shelf.ask("POST", f"{address}/abschluss")
    assert answer.status_code == 422
    assert "nimmt das Portal nicht an" in answer.json()["detail"]
    assert await storage_keys() == []
    assert (await shelf.ask("GET", address)).status_code == 404


async def test_it_can_be_given_up(shelf, storage_keys):
    address = await begun(shelf)
    await part(shelf, address, 0, CONTENT[:3000])
    assert (await shelf.ask("DELETE", address)).status_code == 204
    assert (await shelf.ask("GET", address)).status_code == 404
    assert await storage_keys() == []


async def test_an_upload_is_its_senders_alone(shelf, colleague, cast):
    from tenants.context import Role

    address = await begun(shelf)
    for other in (colleague, await cast.as_role("stadt-bielefeld", Role.OFFICE)):
        theirs = type(shelf)(shelf.database, other, shelf.id, shelf.url)
        assert (await theirs.ask("GET", address)).status_code == 404
        assert (await part(theirs, address, 0, b"x")).status_code == 404
        assert (await theirs.ask("POST", f"{address}/abschluss")).status_code == 404
        assert (await theirs.ask("DELETE", address)).status_code == 404


async def test_without_the_token_nothing_is_taken(shelf):
    address = await begun(shelf)
    answer = await shelf.browser.http.put(f"{address}?ab=0", content=CONTENT)
    assert answer.status_code == 403
    assert (await shelf.browser.http.post(f"{address}/abschluss")).status_code == 403


async def test_a_part_killed_between_storage_and_database_is_sent_again(shelf, monkeypatch):
    address = await begun(shelf)

    async def dies(**_: object) -> int:
        raise ConnectionError

    monkeypatch.setattr(receiving.actions, "note_part", dies)
    assert (await part(shelf, address, 0, CONTENT[:3000])).status_code == 503
    monkeypatch.undo()
    assert (await shelf.ask("GET", address)).json()["received"] == 0


async def test_a_picture_for_a_page_is_put_beside_it(shelf):
    from tests.files.samples import PDF, picture

    await shelf.browser.post(f"/inhalte/{shelf.id}/eintraege?art=page", {"title": "Hausordnung"})
    page_id = (await shelf.browser.get("/o/bgw/hausordnung")).text.split("/inhalte/")[1][:36]
    for place in (shelf.id, page_id):
        answer = await shelf.post(f"/inhalte/{place}/bilder", ("Haus.png", picture()))
        assert answer.status_code == 201, answer.text
        told = answer.json()
        assert told["url"] == f"/inhalte/{told['id']}/bild"
        assert (await shelf.browser.get(told["url"])).headers["content-type"] == "image/png"
    json = {"Accept": "application/json"}
    refused = await shelf.post(f"/inhalte/{page_id}/bilder", ("Satzung.pdf", PDF), headers=json)
    assert (refused.status_code, refused.headers["content-type"]) == (422, "application/problem+json")
    assert "nur Bilder" in refused.json()["detail"]
    lying = await shelf.post(f"/inhalte/{page_id}/bilder", ("Haus.png", PDF), headers=json)
    assert lying.status_code == 422
    answer, sent = await shelf.send_slowly(f"/inhalte/{page_id}/bilder", "Satzung.pdf", pieces=50)
    assert (answer.status_code, sent) == (422, 50), "who is still sending would not hear the answer"
