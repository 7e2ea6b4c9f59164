"""Random trees with grants, cuts, states and owners, put into a database as they come."""

from dataclasses import dataclass
from random import Random
from uuid import UUID, uuid4

import asyncpg

from portal.spaces import content  # noqa: F401 - the types must be known
from portal.spaces.types import type_of
from tenants import database as tenants_database
from tests.staff import Staff

ACCESS = (1, 2, 4, 8, 16)


@dataclass
class Forest:
    """The identifiers of what was planted."""

    space_id: UUID
    items: list[UUID]


def principals(random: Random, staff: Staff) -> list[str]:
    """Everybody a grant could be for: some exist, some do not."""
    people = [f"person:{person}@{staff.organisations[random.choice(list(staff.organisations))]}"
              for person in staff.people.values()]  # fmt: skip
    organisations = [f"organisation:{found}" for found in staff.organisations.values()]
    roles = [role.value for roles in staff.roles.values() for role in roles]
    groups = [f"group:{role}" for role in roles]
    tied = [f"group:{role}@{random.choice(list(staff.organisations.values()))}" for role in roles]
    return ["everyone", *people, *organisations, *groups, *tied, *(f"office:{n}" for n in staff.networks.values())]


async def plant(staff: Staff, space_id: UUID, seed: int, size: int = 25) -> Forest:
    """Replace what is in a space by a random tree."""
    random = Random(seed)
    connection = await asyncpg.connect(**tenants_database.connection_config(staff.database.url("admin")))
    try:
        await connection.execute("DELETE FROM item_grant WHERE space_id = $1", space_id)
        await connection.execute("DELETE FROM item WHERE space_id = $1 AND parent_id IS NOT NULL", space_id)
        root = await connection.fetchval("SELECT id FROM item WHERE space_id = $1", space_id)
        planted = [(root, "")]
        for number in range(size):
            parent, path = random.choice(planted)
            identifier, slug = uuid4(), f"n{number}"
            await _item(connection, staff, random, (space_id, identifier, parent, f"{path}.{slug}".strip(".")))
            planted.append((identifier, f"{path}.{slug}".strip(".")))
        known = principals(random, staff)
        for identifier, _ in planted:
            for _ in range(random.choice((0, 0, 0, 1, 2, 4))):
                await connection.execute(
                    "INSERT INTO item_grant VALUES ($1, $2, $3, $4, '', '', now()) ON CONFLICT DO NOTHING",
                    space_id, identifier, random.choice(known), random.choice(ACCESS),
                )  # fmt: skip
    finally:
        await connection.close()
    return Forest(space_id, [identifier for identifier, _ in planted])


async def _item(connection, staff: Staff, random: Random, place: tuple[UUID, UUID, UUID, str]) -> None:
    kind = random.choice(("folder", "page"))
    workflow = type_of(kind).workflow
    state = random.choice(list(workflow.states))
    owner = random.choice([None, *staff.people.values()])
    await connection.execute(
        """
        INSERT INTO item (space_id, id, parent_id, path, type, title, state, readers, writers, inherits, owner_id,
                          owner_organisation_id, created_at, changed_at)
        VALUES ($1, $2, $3, $4::text::ltree, $5, $4::text, $6, $7, $8, $9, $10, $11, now(), now())
        """,
        *place, kind, state, int(workflow.states[state].readers), int(workflow.writers(state)),
        random.random() > 0.2, owner, random.choice(list(staff.organisations.values())),
    )  # fmt: skip
