"""The demo world with events and news in it, and without its meetings."""

from dataclasses import dataclass
from uuid import UUID

import pytest

from portal.spaces import actions
from portal.spaces.places import SpaceKey
from portal.spaces.queries import access_item, find_address
from tenants.context import Role
from tests.cast import Cast
from tests.isolation.planting import as_person

HOME, NEIGHBOUR, STRANGER = "bethel-regional", "bgw", "caritas-duesseldorf"


@dataclass
class Diary:
    """Who puts what into which space, through the actions under the wall."""

    cast: Cast

    async def add(
        self,
        title: str,
        *,
        kind: str = "event",
        by: tuple[str, Role] = (HOME, Role.ADMINISTRATOR),
        network: str = "",
        publish: bool = True,
        folder: UUID | None = None,
        **values: object,
    ) -> UUID:
        """Something new in the organisation's own space, or in that of a network."""
        organisation, role = by
        if kind == "event":
            values = {"begins_at": "2026-12-04T14:30:00+01:00", **values}
        async with as_person(self.cast, self.cast.who(organisation, role), organisation) as actor:
            key = SpaceKey.of_network(actor, network) if network else SpaceKey.of_organisation(actor, organisation)
            parent = await access_item(actor, folder) if folder else await find_address(actor, key, "")
            now = await self.now()
            made = await actions.add_item(
                actor=actor, now=now, parent=parent, kind=kind, values={"title": title, **values}
            )
            if publish:
                item = await access_item(actor, made)
                await actions.change_state(actor=actor, now=now, item=item, transition="publish")
        return made

    async def now(self):
        """The time of the open scope."""
        from tenants.scope import current_scope

        return current_scope().now


@pytest.fixture
async def diary(cast: Cast) -> Diary:
    await cast.database.as_superuser(
        "SET session_replication_role = replica; DELETE FROM resolution; DELETE FROM minutes_objection; "
        "DELETE FROM attendance; DELETE FROM agenda_item; DELETE FROM meeting;"
    )
    return Diary(cast)
