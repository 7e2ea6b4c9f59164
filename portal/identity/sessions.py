"""Sessions in Redis. The browser holds a random token, Redis only its digest: who reads Redis cannot sign in.

One read of a session is one command (GETEX), which also moves its idle end. Everything else is rare.

Keys: ``session:<digest>`` the session, ``session:<digest>:hint`` the ID token for signing out at the directory,
``sessions:<person>`` digests of a person, ``sessions:<provider>:<sid>`` digests of a session at the directory.
"""

import re
import secrets
from collections.abc import AsyncIterator, Awaitable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, cast
from uuid import UUID

import msgspec
from redis.asyncio import Redis
from redis.exceptions import RedisError

from portal.identity.kept_connections import KeptConnections
from portal.kit.errors import Unavailable
from portal.shell.i18n import mark

COOKIE = "__Host-hilfenetz"

_TOKEN_BYTES = 32
_TOKEN_LENGTH = 43
_KEY = re.compile(r"[0-9a-f]{64}")
_DOWN = mark(
    "Die Anmeldung lässt sich gerade nicht prüfen, weil der Speicher der Sitzungen nicht antwortet. "
    "Bitte versuchen Sie es in einigen Minuten noch einmal."
)


class Session(msgspec.Struct, frozen=True):
    """One browser in which one person works for one organisation. ``key`` identifies it and signs nobody in."""

    key: str
    person_id: UUID
    organisation_id: UUID
    provider: str
    sid: str
    began_at: datetime
    ends_at: datetime
    browser: str
    system: str


