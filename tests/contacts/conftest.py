"""The demo world with a directory."""

import pytest

from portal.notices import live
from tests.cast import Cast
from tests.contacts.book import Book


@pytest.fixture
async def book(cast: Cast):
    yield Book(cast)
    await live.close()


@pytest.fixture
async def worker(book: Book):
    """The engine connects as the worker."""
    async with book.database.role("worker"):
        yield book
