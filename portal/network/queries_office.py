"""Who stands for the seat of the office, and whether one may."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.network.queries import Procedure
from tenants.context import OrganisationKind, Role
from tenants.database import execute
from tenants.queries import Member

STOOD_IN = "stood_in"  # the deed by which somebody stands in for the office until its seat is settled


@dataclass(frozen=True, slots=True)
class Candidacy:
    """A member that stands, or stood; ``is_member``: it belongs to the network, and no end of that is set."""

    organisation_id: UUID
    name: str
    words: str
    declared_at: datetime
    withdrawn_at: datetime | None
    is_member: bool
    holds_office: bool

    @property
    def stands(self) -> bool:
        """Whether it can be chosen."""
        return self.withdrawn_at is None and self.is_member


@dataclass(frozen=True, slots=True)
class Candidates:
    """All candidacies of a procedure, in the order they were declared."""

    all: tuple[Candidacy, ...]

    @property
    def standing(self) -> tuple[Candidacy, ...]:
        """Those that can be chosen."""
        return tuple(each for each in self.all if each.stands)

    @property
    def office_stands(self) -> UUID | None:
        """The member that holds the office, if it stands itself: then its deputy acts."""
        return next((each.organisation_id for each in self.standing if each.holds_office), None)

    def of(self, organisation_id: UUID) -> Candidacy | None:
        """The candidacy of an organisation."""
        return next((each for each in self.all if each.organisation_id == organisation_id), None)


def is_stood_in(procedure: Procedure) -> bool:
    """Whether a member stands in for the office until this procedure has settled its seat."""
    return any(step.deed == STOOD_IN for step in procedure.steps)


_EXCLUDED = (
    "EXISTS (SELECT FROM procedure x WHERE x.network_id = {network} AND x.subject_id = {organisation} "
    "AND x.kind = 'exclusion' AND x.state = 'decided')"
)


async def is_excluded(network_id: UUID) -> bool:
    """Whether the members have decided that the own organisation is excluded; its membership may go on until it has
    the letter."""
    excluded = _EXCLUDED.format(network="{}", organisation="(SELECT current_organisation())")
    (row,) = await execute(f"SELECT {excluded} AS is_excluded", network_id)
    return bool(row["is_excluded"])


async def list_candidates(network_id: UUID, procedure_id: UUID) -> Candidates:
    """Who stands and stood; empty out of reach."""
    rows = await execute(
        f"""
        SELECT c.organisation_id, c.name, c.words, c.declared_at, c.withdrawn_at, m.id IS NOT NULL AS is_member,
            COALESCE(m.is_office, false) AS holds_office
        FROM office_candidacy c
        LEFT JOIN membership m ON m.network_id = c.network_id AND m.organisation_id = c.organisation_id
            AND m.begins_at <= hilfenetz_now() AND m.ends_at IS NULL
            AND NOT {_EXCLUDED.format(network="m.network_id", organisation="m.organisation_id")}
        WHERE c.network_id = {{}} AND c.procedure_id = {{}} ORDER BY c.declared_at, c.organisation_id
        """,  # noqa: S608 - constants of this file
        network_id,
        procedure_id,
    )
    return Candidates(tuple(_candidacy(row) for row in rows))


async def running_seat(network_id: UUID) -> UUID | None:
    """The procedure about the office that runs."""
    rows = await execute(
        "SELECT id FROM procedure WHERE network_id = {} AND kind = 'office_seat' AND ended_at IS NULL", network_id
    )
    return rows[0]["id"] if rows else None


async def candidate_of(network_id: UUID, vote_id: UUID, option_id: UUID) -> UUID | None:
    """The member behind a proposal of an election."""
    rows = await execute(
        "SELECT organisation_id FROM vote_option WHERE network_id = {} AND vote_id = {} AND id = {}",
        network_id,
        vote_id,
        option_id,
    )
    return rows[0]["organisation_id"] if rows else None


async def list_successors(network_id: UUID, *, but: UUID | None, order: Sequence[OrganisationKind]) -> list[Member]:
    """The members that could hold the office instead of one: those that stay, by kind in this order, and among these
    who has been one for longest. Those whose exclusion is moved only if there are no others."""
    rows = await execute(
        f"""
        SELECT o.id AS organisation_id, o.slug, o.name, o.kind, m.is_office, m.begins_at,
            EXISTS (SELECT FROM procedure p WHERE p.network_id = m.network_id AND p.subject_id = m.organisation_id
                    AND p.kind = 'exclusion' AND p.ended_at IS NULL) AS is_concerned
        FROM membership m JOIN organisation o ON o.id = m.organisation_id
        WHERE m.network_id = {{}} AND m.begins_at <= hilfenetz_now() AND m.ends_at IS NULL
          AND m.organisation_id IS DISTINCT FROM {{}}
          AND NOT {_EXCLUDED.format(network="m.network_id", organisation="m.organisation_id")}
        ORDER BY array_position({{}}::text[], o.kind::text), m.begins_at, lower(o.name), o.id
        """,  # noqa: S608 - constants of this file
        network_id,
        but,
        [each.value for each in order],
    )
    found = [row for row in rows if not row["is_concerned"]] or rows
    return [
        Member(**{name: row[name] for name in row if name != "is_concerned"} | {"kind": OrganisationKind(row["kind"])})
        for row in found
    ]


async def has_office_people() -> bool:
    """Whether somebody of the own organisation has the role with which the office is run."""
    rows = await execute(
        "SELECT FROM role_assignment r WHERE r.organisation_id = (SELECT current_organisation()) AND r.role = {} "
        "AND r.valid_from <= hilfenetz_now() AND (r.valid_until IS NULL OR r.valid_until > hilfenetz_now()) LIMIT 1",
        Role.OFFICE.value,
    )
    return bool(rows)


def _candidacy(row: Mapping[str, Any]) -> Candidacy:
    return Candidacy(**row)
