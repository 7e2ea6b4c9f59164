"""A small world with content."""

import pytest

from tests.search.library import assemble_library


@pytest.fixture
async def library(empty_database):
    return await assemble_library(empty_database)
