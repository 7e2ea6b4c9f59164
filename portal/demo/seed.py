"""Build the demo world: provisioning founds, signing in brings people, and they open votes and cast ballots."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from uuid import UUID, uuid5

from portal.demo.agreement import seed_agreement
from portal.demo.bodies import seed_bodies
from portal.demo.circle import seed_circle
from portal.demo.contacts import seed_contacts
from portal.demo.content import Place, seed_content
from portal.demo.content_networks import IN_NETWORKS
from portal.demo.content_organisations import IN_ORGANISATIONS
from portal.demo.membership import As, seed_membership
from portal.demo.rooms import seed_rooms
from portal.demo.votes import seed_votes
from portal.demo.world import NETWORKS, PEOPLE, Person
from portal.identity.actions import record_sign_in
from portal.identity.rules import ReadClaims, person_id_of
from portal.kit.clock import end_of_day
from portal.notices import live
from portal.settings import settings
from tenants import database, provisioning
from tenants.database import execute
from tenants.queries import organisations_by_slug
from tenants.rulebook import NETWORKS as RULEBOOKS
from tenants.rulebook import load_rulebook
from tenants.scope import scope

PROVIDER = "verzeichnis"  # the key of the first directory (OIDC_ISSUER)
_DEMO = UUID("0d3f8c7e-5a0b-5f43-8d0e-2f6b1c9a7e55")


async def seed() -> bool:
    """Build the whole demo world with the addresses of the settings; True when anything was missing. Seeding again
    changes nothing."""
    worker, app = (partial(_connected, url) for url in (settings().worker_database_url, settings().database_url))
    return await seed_as(worker=worker, app=app)


async def seed_as(*, worker: As, app: As) -> bool:
    """The same in a database that these roles lead to: most of it by the worker's, whatever only people do by the
    app's."""
    try:
        async with worker():
            built = await _seed()
        return await seed_membership(network_id_of("bielefeld"), provider=PROVIDER, worker=worker, app=app) or built
    finally:
        await live.close()


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[None]:
    await database.connect(url, max_size=2)
    try:
        yield
    finally:
        await database.disconnect()


def network_id_of(slug: str) -> UUID:
    """The identifier of a demo network, known before it exists, so that its scope can be opened."""
    return uuid5(_DEMO, slug)


async def _seed() -> bool:
    built = [await _found(slug) for slug in NETWORKS]
    built += [await _bring(person) for person in PEOPLE if person.posts]
    built += [await seed_votes(slug, network_id_of(slug), provider=PROVIDER) for slug in NETWORKS]
    built += [await seed_agreement(slug, network_id_of(slug), provider=PROVIDER) for slug in NETWORKS]
    built += [await seed_contacts(slug, network_id_of(slug), provider=PROVIDER) for slug in NETWORKS]
    built += [await _write(place) for place in await places()]
    built += [await seed_bodies(slug, network_id_of(slug), provider=PROVIDER) for slug in NETWORKS]
    built += [await seed_circle(network_id_of("bielefeld"), provider=PROVIDER)]
    built += [await seed_rooms(slug, network_id_of(slug), provider=PROVIDER) for slug in NETWORKS]
    return any(built)


async def places() -> list[Place]:
    """The spaces that have content: every organisation's and every network's."""
    async with scope():
        known = await organisations_by_slug(list(IN_ORGANISATIONS))
    return [
        *(Place("organisation", slug, known[slug]) for slug in IN_ORGANISATIONS),
        *(Place("network", slug, network_id_of(slug)) for slug in NETWORKS),
    ]


async def _write(place: Place) -> bool:
    entries = IN_ORGANISATIONS if place.kind == "organisation" else IN_NETWORKS
    return await seed_content(place, entries[place.slug], provider=PROVIDER)


async def _found(slug: str) -> bool:
    """A network with its founding members, in one transaction."""
    network_id = network_id_of(slug)
    book = load_rulebook(RULEBOOKS / f"{slug}.toml")
    async with scope(network_id=network_id) as opened:
        if await execute("SELECT FROM network WHERE id = {}", network_id):
            return False
        await provisioning.create_network(book.source, network_id=network_id, now=opened.now)
        known = await organisations_by_slug([member.slug for member in book.members])
        for member in book.members:
            organisation_id = known.get(member.slug) or await provisioning.create_organisation(
                slug=member.slug, name=member.name, kind=member.kind, land=book.land
            )
            await provisioning.admit_member(
                network_id=network_id,
                organisation_id=organisation_id,
                is_office=member.office,
                begins_at=min(opened.now, end_of_day(book.valid_from - timedelta(days=1))),
            )
    return True


async def _bring(person: Person) -> bool:
    """Let the directory vouch for somebody, as it does when they sign in, so that they can be told of things before."""
    roles = {post.organisation: frozenset(role.value for role in post.roles) for post in person.posts}
    claims = ReadClaims(subject=person.user_name, name=person.name, email=person.email, roles=roles, ignored=0)
    person_id = person_id_of(PROVIDER, person.user_name)
    async with scope(person_id=person_id) as opened:
        if await execute("SELECT FROM person WHERE id = {}", person_id):
            return False
        await record_sign_in(now=opened.now, provider=PROVIDER, claims=claims)
    return True
