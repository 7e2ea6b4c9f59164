"""A room as tests talk about it."""

from dataclasses import dataclass
from uuid import UUID

from portal.rooms import actions, queries
from portal.spaces.places import SpaceKey
from portal.spaces.queries import Item, find_address
from tenants.context import Actor, Role
from tests.discussion.circle import Circle

NETWORK, CITY, MEMBER, OTHER = "bielefeld", "stadt-bielefeld", "gfs", "bgw"
OUTSIDE = "bethel-regional"  # sits in the network, and takes part in no room
ADDRESS, BASE = "bielefeld--kreis", "/r/bielefeld--kreis"


@dataclass
class House(Circle):
    """The people of the demo world, and one room of the network: of the office, ``gfs`` and ``bgw``."""

    async def open(self, name: str = "Kreis", *organisations: str) -> UUID:
        """A room, opened by the office."""
        async with self.acting(Role.OFFICE, organisation=CITY) as (actor, opened):
            slug = await actions.open_room(
                actor=actor, now=opened.now, seat=actor.seats[0], name=name, purpose="Absprachen zum Winter",
                organisations=[self.cast.organisations[each] for each in organisations or (MEMBER, OTHER)],
            )  # fmt: skip
            return (await queries.access_room(actor, f"{NETWORK}--{slug}")).id

    async def end(self, organisation: str) -> None:
        """The organisation takes part no longer."""
        async with self.acting(Role.OFFICE, organisation=CITY) as (actor, opened):
            room = await queries.access_room(actor, ADDRESS)
            organisation_id = self.cast.organisations[organisation]
            await actions.end_participation(actor=actor, now=opened.now, room=room, organisation_id=organisation_id)

    async def let_in(self, organisation: str) -> None:
        """The organisation takes part from now on."""
        async with self.acting(Role.OFFICE, organisation=CITY) as (actor, opened):
            room = await queries.access_room(actor, ADDRESS)
            organisation_id = self.cast.organisations[organisation]
            await actions.let_in(actor=actor, now=opened.now, room=room, organisation_id=organisation_id)

    async def shut(self) -> None:
        """The room is closed."""
        async with self.acting(Role.OFFICE, organisation=CITY) as (actor, opened):
            await actions.close_room(actor=actor, now=opened.now, room=await queries.access_room(actor, ADDRESS))

    @property
    def space(self) -> SpaceKey:
        """The room ``kreis``."""
        return SpaceKey("room", self.cast.networks[NETWORK], "kreis")

    async def root(self, actor: Actor) -> Item:
        """Its front page."""
        found = await find_address(actor, self.space, "")
        assert found is not None
        return found
