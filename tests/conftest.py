"""What every test stands on: real services, the wall up (the engine connects as the app role), a database of its own.

Services start when the first test asks for them, once a run. A database is a copy of a template that was migrated once.
"""

from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from litestar import Litestar

from migrations import runner
from portal import settings as portal_settings
from portal.app import create_app
from portal.demo import directory, seed
from portal.local.surroundings import Services, assemble
from portal.settings import Settings
from tests.cast import Cast, cast_of
from tests.client import emptied, redis_of
from tests.database import Database, connected_copy, copy_of
from tests.folder import fleeting_folder
from tests.shares import WAITING, Shares

PUBLIC_URL = "https://hilfenetz.test"
# Tests ask more often than people; the limits have tests of their own.
UNLIMITED = {"RATE_LIMIT_PER_MINUTE": "10000", "SIGN_IN_LIMIT_PER_MINUTE": "1000"}

# The same code gets the same verdict, on a slow machine too. Who looks for what nobody thought of yet:
# make test ARGS="tests/spaces --hypothesis-profile=search"
hypothesis.settings.register_profile("again", derandomize=True, deadline=None, database=None)
hypothesis.settings.register_profile("search", deadline=None, max_examples=5_000)
hypothesis.settings.load_profile("again")


@pytest.hookimpl(wrapper=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> Generator[None, int, int]:
    """A process more than cores if something of the run mostly waits."""
    cores = yield
    asked = [config.invocation_params.dir / argument.partition("::")[0] for argument in config.args]
    waiting = [config.rootpath / name for name in WAITING]
    return cores + any(path.is_relative_to(one) or one.is_relative_to(path) for path in waiting for one in asked)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Shares | None:
    return Shares(config, log) if config.option.dist == "loadfile" else None


@pytest.fixture(scope="session")
def surroundings() -> Iterator[Services]:
    """PostgreSQL runs; the others are started by the fixtures that need them and end here."""
    with fleeting_folder("hilfenetz-test-") as folder:
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
    async with connected_copy(empty_template) as copy:
        yield copy


@pytest.fixture(scope="session")
def settings(surroundings: Services) -> Iterator[Settings]:
    """The settings of the portal in these surroundings; Valkey runs."""
    surroundings.cache.start()
    environment = surroundings.environment(public_url=PUBLIC_URL, port=8000) | UNLIMITED
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        portal_settings.settings.cache_clear()
        yield portal_settings.settings()
    portal_settings.settings.cache_clear()


@pytest.fixture(scope="session")
async def application(settings: Settings) -> AsyncIterator[Litestar]:
    """The portal. Its engine is connected by the fixture that makes a test's database."""
    found = create_app(settings)
    yield found
    await found.state.redis.aclose()


@pytest.fixture(scope="session")
async def world_template(empty_template: Database, settings: Settings) -> Database:
    """Both networks of the demo world, built with the product's own actions; what it tells is told already."""
    template = await copy_of(empty_template, "world")
    await seed.seed_as(**template.roles)
    await template.as_superuser(
        "UPDATE outbox SET state = 'done', done_at = now() "
        "WHERE event IN ('FormalPosted', 'ItemHappened') OR event ~ '^(Applica|Exclusion|Meeting|Minutes)'"
    )
    return template


@pytest.fixture
async def world_database(world_template: Database) -> AsyncIterator[Database]:
    """A database with the demo world; the engine is connected to it as the app role."""
    async with connected_copy(world_template) as copy:
        yield copy


@pytest.fixture
async def cast(world_database: Database, application: Litestar, settings: Settings) -> AsyncIterator[Cast]:
    """The people of the demo world, each with a browser of their own when asked for."""
    redis = redis_of(settings.redis_url)
    await emptied(redis)
    found = await cast_of(world_database, application, redis, directory.directory_people())
    try:
        yield found
    finally:
        await found.close()
        await redis.aclose()
