"""The gallery with its own browser, on real Valkey; most of it needs no database."""

from collections.abc import AsyncIterator

import httpx
import pytest
from litestar import Litestar
from redis.asyncio import Redis

from portal.settings import Settings
from tests.client import emptied
from tests.shell.gallery import build


@pytest.fixture(scope="session")
async def redis(settings: Settings) -> AsyncIterator[Redis]:
    client = Redis.from_url(settings.redis_url)
    yield client
    await client.aclose()


@pytest.fixture(scope="session")
def gallery(settings: Settings, redis: Redis) -> Litestar:
    return build(settings, redis)


@pytest.fixture
async def http(gallery: Litestar, redis: Redis) -> AsyncIterator[httpx.AsyncClient]:
    """A browser that shows redirects instead of following them, and holds a token already."""
    await emptied(redis)
    transport = httpx.ASGITransport(app=gallery)
    async with httpx.AsyncClient(transport=transport, base_url="https://hilfenetz.test") as client:
        await client.get("/galerie")
        yield client


@pytest.fixture
def token(http: httpx.AsyncClient) -> dict[str, str]:
    return {"_csrf_token": http.cookies["__Host-csrf"]}
