"""Every route as every role of another organisation: no identifier and no word of what is not theirs, in any byte."""

import re

import pytest
from structlog.testing import capture_logs

from tests.client import redis_of
from tests.isolation.addresses import filled, routes, said_at_the_door, values
from tests.isolation.asking import nobody, people_of
from tests.isolation.hiding import STRANGERS, Hidden, victims


@pytest.fixture
async def world_database(planted_database):
    return planted_database


def leaks(text: str, secrets: set[str]) -> list[str]:
    return sorted(word for word in secrets if word in text)


@pytest.mark.parametrize("stranger", STRANGERS)
async def test_nothing_of_the_others_shows_on_any_address(cast, application, planted, stranger):
    people = await people_of(cast, stranger)
    assert len(people) >= 2
    hidden = await Hidden.find(cast, planted.garden, people, stranger)
    asking = [(*each, await hidden.from_(each[0])) for each in (*people, nobody(cast))]
    known = await values(cast.database, victims(cast, stranger)) | planted.garden.addresses()
    asked = 0
    for paths in (*(filled(template, known) for template in routes(application, "GET")), planted.garden.searches()):
        for path in paths:
            for name, asker, secrets in asking:
                answer = await asker.get(path)
                asked += 1
                assert not secrets.said_in(answer.seen, asked=path + said_at_the_door(path)), (
                    f"{name} of {stranger} at {path}"
                )
                healthy = answer.status_code < 500 or path == "/health/ready"  # here some services do not run
                assert healthy, f"{name} of {stranger} at {path}: {answer.status_code}"
    assert asked > 300


async def test_an_address_out_of_reach_answers_like_one_that_does_not_exist(cast, application):
    _, asker = (await people_of(cast, "caritas-duesseldorf"))[0]
    hidden = await cast.database.as_superuser("SELECT id FROM vote WHERE network_id = $1", cast.networks["bielefeld"])
    out_of_reach = [
        "/n/bielefeld", "/n/bielefeld/verzeichnis", "/n/bielefeld/abstimmungen", "/o/bgw",
        *(f"/n/bielefeld/abstimmungen/{row['id']}" for row in hidden),
        *(f"/n/duesseldorf/abstimmungen/{row['id']}" for row in hidden),
    ]  # fmt: skip
    unknown = await asker.get("/gibt/es/nicht")
    assert unknown.status_code == 404
    for path in out_of_reach:
        response = await asker.get(path)
        assert response.status_code == 404, path
        assert response.text == unknown.text, path


async def test_logs_name_no_person_and_no_matter(cast, application):
    """The request line carries the route's template, never the address, and nobody's name."""
    everything = {value for entry in cast.people.values() for value in (entry.family_name, entry.email)}
    questions = await cast.database.as_superuser("SELECT question FROM vote")
    everything |= {row["question"] for row in questions}
    with capture_logs() as logs:
        for stranger in STRANGERS:
            for _, asker in await people_of(cast, stranger):
                for path in ("/", "/mitteilungen", "/n/bielefeld/abstimmungen", "/n/duesseldorf/raeume", "/x/mira"):
                    await asker.get(path)
    assert len(logs) > 20
    assert not leaks(str(logs), everything)
    addresses = {entry["route"] for entry in logs if entry["event"] == "request"}
    assert len(addresses) >= 4
    assert not [address for address in addresses if re.search("bielefeld|duesseldorf|mira", address)]


async def test_redis_holds_sessions_and_no_content(cast, settings):
    for stranger in STRANGERS:
        for _, asker in await people_of(cast, stranger):
            await asker.get("/")
            await asker.get("/mitteilungen")
    words = {value for entry in cast.people.values() for value in (entry.family_name, entry.email)}
    redis = redis_of(settings.redis_url)
    stored = [key async for key in redis.scan_iter()]
    assert stored
    texts = [key.decode() + str(await redis.dump(key)) for key in stored]
    await redis.aclose()
    assert not leaks("\n".join(texts), words)
