"""The form of the search. It is sent by GET, so that what was found has an address; the names stand in it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Self
from urllib.parse import urlencode
from uuid import UUID

from portal.search.queries import Order, SearchQuery
from portal.search.rules import LONGEST_QUERY
from portal.shell.fields import Options
from portal.shell.forms import Date, Form, Select, Text
from portal.shell.i18n import Sentence, mark
from portal.spaces.places import ROOM_OF
from portal.spaces.types import all_states, all_types
from tenants.context import Actor, RoomSeat, Seat

_ORDERS: Mapping[str, tuple[Order, str]] = {
    "": ("relevance", mark("das Passendste zuerst")),
    "neu": ("newest", mark("das Neueste zuerst")),
    "titel": ("title", mark("nach Titel")),
}
_EVERYWHERE = ("", mark("überall"))
_ANY = ("", mark("alle"))


class SearchForm(Form):
    """What is looked for, and where, and under which conditions."""

    id = "suche"

    q = Text(mark("Suchwörter"), limit=LONGEST_QUERY)
    bereich = Select(mark("Bereich"))
    art = Select(mark("Art"))
    stand = Select(mark("Stand"))
    schlagwort = Text(mark("Schlagwort"), limit=50)
    person = Text(mark("Person"), limit=100)
    von = Date(mark("Geändert ab"))
    bis = Date(mark("Geändert bis"))
    ordnung = Select(mark("Reihenfolge"), options=[(name, label) for name, (_, label) in _ORDERS.items()])

    @classmethod
    def asked(cls, actor: Actor, parameters: Mapping[str, Any]) -> Self:
        """The form as it stands in an address."""
        return cls.read(parameters, options=_options(actor))

    def check(self) -> None:
        """A period runs forwards."""
        if self.von and self.bis and self.bis < self.von:
            self.fail("bis", "Das Ende liegt vor dem Anfang. Bitte wählen Sie einen späteren Tag.")

    def query(self, actor: Actor, *, below: UUID | None = None) -> SearchQuery:
        """What the form asks for, if it is ``ok``."""
        return SearchQuery(
            text=self.q,
            spaces=(_places(actor)[self.bereich][0],) if self.bereich else (),
            types=(self.art,) if self.art else (),
            states=(self.stand,) if self.stand else (),
            tags=(self.schlagwort,) if self.schlagwort else (),
            person=self.person,
            changed_from=self.von,
            changed_until=self.bis,
            below=below,
            order=_ORDERS[self.ordnung][0],
        )

    def address(self, **changes: object) -> str:
        """Where this search is, with some parameters changed; those that are empty are left out."""
        parameters = {**self.raw, **changes}
        given = {name: str(value) for name, value in parameters.items() if value not in (None, "")}
        return f"/suche?{urlencode(given)}" if given else "/suche"

    @property
    def is_narrowed(self) -> bool:
        """Whether more than words is asked for."""
        return any(value for name, value in self.raw.items() if name not in ("q", "ordnung"))


def is_empty(query: SearchQuery) -> bool:
    """Whether nothing is asked for at all."""
    return replace(query, order="relevance") == SearchQuery()


def _places(actor: Actor) -> dict[str, tuple[UUID, str]]:
    """Whose spaces there are, and what they are called, by the beginning of their addresses; rooms after their network,
    the closed ones last."""
    found = {f"o/{actor.organisation_slug}": (actor.organisation_id, actor.organisation_name)}
    for seat in actor.seats:
        found[f"n/{seat.slug}"] = seat.network_id, seat.name
        rooms = [room for room in actor.rooms if room.network_id == seat.network_id]
        found |= {f"r/{seat.slug}{ROOM_OF}{room.slug}": (room.room_id, _called(room, seat)) for room in rooms}
    return found


def _called(room: RoomSeat, seat: Seat) -> str:
    if room.is_closed:
        return Sentence("Raum „%(room)s“ (%(network)s, geschlossen)", room=room.name, network=seat.name)
    return Sentence("Raum „%(room)s“ (%(network)s)", room=room.name, network=seat.name)


def _options(actor: Actor) -> dict[str, Options]:
    return {
        "bereich": (_EVERYWHERE, *((base, title) for base, (_, title) in _places(actor).items())),
        "art": (_ANY, *((kind.name, kind.plural) for kind in all_types())),
        "stand": (_ANY, *all_states().items()),
    }
