"""The demo world with content of our own in it."""

import pytest

from tests.cast import Cast
from tests.spaces.tree import Tree


@pytest.fixture
async def tree(cast: Cast) -> Tree:
    """The space of an organisation that nobody has put anything into."""
    return Tree(cast)
