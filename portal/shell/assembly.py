"""Puts the shell around the features: one Litestar application."""

from collections.abc import Sequence
from typing import Any

from litestar import Litestar
from litestar.datastructures import State
from litestar.middleware import DefineMiddleware
from litestar.stores.redis import RedisStore
from litestar.types import Middleware
from redis.asyncio import Redis

from portal.settings import Settings
from portal.shell import errors, security
from portal.shell.environment import build_environments
from portal.shell.feature import Feature
from portal.shell.i18n import LANGUAGES, language
from portal.shell.navigation import Navigation
from portal.shell.once import Once
from portal.shell.preferences import choose_language, choose_theme
from portal.shell.static import Assets, static_handler
from portal.shell.transaction import Hook, Transactions


def build_application(
    *,
    features: Sequence[Feature],
    settings: Settings,
    redis: Redis,
    session: Sequence[Middleware] = (),
    on_open: Hook | None = None,
    **litestar: Any,
) -> Litestar:
    """The application.

    ``session`` is the middleware that finds out who asks and sets ``visitor`` in the connection's state; ``on_open``
    runs inside each new transaction. Whatever else Litestar takes (lifespan, dependencies ...) is handed through.
    """
    assets = Assets(settings.frontend_dir)
    folders = [feature.templates for feature in features if feature.templates is not None]
    application = Litestar(
        route_handlers=[
            static_handler(assets),
            choose_language,
            choose_theme,
            *(handler for feature in features for handler in feature.handlers),
        ],
        middleware=[
            security.sign_in_limit(settings),
            *session,
            security.change_limit(settings),
            security.csrf(settings),
            DefineMiddleware(Transactions, on_open=on_open),
            Once,
        ],
        exception_handlers={Exception: errors.answer},
        request_max_body_size=settings.max_body_bytes,
        stores={"rate_limit": RedisStore(redis, namespace="limit")},
        state=State(
            {
                "environments": build_environments(map(language, LANGUAGES), folders, assets),
                "navigation": Navigation(features),
            }
        ),
        openapi_config=None,
        **{"logging_config": None, **litestar},
    )
    application.asgi_handler = security.Envelope(application.asgi_handler, security.headers(settings))
    return application
