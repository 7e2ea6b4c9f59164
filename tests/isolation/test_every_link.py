"""Whoever follows every link sees nothing of the others, and no link leads nowhere."""

import re
from urllib.parse import urlsplit

import pytest

from tests.isolation.asking import people_of
from tests.isolation.hiding import STRANGERS, Hidden

LINK = re.compile(r"""(?:href|src|hx-get)=["']([^"'#]+)""")
BIGGEST_SITE = 400


@pytest.fixture
async def world_database(planted_database):
    return planted_database


@pytest.mark.parametrize("stranger", STRANGERS)
async def test_nothing_of_the_others_shows_on_pages_that_link_to_each_other(cast, planted, stranger):
    people = await people_of(cast, stranger)
    hidden = await Hidden.find(cast, planted.garden, people, stranger)
    for name, asker in people:
        secrets = await hidden.from_(name)
        waiting, met = ["/"], {"/"}
        asked = 0
        while waiting and asked < BIGGEST_SITE:
            path = waiting.pop()
            asked += 1
            answer = await asker.get(path)
            assert answer.status_code in (200, 303, 403), f"{name} follows a link to {path}: {answer.status_code}"
            assert not secrets.said_in(answer.seen), f"{name} of {stranger} at {path}"
            links = {link.replace("&amp;", "&") for link in LINK.findall(answer.text)} - met
            found = [link for link in sorted(links) if is_followed(link)]
            waiting += found
            met.update(found)
        assert asked > 5, name


def is_followed(link: str) -> bool:
    target = urlsplit(link)
    is_inside = not target.netloc and target.path.startswith("/") and not target.path.startswith("/static/")
    return is_inside and "strom" not in target.path and "anmelden" not in link
