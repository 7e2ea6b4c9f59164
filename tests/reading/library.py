"""What must be read, as tests talk about it."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from portal.reading import actions, queries
from portal.spaces.queries import access_item
from tenants.context import Role
from tests.discussion.circle import Circle
from tests.spaces.tree import CLERK, HEAD, HOME

URL = "/o/bethel-regional/hausordnung"


@dataclass
class Library(Circle):
    """The people of an organisation, and what they have to read."""

    async def demand(
        self, page: UUID, *, by: Role = HEAD, organisation: str = HOME, until_on: date | None = None
    ) -> None:
        """Ask that it be read."""
        async with self.acting(by, organisation=organisation) as (actor, opened):
            item = await access_item(actor, page)
            await actions.demand_reading(actor=actor, now=opened.now, item=item, until_on=until_on)

    async def wanted(self, *, until_on: date | None = None) -> UUID:
        """A published page that everybody has to read, all of whom were told."""
        page = await self.page()
        await self.demand(page, until_on=until_on)
        await self.settle()
        return page

    async def confirm(self, page: UUID, *, by: Role = CLERK, organisation: str = HOME, version: int = 0) -> None:
        """Say that one has read it as it is, or in another version."""
        async with self.acting(by, organisation=organisation) as (actor, opened):
            item = await access_item(actor, page)
            await actions.confirm(actor=actor, now=opened.now, item=item, version=version or item.version)

    async def renew(self, page: UUID) -> None:
        """Ask for the present version."""
        async with self.acting() as (actor, opened):
            item = await access_item(actor, page)
            await actions.renew_demand(actor=actor, now=opened.now, item=item)

    async def remind(self, page: UUID, *, by: Role = HEAD, organisation: str = HOME) -> None:
        """Remind by hand."""
        async with self.acting(by, organisation=organisation) as (actor, opened):
            item = await access_item(actor, page)
            await actions.remind(actor=actor, now=opened.now, item=item)

    async def readings(
        self, page: UUID, *, by: Role = HEAD, organisation: str = HOME
    ) -> tuple[set[str], set[str], dict[str, int]]:
        """Who has read it, who has not, and how many elsewhere, as somebody sees it."""
        async with self.acting(by, organisation=organisation) as (actor, _):
            _, found = await queries.readings_of(actor, await access_item(actor, page))
        return {who.name for who in found.done}, {who.name for who in found.open}, dict(found.others)

    async def everybody(self, organisation: str = HOME) -> set[str]:
        """The names of all who work there."""
        rows = await self.rows(
            "SELECT DISTINCT a.name FROM affiliation a JOIN role_assignment r USING (organisation_id, person_id) "
            "WHERE a.organisation_id = $1 AND a.ends_at IS NULL AND r.valid_until IS NULL",
            self.cast.organisations[organisation],
        )
        return {row["name"] for row in rows}
