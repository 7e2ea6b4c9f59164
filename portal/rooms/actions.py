"""A room opens, organisations come and go, it closes. All by the office of its network, and by nobody else."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from portal.audit import actions as audit
from portal.kit.errors import Conflict, Forbidden, Invalid, NotFound
from portal.kit.ids import new_id
from portal.notices import live
from portal.rooms.abilities import may_run_rooms
from portal.rooms.events import ParticipationBegan, ParticipationEnded
from portal.rooms.queries import Room
from portal.spaces.rules import numbered, slug_of
from tenants.context import Actor, Seat
from tenants.database import execute
from tenants.outbox import emit
from tenants.queries import list_members


async def open_room(
    *, actor: Actor, now: datetime, seat: Seat, name: str, purpose: str, organisations: Iterable[UUID]
) -> str:
    """A new room of a network with its space; the office always takes part. Gives back its address in the network.

    Raises:
        Forbidden: the actor does not work in the office.
        Invalid: one of the organisations is no member.
    """
    require_office(actor, seat.network_id)
    chosen = {actor.organisation_id, *organisations}
    if chosen - {member.organisation_id for member in await list_members(seat.network_id)}:
        raise Invalid("Teilnehmen können nur Mitglieder des Netzwerks. Bitte laden Sie die Seite neu.")
    room_id, slug = new_id(), await _free_slug(seat.network_id, name)
    await execute(
        "INSERT INTO room (id, network_id, slug, name, purpose, opened_by, opened_at) "
        "VALUES ({}, {}, {}, {}, {}, {}, {})",
        room_id,
        seat.network_id,
        slug,
        name,
        purpose,
        actor.name[:200],
        now,
    )
    for organisation_id in sorted(chosen):
        await _begin(actor, room_id, organisation_id, now)
    details: dict[str, str | int | bool] = {"organisations": len(chosen)}
    await audit.record(actor=actor, action="room:opened", subject="room", subject_id=room_id, details=details)
    return slug


async def let_in(*, actor: Actor, now: datetime, room: Room, organisation_id: UUID) -> None:
    """From now on the organisation takes part and reads everything in the room, also what is there already.

    Raises:
        Forbidden: the actor does not work in the office.
        Conflict: the room is closed.
        Invalid: no member, or there already.
    """
    require_office(actor, room.seat.network_id)
    # Whoever closes it at this moment is waited for.
    if not await execute("SELECT FROM room WHERE id = {} AND closed_at IS NULL FOR NO KEY UPDATE", room.id):
        raise Conflict("Dieser Raum ist geschlossen; es kommt niemand mehr hinzu.")
    names = {member.organisation_id: member.name for member in await list_members(room.seat.network_id)}
    if organisation_id not in names:
        raise Invalid("Teilnehmen können nur Mitglieder des Netzwerks.", field="organisation")
    if any(each.organisation_id == organisation_id for each in room.present):
        raise Invalid("Diese Organisation nimmt schon teil.", field="organisation")
    await _end(room.id, organisation_id, now)  # one of an earlier membership counts for nothing
    await _begin(actor, room.id, organisation_id, now)
    await _record(actor, "room:joined", room, organisation=names[organisation_id])


async def end_participation(*, actor: Actor, now: datetime, room: Room, organisation_id: UUID) -> None:
    """From now on the room is not there for the organisation. That it took part stays known.

    Raises:
        Forbidden: the actor does not work in the office.
        Conflict: it is the office, which runs the room; or the room is a body's, whose members take part.
        NotFound: the organisation does not take part.
    """
    require_office(actor, room.seat.network_id)
    if organisation_id == actor.organisation_id:
        raise Conflict("Die Geschäftsstelle führt den Raum und nimmt immer teil.")
    if await execute("SELECT FROM body WHERE network_id = {} AND room_id = {}", room.seat.network_id, room.id):
        raise Conflict("Dieser Raum gehört einem Gremium: Wer teilnimmt, folgt aus der Mitgliedschaft im Netzwerk.")
    if (ended := await _end(room.id, organisation_id, now)) is None:
        raise NotFound
    await emit(ParticipationEnded(room.id), to=[organisation_id], key=f"room_left:{ended}")
    await live.changed(live.everybody(organisation_id))
    name = next((each.name for each in room.participations if each.organisation_id == organisation_id), "")
    await _record(actor, "room:left", room, organisation=name)


async def close_room(*, actor: Actor, now: datetime, room: Room) -> None:
    """Everything in it stays readable to those who take part, and nothing changes any more; for good.

    Raises:
        Forbidden: the actor does not work in the office.
        Conflict: it is closed already.
    """
    require_office(actor, room.seat.network_id)
    rows = await execute(
        "UPDATE room SET closed_at = {} WHERE id = {} AND closed_at IS NULL RETURNING id", now, room.id
    )
    if not rows:
        raise Conflict("Dieser Raum ist schon geschlossen.")
    await _record(actor, "room:closed", room)


def require_office(actor: Actor, network_id: UUID) -> None:
    """The actor runs the rooms of this network.

    Raises:
        Forbidden: they do not.
    """
    if not may_run_rooms(actor, network_id):
        raise Forbidden("Räume eröffnet und verwaltet die Geschäftsstelle dieses Netzwerks.")


async def _free_slug(network_id: UUID, name: str) -> str:
    candidates = numbered(slug_of(name) or "raum")
    rows = await execute(
        "SELECT slug FROM room WHERE network_id = {} AND slug = ANY ({}::text[])", network_id, candidates
    )
    taken = {row["slug"] for row in rows}
    return next((slug for slug in candidates if slug not in taken), new_id().hex)


async def _begin(actor: Actor, room_id: UUID, organisation_id: UUID, now: datetime) -> None:
    """Whoever lets another organisation in lets its people know; one's own know already."""
    participation_id = new_id()
    await execute(
        "INSERT INTO room_participation (room_id, id, organisation_id, begins_at) VALUES ({}, {}, {}, {})",
        room_id,
        participation_id,
        organisation_id,
        now,
    )
    told = {organisation_id} - {actor.organisation_id}
    await emit(ParticipationBegan(room_id), to=told, key=f"room_joined:{participation_id}")


async def _end(room_id: UUID, organisation_id: UUID, now: datetime) -> UUID | None:
    """The participation that ended; None: there was none."""
    rows = await execute(
        "UPDATE room_participation SET ends_at = {} WHERE room_id = {} AND organisation_id = {} AND ends_at IS NULL "
        "RETURNING id",
        now,
        room_id,
        organisation_id,
    )
    return rows[0]["id"] if rows else None


async def _record(actor: Actor, action: str, room: Room, *, organisation: str = "") -> None:
    details: dict[str, str | int | bool] = {"organisation": organisation[:200]} if organisation else {}
    await audit.record(actor=actor, action=action, subject="room", subject_id=room.id, details=details)
