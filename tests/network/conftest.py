"""The demo world, and what its networks do with their memberships."""

import pytest

from portal.notices import live
from tests.cast import Cast
from tests.network.office import Office


@pytest.fixture
async def office(cast: Cast):
    yield Office(cast)
    await live.close()
