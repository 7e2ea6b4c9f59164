"""The composition root: the only place that lists the features, each once."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from granian.utils.proxies import wrap_asgi_with_proxy_headers
from litestar import Litestar
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from portal import health_pages, metrics
from portal.admission import pages as admission
from portal.agreement import pages as agreement
from portal.audit import pages as audit
from portal.automation import pages as automation
from portal.bodies import pages as bodies
from portal.bodies.queries_meetings import meetings_in_calendars
from portal.calendar import pages as calendar
from portal.calendar import sources
from portal.circle import pages as circle
from portal.contacts import pages as contacts
from portal.discussion import pages as discussion
from portal.duties import pages as duties
from portal.files import pages as files
from portal.formal import pages as formal
from portal.home import pages as home
from portal.identity import pages as identity_pages
from portal.identity.assembly import Identity
from portal.kit.memory import settled
from portal.network import pages as network
from portal.notices import live
from portal.notices import pages as notices
from portal.portlets import pages as portlets
from portal.reading import pages as reading
from portal.rooms import pages as rooms
from portal.search import pages as search
from portal.settings import Settings, settings
from portal.shell.assembly import build_application
from portal.shell.feature import Feature
from portal.spaces import pages as spaces
from portal.spaces import plugins
from portal.tasks import pages as tasks
from portal.transfer import pages as transfer
from portal.votes import pages as votes
from tenants import database
from tenants.guard import assert_wall

# In the order of the navigation.
FEATURES: tuple[Feature, ...] = (
    home.FEATURE,
    tasks.FEATURE,
    duties.FEATURE,
    notices.FEATURE,
    contacts.FEATURE,
    votes.FEATURE,
    network.FEATURE,
    admission.FEATURE,
    formal.FEATURE,
    agreement.FEATURE,
    bodies.FEATURE,
    circle.FEATURE,
    spaces.FEATURE,
    rooms.FEATURE,
    reading.FEATURE,
    discussion.FEATURE,
    calendar.FEATURE,
    portlets.FEATURE,
    files.FEATURE,
    search.FEATURE,
    automation.FEATURE,
    transfer.FEATURE,
    audit.FEATURE,
    identity_pages.FEATURE,
)
sources.install([meetings_in_calendars])
plugins.install(addition for feature in FEATURES for addition in feature.content)


def create_app(given: Settings | None = None) -> Litestar:
    """The portal as an ASGI application; connects when it starts, and refuses to start when the wall would not hold."""
    found = given or settings()
    found.require("database_url", "redis_url", "secret_key")
    # One more try on a connection that was closed, and no waiting: a person is better told that Redis is away.
    retry = Retry(NoBackoff(), 1)
    redis = Redis.from_url(found.redis_url, socket_connect_timeout=1, socket_timeout=2, retry=retry)
    identity = Identity(found, redis)

    @asynccontextmanager
    async def connected(_: Litestar) -> AsyncIterator[None]:
        await database.connect(found.database_url, max_size=found.database_pool_size)
        try:
            await assert_wall()
            with settled():
                yield
        finally:
            await live.close()
            await identity.close()
            await redis.aclose()
            await database.disconnect()

    application = build_application(
        features=(*FEATURES, health_pages.feature(found)),
        settings=found,
        redis=redis,
        session=[identity.middleware],
        on_open=identity.on_open,
        guards=[identity.guard],
        dependencies=identity.dependencies,
        lifespan=[connected],
    )
    application.state.redis = redis
    return _surrounded(application, found)


def _surrounded(application: Litestar, found: Settings) -> Litestar:
    """Around everything: the figures, and behind proxies the address of whoever asks instead of the proxy's own."""
    handler: Any = metrics.Timed(application.asgi_handler)
    if found.trusted_proxies:
        handler = wrap_asgi_with_proxy_headers(handler, trusted_hosts=found.trusted_proxies)
    application.asgi_handler = handler
    return application
