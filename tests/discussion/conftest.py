"""The demo world, and people who talk about what stands there."""

import pytest

from tests.cast import Cast
from tests.discussion.circle import Circle


@pytest.fixture
async def circle(cast: Cast) -> Circle:
    """An organisation whose people talk."""
    return Circle(cast)
