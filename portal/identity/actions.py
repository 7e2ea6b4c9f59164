"""Signing in writes down what the directory says; switching tells the organisation that somebody now works for it."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from portal.identity.events import AffiliationEnded, PersonSignedIn, RoleEnded, RoleGiven
from portal.identity.queries import Employer, list_employers
from portal.identity.rules import ReadClaims, person_id_of
from portal.kit.ids import new_id
from tenants.context import Role
from tenants.database import execute
from tenants.outbox import emit
from tenants.queries import organisations_by_slug
from tenants.scope import current_scope


async def record_sign_in(*, now: datetime, provider: str, claims: ReadClaims) -> list[Employer]:
    """Write down who signed in, with which places and roles; what the directory no longer says ends now.

    Needs the person's own scope (``person_id_of``). Gives back the organisations they work for; may be none. The scope
    is left in an organisation of this person, or wherever the last thing ended.
    """
    person_id = person_id_of(provider, claims.subject)
    await _record_person(person_id, provider, claims.subject, now)
    found = await organisations_by_slug(sorted(claims.roles))
    roles = {found[slug]: claims.roles[slug] for slug in found}
    for organisation_id in sorted(roles):
        await current_scope().switch(organisation_id=organisation_id)
        await _record_affiliation(organisation_id, person_id, claims, now)
        await _set_roles(organisation_id, person_id, provider, roles[organisation_id], now)
    await _end_others(person_id, provider, roles, now)
    return await list_employers()


async def enter(*, now: datetime, person_id: UUID, organisation_id: UUID) -> None:
    """Tell an organisation that the person now works for it: after signing in, and after a switch."""
    await current_scope().switch(organisation_id=organisation_id)
    key = f"signed-in:{person_id}:{now.isoformat()}"
    await emit(PersonSignedIn(person_id=person_id, at=now), to=[organisation_id], key=key)


async def _record_person(person_id: UUID, provider: str, subject: str, now: datetime) -> None:
    await execute(
        """
        INSERT INTO person (id, provider, subject, created_at, last_sign_in_at) VALUES ({}, {}, {}, {}, {})
        ON CONFLICT (id) DO UPDATE SET last_sign_in_at = excluded.last_sign_in_at
        """,
        person_id,
        provider,
        subject,
        now,
        now,
    )


async def _record_affiliation(organisation_id: UUID, person_id: UUID, claims: ReadClaims, now: datetime) -> None:
    await execute(
        """
        INSERT INTO affiliation (organisation_id, person_id, name, email, begins_at) VALUES ({}, {}, {}, {}, {})
        ON CONFLICT (organisation_id, person_id) DO UPDATE SET name = excluded.name, email = excluded.email,
            begins_at = CASE WHEN affiliation.ends_at IS NULL THEN affiliation.begins_at ELSE excluded.begins_at END,
            ends_at = NULL
        """,
        organisation_id,
        person_id,
        claims.name,
        claims.email,
        now,
    )


async def _set_roles(organisation_id: UUID, person_id: UUID, source: str, roles: frozenset[str], now: datetime) -> None:
    """Make the roles that come from this source exactly these."""
    ended = await execute(
        """
        UPDATE role_assignment SET valid_until = greatest(valid_from, {}::timestamptz)
        WHERE organisation_id = {} AND person_id = {} AND source = {} AND valid_until IS NULL
          AND role <> ALL ({}::text[])
        RETURNING id, role
        """,
        now,
        organisation_id,
        person_id,
        source,
        sorted(roles),
    )
    for row in ended:
        over = RoleEnded(person_id=person_id, role=Role(row["role"]), at=now)
        await emit(over, to=[organisation_id], key=f"role-ended:{row['id']}")
    given = {role: new_id() for role in sorted(roles)}
    begun = await execute(
        """
        INSERT INTO role_assignment (organisation_id, id, person_id, role, source, valid_from)
        SELECT {}, wanted.id, {}, wanted.role, {}, {} FROM unnest({}::uuid[], {}::text[]) AS wanted (id, role)
        ON CONFLICT (organisation_id, person_id, role, source) WHERE valid_until IS NULL DO NOTHING
        RETURNING id, role
        """,
        organisation_id,
        person_id,
        source,
        now,
        list(given.values()),
        list(given),
    )
    for row in begun:
        new = RoleGiven(person_id=person_id, role=Role(row["role"]), at=now)
        await emit(new, to=[organisation_id], key=f"role-given:{row['id']}")


async def _end_others(person_id: UUID, source: str, kept: Mapping[UUID, frozenset[str]], now: datetime) -> None:
    """End what this source no longer says; a place is over when no source names a role there."""
    rows = await execute(
        "SELECT organisation_id FROM affiliation WHERE person_id = {} AND ends_at IS NULL ORDER BY organisation_id",
        person_id,
    )
    for organisation_id in [row["organisation_id"] for row in rows if row["organisation_id"] not in kept]:
        await current_scope().switch(organisation_id=organisation_id)
        await _set_roles(organisation_id, person_id, source, frozenset(), now)
        ended = await execute(
            """
            UPDATE affiliation a SET ends_at = greatest(a.begins_at, {}::timestamptz)
            WHERE a.organisation_id = {} AND a.person_id = {} AND NOT EXISTS (
                SELECT FROM role_assignment r WHERE r.organisation_id = a.organisation_id AND r.person_id = a.person_id
                AND (r.valid_until IS NULL OR r.valid_until > {}))
            RETURNING a.person_id
            """,
            now,
            organisation_id,
            person_id,
            now,
        )
        if ended:
            over = AffiliationEnded(person_id=person_id, at=now)
            await emit(over, to=[organisation_id], key=f"affiliation-ended:{person_id}:{now.isoformat()}")
