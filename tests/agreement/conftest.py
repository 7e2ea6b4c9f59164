"""The demo world with an office that changes its rulebook."""

import pytest

from portal.notices import live
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
