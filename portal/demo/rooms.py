"""The rooms of the demo world: opened by the office of their network, filled by who takes part."""

from dataclasses import dataclass
from uuid import UUID

from portal.demo.acting import acting
from portal.demo.content import Entry, Place, Step, seed_content
from portal.rooms.actions import open_room
from tenants.database import execute
from tenants.queries import organisations_by_slug
from tenants.scope import scope


@dataclass(frozen=True, slots=True)
class DemoRoom:
    """A room; beside its office these organisations (slugs) take part."""

    opened_by: tuple[str, str]
    slug: str
    name: str
    purpose: str
    organisations: tuple[str, ...]
    entries: tuple[Entry, ...]


_OFFICE = ("beate.hollands", "jobcenter-duesseldorf")
ROOMS: dict[str, tuple[DemoRoom, ...]] = {
    "duesseldorf": (
        DemoRoom(
            _OFFICE,
            "runde-der-leitungen",
            "Runde der Leitungen",
            "Die Leitungen des Sonderteams und der Träger mit stationärer Hilfe bereiten ihre Treffen vor.",
            ("diakonie-duesseldorf", "skm"),
            (
                Entry(
                    _OFFICE,
                    "folder",
                    {"title": "Tagesordnungen", "summary": "Was wir besprechen, und was daraus geworden ist"},
                    below=(
                        Entry(
                            _OFFICE,
                            "page",
                            {
                                "title": "Treffen im Januar",
                                "body": (
                                    "<ol><li>Rückmeldungen auf Aufnahmeanzeigen</li><li>Vertretung in den "
                                    "Ferien</li><li>Termine für das Frühjahr</li></ol>"
                                ),
                                "tags": "Tagesordnung",
                            },
                            steps=(Step(_OFFICE, "publish"),),
                        ),
                    ),
                ),
                Entry(
                    ("ulrike.nettesheim", "skm"),
                    "page",
                    {"title": "Frage zur Vertretung", "body": "Wer ist zwischen den Jahren erreichbar?"},
                    steps=(Step(("ulrike.nettesheim", "skm"), "submit"),),
                ),
                Entry(
                    ("georg.hasselbeck", "diakonie-duesseldorf"),
                    "page",
                    {"title": "Notizen für das Treffen", "body": "Noch ungeordnet."},
                ),
            ),
        ),
    ),
}


async def seed_rooms(network: str, network_id: UUID, *, provider: str) -> bool:
    """Open what is not there yet and fill it; True when anything was missing."""
    built = False
    for room in ROOMS.get(network, ()):
        built |= await _open(room, network_id, provider)
        place = Place("room", f"{network}--{room.slug}", network_id, room.slug)
        built |= await seed_content(place, room.entries, provider=provider)
    return built


async def _open(room: DemoRoom, network_id: UUID, provider: str) -> bool:
    async with scope(network_id=network_id):
        if await execute("SELECT FROM room WHERE network_id = {} AND slug = {}", network_id, room.slug):
            return False
    async with acting(*room.opened_by, provider) as (actor, opened):
        seat = actor.seat(network_id)
        if seat is None:
            raise LookupError(f"{room.opened_by[1]} does not sit in this network")
        known = await organisations_by_slug(list(room.organisations))
        await open_room(
            actor=actor, now=opened.now, seat=seat, name=room.name, purpose=room.purpose, organisations=known.values()
        )
    return True
