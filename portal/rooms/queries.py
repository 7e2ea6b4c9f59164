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


def access_seat(actor: Actor, slug: str) -> Seat:
    """The actor's seat in a network.

    Raises:
        NotFound: out of reach, or not there.
    """
    if (seat := actor.seat_by_slug(slug)) is None:
        raise NotFound
    return seat


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


def _room(seat: Seat, row: Mapping[str, Any]) -> Room:
    plain = ("id", "slug", "name", "purpose", "opened_by", "opened_at", "closed_at", "is_mine", "number")
    told = json.loads(row.get("participations") or "[]")
    return Room(
        seat=seat, participations=tuple(_participation(*each) for each in told), **{name: row[name] for name in plain}
    )


def _participation(organisation: str, name: str, begins_at: str, ends_at: str | None, is_over: bool) -> Participation:
    until = datetime.fromisoformat(ends_at) if ends_at else None
    return Participation(UUID(organisation), name, datetime.fromisoformat(begins_at), until, is_over)
