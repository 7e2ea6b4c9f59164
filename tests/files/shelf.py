"""A folder and what a person does with files in it, through the pages people use."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx

from portal.identity.queries import load_actor
from portal.shell.security import CSRF_COOKIE
from portal.spaces import actions_tree
from portal.spaces.queries import access_item
from tenants.context import Role
from tenants.scope import scope
from tests.cast import Cast
from tests.client import Browser, person
from tests.database import Database

LINK = re.compile(r"/inhalte/([0-9a-f-]{36})/")


@dataclass
class Shelf:
    """A folder as one person sees it."""

    database: Database
    browser: Browser
    id: str
    url: str

    @classmethod
    async def at(cls, cast: Cast, browser: Browser, url: str) -> "Shelf":
        found = await browser.get(url)
        assert found.status_code == 200, found.text
        return cls(cast.database, browser, LINK.search(found.text)[1], url)

    async def token(self) -> str:
        if CSRF_COOKIE not in self.browser.http.cookies:
            await self.browser.http.get("/anmelden")
        return self.browser.http.cookies[CSRF_COOKIE]

    async def post(self, path: str, *files: tuple[str, bytes], token: str | None = None, **options: Any):
        """Post a form with files as a browser without script does: the token comes first."""
        fields = [("_csrf_token", (None, (token or await self.token()).encode()))]
        fields += [("file", (name, content)) for name, content in files]
        return await self.browser.http.post(path, files=fields, **options)

    async def send_slowly(self, path: str, name: str, *, pieces: int) -> tuple[httpx.Response, int]:
        """Post a file in pieces of a kilobyte; gives back how many of them were read, too."""
        token, sent = await self.token(), 0

        async def slowly() -> AsyncIterator[bytes]:
            nonlocal sent
            yield f'--b\r\nContent-Disposition: form-data; name="_csrf_token"\r\n\r\n{token}\r\n'.encode()
            yield f'--b\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
            while sent < pieces:
                sent += 1
                yield b"x" * 1000
            yield b"\r\n--b--\r\n"

        headers = {"Content-Type": "multipart/form-data; boundary=b"}
        return await self.browser.http.post(path, content=slowly(), headers=headers), sent

    async def try_upload(self, *files: tuple[str, bytes]) -> httpx.Response:
        return await self.post(f"/inhalte/{self.id}/dateien", *files)

    async def upload(self, name: str, content: bytes) -> str:
        """Upload one file; gives back the id of its item."""
        answer = await self.try_upload((name, content))
        assert answer.status_code == 303, answer.text
        page = await self.browser.get(answer.headers["location"])
        assert page.status_code == 200
        return next(found for found in LINK.findall(page.text) if f"/inhalte/{found}/datei" in page.text)

    async def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        """What the script of the page asks."""
        headers = {"X-CSRFToken": await self.token(), "Accept": "application/json", **options.pop("headers", {})}
        return await self.browser.http.request(method, path, headers=headers, **options)

    async def begin(self, name: str, size: int) -> httpx.Response:
        return await self.ask("POST", f"/inhalte/{self.id}/uebertragungen", data={"name": name, "groesse": str(size)})

    async def blob(self, item_id: str) -> Any:
        rows = await self.database.as_superuser(
            "SELECT b.* FROM blob b JOIN item i ON i.space_id = b.space_id AND b.id::text = i.fields->'file'->>'id' "
            "WHERE i.id = $1::text::uuid",
            item_id,
        )
        return rows[0]

    async def copy_here(self, cast: Cast, item_id: str) -> str:
        """Copy an item into this folder; gives back the id of the copy."""
        async with acting(cast) as (actor, opened):
            item, folder = await access_item(actor, UUID(item_id)), await access_item(actor, UUID(self.id))
            return str(await actions_tree.copy_item(actor=actor, now=opened.now, item=item, folder=folder))

    async def bin(self, cast: Cast, item_id: str) -> None:
        """Throw an item away."""
        async with acting(cast) as (actor, opened):
            item = await access_item(actor, UUID(item_id))
            await actions_tree.bin_item(actor=actor, now=opened.now, item=item)


@asynccontextmanager
async def acting(cast: Cast):
    """A scope of the administrator whose shelf it is."""
    who = person(cast.who("bgw", Role.ADMINISTRATOR))
    async with scope(organisation_id=cast.organisations["bgw"], person_id=who) as opened:
        found = await load_actor()
        assert found is not None
        yield found[0], opened
