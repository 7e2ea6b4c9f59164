"""Three organisations in two networks, a real directory with three people, and a small portal in front of it."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID, uuid4

import pytest

from portal.local.state import State
from portal.local.surroundings import CLIENT_ID, Directory
from portal.settings import Settings
from tenants import provisioning
from tenants.context import OrganisationKind
from tenants.database import execute
from tenants.scope import scope
from tests.client import ADDRESS, redis_of
from tests.database import Database, connected_copy, copy_of
from tests.identity import standin as stand_in
from tests.identity.house import PEOPLE, Portal, afresh, portal_of
from tests.identity.standin import StandIn


@pytest.fixture(scope="session")
def directory() -> Iterator[Directory]:
    """Canaille with PEOPLE."""
    with TemporaryDirectory(prefix="hilfenetz-directory-") as folder:
        found = Directory(State(Path(folder)))
        found.prepare(PEOPLE, public_url=ADDRESS)
        found.start()
        yield found
        found.stop()


@dataclass(frozen=True)
class Town:
    """A and B share a network, where A holds the office; C is alone in another."""

    database: Database
    a: UUID
    b: UUID
    c: UUID


@pytest.fixture(scope="session")
async def one_town(empty_template: Database) -> Town:
    """The organisations."""
    found = {}
    template = await copy_of(empty_template, "town")
    async with template.role("worker"):
        for slug in ("a", "b", "c"):
            async with scope():
                found[slug] = await provisioning.create_organisation(
                    slug=slug, name=f"Organisation {slug.upper()}", kind=OrganisationKind.CARRIER, land="NW"
                )
        for slug, members in (("first", "ab"), ("second", "c")):
            network_id = uuid4()
            async with scope(network_id=network_id) as opened:
                await execute("INSERT INTO network VALUES ({}, {}, {}, 'NW')", network_id, slug, slug.title())
                for member in members:
                    await provisioning.admit_member(
                        network_id=network_id,
                        organisation_id=found[member],
                        is_office=member == "a",
                        begins_at=opened.now,
                    )
    return Town(template, **found)


@pytest.fixture
async def town(one_town: Town) -> AsyncIterator[Town]:
    """In a database of the test's own; the engine is connected to it as the app role."""
    async with connected_copy(one_town.database) as copy:
        yield replace(one_town, database=copy)


@pytest.fixture(scope="session")
def portal_settings(settings: Settings, directory: Directory) -> Settings:
    """The settings of a portal in front of this directory."""
    return settings.model_copy(
        update={
            "public_url": ADDRESS,
            "oidc_issuer": directory.issuer,
            "oidc_client_id": CLIENT_ID,
            "oidc_client_secret": directory.client_secret,
            "sign_in_limit_per_minute": 10_000,
        }
    )


@pytest.fixture(scope="session")
async def one_portal(portal_settings: Settings) -> AsyncIterator[Portal]:
    """Put together once."""
    found = portal_of(portal_settings, redis_of(portal_settings.redis_url))
    yield found
    await found.close()


@pytest.fixture
async def portal(town: Town, one_portal: Portal) -> Portal:
    """The portal, with no session and nobody ever signed in."""
    return await afresh(one_portal)


@pytest.fixture(scope="session")
def one_standin() -> Iterator[StandIn]:
    """Started once."""
    found = StandIn()
    found.start()
    yield found
    found.stop()


@pytest.fixture
def standin(one_standin: StandIn) -> StandIn:
    """A directory that says what a test wants."""
    one_standin.reset()
    return one_standin


@pytest.fixture(scope="session")
async def one_deceived(portal_settings: Settings, one_standin: StandIn) -> AsyncIterator[Portal]:
    """Put together once."""
    access = {"oidc_client_id": stand_in.CLIENT_ID, "oidc_client_secret": stand_in.CLIENT_SECRET}
    settings = portal_settings.model_copy(update={"oidc_issuer": one_standin.issuer, **access})
    found = portal_of(settings, redis_of(settings.redis_url))
    yield found
    await found.close()


@pytest.fixture
async def deceived(town: Town, standin: StandIn, one_deceived: Portal) -> Portal:
    """A portal in front of the stand-in, which it has not asked anything yet."""
    return await afresh(one_deceived)
