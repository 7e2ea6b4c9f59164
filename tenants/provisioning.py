"""Found organisations and networks and seat members; the worker role's right alone (seed, and later admissions)."""

import hashlib
from datetime import datetime
from uuid import UUID, uuid4

from tenants import rulebook
from tenants.context import OrganisationKind
from tenants.database import execute
from tenants.scope import current_scope


async def create_organisation(*, slug: str, name: str, kind: OrganisationKind, land: str) -> UUID:
    """A new tenant with its own space. The scope moves into it."""
    identifier = uuid4()
    await execute(
        "INSERT INTO organisation (id, slug, name, kind, land) VALUES ({}, {}, {}, {}, {})",
        identifier,
        slug,
        name,
        kind.value,
        land,
    )
    await current_scope().switch(organisation_id=identifier)
    await execute(
        "INSERT INTO space (id, kind, organisation_id, title) VALUES ({}, 'organisation', {}, {})",
        uuid4(),
        identifier,
        name,
    )
    return identifier


async def create_network(source: str, *, network_id: UUID, now: datetime) -> rulebook.Rulebook:
    """A new network under the rulebook in ``source`` (TOML). The open scope must be that of ``network_id``.

    Raises:
        RulebookError: the text is not a valid rulebook.
    """
    book = rulebook.parse_rulebook(source, file="rulebook")
    await execute(
        "INSERT INTO network (id, slug, name, land) VALUES ({}, {}, {}, {})",
        network_id,
        book.slug,
        book.name,
        book.land,
    )
    await execute(
        "INSERT INTO space (id, kind, network_id, title) VALUES ({}, 'network', {}, {})", uuid4(), network_id, book.name
    )
    await execute(
        "INSERT INTO rulebook (network_id, id, version, source, sha256, valid_from) VALUES ({}, {}, {}, {}, {}, {})",
        network_id,
        uuid4(),
        book.version,
        source,
        hashlib.sha256(source.encode()).hexdigest(),
        now,
    )
    return book


async def admit_member(*, network_id: UUID, organisation_id: UUID, is_office: bool, begins_at: datetime) -> UUID:
    """Seat an organisation in a network from an instant on. The open scope must be that of the network."""
    identifier = uuid4()
    await execute(
        "INSERT INTO membership (network_id, id, organisation_id, is_office, begins_at) VALUES ({}, {}, {}, {}, {})",
        network_id,
        identifier,
        organisation_id,
        is_office,
        begins_at,
    )
    return identifier


async def end_membership(*, network_id: UUID, organisation_id: UUID, ends_at: datetime) -> None:
    """End a membership at an instant: from then on the network is out of reach for the organisation. The database
    refuses it for the member that holds the office: somebody else has to hold it first."""
    await execute(
        "UPDATE membership SET ends_at = {} WHERE network_id = {} AND organisation_id = {} AND ends_at IS NULL",
        ends_at,
        network_id,
        organisation_id,
    )
