"""Every route as every role of another organisation: no identifier and no word of what is not theirs, in any byte."""

import re
from urllib.parse import urlsplit

import pytest
from structlog.testing import capture_logs

from tests.isolation.addresses import filled, routes, values
from tests.isolation.secrets import secrets_from

REQUEST_ID = re.compile(r"[0-9a-f]{32}")
LINK = re.compile(r"""(?:href|src|hx-get)=["']([^"'#]+)""")
STRANGERS = ("caritas-duesseldorf", "jobcenter-duesseldorf", "bgw", "stadt-bielefeld")
BIGGEST_SITE = 400


def leaks(text: str, secrets: set[str]) -> list[str]:
    return sorted(word for word in secrets if word in text)


def unasked(secrets: set[str], path: str) -> set[str]:
    """What the asker did not say themselves: an answer may repeat the address."""
    return {word for word in secrets if word not in path}


def seen(response) -> str:
    return response.text + "\n" + "\n".join(f"{name}: {value}" for name, value in response.headers.items())


async def people_of(cast, organisation: str):
    names = [name for name, entry in cast.people.items() if any(g.split(":")[1] == organisation for g in entry.groups)]
    return [(name, await cast.browser(name, organisation)) for name in names]


async def victims(cast, organisation: str) -> set[str]:
    """Every organisation and network but those this one may know, and the organisations it shares a network with."""
    mine = cast.organisations[organisation]
    return {str(value) for value in (*cast.organisations.values(), *cast.networks.values()) if value != mine}


async def forbidden_words(cast, organisation: str) -> set[str]:
    own = cast.organisations[organisation]
    beyond = await secrets_from(cast.database, own)
    inside = await secrets_from(cast.database, own, beyond_reach=False)
    assert len(beyond) > 20, "the other network must have something to hide"
    assert len(inside) > 20, "the other members must have something to hide"
    return beyond | inside


@pytest.mark.parametrize("stranger", STRANGERS)
async def test_nothing_of_the_others_shows_on_any_address(cast, application, stranger):
    secrets = await forbidden_words(cast, stranger)
    known = await values(cast.database, await victims(cast, stranger))
    browsers = [*await people_of(cast, stranger), ("nobody", cast.nobody())]
    assert len(browsers) >= 3
    asked = 0
    for template in routes(application, "GET"):
        for path in filled(template, known):
            for name, browser in browsers:
                response = await browser.get(path)
                asked += 1
                assert not leaks(seen(response), unasked(secrets, path)), f"{name} of {stranger} at {path}"
                healthy = response.status_code < 500 or path == "/health/ready"  # here some services do not run
                assert healthy, f"{name} of {stranger} at {path}: {response.status_code}"
    assert asked > 300


@pytest.mark.parametrize("stranger", STRANGERS)
async def test_nothing_of_the_others_shows_on_pages_that_link_to_each_other(cast, stranger):
    secrets = await forbidden_words(cast, stranger)
    for name, browser in await people_of(cast, stranger):
        waiting, visited = ["/"], set()
        while waiting and len(visited) < BIGGEST_SITE:
            path = waiting.pop()
            visited.add(path)
            response = await browser.get(path)
            assert response.status_code in (200, 303, 403), f"{name} follows a link to {path}: {response.status_code}"
            assert not leaks(seen(response), secrets), f"{name} of {stranger} at {path}"
            for link in LINK.findall(response.text):
                target = urlsplit(link)
                inside = not target.netloc and target.path.startswith("/") and not target.path.startswith("/static/")
                if inside and "strom" not in target.path and link not in visited and "anmelden" not in link:
                    waiting.append(link.replace("&amp;", "&"))
        assert len(visited) > 5, name


