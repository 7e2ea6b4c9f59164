"""A folder and what a person does with files in it, through the pages people use."""

import re
from dataclasses import dataclass
from typing import Any

import httpx

from portal.shell.security import CSRF_COOKIE
from tests.cast import Cast
from tests.client import Browser
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
