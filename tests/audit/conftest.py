"""Two organisations that share a network, and a third one that shares nothing with them."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

import pytest

from tenants import provisioning
from tenants.context import Actor, OrganisationKind, Role
from tenants.database import execute
from tenants.scope import scope
from tests.database import Database, connected_copy, copy_of


@dataclass(frozen=True)
class House:
    database: Database
    here: UUID
    neighbour: UUID
    stranger: UUID

    def actor(self, *roles: Role, organisation: UUID | None = None, person_id: UUID | None = None) -> Actor:
        return Actor(
            organisation_id=organisation or self.here,
            organisation_slug="here",
            organisation_name="Hier",
            person_id=person_id,
            name="",
            roles=frozenset(roles),
            seats=(),
        )


@pytest.fixture(scope="session")
async def one_house(empty_template: Database) -> House:
    """Put together once."""
    network_id = uuid4()
    template = await copy_of(empty_template, "audited")
    async with template.role("worker"):
        async with scope():
            here, neighbour, stranger = [
                await provisioning.create_organisation(slug=slug, name=slug, kind=OrganisationKind.CARRIER, land="NW")
                for slug in ("here", "neighbour", "stranger")
            ]
        async with scope(network_id=network_id) as opened:
            await execute("INSERT INTO network (id, slug, name, land) VALUES ({}, 'n', 'N', 'NW')", network_id)
            for member in (here, neighbour):
                await provisioning.admit_member(
                    network_id=network_id, organisation_id=member, is_office=member == here, begins_at=opened.now
                )
    return House(template, here, neighbour, stranger)


@pytest.fixture
async def house(one_house: House) -> AsyncIterator[House]:
    """In a database of the test's own; the engine is connected to it as the app role."""
    async with connected_copy(one_house.database) as copy:
        yield replace(one_house, database=copy)
