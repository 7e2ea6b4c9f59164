"""One stage and one Chromium for all journeys, fresh windows for every test."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.stage import Stage, set_up
from tests.browser.window import PATIENCE_MS, Windows, chromium_of

expect.set_options(timeout=PATIENCE_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here drives a browser."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def stage() -> Iterator[Stage]:
    """The portal as separate processes; to start it takes as long as many tests."""
    with set_up() as found:
        yield found


@pytest.fixture(scope="package")
async def all_windows(stage: Stage) -> AsyncIterator[Windows]:
    """Chromium, with the sign-ins of earlier tests."""
    async with chromium_of(stage) as found:
        yield found


@pytest.fixture
async def windows(all_windows: Windows) -> AsyncIterator[Windows]:
    """Opens windows; afterwards none may have seen a refused script, an error in its console or a 5xx."""
    yield all_windows
    troubles = await all_windows.close()
    assert not troubles, "\n".join(troubles)
