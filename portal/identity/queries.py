"""Who somebody is right now, and who holds which role."""

import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from portal.kit.errors import NotFound
from tenants.context import Actor, Role, RoomSeat, Seat
from tenants.database import execute
from tenants.kept import COLUMNS, JUST_NOW, Kept, kept_of
from tenants.scope import current_scope


@dataclass(frozen=True, slots=True)
class Employer:
    """An organisation the present person works for."""

    organisation_id: UUID
    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of the scope's organisation; ``email`` may be empty."""

    person_id: UUID
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Somebody of the scope's organisation with the roles they hold now; ``email`` may be empty."""

    person_id: UUID
    name: str
    email: str
    roles: frozenset[Role]


def access_seat(actor: Actor, slug: str) -> Seat:
    """The actor's seat in the network of that address.

    Raises:
        NotFound: out of reach, or not there.
    """
    if (seat := actor.seat_by_slug(slug)) is None:
        raise NotFound
    return seat


_IN_EFFECT = "{0}.begins_at <= hilfenetz_now() AND ({0}.ends_at IS NULL OR {0}.ends_at > hilfenetz_now())"
_VALID = "r.valid_from <= hilfenetz_now() AND (r.valid_until IS NULL OR r.valid_until > hilfenetz_now())"

_ACTOR = f"""
SELECT hilfenetz_now() AS now, a.organisation_id, a.person_id, a.name,
       o.slug AS organisation_slug, o.name AS organisation_name,
       (SELECT string_agg(DISTINCT r.role, ',') FROM role_assignment r
        WHERE r.organisation_id = a.organisation_id AND r.person_id = a.person_id AND {_VALID}) AS roles,
       (SELECT json_agg(json_build_array(n.id, n.slug, n.name, m.is_office, (
                    SELECT b.procedures FROM rulebook b WHERE b.network_id = n.id AND b.id = rulebook_in_force(n.id)))
                ORDER BY lower(n.name))
        FROM membership m JOIN network n ON n.id = m.network_id
        WHERE m.organisation_id = a.organisation_id AND {_IN_EFFECT.format("m")}) AS seats,
       (SELECT json_agg(json_build_array(r.id, r.network_id, r.slug, r.name, r.closed_at IS NOT NULL)
                        ORDER BY r.closed_at IS NOT NULL, lower(r.name), r.id)
        FROM room r WHERE r.id = ANY ((SELECT reach_spaces())::uuid[])) AS rooms,
       (SELECT json_agg(json_build_array(e.organisation_id, e.slug, e.name) ORDER BY lower(e.name))
        FROM own_affiliations() e WHERE e.organisation_id <> a.organisation_id) AS others /* more */
FROM affiliation a JOIN organisation o ON o.id = a.organisation_id
WHERE a.organisation_id = (SELECT current_organisation()) AND a.person_id = (SELECT current_person())
  AND {_IN_EFFECT.format("a")}
"""  # noqa: S608 - put together from the constants above
# When by the clock alone a role, a job or a seat of theirs begins or ends. The clock goes on while a statement runs, so
# what has just been an end counts too: what was read then is not kept.
_UNTIL = f"""
(SELECT min(edge) FROM (
    SELECT unnest(ARRAY[r.valid_from, r.valid_until]) AS edge FROM role_assignment r WHERE r.person_id = a.person_id
    UNION ALL
    SELECT unnest(ARRAY[e.begins_at, e.ends_at]) FROM affiliation e WHERE e.person_id = a.person_id
    UNION ALL
    SELECT unnest(ARRAY[m.begins_at, m.ends_at]) FROM membership m WHERE m.organisation_id = a.organisation_id
    UNION ALL
    SELECT b.valid_from FROM rulebook b JOIN membership m ON m.network_id = b.network_id
    WHERE m.organisation_id = a.organisation_id
 ) AS edges WHERE edge > {JUST_NOW}) AS roles_until
"""  # noqa: S608 - put together from constants
_NAMES = re.compile(r"\"([a-z_]+)\"")
_OF_ACTOR = (
    "organisation_id", "organisation_slug", "organisation_name", "person_id", "name", "roles", "seats", "rooms",
    "others",
)  # fmt: skip


async def load_actor() -> tuple[Actor, tuple[Employer, ...]] | None:
    """The person of the scope in the organisation of the scope, with the others they work for, in one statement.

    The same statement reads the scope's clock. None when they do not belong there (any more) or hold no role there.
    """
    found = await load_actor_and("")
    return found and found[:2]


