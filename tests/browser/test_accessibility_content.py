"""Every page type of content as the roles that see it differently: no broken WCAG rule, and it fits 320 px.

One window a person: what a visit costs is mostly what axe costs, and a window is not to be paid for each time.
"""

from collections.abc import AsyncIterator

import pytest

from tests.browser import scene, visits_content
from tests.browser.axe import examine
from tests.browser.window import Windows


@pytest.fixture(scope="module")
async def places(all_windows: Windows) -> AsyncIterator[dict[str, str]]:
    """What there is to look at."""
    yield await scene.furnish(all_windows)
    await all_windows.close()


@pytest.mark.parametrize("who", visits_content.VISITS)
async def test_the_pages_of_content_for_people_with_every_way_of_reading(windows, places, who):
    window, problems = await windows.of(who, path=None, reduced_motion="reduce"), []
    for address in visits_content.VISITS[who]:
        await window.open(address.format_map(places))
        problems += await examine(window)
    assert problems == []
