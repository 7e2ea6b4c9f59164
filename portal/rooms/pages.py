"""The rooms of a network, and one room: who takes part, and what the office does with it."""

from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from portal.identity.permissions import Permission
from portal.identity.queries import access_seat
from portal.kit.errors import Invalid, NotFound
from portal.rooms import actions
from portal.rooms.abilities import may_run_rooms
from portal.rooms.forms import MemberForm, RoomForm
from portal.rooms.queries import Room, access_room, list_rooms
from portal.shell import reply
from portal.shell.feature import Feature, NavItem, NavTopic
from portal.spaces.plugins import Panel
from portal.spaces.queries import Item
from tenants.context import Actor, Seat
from tenants.queries import list_members

_READ = {"permission": Permission.ROOM_READ}
_OPEN = {"permission": Permission.ROOM_OPEN}
AnyRequest = Request[Any, Any, Any]


@get("/n/{network:str}/raeume", name="rooms", opt=_READ)
async def show_rooms(request: AnyRequest, actor: Actor, network: str) -> Response[str]:
    """The rooms I may know of."""
    seat = access_seat(actor, network)
    may_open = may_run_rooms(actor, seat.network_id)
    return await reply.page(request, "rooms/raeume.html", seat=seat, rooms=await list_rooms(seat), may_open=may_open)


@get("/n/{network:str}/raeume/neu", name="room-new", opt=_OPEN)
async def show_new(request: AnyRequest, actor: Actor, network: str) -> Response[str]:
    """The form of a new room."""
    context = await _opening(actor, access_seat(actor, network))
    return await reply.page(request, "rooms/neu.html", form=RoomForm.blank(), chosen=[], **context)


@post("/n/{network:str}/raeume", name="room-open", opt=_OPEN, status_code=200)
async def open_room(request: AnyRequest, actor: Actor, now: datetime, network: str) -> Response[str]:
    """Open it."""
    seat = access_seat(actor, network)
    context = await _opening(actor, seat)
    form = await RoomForm.of(request)
    chosen = [str(text) for text in (await request.form()).getall("teilnahme", [])]
    slug = await _open(form, actor, now, seat, chosen) if form.ok else None
    if slug is None:
        slots = {"raum": "rooms/_neu.html"}
        return await reply.invalid(request, "rooms/neu.html", form=form, chosen=chosen, slots=slots, **context)
    return await reply.changed(request, to=f"/r/{seat.slug}--{slug}", flash="Der Raum ist eröffnet.")


@get("/r/{room:str}", name="room", opt=_READ)
async def show_room(request: AnyRequest, actor: Actor, room: str) -> Response[str]:
    """What it is for, and who takes part."""
    return await reply.page(request, "rooms/raum.html", **await _view(actor, await access_room(actor, room)))


@get("/r/{room:str}/zugang", name="room-still", opt=_READ | {"background": True})
async def show_still(request: AnyRequest, actor: Actor, room: str) -> Response[str]:
    """For a page of the room that is open and was told that something changed: it leaves when it is nobody's here."""
    try:
        await access_room(actor, room)
    except NotFound:
        if not reply.from_htmx(request):
            raise
        seat = actor.seat_by_slug(room.partition("--")[0])
        to = f"/n/{seat.slug}/raeume" if seat is not None else "/"
        return await reply.redirect(request, to, flash="Ihre Organisation nimmt an diesem Raum nicht mehr teil.")
    return reply.as_it_is()


@post("/r/{room:str}/teilnahmen", name="room-join", opt=_OPEN, status_code=200)
async def let_in(request: AnyRequest, actor: Actor, now: datetime, room: str) -> Response[str]:
    """Let an organisation in."""
    view = await _view(actor, await access_room(actor, room))
    actions.require_office(actor, view["room"].seat.network_id)
    form = await MemberForm.of(request, options={"organisation": view["others"]})
    if not form.ok:
        slots = {"aufnehmen": "rooms/_aufnehmen.html"}
        return await reply.invalid(request, "rooms/raum.html", slots=slots, **view | {"form": form})
    await actions.let_in(actor=actor, now=now, room=view["room"], organisation_id=UUID(form.organisation))
    return await reply.changed(request, to=view["room"].address, flash="Die Organisation nimmt jetzt teil.")


@post("/r/{room:str}/teilnahmen/{organisation_id:uuid}/ende", name="room-leave", opt=_OPEN, status_code=200)
async def end_participation(
    request: AnyRequest, actor: Actor, now: datetime, room: str, organisation_id: UUID
) -> Response[str]:
    """Take an organisation out."""
    found = await access_room(actor, room)
    await actions.end_participation(actor=actor, now=now, room=found, organisation_id=organisation_id)
    return await reply.changed(request, to=found.address, flash="Die Teilnahme ist beendet.")


@post("/r/{room:str}/schliessung", name="room-close", opt=_OPEN, status_code=200)
async def close_room(request: AnyRequest, actor: Actor, now: datetime, room: str) -> Response[str]:
    """Close it."""
    found = await access_room(actor, room)
    await actions.close_room(actor=actor, now=now, room=found)
    return await reply.changed(request, to=found.address, flash="Der Raum ist geschlossen. Alles darin bleibt lesbar.")


async def _opening(actor: Actor, seat: Seat) -> dict[str, Any]:
    actions.require_office(actor, seat.network_id)
    members = [each for each in await list_members(seat.network_id) if each.organisation_id != actor.organisation_id]
    return {"seat": seat, "members": members, "actor": actor}


async def _open(form: RoomForm, actor: Actor, now: datetime, seat: Seat, chosen: list[str]) -> str | None:
    """The address of the room; None when something is wrong, which the form then says."""
    try:
        organisations = [UUID(text) for text in chosen]
        return await actions.open_room(actor=actor, now=now, seat=seat, organisations=organisations, **form.value)
    except ValueError:
        form.fail(None, "Bitte wählen Sie die Organisationen aus der Liste.")
    except Invalid as problem:
        form.refuse(problem)
    return None


async def _view(actor: Actor, room: Room) -> dict[str, Any]:
    """The room, and for the office whom it could let in."""
    runs = may_run_rooms(actor, room.seat.network_id)
    present = {each.organisation_id for each in room.present}
    members = await list_members(room.seat.network_id) if runs and room.closed_at is None else []
    others = tuple((str(each.organisation_id), each.name) for each in members if each.organisation_id not in present)
    form = MemberForm.blank(options={"organisation": others})
    return {"room": room, "actor": actor, "runs": runs, "others": others, "form": form}


def _is_front(item: Item) -> bool:
    return item.space.is_room and item.is_root


def _is_inside(item: Item) -> bool:
    return item.space.is_room


def _is_closed(item: Item) -> bool:
    return item.space.is_closed


FEATURE = Feature(
    name="rooms",
    handlers=(show_rooms, show_new, open_room, show_room, show_still, let_in, end_participation, close_room),
    navigation=(
        NavItem(
            "Räume",
            "/n/{network}/raeume",
            group="network",
            topic=NavTopic.WORKING,
            permission=Permission.ROOM_READ,
            also="/r/{network}--",
        ),
    ),
    templates=Path(__file__).parent / "templates",
    content=(
        Panel("raum", "rooms/_raum.html", shows=_is_front, place=5),  # the way to who takes part
        # Lets an open page leave when the room is not there any more.
        Panel("zugang", "rooms/_zugang.html", shows=_is_inside, aside=False, place=1, on_top=True),
        Panel("geschlossen", "rooms/_geschlossen.html", shows=_is_closed, aside=False, place=0, on_top=True),
    ),
)
