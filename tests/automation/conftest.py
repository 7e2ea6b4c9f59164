"""The demo world, and an organisation whose folders have rules."""

import pytest

from tests.automation.mill import Mill
from tests.cast import Cast


@pytest.fixture
async def mill(cast: Cast) -> Mill:
    """An organisation whose folders have rules; what the demo world still has to do is done."""
    await cast.database.as_superuser("UPDATE outbox SET state = 'done'")
    return Mill(cast)
