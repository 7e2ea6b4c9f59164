"""Addresses of content and addresses of the portal do not get into each other's way."""

import re

from portal.spaces.actions import RESERVED

BESIDE_CONTENT = re.compile(r"/[onr]/\{\w+:str\}/([a-z0-9-]+)")


def test_what_the_portal_uses_at_the_top_of_a_space_is_reserved(application):
    used = {found[1] for route in application.routes if (found := BESIDE_CONTENT.match(route.path))}
    assert {"inhalte", "verzeichnis", "abstimmungen"} <= used
    assert used <= RESERVED, f"add to actions.RESERVED: {sorted(used - RESERVED)}"


async def test_content_of_such_a_name_gets_another_address(tree):
    import pytest

    from portal.kit.errors import Invalid

    for word in sorted(RESERVED):
        with pytest.raises(Invalid):
            await tree.add(word)
    await tree.grow("a/", f"a/{min(RESERVED)}")
    browser = await tree.browser()
    root = re.search(r"/inhalte/([0-9a-f-]{36})/", (await browser.get("/o/bethel-regional/inhalte")).text)[1]
    answer = await browser.post(f"/inhalte/{root}/eintraege?art=folder", {"title": "Mitglieder"})
    assert answer.headers["location"] == "/o/bethel-regional/mitglieder-2"