async def load_actor_to_keep(columns: str) -> tuple[Actor, tuple[Employer, ...], dict[str, Any], Kept] | None:
    """The same with further columns, and by what it is kept who it is."""
    found = await load_actor_and(", ".join(filter(None, (columns, COLUMNS, _UNTIL))))
    return found and (*found, kept_of(found[2], until=found[2].pop("roles_until")))


async def load_actor_and(columns: str) -> tuple[Actor, tuple[Employer, ...], dict[str, Any]] | None:
    """The same, and what further columns say, for a page that would otherwise ask once more."""
    rows = await execute(_ACTOR.replace("/* more */", f", {columns}" if columns else ""))
    if not rows or not rows[0]["roles"]:
        return None
    row = rows[0]
    current_scope().now = row.pop("now")
    known = {name: row.pop(name) for name in _OF_ACTOR}
    return *_actor_of(**known), row


@lru_cache(maxsize=1024)
def _actor_of(*, roles: str, seats: str, rooms: str, others: str, **known: Any) -> tuple[Actor, tuple[Employer, ...]]:
    """What the statement says of somebody: the same columns are the same actor, however often they are read."""
    employers = tuple(Employer(UUID(identifier), *rest) for identifier, *rest in json.loads(others or "[]"))
    places = tuple(
        Seat(UUID(network_id), slug, name, is_office, frozenset(_NAMES.findall(procedures or "")))
        for network_id, slug, name, is_office, procedures in json.loads(seats or "[]")
    )
    let_in = tuple(RoomSeat(UUID(room), UUID(of), *rest) for room, of, *rest in json.loads(rooms or "[]"))
    return Actor(**known, roles=frozenset(map(Role, roles.split(","))), seats=places, rooms=let_in), employers


async def list_employers() -> list[Employer]:
    """The organisations the person of the scope works for, by name."""
    return [Employer(**row) for row in await execute("SELECT * FROM own_affiliations() ORDER BY lower(name)")]


async def access_employer(slug: str) -> Employer:
    """One of the person's organisations.

    Raises:
        NotFound: they do not work there.
    """
    for employer in await list_employers():
        if employer.slug == slug:
            return employer
    raise NotFound


async def holders_of(roles: Collection[Role], *, or_people: Collection[UUID] = ()) -> list[Colleague]:
    """The people of the scope's organisation who hold one of the roles now, and of these people those who hold any."""
    rows = await execute(
        f"""
        SELECT a.person_id, a.name, a.email FROM affiliation a
        WHERE a.organisation_id = (SELECT current_organisation()) AND {_IN_EFFECT.format("a")}
          AND EXISTS (SELECT FROM role_assignment r WHERE r.organisation_id = a.organisation_id
                      AND r.person_id = a.person_id AND {_VALID}
                      AND (r.role = ANY ({{}}::text[]) OR a.person_id = ANY ({{}}::uuid[])))
        ORDER BY a.person_id
        """,  # noqa: S608 - put together from the constants above
        [role.value for role in roles],
        list(or_people),
    )
    return [Colleague(**row) for row in rows]


async def list_people(*, name: str = "", person_id: UUID | None = None, limit: int | None = None) -> list[StaffMember]:
    """Everybody who holds a role in the scope's organisation now, by name.

    Args:
        name: only those whose name holds this text.
        person_id: only this person.
    """
    rows = await execute(
        f"""
        SELECT a.person_id, a.name, a.email, array_agg(DISTINCT r.role) AS roles
        FROM affiliation a
        JOIN role_assignment r ON r.organisation_id = a.organisation_id AND r.person_id = a.person_id AND {_VALID}
        WHERE a.organisation_id = (SELECT current_organisation()) AND {_IN_EFFECT.format("a")}
          AND strpos(lower(a.name), lower({{}})) > 0 AND a.person_id = coalesce({{}}, a.person_id)
        GROUP BY a.person_id, a.name, a.email ORDER BY lower(a.name), a.person_id LIMIT {{}}
        """,  # noqa: S608 - put together from the constants above
        name,
        person_id,
        limit,
    )
    return [StaffMember(**{**row, "roles": frozenset(map(Role, row["roles"]))}) for row in rows]


async def names_of(person_ids: Collection[UUID]) -> dict[UUID, str]:
    """Names of people of the scope's organisation, also of those who left; others are missing."""
    rows = await execute(
        "SELECT person_id, name FROM affiliation WHERE organisation_id = (SELECT current_organisation()) "
        "AND person_id = ANY ({}::uuid[])",
        list(person_ids),
    )
    return {row["person_id"]: row["name"] for row in rows}
