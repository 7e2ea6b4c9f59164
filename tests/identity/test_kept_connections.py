"""Connections that are kept ready: closed ones are replaced, and no answer goes to another question."""

import asyncio

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError

from portal.identity.kept_connections import KeptConnections
from portal.settings import Settings
from tests.client import emptied


@pytest.fixture
async def redis(settings: Settings):
    client = Redis.from_url(settings.redis_url, socket_timeout=0.2)
    await emptied(client)
    yield client
    await client.aclose()


async def test_many_at_once_each_get_their_own_answer(redis):
    kept = KeptConnections(redis)
    for _ in range(2):
        answers = await asyncio.gather(*(kept.ask("ECHO", str(number)) for number in range(20)))
        assert answers == [str(number).encode() for number in range(20)]


async def test_connections_closed_meanwhile_are_replaced(redis):
    kept = KeptConnections(redis)
    await asyncio.gather(*(kept.ask("PING") for _ in range(5)))
    await redis.client_kill_filter(_type="normal", skipme=True)
    assert [await kept.ask("ECHO", "a") for _ in range(5)] == [b"a"] * 5


async def test_an_answer_nobody_waited_for_is_not_the_next_one(redis):
    kept = KeptConnections(redis)
    await kept.ask("PING")
    with pytest.raises(RedisError):
        await kept.ask("BLPOP", "nothing", "0.5")
    waiting = asyncio.ensure_future(kept.ask("BLPOP", "nothing", "0.1"))
    await asyncio.sleep(0.02)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert await kept.ask("ECHO", "mine") == b"mine"


async def test_an_error_of_redis_is_one_here(redis):
    kept = KeptConnections(redis)
    with pytest.raises(RedisError):
        await kept.ask("NONSENSE")
    assert await kept.ask("ECHO", "a") == b"a"


async def test_the_client_closes_them(redis):
    kept = KeptConnections(redis)
    await kept.ask("PING")
    (connection,) = kept._ready
    await redis.aclose()
    assert not connection.is_connected
