"""Seeding builds the whole world with the product's own actions, once."""

import pytest

from portal.audit import actions as audit
from portal.demo import seed
from portal.demo.membership import APPLICANT
from portal.demo.votes import QUESTIONS
from portal.demo.world import NETWORKS, PEOPLE
from portal.identity.queries import holders_of
from tenants.context import Role
from tenants.queries import organisations_by_slug
from tenants.scope import scope

ADMISSION = [f"Aufnahme von {APPLICANT['name']} in das Netzwerk"]


async def counts(database) -> dict[str, int]:
    tables = await database.as_superuser(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
    )
    columns = ", ".join(f'(SELECT count(*) FROM "{row["relname"]}") AS "{row["relname"]}"' for row in tables)
    (row,) = await database.as_superuser(f"SELECT {columns}")
    return dict(row)


async def test_the_world_is_built_and_a_second_time_changes_nothing(world_database):
    before = await counts(world_database)
    assert before["network"] == 2
    assert before["organisation"] == 11
    assert before["person"] == sum(1 for person in PEOPLE if person.posts)
    assert await seed.seed_as(**world_database.roles) is False
    assert await counts(world_database) == before


async def test_an_interrupted_seed_is_continued(empty_database, settings):
    async with empty_database.role("worker"):
        await seed._found(NETWORKS[0])
        await seed._bring(PEOPLE[0])
    assert await seed.seed_as(**empty_database.roles) is True
    assert await seed.seed_as(**empty_database.roles) is False


async def test_notices_have_recipients_before_anybody_signs_in(world_database):
    found = await _organisations()
    for slug, organisation_id in found.items():
        async with scope(organisation_id=organisation_id):
            assert len(await holders_of([Role.REPRESENTATIVE, Role.DEPUTY, Role.DIRECTOR])) >= 2, slug


async def test_every_chain_of_the_world_is_intact(world_database):
    async with world_database.role("auditor"), scope(read_only=True):
        assert all(verdict.broken is None for verdict in await audit.verify())


@pytest.mark.parametrize(("network", "is_open", "closed"), [("bielefeld", 3, 2), ("duesseldorf", 1, 0)])
async def test_each_network_has_something_to_vote_on(world_database, network, is_open, closed):
    rows = await world_database.as_superuser(
        "SELECT v.question, v.state, (SELECT count(*) FROM ballot b WHERE b.vote_id = v.id AND NOT b.late) AS counted, "
        "r.outcome FROM vote v LEFT JOIN vote_result r ON r.vote_id = v.id WHERE v.network_id = $1",
        seed.network_id_of(network),
    )
    found = {row["question"]: row for row in rows}
    asked = [question.text for question in QUESTIONS[network]]
    assert sorted(found) == sorted(asked + ADMISSION * (network == "bielefeld"))
    assert sum(row["state"] == "open" for row in rows) == is_open
    assert sum(row["state"] == "closed" for row in rows) == closed
    for question in QUESTIONS[network]:
        assert found[question.text]["counted"] == len(question.ballots)
        assert (found[question.text]["outcome"] is not None) == question.is_over


async def test_somebody_wants_to_join_and_a_motion_was_taken_back(world_database):
    rows = await world_database.as_superuser(
        "SELECT p.kind, p.state, p.outcome, p.subject_name, n.slug FROM procedure p "
        "JOIN network n ON n.id = p.network_id ORDER BY p.begun_at"
    )
    assert [tuple(row) for row in rows] == [
        ("admission", "voting", None, APPLICANT["name"], "bielefeld"),
        ("exclusion", "ended", "lapsed", "Trockendock Bielefeld e. V.", "bielefeld"),
    ]


@pytest.mark.parametrize("network", NETWORKS)
async def test_the_identifier_of_a_network_is_known_before(world_database, network):
    rows = await world_database.as_superuser("SELECT id FROM network WHERE slug = $1", network)
    assert rows[0]["id"] == seed.network_id_of(network)


async def _organisations():
    async with scope():
        return await organisations_by_slug([post.organisation for person in PEOPLE for post in person.posts])
