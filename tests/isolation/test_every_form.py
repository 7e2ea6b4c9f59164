"""Every form of the portal, sent for what is not theirs by everybody of another organisation: nothing changes."""

import pytest

from tests.isolation.addresses import filled, routes, said_at_the_door, values
from tests.isolation.asking import nobody, people_of
from tests.isolation.hiding import (
    STRANGERS,
    Hidden,
    items_as_they_are,
    state_of,
    victims,
)


@pytest.fixture
async def world_database(planted_database):
    return planted_database


@pytest.mark.parametrize("stranger", STRANGERS)
async def test_nobody_changes_anything_of_the_others(cast, application, planted, stranger):
    garden, owners, people = planted.garden, victims(cast, stranger), await people_of(cast, stranger)
    known = await values(cast.database, owners) | garden.addresses()
    shared = await cast.database.as_superuser(
        "SELECT network_id::text AS id FROM membership WHERE organisation_id = $1", cast.organisations[stranger]
    )
    untouchable = owners - {row["id"] for row in shared}
    hidden = await Hidden.find(cast, garden, people, stranger)
    before = await state_of(cast.database, untouchable), await items_as_they_are(cast.database, hidden.closed)
    # They end the browsers' own sessions; see tests/identity.
    templates = [route for route in routes(application, "POST") if not route.startswith(("/abmelden", "/konto"))]
    for name, asker in [*people, nobody(cast)]:
        secrets = await hidden.from_(name)  # anew for each: the one before may have opened something to all
        for template in templates:
            for path in filled(template, known):
                answer = await asker.post(path)
                assert not secrets.said_in(answer.seen, asked=path + said_at_the_door(path)), (
                    f"{name} of {stranger} posts to {path}"
                )
                assert answer.status_code < 500, f"{path}: {answer.status_code}"
    assert (await state_of(cast.database, untouchable), await items_as_they_are(cast.database, hidden.closed)) == before
