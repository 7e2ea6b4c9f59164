"""The rooms of a network that somebody may know of: those their organisation takes part in; the office knows all."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.kit.errors import NotFound
from portal.spaces.places import SpaceKey, within
from tenants.context import Actor, Seat
from tenants.database import execute

_TAKES_PART = within("r.network_id", "r.id")
_ROOM = f"""
SELECT r.id, r.network_id, r.slug, r.name, r.purpose, r.opened_by, r.opened_at, r.closed_at,
       array_position((SELECT reach_spaces()), r.id) IS NOT NULL AS is_mine,
       (SELECT count(*) FROM membership m WHERE {_TAKES_PART}) AS number
"""  # noqa: S608 - put together from constants


@dataclass(frozen=True, slots=True)
class Participation:
    """An organisation's place in a room; ``is_over`` also when its membership ended."""

    organisation_id: UUID
    name: str
    begins_at: datetime
    ends_at: datetime | None
    is_over: bool


@dataclass(frozen=True, slots=True)
class Room:
    """A room; ``is_mine``: the actor's organisation takes part. ``participations``: of a room that is shown alone."""

    id: UUID
    seat: Seat
    slug: str
    name: str
    purpose: str
    opened_by: str
    opened_at: datetime
    closed_at: datetime | None
    is_mine: bool
    number: int
    participations: tuple[Participation, ...] = ()

    @property
    def address(self) -> str:
        """Where it is."""
        return f"/r/{self.seat.slug}--{self.slug}"

    @property
    def present(self) -> list[Participation]:
        """Who takes part now."""
        return [each for each in self.participations if not each.is_over]

    @property
    def past(self) -> list[Participation]:
        """Who did."""
        return [each for each in self.participations if each.is_over]


@dataclass(frozen=True, slots=True)
class Present:
    """That an organisation takes part in a room: under which participation."""

    participation_id: UUID
    address: str
    name: str
    network: str


async def list_rooms(seat: Seat) -> list[Room]:
    """The rooms of a network that the actor may know of; open ones first, by name."""
    rows = await execute(
        f"{_ROOM} FROM room r WHERE r.network_id = {{}} ORDER BY r.closed_at IS NOT NULL, lower(r.name), r.id",
        seat.network_id,
    )
    return [_room(seat, row) for row in rows]


async def access_room(actor: Actor, address: str) -> Room:
    """A room by its address, with everybody who takes part or did.

    Raises:
        NotFound: the actor's organisation does not take part, and they do not work in the office either.
    """
    key = SpaceKey.of_room(actor, address)
    seat = actor.seat(key.owner_id)
    rows = await execute(
        f"""
        {_ROOM}, (
            SELECT json_agg(json_build_array(x.organisation_id, o.name, x.begins_at, x.ends_at, NOT EXISTS (
                       SELECT FROM membership m WHERE m.organisation_id = x.organisation_id AND {_TAKES_PART}
                       AND x.ends_at IS NULL)) ORDER BY lower(o.name), x.begins_at)
            FROM room_participation x JOIN organisation o ON o.id = x.organisation_id WHERE x.room_id = r.id
        ) AS participations
        FROM room r WHERE r.network_id = {{}} AND r.slug = {{}}
        """,  # noqa: S608 - put together from constants
        *key.values,
    )
    if not rows or seat is None:
        raise NotFound
    return _room(seat, rows[0])


async def find_present(actor: Actor, room_id: UUID) -> Present | None:
    """The participation under which the organisation reaches a room now; None: it does not. By the worker."""
    rows = await execute(
        """
        SELECT p.id AS participation_id, concat('/r/', n.slug, '--', r.slug) AS address, r.name, n.name AS network
        FROM room r JOIN network n ON n.id = r.network_id JOIN room_participation p ON p.room_id = r.id
        WHERE r.id = {} AND array_position((SELECT reach_spaces()), r.id) IS NOT NULL AND p.organisation_id = {}
          AND p.begins_at <= hilfenetz_now() AND (p.ends_at IS NULL OR p.ends_at > hilfenetz_now())
        ORDER BY p.begins_at DESC LIMIT 1
        """,
        room_id,
        actor.organisation_id,
    )
    return Present(**rows[0]) if rows else None


async def unread_beyond() -> list[UUID]:
    """What somebody of the organisation was told of and has not read, and what none of them reaches any more: items,
    rooms and rules of folders. By the worker."""
    rows = await execute(
        """
        WITH unread AS MATERIALIZED (
            SELECT n.subject_id, n.address, substring(n.address FROM '^/inhalte/([0-9a-f-]+)')::uuid AS item_id
            FROM inbox_entry e JOIN notice n ON n.organisation_id = e.organisation_id AND n.id = e.notice_id
            WHERE e.organisation_id = (SELECT current_organisation()) AND e.read_at IS NULL
              AND (n.address LIKE '/inhalte/%' OR n.address LIKE '/r/%')
        )
        SELECT DISTINCT u.subject_id FROM unread u
        WHERE NOT EXISTS (SELECT FROM room r WHERE r.id = u.subject_id) AND NOT EXISTS (
            SELECT FROM item i WHERE i.space_id = ANY ((SELECT reach_spaces())::uuid[])
            AND i.id = coalesce(u.item_id, u.subject_id))
        """
    )
    return [row["subject_id"] for row in rows]


def _room(seat: Seat, row: Mapping[str, Any]) -> Room:
    plain = ("id", "slug", "name", "purpose", "opened_by", "opened_at", "closed_at", "is_mine", "number")
    told = json.loads(row.get("participations") or "[]")
    return Room(
        seat=seat, participations=tuple(_participation(*each) for each in told), **{name: row[name] for name in plain}
    )


def _participation(organisation: str, name: str, begins_at: str, ends_at: str | None, is_over: bool) -> Participation:
    until = datetime.fromisoformat(ends_at) if ends_at else None
    return Participation(UUID(organisation), name, datetime.fromisoformat(begins_at), until, is_over)
