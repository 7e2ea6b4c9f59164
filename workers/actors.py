"""The system as an actor: it works for the recipient of an event and holds no role."""

from typing import Any

from tenants.context import Actor, Seat
from tenants.database import execute
from tenants.scope import current_scope

NAME = "Hilfenetz"

_IN_EFFECT = "m.begins_at <= hilfenetz_now() AND (m.ends_at IS NULL OR m.ends_at > hilfenetz_now())"


async def system_actor() -> Actor:
    """The actor of the open scope.

    In a network's scope it speaks for the member that holds the office, or for the network while that is vacant; the
    scope itself belongs to no organisation.

    Raises:
        LookupError: the recipient does not exist.
    """
    opened = current_scope()
    rows = await (_of_organisation() if opened.organisation_id is not None else _of_network())
    if not rows:
        raise LookupError("the recipient of the event does not exist")
    seats = tuple(
        Seat(row["network_id"], row["network_slug"], row["network_name"], row["is_office"])
        for row in rows
        if row["network_id"] is not None
    )
    first = rows[0]
    return Actor(first["id"], first["slug"], first["name"], None, NAME, frozenset(), seats)


async def _of_organisation() -> list[dict[str, Any]]:
    return await execute(
        f"""
        SELECT o.id, o.slug, o.name, n.id AS network_id, n.slug AS network_slug, n.name AS network_name, m.is_office
        FROM organisation o
        LEFT JOIN membership m ON m.organisation_id = o.id AND {_IN_EFFECT}
        LEFT JOIN network n ON n.id = m.network_id
        WHERE o.id = current_organisation() ORDER BY lower(n.name)
        """  # noqa: S608 - a constant
    )


async def _of_network() -> list[dict[str, Any]]:
    return await execute(
        f"""
        SELECT coalesce(o.id, n.id) AS id, coalesce(o.slug, n.slug) AS slug, coalesce(o.name, n.name) AS name,
               n.id AS network_id, n.slug AS network_slug, n.name AS network_name, m.id IS NOT NULL AS is_office
        FROM network n
        LEFT JOIN membership m ON m.network_id = n.id AND m.is_office AND {_IN_EFFECT}
        LEFT JOIN organisation o ON o.id = m.organisation_id
        WHERE n.id = {{}}
        """,  # noqa: S608 - a constant
        current_scope().network_id,
    )
