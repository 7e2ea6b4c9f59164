"""A place in the space of a network that is closed to the other members, for tests that try to get in."""

from dataclasses import dataclass
from uuid import UUID, uuid4

import asyncpg

from portal.identity.queries import load_actor
from portal.spaces import actions, actions_sharing
from portal.spaces.places import SpaceKey
from portal.spaces.queries import access_item, find_address
from tenants.context import Actor, Role
from tenants.scope import scope
from tests.cast import Cast
from tests.client import person

DENIED = asyncpg.InsufficientPrivilegeError


@dataclass
class Place:
    """A network's space: a folder of one organisation with a page in it, and who is who."""

    space_id: UUID
    root: UUID
    folder: UUID
    page: UUID
    cast: Cast

    def as_(self, organisation: str, role: Role):
        who = person(self.cast.who(organisation, role))
        return scope(organisation_id=self.cast.organisations[organisation], person_id=who)


async def me() -> Actor:
    found = await load_actor()
    assert found is not None
    return found[0]


async def root_of(actor: Actor, network: str = "bielefeld"):
    found = await find_address(actor, SpaceKey.of_network(actor, network), "")
    assert found is not None
    return found


async def found_place(cast) -> Place:
    """``bgw`` made a folder for itself in the network's space: nobody else is let in."""
    made = Place(uuid4(), uuid4(), uuid4(), uuid4(), cast)
    async with made.as_("bgw", Role.REPRESENTATIVE) as opened:
        actor, now = await me(), opened.now
        root = await root_of(actor)
        made.space_id, made.root = root.space.id, root.id
        made.folder = await actions.add_item(
            actor=actor, now=now, parent=root, kind="folder", values={"title": "Unter uns"}
        )
        folder = await access_item(actor, made.folder)
        await actions_sharing.set_inheritance(actor=actor, now=now, item=folder, inherits=False)
        folder = await access_item(actor, made.folder)
        made.page = await actions.add_item(
            actor=actor, now=now, parent=folder, kind="page", values={"title": "Angebot", "body": "<p>geheim</p>"}
        )
    return made
