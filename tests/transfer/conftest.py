"""One world for all tests of a module: what they put into it, they put into folders of their own."""

import io
import re
import zipfile
from dataclasses import dataclass
from itertools import count

import pytest

from portal import settings as portal_settings
from portal.demo import directory
from tenants import database
from tenants.context import Role
from tests.cast import Cast, cast_of
from tests.client import Browser, emptied, redis_of
from tests.database import POOL, copy_of, disconnect, drop
from tests.files.shelf import Shelf

_NUMBERS = count(1)
TABLES = ("item", "item_version", "item_transition", "item_grant", "comment", "blob", "upload", "audit_entry")


@dataclass
class Desk:
    """The administrator of an organisation, and a folder to put things into."""

    cast: Cast
    browser: Browser
    folder: str

    async def put(self, content: bytes, *, name: str = "paket.zip", step: str = "einspielen"):
        """Send a package."""
        token = await Shelf(None, self.browser, self.folder, "").token()
        fields = [("_csrf_token", (None, token)), ("file", (name, content)), ("schritt", (None, step))]
        return await self.browser.http.post(f"/inhalte/{self.folder}/pakete", files=fields)

    async def take(self, item_id: str) -> bytes:
        """Take something along."""
        answer = await self.browser.get(f"/inhalte/{item_id}/paket")
        assert answer.status_code == 200
        return answer.content

    async def items(self):
        """What lies in the folder, at any depth, in the order of addresses."""
        return await self.cast.database.as_superuser(
            "SELECT i.*, i.fields::text AS field_text FROM item i JOIN item f ON f.space_id = i.space_id AND f.id = "
            "$1::text::uuid WHERE i.path <@ f.path AND i.id <> f.id ORDER BY i.address",
            self.folder,
        )

    async def everything(self) -> dict[str, int]:
        """How many rows there are."""
        columns = ", ".join(f"(SELECT count(*) FROM {table}) AS {table}" for table in TABLES)
        return dict((await self.cast.database.as_superuser(f"SELECT {columns}"))[0])


@pytest.fixture(scope="module")
async def world(world_template, application, settings, tmp_path_factory):
    """A copy of the demo world with a storage of its own, for this module."""
    redis = redis_of(settings.redis_url)
    await emptied(redis)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STORAGE_URL", tmp_path_factory.mktemp("storage").as_uri())
        portal_settings.settings.cache_clear()
        copy = await copy_of(world_template, f"transfer_{next(_NUMBERS)}")
        await database.connect(copy.url("app"), max_size=POOL)
        found = await cast_of(copy, application, redis, directory.directory_people())
        try:
            yield found
        finally:
            await found.close()
            await disconnect()
            await drop(copy)
            await redis.aclose()
    portal_settings.settings.cache_clear()


@pytest.fixture(scope="module")
async def administrator(world):
    """Who manages the space of an organisation."""
    return await world.as_role("bgw", Role.ADMINISTRATOR)


@pytest.fixture
async def desk(world, administrator):
    """A new, empty folder."""
    home = await administrator.get("/o/bgw/inhalte")
    root = re.search(r"/inhalte/([0-9a-f-]{36})/", home.text)[1]
    name = f"Ablage {next(_NUMBERS)}"
    answer = await administrator.post(f"/inhalte/{root}/eintraege?art=folder", {"title": name, "order": "position"})
    assert answer.status_code == 303, answer.text
    rows = await world.database.as_superuser("SELECT id::text FROM item WHERE title = $1", name)
    return Desk(world, administrator, rows[0]["id"])


def zipped(members: dict[str, bytes]) -> bytes:
    """A ZIP file of these."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in members.items():
            package.writestr(name, content)
    return held.getvalue()
