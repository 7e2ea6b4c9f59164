"""Behind a proxy each address has its own limit; nobody chooses their address by saying so."""

from contextlib import asynccontextmanager

import httpx
import pytest

from portal.app import create_app

START = "/anmelden/weiterleitung"


@asynccontextmanager
async def asking_from(settings, peer: str, *, trusted: str = "10.0.0.0/8"):
    application = create_app(settings.model_copy(update={"trusted_proxies": trusted, "sign_in_limit_per_minute": 1}))
    transport = httpx.ASGITransport(app=application, client=(peer, 1), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="https://hilfenetz.test") as client:
        yield client
    await application.state.redis.aclose()


async def statuses(client: httpx.AsyncClient, *forwarded: str) -> list[bool]:
    answers = [await client.get(START, headers={"X-Forwarded-For": address}) for address in forwarded]
    return [answer.status_code == 429 for answer in answers]


@pytest.fixture(autouse=True)
async def _empty(cast):
    """No limits left over from other tests."""


async def test_addresses_behind_a_trusted_proxy_are_limited_each_for_itself(settings):
    async with asking_from(settings, "10.0.0.5") as client:
        assert await statuses(client, "192.0.2.1", "192.0.2.2", "192.0.2.1") == [False, False, True]


async def test_somebody_who_is_no_trusted_proxy_cannot_choose_an_address(settings):
    async with asking_from(settings, "198.51.100.9") as client:
        assert await statuses(client, "192.0.2.3", "192.0.2.4") == [False, True]


async def test_without_trusted_proxies_the_header_means_nothing(settings):
    async with asking_from(settings, "10.0.0.6", trusted="") as client:
        assert await statuses(client, "192.0.2.5", "192.0.2.6") == [False, True]
