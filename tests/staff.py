"""A small world made in no time: two organisations that share a network, a stranger in another, people with roles."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from portal.identity.rules import person_id_of
from tenants import provisioning
from tenants.context import Actor, OrganisationKind, Role, Seat
from tenants.database import execute
from tenants.scope import scope
from tests.database import Database

NAMES = {"here": "Hilfe Hier", "neighbour": "Nachbarn", "stranger": "Fremde Stadt"}
NETWORKS = {"first": ("here", "neighbour"), "second": ("stranger",)}


@dataclass
class Staff:
    """Identifiers by address and name; the first member of each network holds the office."""

    database: Database
    organisations: dict[str, UUID] = field(default_factory=dict)
    networks: dict[str, UUID] = field(default_factory=dict)
    people: dict[str, UUID] = field(default_factory=dict)
    roles: dict[tuple[str, str], tuple[Role, ...]] = field(default_factory=dict)

    @property
    def here(self) -> UUID:
        return self.organisations["here"]

    @property
    def neighbour(self) -> UUID:
        return self.organisations["neighbour"]

    @property
    def stranger(self) -> UUID:
        return self.organisations["stranger"]

    async def hire(self, name: str, *roles: Role, at: str = "here", email: str | None = None) -> UUID:
        """Somebody with these roles, as if their directory had said so."""
        person_id = person_id_of("verzeichnis", name)
        address = f"{name.lower()}@{at}.example" if email is None else email
        await self.database.as_superuser(
            """
            WITH p AS (INSERT INTO person VALUES ($1, 'verzeichnis', $2, now(), now()) ON CONFLICT DO NOTHING),
                 a AS (INSERT INTO affiliation VALUES ($3, $1, $2, $4, now(), NULL))
            INSERT INTO role_assignment
            SELECT $3, gen_random_uuid(), $1, role, 'test', now(), NULL FROM unnest($5::text[]) role
            """,
            person_id,
            name,
            self.organisations[at],
            address,
            [role.value for role in roles],
        )
        self.people[name] = person_id
        self.roles[name, at] = roles
        return person_id

    def actor(self, name: str | None = None, *, at: str = "here") -> Actor:
        """That person working there, or the system."""
        seats = tuple(
            Seat(self.networks[slug], slug, slug, members[0] == at)
            for slug, members in NETWORKS.items()
            if at in members
        )
        person_id = self.people[name] if name else None
        roles = frozenset(self.roles[name, at]) if name else frozenset()
        return Actor(self.organisations[at], at, NAMES[at], person_id, name or "Hilfenetz", roles, seats)


async def assemble_staff(database: Database) -> Staff:
    """Found the organisations and their networks; nobody works there yet."""
    staff = Staff(database)
    async with database.role("worker"):
        async with scope():
            for slug, name in NAMES.items():
                staff.organisations[slug] = await provisioning.create_organisation(
                    slug=slug, name=name, kind=OrganisationKind.CARRIER, land="NW"
                )
        for slug, members in NETWORKS.items():
            staff.networks[slug] = await _found_network(slug, [staff.organisations[member] for member in members])
    return staff


async def _found_network(slug: str, members: Iterable[UUID]) -> UUID:
    network_id = uuid4()
    async with scope(network_id=network_id) as opened:
        await execute("INSERT INTO network (id, slug, name, land) VALUES ({}, {}, {}, 'NW')", network_id, slug, slug)
        for number, member in enumerate(members):
            await provisioning.admit_member(
                network_id=network_id, organisation_id=member, is_office=number == 0, begins_at=opened.now
            )
    return network_id
