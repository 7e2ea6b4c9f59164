"""The spaces there are: an organisation's, a network's, and rooms; how each is addressed, and who shares it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from portal.kit.errors import Conflict, NotFound
from tenants.context import Actor

ROOM_OF = "--"  # between network and room in an address; no name of either has it
_OWNED = {
    "organisation": "s.organisation_id = (SELECT {}::uuid)",
    "network": "s.network_id = (SELECT {}::uuid)",
    "room": "s.room_id = (SELECT r.id FROM room r WHERE r.network_id = {} AND r.slug = {})",
}
# A space ``s`` for ``space_of``: its address and, of a room, its network and whether it is closed.
SPACE = """
    s.id AS space_id, s.organisation_id, s.network_id, s.title AS space_title,
    CASE WHEN s.room_id IS NULL
        THEN coalesce((SELECT o.slug FROM organisation o WHERE o.id = s.organisation_id),
                      (SELECT n.slug FROM network n WHERE n.id = s.network_id))
        ELSE (SELECT concat_ws('/', n.slug || '--' || r.slug, n.id, CASE WHEN r.closed_at IS NOT NULL THEN 'x' END)
              FROM room r JOIN network n ON n.id = r.network_id WHERE r.id = s.room_id)
    END AS space_slug
"""
MEMBER_NOW = "m.begins_at <= hilfenetz_now() AND (m.ends_at IS NULL OR m.ends_at > hilfenetz_now())"


def within(network: str, room: str) -> str:
    """The condition for the members ``m`` of a network; if a room is meant, for those who take part. As ``find_spaces``
    has it: a participation counts under the membership it began with."""
    return f"""m.network_id = {network} AND {MEMBER_NOW} AND ({room}::uuid IS NULL OR EXISTS (
        SELECT FROM room_participation p
        WHERE p.room_id = {room} AND p.organisation_id = m.organisation_id AND p.begins_at >= m.begins_at
          AND p.begins_at <= hilfenetz_now() AND (p.ends_at IS NULL OR p.ends_at > hilfenetz_now())))"""


WITHIN = within("{}", "{}")  # takes ``Space.within``


@dataclass(frozen=True, slots=True)
class Space:
    """Where an item lives. ``base`` is the beginning of the addresses people see: /o/bgw, /n/bielefeld,
    /r/bielefeld--kreis. ``network_id`` is that of a room's network too; nothing changes any more in a closed one."""

    id: UUID
    organisation_id: UUID | None
    network_id: UUID | None
    slug: str
    title: str
    is_room: bool = False
    is_closed: bool = False

    @property
    def base(self) -> str:
        """The address of the space."""
        return f"/{'r' if self.is_room else 'o' if self.organisation_id else 'n'}/{self.slug}"

    @property
    def within(self) -> tuple[UUID | None, ...]:
        """What ``WITHIN`` asks for."""
        room_id = self.id if self.is_room else None
        return self.network_id, room_id, room_id

    @property
    def owner_id(self) -> UUID:
        """Whose people share it: an organisation's, or all members of a network. A room is its network's."""
        owner_id = self.organisation_id or self.network_id
        assert owner_id is not None  # noqa: S101 - for the type checker: a space belongs to one of them
        return owner_id

    @property
    def recipients(self) -> dict[str, Any]:
        """Whom events about its content are for, as ``emit`` takes it. What happens in a room is worked off in the
        scope of its network, by the worker alone; whoever is told then is asked for by ``WITHIN``."""
        if self.organisation_id is not None:
            return {"to": [self.organisation_id]}
        return {"network": self.network_id}

    def require_open(self) -> None:
        """Something is about to be changed here.

        Raises:
            Conflict: the room is closed.
        """
        if self.is_closed:
            raise Conflict("Dieser Raum ist geschlossen. Was hier liegt, bleibt lesbar und ändert sich nicht mehr.")

    def url(self, address: str) -> str:
        """The address of an item as people see it."""
        return f"{self.base}/{address}" if address else f"{self.base}/inhalte"


@dataclass(frozen=True, slots=True)
class SpaceKey:
    """Which space is meant: an organisation's, a network's, or the room of a network with this ``slug``.

    Written out it is the name of what is kept of it, and of no other.
    """

    kind: str
    owner_id: UUID
    slug: str = ""

    @property
    def condition(self) -> str:
        """The condition for the space ``s``; takes ``values``."""
        return f"s.kind = '{self.kind}' AND {_OWNED[self.kind]}"

    @property
    def values(self) -> tuple[object, ...]:
        """What the condition takes."""
        return (self.owner_id, self.slug) if self.kind == "room" else (self.owner_id,)

    @classmethod
    def of_organisation(cls, actor: Actor, slug: str) -> Self:
        """The actor's own organisation, by its address.

        Raises:
            NotFound: it is another one; its space is out of reach.
        """
        if slug != actor.organisation_slug:
            raise NotFound
        return cls("organisation", actor.organisation_id)

    @classmethod
    def of_network(cls, actor: Actor, slug: str) -> Self:
        """A network the actor's organisation sits in.

        Raises:
            NotFound: it does not.
        """
        seat = actor.seat_by_slug(slug)
        if seat is None:
            raise NotFound
        return cls("network", seat.network_id)

    @classmethod
    def of_room(cls, actor: Actor, address: str) -> Self:
        """A room of a network the actor's organisation sits in. That it takes part, the database says.

        Raises:
            NotFound: it does not sit there.
        """
        network, _, slug = address.partition(ROOM_OF)
        seat = actor.seat_by_slug(network)
        if seat is None or not slug:
            raise NotFound
        return cls("room", seat.network_id, slug)

    @classmethod
    def of(cls, actor: Actor, *, organisation: str = "", network: str = "", room: str = "") -> Self:
        """The space of an address, whichever of the three it names.

        Raises:
            NotFound: it is out of reach.
        """
        if room:
            return cls.of_room(actor, room)
        return cls.of_network(actor, network) if network else cls.of_organisation(actor, organisation)


def space_of(row: Mapping[str, Any]) -> Space:
    """The space of a row that has what ``SPACE`` asks for."""
    if row["organisation_id"] is not None or row["network_id"] is not None:
        return Space(row["space_id"], row["organisation_id"], row["network_id"], row["space_slug"], row["space_title"])
    slug, network_id, *closed = row["space_slug"].split("/")
    return Space(row["space_id"], None, UUID(network_id), slug, row["space_title"], True, bool(closed))
