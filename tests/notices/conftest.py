"""Two organisations with people in every role a notice knows, and a portal of notices and sign-in alone."""

from dataclasses import dataclass, replace
from uuid import UUID, uuid4

import pytest
from litestar import Litestar
from redis.asyncio import Redis

from portal import settings as portal_settings
from portal.identity import pages as identity_pages
from portal.identity.assembly import Identity
from portal.notices import actions, live
from portal.notices import pages as notices_pages
from portal.notices.rules import NoticeKind
from portal.shell.assembly import build_application
from tenants.context import Role
from tenants.scope import scope
from tests.client import browser_for, emptied, redis_of, signed_in
from tests.database import connected_copy, copy_of
from tests.staff import assemble_staff

QUESTION = "Soll die Notunterkunft Nord eröffnet werden?"
DUE = "2026-12-04T23:00:00+00:00"
VOTERS = (Role.REPRESENTATIVE, Role.DEPUTY)


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch):
    """Settings a test changed are read afresh by the next one."""
    yield
    portal_settings.settings.cache_clear()


@pytest.fixture(scope="session")
async def employed(empty_template, settings):
    """Vera votes for "here", Dirk is her deputy, Adam administers it; Nora votes for the neighbours."""
    staff = await assemble_staff(await copy_of(empty_template, "staffed"))
    await staff.hire("Vera", Role.REPRESENTATIVE)
    await staff.hire("Dirk", Role.DEPUTY)
    await staff.hire("Adam", Role.ADMINISTRATOR)
    await staff.hire("Carl", Role.CASEWORKER)
    await staff.hire("Nora", Role.REPRESENTATIVE, at="neighbour")
    await staff.hire("Axel", Role.ADMINISTRATOR, at="neighbour")
    await staff.hire("Fred", Role.REPRESENTATIVE, Role.ADMINISTRATOR, at="stranger")
    return staff


@pytest.fixture
async def staff(employed):
    """These people in a database of this test's own; the engine is connected to it as the app role."""
    async with connected_copy(employed.database) as copy:
        yield replace(employed, database=copy, people={**employed.people}, roles={**employed.roles})
        await live.close()


@pytest.fixture
def told(staff):
    """Tells an organisation of a vote, as the worker does; gives back the notice's identifier."""

    async def tell(at="here", *, roles=VOTERS, key="vote_opened:1", question=QUESTION) -> UUID:
        actor = staff.actor(at=at)
        async with staff.database.role("worker"), scope(organisation_id=actor.organisation_id) as opened:
            return await actions.tell(
                actor=actor,
                now=opened.now,
                kind=NoticeKind.VOTE_OPENED,
                roles=roles,
                subject_id=uuid4(),
                address=f"/n/first/abstimmungen/{uuid4()}",
                params={"network": "first", "question": question, "due_at": DUE},
                key=key,
            )

    return tell


@pytest.fixture
def acting(staff):
    """Runs an action of a person in a scope of theirs."""

    async def act(action, name, *, at="here", **arguments):
        actor = staff.actor(name, at=at)
        async with scope(organisation_id=actor.organisation_id, person_id=actor.person_id) as opened:
            timed = {"now": opened.now} if "now" in action.__annotations__ else {}
            return await action(actor=actor, **timed, **arguments)

    return act


@pytest.fixture
def deliveries(staff):
    """What is written down of mails, by the name of the person."""

    async def read(at="here") -> dict:
        rows = await staff.database.as_superuser(
            "SELECT a.name, d.* FROM delivery d JOIN affiliation a USING (organisation_id, person_id) "
            "WHERE d.organisation_id = $1",
            staff.organisations[at],
        )
        return {row["name"]: row for row in rows}

    return read


@pytest.fixture
def mailbox(surroundings):
    """The mail server runs and has nothing yet."""
    if not surroundings.mailbox.child.running:
        surroundings.mailbox.start()
    surroundings.mailbox.clear()
    yield surroundings.mailbox
    surroundings.mailbox.clear()


@dataclass(frozen=True)
class Portal:
    """A portal of notices and sign-in alone."""

    application: Litestar
    identity: Identity
    redis: Redis


@pytest.fixture(scope="session")
async def small_portal(settings):
    redis = redis_of(settings.redis_url)
    identity = Identity(settings, redis)
    application = build_application(
        features=(notices_pages.FEATURE, identity_pages.FEATURE),
        settings=settings,
        redis=redis,
        session=[identity.middleware],
        on_open=identity.on_open,
        guards=[identity.guard],
        dependencies=identity.dependencies,
    )
    yield Portal(application, identity, redis)
    await identity.close()
    await redis.aclose()


@pytest.fixture
async def browser_of(staff, small_portal):
    """Opens a browser of somebody, or of nobody."""
    await emptied(small_portal.redis)
    opened = []

    async def open_browser(name: str | None, *, at="here"):
        if name is None:
            browser = browser_for(small_portal.application)
        else:
            whose = staff.people[name], staff.organisations[at]
            browser = await signed_in(small_portal.application, small_portal.identity.sessions, *whose)
        opened.append(browser)
        return browser

    yield open_browser
    for browser in opened:
        await browser.http.aclose()
