"""Tells open pages that something changed, never what: the browser asks again, so rights are checked again.

Whoever changes something names a topic; the name goes through Redis to every web process once the change is committed.
Each process keeps one connection for that, however many pages are open, and wakes those that watch the topic. A lost
message means a page that is stale until it is loaded again, nothing worse; so nothing here ever fails a request.
"""

import asyncio
import signal
import time
from collections import OrderedDict, defaultdict
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache, partial
from types import FrameType
from typing import Any
from uuid import UUID

import structlog
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from portal.settings import settings
from tenants.scope import current_scope

CHANNEL = "hilfenetz:live"

_CONNECT_PATIENCE, _READ_PATIENCE = 1.0, 2.0
_PAUSES = (0.2, 1.0, 2.0, 5.0)
_LOADING = 30.0  # seconds a page may take from when it is written until it listens

log = structlog.get_logger("live")


@dataclass(frozen=True, slots=True)
class Topic:
    """What pages can watch."""

    name: str


def inbox(organisation_id: UUID, person_id: UUID) -> Topic:
    """The inbox of one person in one organisation."""
    return Topic(f"inbox:{organisation_id}:{person_id}")


def network(network_id: UUID) -> Topic:
    """Whatever the members of a network see together."""
    return Topic(f"network:{network_id}")


def everybody(owner_id: UUID) -> Topic:
    """What waits for those who work for an organisation, or for a member of a network."""
    return Topic(f"everybody:{owner_id}")


async def changed(topic: Topic) -> None:
    """Wake the pages that watch the topic, once the open transaction is committed."""
    current_scope().after_commit(partial(_publish, topic))


@dataclass(eq=False, slots=True)
class Watch:
    """One open page: what it watches, and what of that changed since it was last told."""

    topics: frozenset[Topic] = frozenset()
    _changed: set[Topic] = field(default_factory=set)
    _woken: asyncio.Event = field(default_factory=asyncio.Event)

    def wake(self, topics: Iterable[Topic]) -> None:
        """Note that these changed; many changes before the page is told become one."""
        self._changed.update(topics)
        self._woken.set()

    async def next_changes(self, *, within: float) -> set[Topic]:
        """What changed, as soon as something does; empty when nothing did in so many seconds."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), within)
        self._woken.clear()
        told, self._changed = self._changed & self.topics, set()
        return told


class Hub:
    """All pages open in this process, and their one connection to Redis; ``is_ending`` once the process has to stop."""

    def __init__(self, connect: Callable[[], Redis]) -> None:
        self.is_ending = False
        self._connect = connect
        self._watches: dict[Topic, set[Watch]] = defaultdict(set)
        self._latest: OrderedDict[Topic, float] = OrderedDict()
        self._listener: asyncio.Task[None] | None = None

    def watch(self, watch: Watch, topics: Iterable[Topic]) -> None:
        """Let the page watch exactly these topics from now on; none at all when it closes.

        What changed while the page was loading came too early for it, and is told now.
        """
        before = watch.topics
        for topic in before:
            self._watches[topic].discard(watch)
            if not self._watches[topic]:
                del self._watches[topic]
        watch.topics = frozenset(topics)
        for topic in watch.topics:
            self._watches[topic].add(watch)
        self._forget()
        if missed := self._latest.keys() & (watch.topics - before):
            watch.wake(missed)
        if watch.topics and (self._listener is None or self._listener.done()):
            self._listener = asyncio.create_task(self._listen())
            _end_with_process()

    def has_ended(self) -> bool:
        """Whether the process has to stop: may change during every wait."""
        return self.is_ending

    def end(self) -> None:
        """Wake all pages for the last time."""
        self.is_ending = True
        self._wake(self._watches)

    def pages(self, topic: Topic) -> int:
        """How many open pages of this process watch it."""
        return len(self._watches.get(topic, ()))

    async def close(self) -> None:
        """Let go of the connection."""
        if (listener := self._listener) is None:
            return
        self._listener = None
        while not listener.done():  # the client swallows a cancellation that meets it while it connects
            listener.cancel()
            await asyncio.wait([listener], timeout=0.1)

    async def _listen(self) -> None:
        failures = 0
        while True:
            try:
                async for topic in self._topics():
                    failures = 0
                    self._hear(topic)
            except (RedisError, OSError) as error:
                log.warning("live_interrupted", error=type(error).__name__)
            await asyncio.sleep(_PAUSES[min(failures, len(_PAUSES) - 1)])
            failures += 1

    async def _topics(self) -> AsyncGenerator[Topic | None, None]:
        """Topics as they are named; None when some may have been missed."""
        async with self._connect() as redis, redis.pubsub(ignore_subscribe_messages=True) as listening:
            await listening.subscribe(CHANNEL)
            yield None
            while True:
                message = await listening.get_message(timeout=30)
                if message is not None:
                    yield Topic(message["data"].decode())

    def _hear(self, topic: Topic | None) -> None:
        if topic is None:
            return self._wake(self._watches)
        self._latest[topic] = time.monotonic()
        self._latest.move_to_end(topic)
        self._forget()
        return self._wake([topic])

    def _forget(self) -> None:
        """Let go of what changed too long ago for a page that is loading."""
        while self._latest and next(iter(self._latest.values())) < time.monotonic() - _LOADING:
            self._latest.popitem(last=False)

    def _wake(self, topics: Iterable[Topic]) -> None:
        for topic in list(topics):
            for watch in self._watches.get(topic, ()):
                watch.wake([topic])


def _listening() -> Redis:
    """Without a limit for reading: there may be nothing to say for hours."""
    return Redis.from_url(
        settings().redis_url, socket_connect_timeout=_CONNECT_PATIENCE, socket_keepalive=True, health_check_interval=15
    )


def _speaking() -> Redis:
    return Redis.from_url(
        settings().redis_url,
        socket_connect_timeout=_CONNECT_PATIENCE,
        socket_timeout=_READ_PATIENCE,
        retry=Retry(NoBackoff(), 1),
    )


HUB = Hub(_listening)
_speakers: dict[asyncio.AbstractEventLoop, Redis] = {}


@cache
def _end_with_process() -> None:
    """A server that is told to stop waits for open answers before it says so to the application, and streams never end
    by themselves. So they hear it where the server hears it; its own handler is called as before."""
    loop = asyncio.get_running_loop()

    def hear(number: int, frame: FrameType | None, *, inner: Any) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(HUB.end)
        if callable(inner):
            inner(number, frame)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, partial(hear, inner=signal.getsignal(number)))


async def close() -> None:
    """Let go of everything this process holds."""
    await HUB.close()
    if (speaker := _speakers.pop(asyncio.get_running_loop(), None)) is not None:
        await speaker.aclose()


async def _publish(topic: Topic) -> None:
    loop = asyncio.get_running_loop()
    if (speaker := _speakers.get(loop)) is None:
        speaker = _speakers[loop] = _speaking()
    try:
        await speaker.publish(CHANNEL, topic.name)
    except (RedisError, OSError) as error:
        log.warning("live_unheard", error=type(error).__name__)
