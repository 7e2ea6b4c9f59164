"""Finds the session of a request: one command to Redis, and none where nobody has to be known."""

from litestar.connection import ASGIConnection
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from portal.identity.permissions import Permission
from portal.identity.sessions import COOKIE, Session, Sessions
from portal.kit.errors import Unavailable

_STATE = "session"


class SessionMiddleware:
    """Puts the ``Session`` of the cookie, or None, into the connection's state under ``session``.

    ``background`` in a route's options says that pages ask for it by themselves: it does not count as using a session.
    A public page is shown without a session when Redis does not answer; any other page says 503.
    """

    def __init__(self, app: ASGIApp, sessions: Sessions) -> None:
        self.app = app
        self.sessions = sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["state"][_STATE] = await self._find(scope) if scope["type"] == ScopeType.HTTP else None
        await self.app(scope, receive, send)

    async def _find(self, scope: Scope) -> Session | None:
        token = ASGIConnection(scope).cookies.get(COOKIE, "")
        options = scope["route_handler"].opt
        if not token or not options.get("session", True):
            return None
        try:
            return await self.sessions.read(token, used=not options.get("background", False))
        except Unavailable:
            if options.get("permission") == Permission.PUBLIC:
                return None
            raise


def session_of(scope: Scope) -> Session | None:
    """The session of a request, as the middleware found it."""
    found: Session | None = scope["state"].get(_STATE)
    return found
