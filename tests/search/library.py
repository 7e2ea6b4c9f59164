"""A few people with something to read, made with the product's own actions."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from uuid import UUID

import portal.app  # noqa: F401 - installs the types of content
from portal.search.queries import SearchQuery, search_items
from portal.spaces import actions
from portal.spaces.places import SpaceKey
from portal.spaces.queries import Item, access_item, find_address
from tenants.context import Actor, Role
from tenants.scope import Scope, scope
from tests.database import Database, connected_copy, growing
from tests.staff import Staff, assemble_staff

PEOPLE = {"Ada": (Role.ADMINISTRATOR, Role.OFFICE), "Bert": (Role.CASEWORKER,)}


@dataclass
class Library:
    """Spaces with items; ``ids`` by title."""

    staff: Staff
    ids: dict[str, UUID] = field(default_factory=dict)

    @asynccontextmanager
    async def copied(self) -> AsyncIterator["Library"]:
        """In a database of a test's own; the engine is connected to it as the app role."""
        async with connected_copy(self.staff.database) as copy:
            yield self._in(copy)

    @asynccontextmanager
    async def growing(self, name: str) -> AsyncIterator["Library"]:
        """To be added to, and copied afterwards."""
        async with growing(self.staff.database, name) as template:
            yield self._in(template)

    def _in(self, database: Database) -> "Library":
        staff = replace(self.staff, database=database, people={**self.staff.people}, roles={**self.staff.roles})
        return Library(staff, {**self.ids})

    @asynccontextmanager
    async def as_(self, name: str, at: str = "here"):
        """The scope of somebody, with who they are."""
        actor = self.staff.actor(name, at=at)
        async with scope(organisation_id=actor.organisation_id, person_id=actor.person_id) as opened:
            yield actor, opened

    async def add(self, title: str, body: str = "", *, by: str = "Ada", at: str = "here", **options) -> UUID:
        """Something new; options: kind, folder (a title), network (its slug), publish, summary, tags."""
        async with self.as_(by, at) as (actor, opened):
            folder = await self.folder(actor, options.get("folder"), options.get("network"))
            values = {name: options[name] for name in ("summary", "tags") if name in options}
            kind = options.get("kind", "page")
            values |= {"title": title} | ({"body": body} if kind == "page" else {})
            item_id = await actions.add_item(actor=actor, now=opened.now, parent=folder, kind=kind, values=values)
            if options.get("publish", kind == "page"):
                await self.publish(actor, opened, item_id)
        self.ids[title] = item_id
        return item_id

    async def publish(self, actor: Actor, opened: Scope, item_id: UUID) -> None:
        """Let everybody who reads the space read it."""
        item = await access_item(actor, item_id)
        await actions.change_state(actor=actor, now=opened.now, item=item, transition="publish")

    async def folder(self, actor: Actor, title: str | None, network: str | None) -> Item:
        """A folder by its title, or the root of a space."""
        if title is not None:
            return await access_item(actor, self.ids[title])
        key = (
            SpaceKey.of_network(actor, network) if network else SpaceKey.of_organisation(actor, actor.organisation_slug)
        )
        found = await find_address(actor, key, "")
        assert found is not None
        return found

    async def find(self, text: str = "", *, by: str = "Ada", at: str = "here", **conditions) -> list[str]:
        """The titles somebody finds, in their order."""
        async with self.as_(by, at) as (actor, _):
            result = await search_items(actor, SearchQuery(text, **conditions), limit=1000)
        assert result.found == len(result.hits), (conditions, result.found, result.hits)
        return [hit.entry.title for hit in result.hits]


async def assemble_library(database) -> Library:
    """Ada and Bert work here, Nele at the neighbour's, Fritz elsewhere."""
    staff = await assemble_staff(database)
    for name, roles in PEOPLE.items():
        await staff.hire(name, *roles)
    await database.as_superuser(
        "INSERT INTO space (id, kind, network_id, title) SELECT gen_random_uuid(), 'network', id, name FROM network"
    )
    await staff.hire("Nele", Role.ADMINISTRATOR, at="neighbour")
    await staff.hire("Fritz", Role.ADMINISTRATOR, Role.OFFICE, at="stranger")
    return Library(staff)
