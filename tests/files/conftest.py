"""People who upload, and files of every kind, made here byte by byte."""

import obstore
import pytest

from portal import settings as portal_settings
from portal.files.storage import storage
from tenants.context import Role
from tests.client import Browser
from tests.files.samples import PDF
from tests.files.shelf import Shelf


@pytest.fixture(autouse=True)
def own_storage(monkeypatch, tmp_path, settings):
    """A folder for each test."""
    monkeypatch.setenv("STORAGE_URL", tmp_path.as_uri())
    portal_settings.settings.cache_clear()
    yield
    monkeypatch.undo()
    portal_settings.settings.cache_clear()


@pytest.fixture
def storage_keys():
    """What lies in the storage."""

    async def keys() -> list[str]:
        return [key async for batch in obstore.list(storage()._store) for key in (entry["path"] for entry in batch)]

    return keys


@pytest.fixture
async def shelf(cast) -> Shelf:
    """The front page of an organisation, as somebody who may put something there sees it."""
    return await Shelf.at(cast, await cast.as_role("bgw", Role.ADMINISTRATOR), "/o/bgw/inhalte")


@pytest.fixture
async def kept(shelf) -> str:
    """The id of an uploaded PDF."""
    return await shelf.upload("Satzung.pdf", PDF)


@pytest.fixture
async def colleague(cast) -> Browser:
    """Somebody of the same organisation who only reads."""
    return await cast.as_role("bgw", Role.REPRESENTATIVE)