@pytest.mark.parametrize("stranger", STRANGERS)
async def test_nobody_changes_anything_of_the_others(cast, application, stranger):
    owners = await victims(cast, stranger)
    known = await values(cast.database, owners)
    shared = await cast.database.as_superuser(
        "SELECT network_id::text AS id FROM membership WHERE organisation_id = $1", cast.organisations[stranger]
    )
    untouchable = owners - {row["id"] for row in shared}
    before = await state_of(cast.database, untouchable)
    secrets = await forbidden_words(cast, stranger)
    for template in routes(application, "POST"):
        if template.startswith(("/abmelden", "/konto")):
            continue  # they end the browsers' own sessions; see tests/identity
        for path in filled(template, known):
            for name, browser in await people_of(cast, stranger):
                response = await browser.post(
                    path, {"organisation": "bethel-regional", "choice": "yes", "question": "?"}
                )
                assert not leaks(seen(response), unasked(secrets, path)), f"{name} of {stranger} posts to {path}"
                assert response.status_code < 500, f"{path}: {response.status_code}"
    assert await state_of(cast.database, untouchable) == before


async def test_an_address_out_of_reach_answers_like_one_that_does_not_exist(cast, application):
    _, browser = (await people_of(cast, "caritas-duesseldorf"))[0]
    hidden = await cast.database.as_superuser("SELECT id FROM vote WHERE network_id = $1", cast.networks["bielefeld"])
    out_of_reach = [
        "/n/bielefeld", "/n/bielefeld/mitglieder", "/n/bielefeld/abstimmungen", "/o/bgw",
        *(f"/n/bielefeld/abstimmungen/{row['id']}" for row in hidden),
        *(f"/n/duesseldorf/abstimmungen/{row['id']}" for row in hidden),
    ]  # fmt: skip
    unknown = await browser.get("/gibt/es/nicht")
    assert unknown.status_code == 404
    for path in out_of_reach:
        response = await browser.get(path)
        assert response.status_code == 404, path
        assert REQUEST_ID.sub("", response.text) == REQUEST_ID.sub("", unknown.text), path


async def test_logs_name_no_person_and_no_matter(cast, application):
    """The request line carries the route's template, never the address, and nobody's name."""
    everything = {value for entry in cast.people.values() for value in (entry.family_name, entry.email)}
    questions = await cast.database.as_superuser("SELECT question FROM vote")
    everything |= {row["question"] for row in questions}
    with capture_logs() as logs:
        for stranger in STRANGERS:
            for _, browser in await people_of(cast, stranger):
                for path in ("/", "/mitteilungen", "/n/bielefeld/abstimmungen", "/n/duesseldorf/mitglieder", "/x/mira"):
                    await browser.get(path)
    assert len(logs) > 20
    assert not leaks(str(logs), everything)
    addresses = {entry["route"] for entry in logs if entry["event"] == "request"}
    assert len(addresses) >= 4
    assert not [address for address in addresses if re.search("bielefeld|duesseldorf|mira", address)]


async def test_redis_holds_sessions_and_no_content(cast, settings):
    for stranger in STRANGERS:
        for _, browser in await people_of(cast, stranger):
            await browser.get("/")
            await browser.get("/mitteilungen")
    words = {value for entry in cast.people.values() for value in (entry.family_name, entry.email)}
    from tests.client import redis_of

    redis = redis_of(settings.redis_url)
    stored = [key async for key in redis.scan_iter()]
    assert stored
    texts = [key.decode() + str(await redis.dump(key)) for key in stored]
    await redis.aclose()
    assert not leaks("\n".join(texts), words)


async def state_of(database, owners: set[str]) -> dict[str, str]:
    """A digest of every table's rows of these owners."""
    from tenants.policies import PROTECTED

    found = {}
    for entry in PROTECTED:
        column = entry.tenant or ("id" if entry.table in {"organisation", "network"} else None)
        if column is None:
            continue
        rows = await database.as_superuser(
            f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) AS digest FROM {entry.table} t "
            f"WHERE t.{column}::text = ANY ($1)",
            sorted(owners),
        )
        found[entry.table] = rows[0]["digest"]
    return found
