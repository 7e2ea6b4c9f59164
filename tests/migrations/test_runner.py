"""Bringing a database up to date: as a whole or not at all, and nobody waits behind it."""

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
