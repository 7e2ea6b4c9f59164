"""Two small networks that share nobody: A and B in one, C in the other."""

from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest

from tenants import provisioning
from tenants.context import OrganisationKind
from tenants.database import execute
from tenants.scope import scope


@dataclass(frozen=True)
class Networks:
    first: UUID
    second: UUID
    a: UUID
    b: UUID
    c: UUID


@pytest.fixture
async def networks(empty_database) -> Networks:
    first, second = uuid4(), uuid4()
    async with empty_database.role("worker"):
        async with scope():
            a, b, c = [
                await provisioning.create_organisation(
                    slug=slug, name=f"Organisation {slug.upper()}", kind=OrganisationKind.CARRIER, land="NW"
                )
                for slug in ("a", "b", "c")
            ]
        for network_id, slug, members in ((first, "first", (a, b)), (second, "second", (c,))):
            async with scope(network_id=network_id) as opened:
                await execute(
                    "INSERT INTO network (id, slug, name, land) VALUES ({}, {}, {}, 'NW')", network_id, slug, slug
                )
                for member in members:
                    await provisioning.admit_member(
                        network_id=network_id, organisation_id=member, is_office=member == a, begins_at=opened.now
                    )
    return Networks(first, second, a, b, c)
