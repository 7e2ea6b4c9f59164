"""From the very second on: a microsecond before its end an excluded member reaches everything of the network, with it
nothing any more; no page, form, search, feed, file, export, and no page that is open."""

import asyncio
import re
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from portal import settings as portal_settings
from portal.identity.sessions import NewSession
from portal.notices import live, stream
from tenants.context import Role
from tenants.scope import scope
from tests.calendar.conftest import Diary
from tests.calendar.test_feeds import subscribe, titles
from tests.client import PROVIDER, person
from tests.files.samples import PDF
from tests.files.shelf import Shelf
from tests.isolation.addresses import filled, routes, values
from tests.network.office import AFFECTED
from tests.network.test_seat import MONDAY

WORD = "Wintergipfel"
OFFICE = ("stadt-bielefeld", Role.OFFICE)
pytestmark = pytest.mark.usefixtures("own_storage")


async def clock(office, instant) -> None:
    await office.rows(
        "CREATE OR REPLACE FUNCTION hilfenetz_now() RETURNS timestamptz LANGUAGE sql STABLE "
        f"SET search_path = pg_catalog AS $$ SELECT timestamptz '{instant.isoformat()}' $$"
    )


@asynccontextmanager
async def open_page(office):
    """A page the director of the member has open: what it hears, as a queue."""
    heard: asyncio.Queue = asyncio.Queue()
    who = person(office.cast.who(AFFECTED, Role.DIRECTOR))
    sessions = office.cast.sessions
    token = await sessions.begin(
        NewSession(
            person_id=who,
            organisation_id=office.cast.organisations[AFFECTED],
            provider=PROVIDER,
            id_token="none",
        )
    )
    session = await sessions.read(token)
    async with office.acting(AFFECTED, Role.DIRECTOR) as (member, _):
        pass

    async def listen():
        async for message in stream.events(member, session, sessions, is_return=False):
            await heard.put(message.event)

    task = asyncio.create_task(listen())
    try:
        async with asyncio.timeout(5):
            assert await heard.get() is None  # it is open
        yield heard
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def hears(office, heard, *, tries: int = 10) -> set[str]:
    """What the open page hears when something changes in the network, so many times."""
    for _ in range(tries):
        async with scope(organisation_id=office.cast.organisations["bgw"]):
            await live.changed(live.network(office.network))
            await live.changed(live.everybody(office.network))
        await asyncio.sleep(0.05)
        if not heard.empty():
            break
    return {heard.get_nowait() for _ in range(heard.qsize())} - {None}


@pytest.fixture
def own_storage(monkeypatch, tmp_path, settings):
    """Files of this test alone."""
    monkeypatch.setenv("STORAGE_URL", tmp_path.as_uri())
    portal_settings.settings.cache_clear()
    yield
    monkeypatch.undo()
    portal_settings.settings.cache_clear()


async def excluded(office):
    """A member with something of its own in the network, whose exclusion is decided; and the instant it ends."""
    procedure_id = await office.move()
    vote_id = await office.open_vote(procedure_id)
    await office.decide(vote_id)
    await office.work("VoteDue")
    return procedure_id, (await office.procedure(procedure_id)).effective_at


async def addresses(office, application, method):
    """One address of the network for each route: with its own identifiers, or of the wrong kind."""
    known = await values(office.database, {str(office.network)}) | {"str": ["bielefeld"], "network": ["bielefeld"]}
    templates = [each for each in routes(application, method) if each.startswith("/n/{network")]
    assert len(templates) > 20
    return [next(iter(filled(template, known))) for template in templates]


async def answers_as_nowhere(ask, path) -> None:
    """As the same address of a network there never was; who may do such a thing nowhere is told that first."""
    answer, nowhere = await ask(path), await ask(path.replace("/n/bielefeld", "/n/nirgends", 1))
    assert answer.status_code == nowhere.status_code, path
    assert answer.status_code in (403, 404), path
    # But for the number of the request.
    assert re.sub(r"[0-9a-f]{32}", "", answer.text) == re.sub(r"[0-9a-f]{32}", "", nowhere.text), path


async def test_from_that_instant_on_there_is_nothing(office, application):
    await office.stop(MONDAY)
    cast, who = office.cast, (AFFECTED, Role.REPRESENTATIVE)
    member, director = await cast.as_role(*who), await cast.as_role(AFFECTED, Role.DIRECTOR)
    diary = Diary(cast)
    await diary.add(WORD, by=OFFICE, network="bielefeld")
    news = await diary.add(WORD, by=OFFICE, network="bielefeld", kind="news")
    shelf = await Shelf.at(cast, member, "/n/bielefeld/inhalte")
    file = await shelf.upload(f"{WORD}.pdf", PDF)
    feeds = [await subscribe(member, kind) for kind in ("kalender", "nachrichten")]
    _, ends_at = await excluded(office)
    assert ends_at > (await office.rows("SELECT hilfenetz_now() AS n"))[0]["n"]
    alive = [f"/inhalte/{news}", f"/inhalte/{file}/datei", "/n/bielefeld/verzeichnis", "/n/bielefeld/inhalte/paket"]
    suggest = f"/suche/vorschlaege?q={WORD[:6]}"

    await clock(office, ends_at - timedelta(microseconds=1))
    async with open_page(office) as heard:
        assert f"network-{office.network}" in await hears(office, heard, tries=200)
        assert (await member.get("/n/bielefeld/verzeichnis")).status_code == 200
        assert (await member.get(f"/inhalte/{file}/datei")).status_code == 200
        assert WORD in (await member.get(f"/suche?q={WORD}")).text
        assert WORD in (await member.get(suggest)).text
        for feed in feeds:
            assert WORD in await titles(cast, feed)

        await clock(office, ends_at)
        assert await hears(office, heard) == set(), "an open page"
    for path in await addresses(office, application, "GET"):
        for browser in (member, director):
            await answers_as_nowhere(browser.get, path)
    for path in await addresses(office, application, "POST"):
        await answers_as_nowhere(director.post, path)
    for path in alive:
        assert (await member.get(path)).status_code == 404, path
    for path in (f"/suche?q={WORD}", suggest, "/", "/konto/abos", "/suche?q=Bielefeld"):
        answer = await member.get(path)
        assert WORD in path or WORD not in answer.text, path
        assert "/n/bielefeld" not in answer.text, path
    for feed in feeds:
        assert WORD not in await titles(cast, feed)
