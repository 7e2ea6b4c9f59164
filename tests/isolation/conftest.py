"""The demo world with content that hides something, planted once; each test that asks for it has a copy."""

from collections.abc import AsyncIterator
from typing import NamedTuple

import pytest
from litestar import Litestar

from portal import settings as portal_settings
from portal.settings import Settings
from tests.cast import rehearsal
from tests.database import Database, connected_copy
from tests.isolation.places import Place, found_place
from tests.isolation.planting import Garden, plant_all


class Planted(NamedTuple):
    """A database nobody is connected to, and what grows there."""

    database: Database
    garden: Garden


@pytest.fixture(scope="session")
async def planted(world_template: Database, application: Litestar, settings: Settings) -> Planted:
    """Content in own spaces and in a folder two members share, each with words of its own."""
    async with rehearsal(world_template, "planted", application, settings) as cast:
        return Planted(cast.database, await plant_all(cast))


@pytest.fixture
async def planted_database(planted: Planted) -> AsyncIterator[Database]:
    """A copy of it; the engine is connected to it as the app role."""
    async with connected_copy(planted.database) as copy:
        yield copy


@pytest.fixture(scope="session")
async def one_place(world_template: Database, application: Litestar, settings: Settings) -> Place:
    """Made once."""
    async with rehearsal(world_template, "place", application, settings) as cast:
        return await found_place(cast)


@pytest.fixture
async def place_database(one_place: Place) -> AsyncIterator[Database]:
    """A copy of it; the engine is connected to it as the app role."""
    async with connected_copy(one_place.cast.database) as copy:
        yield copy


@pytest.fixture
def own_storage(monkeypatch, tmp_path, settings):
    """A folder for each test."""
    monkeypatch.setenv("STORAGE_URL", tmp_path.as_uri())
    portal_settings.settings.cache_clear()
    yield
    monkeypatch.undo()
    portal_settings.settings.cache_clear()
