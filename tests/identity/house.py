"""A small portal around signing in: the shell, identity, and two pages that need somebody."""

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import httpx
from litestar import Litestar, Request, Response, get, post
from redis.asyncio import Redis

from portal.identity import pages
from portal.identity.assembly import Identity
from portal.identity.permissions import Permission
from portal.local.directory import DEMO_PASSWORD, DirectoryPerson
from portal.settings import Settings
from portal.shell.assembly import build_application
from portal.shell.feature import Feature
from tenants.context import Actor
from tests.client import Browser, browser_for, emptied

PEOPLE = (
    DirectoryPerson("anna.acht", "Anna", "Acht", "anna@a.example", ("hilfenetz:a:caseworker", "hilfenetz:a:office")),
    DirectoryPerson("zoe.zwei", "Zoe", "Zwei", "zoe@a.example", ("hilfenetz:a:director", "hilfenetz:c:lead")),
    DirectoryPerson("otto.ohne", "Otto", "Ohne", "otto@else.example", ("fremd:a:director", "hilfenetz:nirgends:lead")),
)


@get("/", opt={"permission": Permission.SIGNED_IN})
async def start(request: Request, actor: Actor) -> Response:
    seats = [seat.slug for seat in actor.seats]
    roles = sorted(actor.roles)
    visitor = request.scope["state"]["visitor"]
    others = [other.slug for other in visitor.others]
    return Response(
        {"name": actor.name, "at": actor.organisation_slug, "roles": roles, "seats": seats, "others": others}
    )


@get("/protokoll", opt={"permission": Permission.AUDIT_READ})
async def trail() -> Response:
    return Response("trail")


@get("/strom", opt={"permission": Permission.NOTICE_READ, "scope": False, "background": True})
async def stream(actor: Actor) -> Response:
    return Response(actor.organisation_slug)


@post("/abstimmungen", opt={"permission": Permission.VOTE_OPEN})
async def open_vote() -> Response:
    return Response("opened")


HOUSE = Feature("house", handlers=(start, trail, stream, open_vote))


@dataclass
class Portal:
    """One application with what tests look at behind it."""

    settings: Settings
    redis: Redis
    identity: Identity
    application: Litestar
    browsers: list[Browser] = field(default_factory=list)

    def browser(self) -> Browser:
        """Somebody's browser."""
        opened = browser_for(self.application)
        self.browsers.append(opened)
        return opened

    async def sign_in(self, user_name: str, *, browser: Browser | None = None, to: str = "/") -> Browser:
        """Through the real directory, its forms and back."""
        browser = browser or self.browser()
        answer = await browser.get(await departure(browser, to=to) and await at_directory(browser, user_name))
        assert answer.status_code == 303, answer.text
        assert answer.headers["location"] == to
        return browser

    async def close(self) -> None:
        """Close everything."""
        for browser in self.browsers:
            await browser.http.aclose()
        await self.identity.close()
        await self.redis.aclose()


def portal_of(settings: Settings, redis: Redis) -> Portal:
    """Put a portal together."""
    identity = Identity(settings, redis)
    application = build_application(
        features=(HOUSE, pages.FEATURE),
        settings=settings,
        redis=redis,
        session=[identity.middleware],
        on_open=identity.on_open,
        guards=[identity.guard],
        dependencies=identity.dependencies,
    )
    return Portal(settings, redis, identity, application)


async def afresh(portal: Portal) -> Portal:
    """Forget every session and whatever a directory said."""
    await emptied(portal.redis)
    for directory in portal.identity.directories.values():
        directory.forget()
    return portal


async def departure(browser: Browser, *, to: str = "/", provider: str = "verzeichnis") -> str:
    """Begin to sign in; the address at the directory the browser is sent to."""
    answer = await browser.get("/anmelden/weiterleitung", params={"verzeichnis": provider, "weiter": to})
    assert answer.status_code == 303, answer.text
    browser.sent_to = answer.headers["location"]
    return browser.sent_to


async def at_directory(browser: Browser, user_name: str, password: str = DEMO_PASSWORD) -> str:
    """Fill in the directory's forms; the address of the portal it sends the browser back to.

    Cookies of the directory are kept in ``browser.directory``, so that it remembers this browser.
    """
    if getattr(browser, "directory", None) is None:
        browser.directory = httpx.Cookies()
    async with httpx.AsyncClient(cookies=browser.directory) as http:
        answer = await http.get(browser.sent_to)
        for _ in range(8):
            while answer.is_redirect:
                target = str(answer.url.join(answer.headers["location"]))
                if urlsplit(target).path in ("/anmelden/antwort", "/abgemeldet"):
                    browser.directory = http.cookies
                    return target
                answer = await http.get(target)
            fields = re.findall(r'<input[^>]*name="([^"]+)"', answer.text)
            token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', answer.text)
            typed: dict[str, Any] = {"csrf_token": token[1] if token else ""}
            typed |= {"login": user_name} if "login" in fields else {}
            typed |= {"password": password} if "password" in fields else {}
            answer = await http.post(answer.url, data=typed)
    raise AssertionError(f"the directory does not let {user_name} in")


def query_of(address: str) -> dict[str, str]:
    """The query of an address, each parameter once."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


async def seat(database: Any, organisation_id: UUID) -> list[Any]:
    """The affiliations of an organisation as they are in the database."""
    return await database.as_superuser(
        "SELECT a.name, a.email, a.ends_at, "
        "array_agg(r.role ORDER BY r.role) FILTER (WHERE r.valid_until IS NULL) AS roles, "
        "array_agg(r.role ORDER BY r.role) FILTER (WHERE r.valid_until IS NOT NULL) AS ended "
        "FROM affiliation a LEFT JOIN role_assignment r USING (organisation_id, person_id) "
        "WHERE a.organisation_id = $1 GROUP BY a.person_id, 1, 2, 3 ORDER BY 1",
        organisation_id,
    )
