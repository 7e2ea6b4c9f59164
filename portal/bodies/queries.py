"""Bodies as the rulebook has them, with the members they are for; the wall asks again, by what is kept with a body."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from portal.bodies.agreement import BodyRule, bodies_of
from portal.bodies.rules import Part
from portal.identity.queries import access_seat
from portal.kit.errors import NotFound
from tenants.context import Actor, OrganisationKind, Seat
from tenants.database import execute
from tenants.rulebook import Rulebook, parse_rulebook


@dataclass(frozen=True, slots=True)
class BodyMember:
    """A member of the network for whom the body is."""

    organisation_id: UUID
    name: str
    is_office: bool


@dataclass(frozen=True, slots=True)
class BodyRoom:
    """The body's own space; who does not take part, does not see where it is."""

    address: str
    is_closed: bool
    orders_published: bool  # before that only the office can read them


@dataclass(frozen=True, slots=True)
class BodySheet:
    """A body of a network now."""

    network_id: UUID
    network_slug: str
    network_name: str
    rulebook_id: UUID
    rulebook: Rulebook
    rule: BodyRule
    members: tuple[BodyMember, ...]
    room: BodyRoom | None

    @property
    def id(self) -> UUID:
        return self.rule.id_in(self.network_id)

    @property
    def address(self) -> str:
        """Where the body is."""
        return f"/n/{self.network_slug}/gremien/{self.rule.address}"

    @property
    def office(self) -> BodyMember | None:
        """Who prepares its meetings."""
        return next((member for member in self.members if member.is_office), None)

    def member(self, organisation_id: UUID) -> BodyMember | None:
        """The member of that organisation, if the body is for it."""
        return next((member for member in self.members if member.organisation_id == organisation_id), None)


@dataclass(frozen=True, slots=True)
class BodySeat:
    """Who sits or sat in a body for a member."""

    id: UUID
    organisation_id: UUID
    organisation: str
    part: Part
    name: str
    begins_on: date
    ends_on: date | None
    named_by: str


async def list_bodies(seat: Seat, organisation_id: UUID | None) -> list[BodySheet]:
    """The bodies of a network that are for this organisation; for None, as a network's scope asks, all."""
    sheets, _ = await list_bodies_and(seat, organisation_id, "NULL")
    return sheets


async def list_bodies_and(
    seat: Seat, organisation_id: UUID | None, column: str, *values: object
) -> tuple[list[BodySheet], Any]:
    """The same, with what a column ``column`` says, in one statement; the network is ``r.network_id`` there."""
    rows = await execute(_STANDING.replace("{column}", column), *values, seat.network_id, seat.network_id)
    return (_sheets(seat, rows[0], organisation_id), rows[0]["more"]) if rows else ([], None)


async def access_body(actor: Actor, network_slug: str, body_slug: str) -> BodySheet:
    """A body by its address.

    Raises:
        NotFound: the network is out of reach, it has no such body, or the body is not for the actor's organisation.
    """
    seat = access_seat(actor, network_slug)
    for sheet in await list_bodies(seat, actor.organisation_id):
        if sheet.rule.address == body_slug:
            return sheet
    raise NotFound


async def body_with_id(seat: Seat, organisation_id: UUID | None, body_id: UUID) -> BodySheet | None:
    """The body with this identifier; None where it is not for this organisation. By the worker."""
    return next((sheet for sheet in await list_bodies(seat, organisation_id) if sheet.id == body_id), None)


async def ensure_body(body: BodySheet, *, keeps: bool) -> None:
    """What belongs to a body needs its row; ``keeps``: the kinds it is for are made those of the rulebook."""
    kinds = sorted(kind.value for kind in body.rule.kinds) if body.rule.kinds is not None else None
    await execute(
        "INSERT INTO body (network_id, id, key, kinds) VALUES ({}, {}, {}, {}::text[]) ON CONFLICT DO NOTHING",
        body.network_id,
        body.id,
        body.rule.key,
        kinds,
    )
    if keeps:
        await execute(
            "UPDATE body SET kinds = {}::text[] "
            "WHERE network_id = {} AND id = {} AND kinds IS DISTINCT FROM {}::text[]",
            *(kinds, body.network_id, body.id, kinds),
        )


async def list_seats(body: BodySheet) -> list[BodySeat]:
    """All seats there were, by organisation; the present ones first."""
    rows = await execute(
        """
        SELECT s.id, s.organisation_id, o.name AS organisation, s.part, s.name, s.begins_on, s.ends_on, s.named_by
        FROM body_seat s JOIN organisation o ON o.id = s.organisation_id
        WHERE s.network_id = {} AND s.body_id = {}
        ORDER BY lower(o.name), s.part DESC, s.begins_on DESC, s.named_at DESC
        """,
        body.network_id,
        body.id,
    )
    return [BodySeat(**{**row, "part": Part(row["part"])}) for row in rows]


def _sheets(seat: Seat, row: Mapping[str, Any], organisation_id: UUID | None) -> list[BodySheet]:
    rulebook = parse_rulebook(row["source"], file="rulebook")
    rooms = {key: BodyRoom(*room) for key, room in json.loads(row["rooms"] or "{}").items()}
    everybody = [
        (BodyMember(UUID(found["id"]), found["name"], found["office"]), OrganisationKind(found["kind"]))
        for found in json.loads(row["members"] or "[]")
    ]
    sheets = [
        BodySheet(
            network_id=seat.network_id,
            network_slug=seat.slug,
            network_name=seat.name,
            rulebook_id=row["rulebook_id"],
            rulebook=rulebook,
            rule=rule,
            members=tuple(
                member for member, kind in everybody if rule.kinds is None or kind in rule.kinds or member.is_office
            ),
            room=rooms.get(rule.key),
        )
        for rule in bodies_of(rulebook)
    ]
    return [sheet for sheet in sheets if organisation_id is None or sheet.member(organisation_id) is not None]


_STANDING = """
SELECT r.id AS rulebook_id, r.source, {column} AS more,
    (SELECT json_agg(json_build_object('id', o.id, 'name', o.name, 'kind', o.kind, 'office', m.is_office)
            ORDER BY lower(o.name))
     FROM membership m JOIN organisation o ON o.id = m.organisation_id
     WHERE m.network_id = r.network_id AND m.begins_at <= hilfenetz_now()
       AND (m.ends_at IS NULL OR m.ends_at > hilfenetz_now())) AS members,
    (SELECT json_object_agg(b.key, json_build_array(concat('/r/', n.slug, '--', x.slug), x.closed_at IS NOT NULL,
            EXISTS (SELECT FROM item i WHERE i.space_id = x.id AND i.address = 'geschaeftsordnung'
                AND i.state = 'published' AND i.bin_id IS NULL)))
     FROM body b JOIN network n ON n.id = b.network_id JOIN room x ON x.id = b.room_id
     WHERE b.network_id = r.network_id AND array_position((SELECT reach_spaces()), x.id) IS NOT NULL) AS rooms
FROM rulebook r WHERE r.network_id = {} AND r.id = rulebook_in_force({})
"""
