"""Whatever ends a transaction, its connection goes back: a process that loses its connections waits forever."""

import asyncio

import asyncpg
import pytest

from tenants import database
from tenants.database import execute
from tenants.scope import scope
from tests.database import POOL


async def all_are_free() -> None:
    async with asyncio.timeout(5):
        held = [await database.DB.pool.acquire() for _ in range(POOL)]
        for connection in held:
            await database.DB.pool.release(connection)


async def test_a_server_that_was_restarted_costs_at_most_one_error_each(empty_database):
    async def ask():
        async with scope():
            return await execute("SELECT 1 AS one")

    held = [await database.DB.pool.acquire() for _ in range(POOL)]
    for connection in held:
        await database.DB.pool.release(connection)
    await empty_database.as_superuser(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    failures = 0
    for _ in range(POOL + 1):
        try:
            await ask()
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError):
            failures += 1
    assert failures <= POOL
    assert await ask() == [{"one": 1}]
    await all_are_free()


async def test_begin_that_fails_gives_the_connection_back(empty_database, monkeypatch):
    async def refuse(self):
        raise ConnectionResetError

    monkeypatch.setattr(database.WalledTransaction, "begin", refuse)
    for _ in range(POOL + 1):
        with pytest.raises(ConnectionResetError):
            async with scope():
                pass
    await all_are_free()


@pytest.mark.parametrize("moment", range(8))
async def test_whoever_goes_away_at_any_moment_leaves_no_connection_behind(empty_database, moment):
    async def ask():
        async with scope():
            await execute("SELECT pg_sleep(0.01)")

    for _ in range(POOL + 1):
        task = asyncio.create_task(ask())
        for _ in range(moment):
            await asyncio.sleep(0)
        await asyncio.sleep(moment * 0.001)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await all_are_free()
