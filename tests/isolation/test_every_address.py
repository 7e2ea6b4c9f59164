"""Every route as every role of another organisation: no identifier and no word of what is not theirs, in any byte."""

import re
from urllib.parse import urlsplit

import pytest
from structlog.testing import capture_logs

from tests.isolation.addresses import filled, owned_by, routes, values
from tests.isolation.planting import Garden, plant_all, words_of
from tests.isolation.secrets import secrets_from

REQUEST_ID = re.compile(r"[0-9a-f]{32}")
LINK = re.compile(r"""(?:href|src|hx-get)=["']([^"'#]+)""")
# What forms of the portal send, so that a refusal is one of rights and not of an empty field.
SENT = {
    "organisation": "bethel-regional", "choice": "yes", "question": "?", "title": "Meins", "body": "Meins",
    "version": "1", "schritt": "publish", "who": "everyone", "principal": "everyone", "access": "16", "inherits": "ja",
    "note": "?",
}  # fmt: skip
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


@pytest.fixture
async def garden(cast) -> Garden:
    """Content in own spaces and in a folder two members share, each with words of its own."""
    return await plant_all(cast)


async def forbidden_words(cast, organisation: str) -> set[str]:
    own = cast.organisations[organisation]
    beyond = await secrets_from(cast.database, own)
    inside = await secrets_from(cast.database, own, beyond_reach=False)
    assert len(beyond) > 20, "the other network must have something to hide"
    assert len(inside) > 20, "the other members must have something to hide"
    return beyond | inside


@pytest.mark.parametrize("stranger", STRANGERS)
async def test_nothing_of_the_others_shows_on_any_address(cast, application, garden, stranger):
    secrets = await forbidden_words(cast, stranger)
    known = await values(cast.database, await victims(cast, stranger)) | garden.addresses()
    browsers = [*await people_of(cast, stranger), ("nobody", cast.nobody())]
    assert len(browsers) >= 3
    hidden = await hidden_from(cast, garden, browsers, stranger)
    asked = 0
    for template in routes(application, "GET"):
        for path in filled(template, known):
            for name, browser in browsers:
                response = await browser.get(path)
                asked += 1
                assert not leaks(seen(response), unasked(secrets | hidden[name], path)), (
                    f"{name} of {stranger} at {path}"
                )
                healthy = response.status_code < 500 or path == "/health/ready"  # here some services do not run
                assert healthy, f"{name} of {stranger} at {path}: {response.status_code}"
    assert asked > 300


@pytest.mark.parametrize("stranger", STRANGERS)
async def test_nothing_of_the_others_shows_on_pages_that_link_to_each_other(cast, garden, stranger):
    secrets = await forbidden_words(cast, stranger)
    people = await people_of(cast, stranger)
    hidden = await hidden_from(cast, garden, people, stranger)
    for name, browser in people:
        waiting, visited = ["/"], set()
        while waiting and len(visited) < BIGGEST_SITE:
            path = waiting.pop()
            visited.add(path)
            response = await browser.get(path)
            assert response.status_code in (200, 303, 403), f"{name} follows a link to {path}: {response.status_code}"
            assert not leaks(seen(response), secrets | hidden[name]), f"{name} of {stranger} at {path}"
            for link in LINK.findall(response.text):
                target = urlsplit(link)
                inside = not target.netloc and target.path.startswith("/") and not target.path.startswith("/static/")
                if inside and "strom" not in target.path and link not in visited and "anmelden" not in link:
                    waiting.append(link.replace("&amp;", "&"))
        assert len(visited) > 5, name


@pytest.mark.parametrize("stranger", STRANGERS)
async def test_nobody_changes_anything_of_the_others(cast, application, garden, stranger):
    owners = await victims(cast, stranger)
    known = await values(cast.database, owners) | garden.addresses()
    shared = await cast.database.as_superuser(
        "SELECT network_id::text AS id FROM membership WHERE organisation_id = $1", cast.organisations[stranger]
    )
    untouchable = owners - {row["id"] for row in shared}
    people = await people_of(cast, stranger)
    closed = await closed_to_all(cast, garden, people, stranger)
    before = await state_of(cast.database, untouchable), await items_as_they_are(cast.database, closed)
    secrets = await forbidden_words(cast, stranger)
    for name, browser in [*people, ("nobody", cast.nobody())]:
        # Anew for each: the one before may have been allowed to open something to all.
        hidden = await hidden_from(cast, garden, [(name, browser)], stranger)
        for template in routes(application, "POST"):
            if template.startswith(("/abmelden", "/konto")):
                continue  # they end the browsers' own sessions; see tests/identity
            for path in filled(template, known):
                response = await browser.post(path, SENT)
                unseen = unasked(secrets | hidden[name], path)
                assert not leaks(seen(response), unseen), f"{name} of {stranger} posts to {path}"
                assert response.status_code < 500, f"{path}: {response.status_code}"
    assert (await state_of(cast.database, untouchable), await items_as_they_are(cast.database, closed)) == before


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
            f"WHERE {owned_by(column)}",
            sorted(owners),
        )
        found[entry.table] = rows[0]["digest"]
    return found


async def hidden_from(cast, garden: Garden, browsers, organisation: str) -> dict[str, set[str]]:
    """The words of content that each person may not see, and the identifiers of what none of them may: what a colleague
    did with the rest stands in the organisation's own trail."""
    found = {"nobody": words_of(garden.plants) | {str(plant.id) for plant in garden.plants}}
    closed = set(await closed_to_all(cast, garden, await people_of(cast, organisation), organisation))
    for name, _ in browsers:
        if name != "nobody":
            found[name] = closed | words_of(await garden.hidden_from(cast, name, organisation))
            assert len(found[name]) > 30, f"there must be something to hide from {name} of {organisation}"
    return found


async def closed_to_all(cast, garden: Garden, people, organisation: str) -> list[str]:
    """The content none of these people may see."""
    closed = {plant.id for plant in garden.plants}
    for name, _ in people:
        closed &= {plant.id for plant in await garden.hidden_from(cast, name, organisation)}
    return sorted(map(str, closed))


async def items_as_they_are(database, items: list[str]) -> dict[str, str]:
    """A digest of what every table says about these items."""
    rows = await database.as_superuser(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' "
        "AND (column_name = 'item_id' OR (table_name = 'item' AND column_name = 'id'))"
    )
    found = {}
    for table, column in rows:
        digests = await database.as_superuser(
            f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) AS digest FROM {table} t "
            f"WHERE {column}::text = ANY ($1)",
            items,
        )
        found[table] = digests[0]["digest"]
    return found
