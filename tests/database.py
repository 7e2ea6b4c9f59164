"""A database of its own for every test, copied from a template that was migrated once, and the clock inside it."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
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
    """A new database with everything the template holds."""
    maintenance = Database(template.server, "postgres")
    await maintenance.as_superuser(f'CREATE DATABASE "{name}" TEMPLATE "{template.name}" OWNER hilfenetz_owner')
    return Database(template.server, name)


@asynccontextmanager
async def connected_copy(template: Database, name: str) -> AsyncIterator[Database]:
    """A copy to which the engine of this process is connected as the app role; it is dropped at the end."""
    copy = await copy_of(template, name)
    await database.connect(copy.url("app"), max_size=POOL)
    try:
        yield copy
    finally:
        try:
            await disconnect()
        finally:
            await drop(copy)


async def drop(copy: Database) -> None:
    """Remove a test's database, whoever is still connected."""
    await Database(copy.server, "postgres").as_superuser(f'DROP DATABASE IF EXISTS "{copy.name}" WITH (FORCE)')
