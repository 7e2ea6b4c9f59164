"""Fetching: whole or in part, known or new, under headers with which nothing can act."""

from urllib.parse import unquote

import pytest

from tests.files.samples import PDF, pdf


async def fetch(shelf, item_id: str, **headers: str):
    return await shelf.browser.http.get(f"/inhalte/{item_id}/datei", headers=headers)


async def test_the_whole_comes_with_all_headers(shelf, kept):
    answer = await fetch(shelf, kept)
    assert (answer.status_code, answer.content) == (200, PDF)
    headers = answer.headers
    assert headers["content-type"] == "application/pdf"
    assert headers["content-length"] == str(len(PDF))
    assert headers["accept-ranges"] == "bytes"
    assert headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in headers["content-security-policy"]
    assert headers["cache-control"] == "private, no-cache"
    assert headers["content-disposition"].startswith("attachment;")


async def test_a_name_with_any_letters_arrives(shelf):
    item_id = await shelf.upload("Übersicht „Ämter“; 100 %.pdf", pdf("x"))
    given = (await fetch(shelf, item_id)).headers["content-disposition"]
    assert given.isascii()
    assert unquote(given.partition("filename*=UTF-8''")[2]) == "Übersicht „Ämter“; 100 %.pdf"


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [("bytes=0-9", 0, 10), ("bytes=10-", 10, None), ("bytes=-10", -10, None), ("bytes=5-999999", 5, None)],
)
async def test_a_part_is_sent_as_a_part(shelf, kept, asked, start, end):
    answer = await fetch(shelf, kept, Range=asked)
    expected = PDF[start:end]
    assert (answer.status_code, answer.content) == (206, expected)
    assert answer.headers["content-length"] == str(len(expected))
    first = start if start >= 0 else len(PDF) + start
    assert answer.headers["content-range"] == f"bytes {first}-{first + len(expected) - 1}/{len(PDF)}"


async def test_what_lies_beyond_the_end_cannot_be_had(shelf, kept):
    answer = await fetch(shelf, kept, Range=f"bytes={len(PDF)}-")
    assert (answer.status_code, answer.headers["content-range"]) == (416, f"bytes */{len(PDF)}")


@pytest.mark.parametrize("asked", ["bytes=0-1,4-5", "nonsense", "bytes=9-1", "bytes=" + "9" * 30 + "-"])
async def test_a_range_that_is_none_brings_the_whole(shelf, kept, asked):
    assert (await fetch(shelf, kept, Range=asked)).content == PDF


async def test_what_the_browser_has_is_not_sent_again(shelf, kept):
    tag = (await fetch(shelf, kept)).headers["etag"]
    again = await fetch(shelf, kept, **{"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert (await fetch(shelf, kept, **{"If-None-Match": '"other"'})).status_code == 200
    part = await fetch(shelf, kept, Range="bytes=0-4", **{"If-Range": tag})
    assert (part.status_code, len(part.content)) == (206, 5)
    whole = await fetch(shelf, kept, Range="bytes=0-4", **{"If-Range": '"of before"'})
    assert (whole.status_code, whole.content) == (200, PDF)


async def test_a_right_that_ended_ends_what_the_browser_kept(shelf, kept, colleague):
    tag = (await colleague.get(f"/inhalte/{kept}/datei")).headers["etag"]
    await shelf.database.as_superuser("DELETE FROM item_grant WHERE access < 16")
    again = await colleague.http.get(f"/inhalte/{kept}/datei", headers={"If-None-Match": tag})
    assert again.status_code == 404


async def test_asking_for_the_head_reads_nothing(shelf, kept):
    answer = await shelf.browser.http.head(f"/inhalte/{kept}/datei")
    assert (answer.status_code, answer.content, answer.headers["content-length"]) == (200, b"", str(len(PDF)))


async def test_text_is_never_shown_in_the_page(shelf):
    item_id = await shelf.upload("a.txt", "Grüße & <b>mehr</b>".encode())
    answer = await fetch(shelf, item_id)
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert (await shelf.browser.get(f"/inhalte/{item_id}/bild")).status_code == 404


async def test_what_is_lost_in_the_storage_is_not_found(shelf, kept):
    from portal.files.storage import storage

    await storage().discard(f"{(await shelf.blob(kept))['folder']}/original")
    assert (await fetch(shelf, kept)).status_code == 404


async def test_a_page_has_no_file(shelf):
    for address in ("datei", "bild", "vorschau/1"):
        assert (await shelf.browser.get(f"/inhalte/{shelf.id}/{address}")).status_code == 404
