"""What the wall's own tables answer within reach."""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tenants.context import OrganisationKind
from tenants.database import execute
from tenants.rulebook import Rulebook, parse_rulebook


@dataclass(frozen=True, slots=True)
class Member:
    """A membership in effect, with what every member may know of the organisation."""

    organisation_id: UUID
    slug: str
    name: str
    kind: OrganisationKind
    is_office: bool
    begins_at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """What something new in a network begins under: the rulebook in force, and the members now as (id, name)."""

    rulebook_id: UUID
    rulebook: Rulebook
    members: tuple[tuple[UUID, str], ...]


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


async def standing_of(network_id: UUID) -> Standing | None:
    """The rulebook in force by the clock of the database, and the members by name; None out of reach."""
    rows = await execute(
        """
        SELECT r.id, r.source,
            (SELECT json_agg(json_build_object('id', o.id, 'name', o.name) ORDER BY lower(o.name))
             FROM membership m JOIN organisation o ON o.id = m.organisation_id
             WHERE m.network_id = r.network_id AND m.begins_at <= hilfenetz_now()
               AND (m.ends_at IS NULL OR m.ends_at > hilfenetz_now())) AS members
        FROM rulebook r WHERE r.network_id = {} AND r.id = rulebook_in_force({})
        """,
        network_id,
        network_id,
    )
    if not rows:
        return None
    members = tuple((UUID(member["id"]), member["name"]) for member in json.loads(rows[0]["members"] or "[]"))
    return Standing(rows[0]["id"], parse_rulebook(rows[0]["source"], file="rulebook"), members)


async def organisations_by_slug(slugs: list[str]) -> dict[str, UUID]:
    """Identifiers of the organisations with exactly these addresses; unknown ones are missing."""
    rows = await execute("SELECT slug, organisation_id FROM organisations_by_slug({}::text[])", slugs)
    return {row["slug"]: row["organisation_id"] for row in rows}
