"""The demo world with members that speak with each other."""

import pytest

from portal.notices import live
from tests.cast import Cast
from tests.circle.table import Table


@pytest.fixture
async def table(cast: Cast):
    yield Table(cast)
    await live.close()
