"""The demo world, and somebody to give tasks to."""

import pytest

from tests.cast import Cast
from tests.tasks.crew import Crew


@pytest.fixture
async def crew(cast: Cast) -> Crew:
    """An organisation whose people give each other tasks."""
    return Crew(cast)
