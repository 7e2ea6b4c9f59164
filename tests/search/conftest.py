"""A small world with content."""

from collections.abc import AsyncIterator

import pytest

from tests.database import Database, copy_of
from tests.search.library import Library, assemble_library


@pytest.fixture(scope="session")
async def one_library(empty_template: Database) -> Library:
    """Put together once."""
    return await assemble_library(await copy_of(empty_template, "library"))


@pytest.fixture
async def library(one_library: Library) -> AsyncIterator[Library]:
    """In a database of the test's own."""
    async with one_library.copied() as found:
        yield found
