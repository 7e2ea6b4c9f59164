"""The demo world with an office that changes its rulebook."""

import pytest

from portal.notices import live
from tests.agreement.lindenau import OPENED, Lindenau, found
from tests.agreement.office import Office
from tests.cast import Cast


@pytest.fixture
async def office(cast: Cast):
    yield Office(cast)
    await live.close()


@pytest.fixture
async def worker(office: Office):
    """The engine connects as the worker."""
    async with office.database.role("worker"):
        yield office


@pytest.fixture
async def lindenau(cast: Cast):
    """The third city; the engine connects as the worker."""
    async with cast.database.role("worker"):
        await found(cast)
        made = Lindenau(cast)
        await made.stop(OPENED)
        yield made


@pytest.fixture
def mailbox(surroundings):
    """The mail server, empty."""
    box = surroundings.mailbox
    if not box.child.running:
        box.start()
    box.clear()
    yield box
    box.clear()


@pytest.fixture
async def table(cast: Cast, mailbox):
    """The third city; the engine connects as the portal, as where people act."""
    async with cast.database.role("worker"):
        await found(cast)
    made = Lindenau(cast)
    await made.begin()
    yield made
    await live.close()
