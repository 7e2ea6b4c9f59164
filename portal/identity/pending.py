"""Sign-ins on their way to a directory and back: kept on our side, for ten minutes, for one use, for one browser."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

import msgspec
from redis.asyncio import Redis

from portal.identity.sessions import answering

COOKIE = "__Host-hilfenetz-anmeldung"
LIFETIME = timedelta(minutes=10)


class Pending(msgspec.Struct, frozen=True):
    """What the answer of the directory has to fit to; ``browser`` is the digest of the browser's short-lived cookie."""

    provider: str
    nonce: str
    verifier: str
    next: str
    browser: str


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in that may go to the directory now; ``browser`` is the value of the browser's short-lived cookie."""

    state: str
    browser: str
    pending: Pending


class PendingSignIns:
    """All sign-ins on their way. Methods raise ``Unavailable`` when Redis does not answer."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def begin(self, provider: str, *, next: str, browser: str = "") -> Begun:  # noqa: A002 - the address parameter
        """Remember a sign-in; a browser that tries in two tabs keeps the cookie it has."""
        browser = browser if len(browser) == len(_random()) else _random()
        pending = Pending(provider=provider, nonce=_random(), verifier=_random(), next=next, browser=_digest(browser))
        state = _random()
        async with answering():
            await self._redis.set(f"sign-in:{_digest(state)}", msgspec.json.encode(pending), px=LIFETIME)
        return Begun(state, browser, pending)

    async def take(self, state: str, browser: str) -> Pending | None:
        """The sign-in of this state, once and only for the browser that began it; else None."""
        async with answering():
            stored = await self._redis.getdel(f"sign-in:{_digest(state)}")
        try:
            pending = msgspec.json.decode(stored or b"", type=Pending)
        except msgspec.DecodeError:  # nothing there, or written by another version of the portal
            return None
        return pending if hmac.compare_digest(pending.browser, _digest(browser)) else None


def _random() -> str:
    return secrets.token_urlsafe(32)


def _digest(value: str) -> str:
    return sha256(value.encode()).hexdigest()
