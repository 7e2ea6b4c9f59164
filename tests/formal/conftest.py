"""The demo world with an office that writes letters."""

import pytest

from portal.notices import live
from tests.cast import Cast
from tests.formal.desk import Desk


@pytest.fixture
async def desk(cast: Cast):
    yield Desk(cast)
    await live.close()


@pytest.fixture
async def worker(desk: Desk):
    """The engine connects as the worker."""
    async with desk.database.role("worker"):
        yield desk


@pytest.fixture
def mailbox(surroundings):
    """The mail server runs and has nothing yet."""
    if not surroundings.mailbox.child.running:
        surroundings.mailbox.start()
    surroundings.mailbox.clear()
    yield surroundings.mailbox
    surroundings.mailbox.clear()
