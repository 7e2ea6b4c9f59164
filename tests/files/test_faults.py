"""Killed between the storage and the database: nothing that dangles is served, nothing confirmed is lost."""

from datetime import timedelta
from uuid import UUID

import pytest

from portal.files import actions, actions_working, receiving
from portal.files.storage import Storage, storage
from portal.kit.errors import Unavailable
from tests.files.samples import PDF, pdf
from tests.files.working import work_off


class Killed(BaseException):
    """The process is gone: nothing that would tidy up runs."""


async def everything(shelf) -> dict[str, int]:
    rows = await shelf.database.as_superuser(
        "SELECT (SELECT count(*) FROM blob) AS blobs, (SELECT count(*) FROM upload) AS uploads, "
        "(SELECT count(*) FROM item WHERE type = 'file') AS items"
    )
    return dict(rows[0])


async def test_killed_after_the_bytes_and_before_the_row_nothing_is_served_and_the_rest_goes(
    shelf, storage_keys, monkeypatch
):
    async def dies(**_: object) -> UUID:
        raise Killed

    async def does_not_run(*_: object) -> None:
        return None

    monkeypatch.setattr(actions, "keep_file", dies)
    monkeypatch.setattr(receiving, "_throw_away", does_not_run)
    with pytest.raises(Killed):
        await shelf.try_upload(("Satzung.pdf", PDF))
    monkeypatch.undo()
    assert await everything(shelf) == {"blobs": 0, "uploads": 1, "items": 0}
    assert len(await storage_keys()) == 1
    assert await work_off(shelf.database) == []
    assert len(await storage_keys()) == 1, "before its time is over nothing is thrown away"
    await shelf.database.move_clock(timedelta(hours=25))
    assert await work_off(shelf.database) == []
    assert await everything(shelf) == {"blobs": 0, "uploads": 0, "items": 0}
    assert await storage_keys() == []


async def test_an_answer_that_got_lost_after_the_commit_loses_no_bytes(shelf, storage_keys, monkeypatch):
    """It was kept, and the process died before it could say so: what tidies up must not take it away."""
    keep = receiving.Sender.inside

    async def answers_late(self, item_id, work):
        result = await keep(self, item_id, work)
        if isinstance(result, tuple):  # what was kept, and whether it is new
            raise Unavailable
        return result

    monkeypatch.setattr(receiving.Sender, "inside", answers_late)
    assert (await shelf.try_upload(("Satzung.pdf", PDF))).status_code == 503
    monkeypatch.undo()
    assert await everything(shelf) == {"blobs": 1, "uploads": 0, "items": 1}
    page = await shelf.browser.get("/o/bgw/satzung")
    assert page.status_code == 200
    assert len(await storage_keys()) == 1
    await shelf.database.move_clock(timedelta(hours=25))
    assert await work_off(shelf.database) == []
    item = (await shelf.database.as_superuser("SELECT id::text FROM item WHERE type = 'file'"))[0]["id"]
    assert (await shelf.browser.get(f"/inhalte/{item}/datei")).content == PDF


async def test_killed_between_the_storage_and_the_row_while_deleting_it_is_tried_again(
    shelf, kept, cast, storage_keys, monkeypatch
):
    await work_off(shelf.database)
    await shelf.bin(cast, kept)
    await shelf.database.move_clock(timedelta(days=31))
    really, failing = actions_working.execute, {"left": 1}

    async def dies(sql: str, *values: object):
        if sql.startswith("DELETE FROM blob") and failing["left"]:
            failing["left"] -= 1
            raise ConnectionError
        return await really(sql, *values)

    monkeypatch.setattr(actions_working, "execute", dies)
    await work_off(shelf.database, rounds=2)
    await shelf.database.move_clock(timedelta(days=32))
    failed = await work_off(shelf.database, rounds=1)
    assert failed == ["BlobUnused: ConnectionError, attempt 1, now waiting"]
    assert await storage_keys() == []
    assert (await everything(shelf))["blobs"] == 1
    await shelf.database.move_clock(timedelta(days=33))
    assert await work_off(shelf.database) == []
    assert (await everything(shelf))["blobs"] == 0


async def test_a_storage_that_is_away_takes_nothing_and_says_so(shelf, kept, monkeypatch):
    async def away(*_: object) -> None:
        raise Unavailable("Die Ablage für Dateien antwortet gerade nicht.")

    monkeypatch.setattr(Storage, "write", away)
    answer = await shelf.try_upload(("Zweite.pdf", pdf("Zweite")))
    assert answer.status_code == 503
    assert "Die Ablage für Dateien antwortet gerade nicht" in answer.text
    monkeypatch.setattr(Storage, "read", away)
    assert (await shelf.browser.get(f"/inhalte/{kept}/datei")).status_code == 503
    assert (await everything(shelf))["blobs"] == 1


async def test_events_that_come_twice_or_are_forged_change_nothing(shelf, kept, storage_keys):
    assert await work_off(shelf.database) == []
    before, blob = sorted(await storage_keys()), await shelf.blob(kept)
    words = await shelf.database.as_superuser("SELECT words FROM item WHERE id = $1::text::uuid", kept)
    from portal.files.queries import ORIGINAL
    from tenants.scope import scope
    from workers.actors import system_actor

    rows = await shelf.database.as_superuser("SELECT organisation_id FROM space WHERE id = $1", blob["space_id"])
    async with shelf.database.role("worker"), scope(organisation_id=rows[0]["organisation_id"]) as opened:
        actor, where = await system_actor(), {"space_id": blob["space_id"], "blob_id": blob["id"]}
        await actions_working.delete_unused(actor=actor, **where)
        await actions_working.read_blob(actor=actor, **where)
        await actions_working.copy_bytes(actor=actor, **where)
        await actions_working.scan_blob(actor=actor, **where)
        await actions_working.end_upload(actor=actor, now=opened.now, space_id=blob["space_id"], upload_id=blob["id"])
    assert sorted(await storage_keys()) == before
    assert await shelf.database.as_superuser("SELECT words FROM item WHERE id = $1::text::uuid", kept) == words
    assert await storage().read_bytes(f"{blob['folder']}/{ORIGINAL}", receiving.Range(0, 5)) == PDF[:5]
