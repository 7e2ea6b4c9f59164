"""The demo world as tests talk about it: organisations and networks by address, people by role."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from litestar import Litestar
from redis.asyncio import Redis

from portal.demo.directory import directory_people
from portal.identity.sessions import Sessions
from portal.local.directory import DirectoryPerson
from portal.settings import Settings
from tenants.context import Role
from tests.client import Browser, browser_for, person, redis_of, signed_in
from tests.database import Database, growing


@dataclass
class Cast:
    """Who is who. ``OUTSIDER`` roles are simply those of another network's organisation."""

    database: Database
    application: Litestar
    sessions: Sessions
    organisations: dict[str, UUID]
    networks: dict[str, UUID]
    people: dict[str, DirectoryPerson]
    browsers: list[Browser] = field(default_factory=list)

    def who(self, organisation: str, role: Role) -> str:
        """The user name of somebody with that role in that organisation."""
        group = f"hilfenetz:{organisation}:{role.value}"
        return next(name for name, entry in self.people.items() if group in entry.groups)

    def who_without(self, organisation: str, *roles: Role) -> str:
        """Somebody of that organisation who holds none of these roles."""
        groups = {f"hilfenetz:{organisation}:{role.value}" for role in roles}
        return next(
            name
            for name, entry in self.people.items()
            if not groups & set(entry.groups) and any(group.split(":")[1] == organisation for group in entry.groups)
        )

    async def browser(self, user_name: str, organisation: str) -> Browser:
        """A browser in which this person works for this organisation."""
        opened = await signed_in(self.application, self.sessions, person(user_name), self.organisations[organisation])
        self.browsers.append(opened)
        return opened

    async def as_role(self, organisation: str, role: Role) -> Browser:
        """A browser of somebody with that role there."""
        return await self.browser(self.who(organisation, role), organisation)

    def nobody(self) -> Browser:
        """A browser in which nobody is signed in."""
        opened = browser_for(self.application)
        self.browsers.append(opened)
        return opened

    async def close(self) -> None:
        """Close all browsers."""
        for opened in self.browsers:
            await opened.http.aclose()


async def cast_of(database: Database, application: Litestar, redis: Redis, people: list[DirectoryPerson]) -> Cast:
    """Read the identifiers of the seeded world."""
    rows = await database.as_superuser(
        "SELECT 'organisation' AS kind, slug, id FROM organisation UNION ALL SELECT 'network', slug, id FROM network"
    )
    return Cast(
        database,
        application,
        Sessions(redis, idle=timedelta(minutes=30), absolute=timedelta(hours=10)),
        {row["slug"]: row["id"] for row in rows if row["kind"] == "organisation"},
        {row["slug"]: row["id"] for row in rows if row["kind"] == "network"},
        {entry.user_name: entry for entry in people},
    )


@asynccontextmanager
async def rehearsal(world: Database, name: str, application: Litestar, settings: Settings) -> AsyncIterator[Cast]:
    """The same people in a template of their own, to do once what many tests begin with."""
    async with growing(world, name) as template:
        redis = redis_of(settings.redis_url)
        found = await cast_of(template, application, redis, directory_people())
        try:
            yield found
        finally:
            await found.close()
            await redis.aclose()