class NewSession(msgspec.Struct, frozen=True):
    """What signing in found out; ``sid`` is the directory's name for its own session, often empty."""

    person_id: UUID
    organisation_id: UUID
    provider: str
    id_token: str
    sid: str = ""
    browser: str = ""
    system: str = ""


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session as its owner sees it in the list."""

    session: Session
    last_used_at: datetime


class Sessions:
    """All sessions; ``idle`` without a request or ``absolute`` after signing in, a session is over.

    Every method raises ``Unavailable`` when Redis does not answer.
    """

    def __init__(self, redis: Redis, *, idle: timedelta, absolute: timedelta) -> None:
        self._redis = redis
        self._kept = KeptConnections(redis)
        self._idle = idle
        self._absolute = absolute

    async def begin(self, new: NewSession, *, replaces: str = "") -> str:
        """Open a session under a fresh token and give the token back; the one the browser had before is over."""
        now = _now()
        token, key = _fresh()
        session = Session(
            key=key,
            person_id=new.person_id,
            organisation_id=new.organisation_id,
            provider=new.provider,
            sid=new.sid,
            began_at=now,
            ends_at=now + self._absolute,
            browser=new.browser,
            system=new.system,
        )
        async with answering():
            if old := await self._peek(_digest(replaces)) if _plausible(replaces) else None:
                await self._forget([old])
            await self._keep(session, new.id_token)
        return token

    async def read(self, token: str, *, used: bool = True) -> Session | None:
        """The session of a cookie, None when there is none (any more). When ``used``, its idle time begins anew."""
        if not _plausible(token):
            return None
        key = _digest(token)
        async with answering():
            extended = ("PX", self._idle // timedelta(milliseconds=1)) if used else ()
            found = _session(await self._kept.ask("GETEX", f"session:{key}", *extended))
            if found is not None and found.ends_at <= _now():
                await self._forget([found])
                return None
        return found

    async def is_open(self, session: Session) -> bool:
        """Whether it still is, for the same organisation; asking does not count as using it."""
        async with answering():
            found = await self._peek(session.key)
        return found is not None and found.organisation_id == session.organisation_id and found.ends_at > _now()

    async def rotate(self, session: Session, *, organisation_id: UUID) -> str | None:
        """The same session for another organisation under a fresh token, its end unmoved; None if it was ended
        meanwhile."""
        token, key = _fresh()
        moved = msgspec.structs.replace(session, key=key, organisation_id=organisation_id)
        async with answering():
            hint = await self._redis.get(f"session:{session.key}:hint")
            if not await self._forget([session]):
                return None
            await self._keep(moved, _plain(hint))
        return token

    async def hint(self, session: Session) -> str:
        """The ID token of signing in, which the directory wants to see for signing out."""
        async with answering():
            return _plain(await self._redis.get(f"session:{session.key}:hint"))

    async def list_open(self, person_id: UUID) -> list[OpenSession]:
        """A person's open sessions, the last used first."""
        now = _now()
        async with answering():
            found = await self._of_index(f"sessions:{person_id}")
            async with self._redis.pipeline(transaction=False) as pipeline:
                for session in found:
                    pipeline.pttl(f"session:{session.key}")
                remaining = await pipeline.execute()
        listed = [
            OpenSession(session, now - self._idle + timedelta(milliseconds=left))
            for session, left in zip(found, remaining, strict=True)
            if left > 0
        ]
        return sorted(listed, key=lambda entry: entry.last_used_at, reverse=True)

    async def end(self, person_id: UUID, key: str) -> bool:
        """End one session of this person; False when they have none of that key."""
        if not _KEY.fullmatch(key):
            return False
        async with answering():
            session = await self._peek(key)
            if session is None or session.person_id != person_id:
                return False
            return await self._forget([session]) > 0

    async def end_all(self, person_id: UUID) -> int:
        """End every session of a person."""
        async with answering():
            return await self._forget(await self._of_index(f"sessions:{person_id}"))

    async def end_at_directory(self, provider: str, sid: str, person_id: UUID | None) -> int:
        """End what belongs to a session at the directory; with a person, only theirs."""
        async with answering():
            found = await self._of_index(_sid_index(provider, sid))
            return await self._forget([entry for entry in found if person_id in (None, entry.person_id)])

    async def first_time(self, purpose: str, value: str, within: timedelta) -> bool:
        """Whether this value is seen for the first time: a second use within the time is a replay."""
        async with answering():
            return bool(await self._redis.set(f"seen:{purpose}:{_digest(value)}", b"1", nx=True, px=within))

    async def _keep(self, session: Session, hint: str) -> None:
        left = session.ends_at - _now()
        indexes = [f"sessions:{session.person_id}"]
        if session.sid:
            indexes.append(_sid_index(session.provider, session.sid))
        async with self._redis.pipeline(transaction=True) as pipeline:
            pipeline.set(f"session:{session.key}", msgspec.json.encode(session), px=self._idle)
            pipeline.set(f"session:{session.key}:hint", hint, px=left)
            for index in indexes:
                pipeline.sadd(index, session.key)
                pipeline.pexpire(index, self._absolute)
            await pipeline.execute()

    async def _forget(self, sessions: Iterable[Session]) -> int:
        """Delete them; how many were still there."""
        ended = 0
        for session in sessions:
            async with self._redis.pipeline(transaction=True) as pipeline:
                pipeline.delete(f"session:{session.key}")
                pipeline.delete(f"session:{session.key}:hint")
                pipeline.srem(f"sessions:{session.person_id}", session.key)
                if session.sid:
                    pipeline.srem(_sid_index(session.provider, session.sid), session.key)
                ended += (await pipeline.execute())[0]
        return ended

    async def _peek(self, key: str) -> Session | None:
        """A session without touching its idle end."""
        return _session(await self._redis.get(f"session:{key}"))

    async def _of_index(self, index: str) -> list[Session]:
        """The sessions of an index; keys whose session ran out are dropped from it."""
        keys = [key.decode() for key in await cast("Awaitable[set[Any]]", self._redis.smembers(index))]
        values = await self._redis.mget([f"session:{key}" for key in keys]) if keys else []
        if gone := [key for key, value in zip(keys, values, strict=True) if value is None]:
            await self._redis.srem(index, *gone)
        return [found for value in values if (found := _session(value)) is not None]


@asynccontextmanager
async def answering() -> AsyncIterator[None]:
    """Turn every failure of Redis into one sentence for people."""
    try:
        yield
    except (RedisError, OSError) as error:
        raise Unavailable(_DOWN) from error


def _session(stored: bytes | str | None) -> Session | None:
    """What another version of the portal wrote may not be readable any more: then it is no session."""
    try:
        return msgspec.json.decode(stored, type=Session) if stored else None
    except msgspec.DecodeError:
        return None


def _plain(stored: bytes | str | None) -> str:
    return stored.decode() if isinstance(stored, bytes) else stored or ""


def _fresh() -> tuple[str, str]:
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    return token, _digest(token)


def _plausible(token: str) -> bool:
    return len(token) == _TOKEN_LENGTH


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _sid_index(provider: str, sid: str) -> str:
    return f"sessions:{provider}:{_digest(sid)}"


def _now() -> datetime:
    return datetime.now(UTC)
