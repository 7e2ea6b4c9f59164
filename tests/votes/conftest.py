"""The demo world with votes of our own in it."""

import pytest

from portal.notices import live
from tests.cast import Cast
from tests.votes.poll import Poll


@pytest.fixture
async def poll(cast: Cast):
    yield Poll(cast)
    await live.close()


@pytest.fixture
async def worker(poll: Poll):
    """The engine connects as the worker."""
    async with poll.database.role("worker"):
        yield poll
