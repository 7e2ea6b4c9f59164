"""What the wall's own tables answer within reach."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tenants.context import OrganisationKind
from tenants.database import execute


@dataclass(frozen=True, slots=True)
class Member:
    """A membership in effect, with what every member may know of the organisation."""

    organisation_id: UUID
    slug: str
    name: str
    kind: OrganisationKind
    is_office: bool
    begins_at: datetime


async def list_members(network_id: UUID) -> list[Member]:
    """Members in effect of a network within reach, by name; empty when it is out of reach."""
    rows = await execute(
        """
        SELECT o.id AS organisation_id, o.slug, o.name, o.kind, m.is_office, m.begins_at
        FROM membership m JOIN organisation o ON o.id = m.organisation_id
        WHERE m.network_id = {} AND m.begins_at <= hilfenetz_now()
          AND (m.ends_at IS NULL OR m.ends_at > hilfenetz_now())
        ORDER BY lower(o.name)
        """,
        network_id,
    )
    return [Member(**{**row, "kind": OrganisationKind(row["kind"])}) for row in rows]


async def organisations_by_slug(slugs: list[str]) -> dict[str, UUID]:
    """Identifiers of the organisations with exactly these addresses; unknown ones are missing."""
    rows = await execute("SELECT slug, organisation_id FROM organisations_by_slug({}::text[])", slugs)
    return {row["slug"]: row["organisation_id"] for row in rows}
