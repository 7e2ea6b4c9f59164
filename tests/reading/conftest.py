"""The demo world, and people who have something to read."""

import pytest

from tests.cast import Cast
from tests.reading.library import Library


@pytest.fixture
async def library(cast: Cast) -> Library:
    """An organisation whose people read."""
    await cast.database.as_superuser("DELETE FROM outbox")
    return Library(cast)
