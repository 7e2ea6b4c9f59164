"""The demo world with a room in it."""

import pytest

from tests.rooms.house import House


@pytest.fixture
async def house(cast) -> House:
    """A room of the network: of the office, ``gfs`` and ``bgw``."""
    await cast.database.as_superuser("UPDATE outbox SET state = 'done', done_at = now()")
    found = House(cast)
    await found.open()
    return found
