"""The demo world with content that hides something, planted once; each test that asks for it has a copy."""

from collections.abc import AsyncIterator
from itertools import count
from typing import NamedTuple

import pytest
from litestar import Litestar

from portal import settings as portal_settings
from portal.demo import directory
from portal.settings import Settings
from tests.cast import cast_of
from tests.client import redis_of
from tests.database import Database, connected_copy, copy_of
from tests.isolation.planting import Garden, plant_all

_numbers = count(1)


class Planted(NamedTuple):
    """A database nobody is connected to, and what grows there."""

    database: Database
    garden: Garden


@pytest.fixture(scope="session")
async def planted(world_template: Database, application: Litestar, settings: Settings) -> Planted:
    """Content in own spaces and in a folder two members share, each with words of its own."""
    template = await copy_of(world_template, "planted")
    redis = redis_of(settings.redis_url)
    async with template.role("app"):
        cast = await cast_of(template, application, redis, directory.directory_people())
        garden = await plant_all(cast)
    await redis.aclose()
    return Planted(template, garden)


@pytest.fixture
async def planted_database(planted: Planted) -> AsyncIterator[Database]:
    """A copy of it; the engine is connected to it as the app role."""
    async with connected_copy(planted.database, f"planted_{next(_numbers)}") as copy:
        yield copy


@pytest.fixture
def own_storage(monkeypatch, tmp_path, settings):
    """A folder for each test."""
    monkeypatch.setenv("STORAGE_URL", tmp_path.as_uri())
    portal_settings.settings.cache_clear()
    yield
    monkeypatch.undo()
    portal_settings.settings.cache_clear()
