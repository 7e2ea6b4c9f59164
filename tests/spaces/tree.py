"""A space as tests talk about it: who adds, moves and throws away, all through the actions under the wall."""

import asyncio
import contextvars
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from portal.identity.queries import load_actor
from portal.spaces import actions, actions_tree
from portal.spaces.places import SpaceKey
from portal.spaces.queries import Item, access_item, find_address
from tenants.context import Actor, Role
from tenants.scope import Scope, scope
from tests.cast import Cast
from tests.client import Browser, person

HOME = "bethel-regional"
LEAD, CLERK, HEAD = Role.LEAD, Role.CASEWORKER, Role.ADMINISTRATOR
EVERYTHING = ("item", "item_version", "item_transition", "item_grant", "item_redirect", "item_bin")


@dataclass
class Tree:
    """The space of one organisation of the demo world."""

    cast: Cast

    @asynccontextmanager
    async def acting(self, role: Role = HEAD, *, organisation: str = HOME) -> AsyncIterator[tuple[Actor, Scope]]:
        """A scope of somebody with that role."""
        who = person(self.cast.who(organisation, role))
        async with scope(organisation_id=self.cast.organisations[organisation], person_id=who) as opened:
            found = await load_actor()
            assert found is not None
            yield found[0], opened

    async def browser(self, role: Role = HEAD, *, organisation: str = HOME) -> Browser:
        """Their browser."""
        return await self.cast.as_role(organisation, role)

    async def add(self, address: str, kind: str = "page", *, role: Role = HEAD, **values: Any) -> UUID:
        """Something new at an address; the folders above it are there."""
        above, _, slug = address.rpartition("/")
        async with self.acting(role) as (actor, opened):
            return await actions.add_item(
                actor=actor,
                now=opened.now,
                parent=await at(actor, above),
                kind=kind,
                values={"title": slug.title(), **values},
                slug=slug,
            )

    async def grow(self, *addresses: str) -> None:
        """Folders, where an address ends with a slash, and published pages."""
        for address in addresses:
            if address.endswith("/"):
                await self.add(address.rstrip("/"), "folder")
            else:
                identifier = await self.add(address)
                await self.step(identifier, "publish")

    async def step(self, identifier: UUID, transition: str, *, role: Role = HEAD, note: str = "") -> None:
        """A step of the workflow."""
        async with self.acting(role) as (actor, opened):
            item = await access_item(actor, identifier)
            await actions.change_state(actor=actor, now=opened.now, item=item, transition=transition, note=note)

    async def save(self, identifier: UUID, *, role: Role = HEAD, note: str = "", **values: Any) -> int:
        """A new version."""
        async with self.acting(role) as (actor, opened):
            item = await access_item(actor, identifier)
            return await actions.save_item(
                actor=actor, now=opened.now, item=item, values=values, version=item.version, note=note
            )

    async def move(self, source: str, folder: str, *, slug: str = "", role: Role = HEAD) -> str:
        """Move or rename."""
        async with self.acting(role) as (actor, opened):
            return await actions_tree.move_item(
                actor=actor, now=opened.now, item=await at(actor, source), folder=await at(actor, folder), slug=slug
            )

    async def throw_away(self, address: str, *, role: Role = HEAD) -> UUID:
        """Into the bin; gives back the id of what was thrown away."""
        async with self.acting(role) as (actor, opened):
            item = await at(actor, address)
            await actions_tree.bin_item(actor=actor, now=opened.now, item=item)
            return item.id

    async def id_of(self, address: str) -> UUID:
        """The id of what stands at an address."""
        async with self.acting() as (actor, _):
            return (await at(actor, address)).id

    async def addresses(self) -> list[str]:
        """All that lies in the space and not in its bin, in order; without what the demo world brought."""
        rows = await self.rows(
            "SELECT i.address FROM item i JOIN space s ON s.id = i.space_id WHERE s.organisation_id = $1 "
            "AND i.bin_id IS NULL AND i.parent_id IS NOT NULL AND uuid_extract_version(i.id) <> 5 ORDER BY i.address",
            self.cast.organisations[HOME],
        )
        return [row["address"] for row in rows]

    async def state(self) -> dict[str, str]:
        """A digest of all content, to show that nothing has changed."""
        return {
            table: (await self.rows(f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) AS d FROM {table} t"))[0][
                "d"
            ]
            for table in (*EVERYTHING, "outbox")
        }

    async def rows(self, sql: str, *arguments: object) -> list[dict[str, Any]]:
        """Look from outside the wall."""
        return [dict(row) for row in await self.cast.database.as_superuser(sql, *arguments)]

    async def later(self, **by: float) -> None:
        """Move the clock."""
        await self.cast.database.move_clock(timedelta(**by))

    async def work(self) -> int:
        """What the worker does with all that is due now; gives back how many events it settled."""
        from workers import app  # noqa: F401 - registers the reactions
        from workers.reactions import handle

        async with self.cast.database.role("worker"):
            due = await self.rows(
                "SELECT id, organisation_id, network_id FROM outbox WHERE state IN ('waiting', 'handed') "
                "AND event IN ('ItemDue', 'BinDue') AND due_at <= hilfenetz_now() ORDER BY due_at, id"
            )
            for row in due:
                await handle(row["id"], organisation_id=row["organisation_id"], network_id=row["network_id"])
        return len(due)


def elsewhere(work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
    """Somebody else does it at the same time, in a transaction of their own."""
    return asyncio.get_running_loop().create_task(work, context=contextvars.Context())


async def at(actor: Actor, address: str) -> Item:
    """What the actor finds at an address of their organisation's space."""
    item = await find_address(actor, SpaceKey("organisation", actor.organisation_id), address)
    assert item is not None, address
    return item
