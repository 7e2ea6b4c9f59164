"""A browser without pictures: an HTTP client that is signed in, keeps cookies and sends the token of its forms."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
from litestar import Litestar
from redis.asyncio import Redis

from portal.identity.rules import person_id_of
from portal.identity.sessions import COOKIE, NewSession, Sessions
from portal.shell.security import CSRF_COOKIE

ADDRESS = "https://hilfenetz.test"
PROVIDER = "verzeichnis"
File = tuple[str, bytes]  # its name and what is in it


@dataclass
class Browser:
    """What one person (or nobody) does in one browser."""

    http: httpx.AsyncClient

    async def get(self, path: str, *, htmx: bool = False, **options: Any) -> httpx.Response:
        """Open an address; redirects are shown, not followed."""
        return await self.http.get(path, headers=_headers(htmx), **options)

    async def post(
        self, path: str, data: dict[str, Any] | None = None, *, htmx: bool = False, file: File | None = None
    ) -> httpx.Response:
        """Send a form, with the token a page of the portal would have put into it; ``file``: what its field of that
        name holds."""
        if CSRF_COOKIE not in self.http.cookies:
            await self.http.get("/anmelden")
        return await self.http.post(
            path,
            data={**(data or {}), "_csrf_token": self.http.cookies[CSRF_COOKIE]},
            files={"file": file} if file else None,
            headers=_headers(htmx),
        )


def browser_for(application: Litestar) -> Browser:
    """A browser in which nobody is signed in."""
    transport = httpx.ASGITransport(app=application, raise_app_exceptions=False)
    return Browser(httpx.AsyncClient(transport=transport, base_url=ADDRESS, follow_redirects=False))


async def signed_in(application: Litestar, sessions: Sessions, person_id: UUID, organisation_id: UUID) -> Browser:
    """A browser in which that person works for that organisation."""
    browser = browser_for(application)
    token = await sessions.begin(
        NewSession(person_id=person_id, organisation_id=organisation_id, provider=PROVIDER, id_token="none")
    )
    browser.http.cookies.set(COOKIE, token)
    return browser


def person(user_name: str) -> UUID:
    """The identifier of somebody in the directory."""
    return person_id_of(PROVIDER, user_name)


def redis_of(url: str) -> Redis:
    """A client as the portal makes it."""
    return Redis.from_url(url, socket_connect_timeout=1, socket_timeout=2)


async def emptied(redis: Redis) -> None:
    """Lose everything; the connections are made anew, since a test before may have cut them off."""
    await redis.connection_pool.disconnect()
    await redis.flushdb()


def _headers(htmx: bool) -> dict[str, str]:
    return {"HX-Request": "true"} if htmx else {}
