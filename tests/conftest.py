"""What every test stands on: real services, the wall up (the engine connects as the app role), a database of its own.

Services start when the first test asks for them, once a run. A database is a copy of a template that was migrated once.
"""

from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from migrations import runner
from portal.local.surroundings import Services, assemble
from tenants import database
from tests.database import POOL, Database, copy_of, drop

_numbers = count(1)


@pytest.fixture(scope="session")
def surroundings() -> Iterator[Services]:
    """PostgreSQL runs; the others are started by the fixtures that need them and end here.

    Not pytest's own folder: PostgreSQL runs as a user who could not look into it.
    """
    with TemporaryDirectory(prefix="hilfenetz-test-", ignore_cleanup_errors=True) as folder:
        found = assemble(Path(folder), durable=False)
        try:
            found.database.start()
            yield found
        finally:
            for service in (found.directory, found.mailbox, found.cache, found.database):
                service.stop()


@pytest.fixture(scope="session")
async def empty_template(surroundings: Services) -> Database:
    """Migrated and walled, with no rows."""
    template = Database(surroundings.database, "empty")
    surroundings.database.create(template.name)
    await runner.migrate(*(template.url(role) for role in ("owner", "app", "worker", "auditor")))
    return template


@pytest.fixture
async def empty_database(empty_template: Database) -> AsyncIterator[Database]:
    """A database without rows; the engine is connected to it as the app role."""
    async for copy in _copy(empty_template):
        yield copy


async def _copy(template: Database) -> AsyncIterator[Database]:
    copy = await copy_of(template, f"test_{next(_numbers)}")
    await database.connect(copy.url("app"), max_size=POOL)
    try:
        yield copy
    finally:
        await database.disconnect()
        await drop(copy)
