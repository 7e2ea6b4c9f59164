"""A database of its own for every test, copied from a template that was migrated once, and the clock inside it."""

import asyncio
import gc
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import count
from typing import Any

import asyncpg

from portal.local.database import Database as Server
from tenants import database

POOL = 4
PATIENCE = 20.0


@dataclass(frozen=True)
class Database:
    """One test's database on the run's server."""

    server: Server
    name: str

    def url(self, role: str) -> str:
        """The address for ``admin``, ``owner``, ``app``, ``worker`` or ``auditor``."""
        return self.server.url(role, self.name)

    async def as_superuser(self, sql: str, *arguments: Any) -> list[asyncpg.Record]:
        """Look or tamper from outside the wall."""
        connection = await asyncpg.connect(**database.connection_config(self.url("admin")))
        try:
            if not arguments:
                statements = sql.strip().rstrip(";")
                return await connection.fetch(statements) if ";" not in statements else await connection.execute(sql)
            return await connection.fetch(sql, *arguments)
        finally:
            await connection.close()

    @asynccontextmanager
    async def role(self, role: str) -> AsyncIterator[None]:
        """Let the engine of this process connect under another role for a while."""
        kept, kept_config = database.DB.pool, database.DB.config
        database.DB.pool = None
        await database.connect(self.url(role), max_size=POOL)
        try:
            yield
        finally:
            try:
                await disconnect()
            finally:
                database.DB.pool, database.DB.config = kept, kept_config

    @property
    def roles(self) -> dict[str, Callable[[], AbstractAsyncContextManager[None]]]:
        """Both roles that seeding takes in turn."""
        return {name: partial(self.role, name) for name in ("worker", "app")}

    async def move_clock(self, by: timedelta) -> None:
        """Make every process that asks this database believe that it is later (or earlier) by that much."""
        await self.as_superuser(
            "CREATE OR REPLACE FUNCTION hilfenetz_now() RETURNS timestamptz LANGUAGE sql STABLE "
            f"SET search_path = pg_catalog AS 'SELECT clock_timestamp() + interval ''{by.total_seconds()} seconds'''"
        )


async def disconnect() -> None:
    """As ``tenants.database.disconnect``; a connection nobody gave back fails the test and does not hang the run."""
    pool = database.DB.pool
    if pool is not None and pool.get_size() > pool.get_idle_size():
        gc.collect()  # what a test began to read and left gives its connection back when it is found
        await asyncio.sleep(0)
    try:
        async with asyncio.timeout(PATIENCE):
            await database.disconnect()
    except TimeoutError:
        database.DB.pool = None
        raise AssertionError("a connection was not given back") from None


async def copy_of(template: Database, name: str) -> Database:
    """A new database with everything the template holds, copied file by file: half the work of page by page."""
    made = f'CREATE DATABASE "{name}" TEMPLATE "{template.name}" OWNER hilfenetz_owner STRATEGY file_copy'
    async with _maintaining(template.server) as connection:
        await connection.execute(made)
    return Database(template.server, name)


@asynccontextmanager
async def growing(parent: Database, name: str) -> AsyncIterator[Database]:
    """Another template out of one; meanwhile the engine of this process is connected to it as the app role."""
    template = await copy_of(parent, name)
    async with template.role("app"):
        yield template


@asynccontextmanager
async def connected_copy(template: Database) -> AsyncIterator[Database]:
    """A copy to which the engine of this process is connected as the app role.

    One that nobody has written to is as it was made: whoever asks next for a copy of the template gets it. The others
    are dropped.
    """
    copy = _untouched.pop(template, None) or await copy_of(template, f"{template.name}_{next(_numbers)}")
    begun = await _next_writer(copy.server)
    is_free = False
    await database.connect(copy.url("app"), max_size=POOL)
    try:
        yield copy
    finally:
        try:
            await disconnect()
            is_free = await _is_left_alone(copy)
        finally:
            if is_free and await _next_writer(copy.server) == begun:
                _untouched[template] = copy
            else:
                await drop(copy)


async def drop(copy: Database) -> None:
    """Remove a test's database, whoever is still connected."""
    async with _maintaining(copy.server) as connection:
        await connection.execute(f'DROP DATABASE IF EXISTS "{copy.name}" WITH (FORCE)')


_numbers = count(1)
_untouched: dict[Database, Database] = {}


async def _next_writer(server: Server) -> int:
    """The number the server gives to the next transaction that writes anything anywhere, also if it takes it back."""
    async with _maintaining(server) as connection:
        return int(await connection.fetchval("SELECT pg_snapshot_xmax(pg_current_snapshot())::text"))


async def _is_left_alone(copy: Database) -> bool:
    """Whether nobody is connected any more; who has just closed a connection needs a moment to go."""
    async with _maintaining(copy.server) as connection:
        for _ in range(60):
            if not await connection.fetch("SELECT FROM pg_stat_activity WHERE datname = $1", copy.name):
                return True
            await asyncio.sleep(0.005)
    return False


@asynccontextmanager
async def _maintaining(server: Server) -> AsyncIterator[asyncpg.Connection]:
    """Connected to the server, and to none of the tests' databases."""
    connection = await asyncpg.connect(**database.connection_config(server.url("admin", "postgres")))
    try:
        yield connection
    finally:
        await connection.close()
