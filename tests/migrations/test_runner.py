"""Bringing a database up to date: as a whole or not at all, and nobody waits behind it."""

from uuid import uuid4

import asyncpg
import pytest

from migrations import runner
from tenants.database import connection_config
from tests.database import Database


def urls(database: Database) -> list[str]:
    return [database.url(role) for role in ("owner", "app", "worker", "auditor")]


async def test_a_second_time_there_is_nothing_to_do(empty_database):
    assert await runner.migrate(*urls(empty_database)) == []
    assert await runner.applied(empty_database.url("app")) == runner.known()


async def test_it_gives_up_on_a_table_in_use_instead_of_making_everybody_wait(empty_database, monkeypatch):
    monkeypatch.setattr(runner, "_PATIENCE", "100ms")
    await empty_database.as_superuser("DROP POLICY members ON network")  # something to mend
    reader = await asyncpg.connect(**connection_config(empty_database.url("app")))
    try:
        async with reader.transaction():
            await reader.fetch("SELECT FROM vote")
            with pytest.raises(runner.MigrationFailed, match="in Benutzung"):
                await runner.migrate(*urls(empty_database))
    finally:
        await reader.close()
    there = "SELECT count(*) FROM pg_policies WHERE tablename = 'network' AND policyname = 'members'"
    assert (await empty_database.as_superuser(there))[0]["count"] == 0  # nothing of it was done
    assert await runner.migrate(*urls(empty_database)) == []
    assert (await empty_database.as_superuser(there))[0]["count"] == 1


async def test_rows_that_are_there_already_are_mended(empty_database):
    """A file of an old office program, from when nobody could read those: the owner sees it though the wall stands."""
    known = {"s": uuid4(), "b": uuid4(), "newer": uuid4(), "o": uuid4()}
    statements = (
        "INSERT INTO organisation (id, slug, name, kind, land) VALUES ('{o}', 'alt', 'Alt', 'carrier', 'NW')",
        "INSERT INTO space (id, kind, organisation_id, title) VALUES ('{s}', 'organisation', '{o}', 'Alt')",
        *(
            "INSERT INTO blob (space_id, id, folder, name, media_type, size, sha256, scan, reading, by_name, at) "
            f"VALUES ('{{s}}', '{{{key}}}', '{key}', 'a', '{kind}', 1, repeat('0', 64), 'clean', 'empty', 'x', now())"
            for key, kind in (("b", "application/msword"), ("newer", "image/png"))
        ),
        "DELETE FROM migration WHERE name = '2026-11-23T01:00:00:000000'",
    )
    for statement in statements:
        await empty_database.as_superuser(statement.format(**known))
    assert await runner.migrate(*urls(empty_database)) == ["2026-11-23T01:00:00:000000"]
    rows = await empty_database.as_superuser("SELECT id, reading FROM blob")
    assert {row["id"]: row["reading"] for row in rows} == {known["b"]: "waiting", known["newer"]: "empty"}
    queued = await empty_database.as_superuser("SELECT organisation_id, event, payload->>'blob_id' AS blob FROM outbox")
    assert [tuple(row) for row in queued] == [(known["o"], "BlobCleared", str(known["b"]))]
    forced = "SELECT relname FROM pg_class WHERE relrowsecurity AND NOT relforcerowsecurity"
    assert await empty_database.as_superuser(forced) == []
