"""The life of a session in a real Valkey."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import msgspec
import pytest

from portal.identity.sessions import NewSession, Sessions
from portal.kit.errors import Unavailable
from tests.client import emptied, redis_of

PERSON, OTHER, ORGANISATION = uuid4(), uuid4(), uuid4()


def new(person_id=PERSON, **more):
    return NewSession(
        person_id=person_id, organisation_id=ORGANISATION, provider="verzeichnis", id_token="token", **more
    )


@pytest.fixture
async def redis(settings):
    found = redis_of(settings.redis_url)
    await emptied(found)
    yield found
    await found.aclose()


@pytest.fixture
def sessions(redis):
    return Sessions(redis, idle=timedelta(minutes=30), absolute=timedelta(hours=10))


async def test_a_token_opens_its_session_and_nothing_else_does(sessions):
    token = await sessions.begin(new(browser="Firefox", system="Windows"))
    session = await sessions.read(token)
    assert (session.person_id, session.organisation_id, session.browser) == (PERSON, ORGANISATION, "Firefox")
    assert session.ends_at - session.began_at == timedelta(hours=10)
    for wrong in ("", "A" * 43, token[:-1], token + "A", session.key, f"{session.key}:hint"):
        assert await sessions.read(wrong) is None


async def test_idle_time_begins_anew_with_every_request(redis):
    sessions = Sessions(redis, idle=timedelta(minutes=1), absolute=timedelta(hours=1))
    token = await sessions.begin(new())
    place = f"session:{(await sessions.read(token)).key}"
    for _ in range(4):
        assert await redis.pexpire(place, 30_000)  # half a minute has passed
        assert await sessions.read(token) is not None
        assert 30_000 < await redis.pttl(place) <= 60_000
    await passed(redis, place)
    assert await sessions.read(token) is None


async def test_what_a_page_asks_by_itself_does_not_keep_a_session_open(redis):
    sessions = Sessions(redis, idle=timedelta(minutes=1), absolute=timedelta(hours=1))
    token = await sessions.begin(new())
    session = await sessions.read(token, used=False)
    place = f"session:{session.key}"
    assert 30_000 < await redis.pttl(place) <= 60_000
    assert await redis.pexpire(place, 30_000)
    assert await sessions.read(token, used=False) == session
    assert await sessions.is_open(session)
    assert await redis.pttl(place) <= 30_000
    await passed(redis, place)
    assert await sessions.read(token, used=False) is None
    assert not await sessions.is_open(session)


async def passed(redis, place: str) -> None:
    """What was left of its time."""
    assert await redis.pexpire(place, 1)
    await asyncio.sleep(0.01)


async def test_no_activity_keeps_a_session_beyond_its_absolute_end(redis):
    sessions = Sessions(redis, idle=timedelta(seconds=10), absolute=timedelta(milliseconds=50))
    token = await sessions.begin(new())
    assert await redis.keys("session:*") != []
    await asyncio.sleep(0.06)
    assert await sessions.read(token) is None
    assert await redis.keys("session:*") == [], "nothing of it is kept"


async def test_what_another_version_wrote_is_no_session(sessions, redis):
    token = await sessions.begin(new())
    session = await sessions.read(token)
    for stored in (b"{}", b"kaputt", b'{"key": 5}'):
        await redis.set(f"session:{session.key}", stored)
        assert await sessions.read(token) is None
        assert await sessions.list_open(PERSON) == []


async def test_rotation_does_not_lengthen_a_session(sessions, redis):
    token = await sessions.begin(new(sid="there"))
    first = await sessions.read(token)
    elsewhere = uuid4()
    rotated = await sessions.rotate(first, organisation_id=elsewhere)
    assert await sessions.read(token) is None
    second = await sessions.read(rotated)
    assert (second.organisation_id, second.began_at, second.ends_at) == (elsewhere, first.began_at, first.ends_at)
    assert await sessions.hint(second) == "token"
    left = (first.ends_at - datetime.now(UTC)) / timedelta(milliseconds=1)
    assert 0 < await redis.pttl(f"session:{second.key}:hint") <= left + 1
    over = msgspec.structs.replace(second, ends_at=first.began_at)
    await redis.set(f"session:{second.key}", msgspec.json.encode(over))
    assert await sessions.read(rotated) is None


async def test_an_ended_session_is_not_rotated_back_to_life(sessions):
    token = await sessions.begin(new())
    session = await sessions.read(token)
    assert await sessions.end(PERSON, session.key)
    assert await sessions.rotate(session, organisation_id=ORGANISATION) is None
    assert await sessions.read(token) is None
    assert await sessions.list_open(PERSON) == []


async def test_reading_is_one_command(sessions, redis):
    token = await sessions.begin(new())
    await sessions.read(token)  # over a connection that stays
    before = (await redis.info("commandstats")).get("cmdstat_getex", {"calls": 0})["calls"]
    total = (await redis.info("stats"))["total_commands_processed"]
    await sessions.read(token)
    assert (await redis.info("commandstats"))["cmdstat_getex"]["calls"] == before + 1
    assert (await redis.info("stats"))["total_commands_processed"] == total + 3, "GETEX, and the two INFO around it"


async def test_the_list_shows_when_each_was_last_used(sessions):
    first, second = await sessions.begin(new(browser="Firefox")), await sessions.begin(new(browser="Edge"))
    await sessions.begin(new(OTHER))
    await asyncio.sleep(0.02)
    await sessions.read(first)
    opened = await sessions.list_open(PERSON)
    assert [entry.session.browser for entry in opened] == ["Firefox", "Edge"]
    assert opened[0].last_used_at > opened[1].last_used_at >= opened[1].session.began_at - timedelta(milliseconds=50)
    session = await sessions.read(second)
    assert await sessions.end(PERSON, session.key)
    assert [entry.session.browser for entry in await sessions.list_open(PERSON)] == ["Firefox"]
    assert await sessions.read(second) is None


async def test_nobody_ends_the_session_of_another(sessions):
    token = await sessions.begin(new(OTHER))
    session = await sessions.read(token)
    assert not await sessions.end(PERSON, session.key)
    for wrong in ("", "*", f"{session.key}:hint", "../x", session.key.upper()):
        assert not await sessions.end(OTHER, wrong)
    assert await sessions.read(token) is not None


async def test_ending_all_ends_all_of_that_person_only(sessions):
    mine = [await sessions.begin(new()) for _ in range(3)]
    theirs = await sessions.begin(new(OTHER))
    assert await sessions.end_all(PERSON) == 3
    assert [await sessions.read(token) for token in mine] == [None] * 3
    assert await sessions.read(theirs) is not None


async def test_a_session_at_the_directory_ends_what_belongs_to_it(sessions):
    here = await sessions.begin(new(sid="one"))
    there = await sessions.begin(new(sid="two"))
    foreign = await sessions.begin(new(OTHER, sid="one"))
    assert await sessions.end_at_directory("another", "one", None) == 0
    assert await sessions.end_at_directory("verzeichnis", "one", PERSON) == 1
    assert await sessions.read(here) is None
    assert await sessions.read(there) is not None
    assert await sessions.read(foreign) is not None
    assert await sessions.end_at_directory("verzeichnis", "one", None) == 1


async def test_something_is_seen_for_the_first_time_once(sessions):
    answers = await asyncio.gather(*(sessions.first_time("logout", "x", timedelta(seconds=5)) for _ in range(5)))
    assert sorted(answers) == [False] * 4 + [True]


async def test_without_redis_every_method_says_so_in_words():
    dead = redis_of("redis://127.0.0.1:1/0")
    sessions = Sessions(dead, idle=timedelta(minutes=1), absolute=timedelta(hours=1))
    for attempt in (
        sessions.read("A" * 43),
        sessions.begin(new()),
        sessions.list_open(PERSON),
        sessions.end(PERSON, "0" * 64),
        sessions.end_all(PERSON),
        sessions.first_time("x", "y", timedelta(seconds=1)),
    ):
        with pytest.raises(Unavailable, match="Speicher der Sitzungen"):
            await attempt
    await dead.aclose()
