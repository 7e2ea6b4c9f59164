"""One request, one transaction, committed before the first byte of the answer leaves.

Litestar marks an answer as started before its first message reaches this middleware, and refuses to handle an error
after that mark. A failed commit happens exactly there, so the mark is taken back: nothing was sent, and the person gets
the error page.
"""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, suppress
from typing import Any

from litestar import Request
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Send
from litestar.types import Scope as ConnectionScope
from litestar.utils.scope.state import ScopeState
from structlog.contextvars import bind_contextvars

from tenants import scope as tenants_scope

Hook = Callable[[ConnectionScope], Awaitable[None]]

_REFUSED = "hilfenetz_refused"
_SAFE = frozenset({"GET", "HEAD"})
_WITH_DATABASE = _SAFE | {"POST", "PUT", "PATCH", "DELETE"}
_SERVER_ERROR = 500


class _Refused(Exception):
    """The request was refused; what it wrote must not stay."""


def refuse(request: Request[Any, Any, Any]) -> None:
    """Roll this request's transaction back, whatever the status of the answer."""
    request.scope.setdefault("state", {})[_REFUSED] = True


class Transactions:
    """Opens ``tenants.scope`` for a route, as the organisation and person of the ``session`` that sign-in found.

    GET and HEAD are read only unless the route says ``records_reading``; ``scope=False`` means no transaction.
    ``on_open`` runs inside the new transaction, before the handler: there the session becomes a ``visitor``, so that
    roles are read where they are used.
    """

    def __init__(self, app: ASGIApp, on_open: Hook | None = None) -> None:
        self.app = app
        self.on_open = on_open

    async def __call__(self, scope: ConnectionScope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or not _needs_database(scope):
            await self.app(scope, receive, send)
            return
        exchange = _Exchange(scope, send)
        await exchange.open(self.on_open)
        try:
            await self.app(scope, receive, exchange.send)
        except BaseException:
            await exchange.close(commit=False)
            raise
        await exchange.close(commit=False)  # only if nothing was sent at all


class _Exchange:
    """The transaction of one request and the answer that waits for it."""

    def __init__(self, scope: HTTPScope, send: Send) -> None:
        self.scope = scope
        self._send = send
        self._transaction: AbstractAsyncContextManager[tenants_scope.Scope] | None = None

    async def open(self, on_open: Hook | None) -> None:
        state = self.scope.setdefault("state", {})
        who = state.get("session")  # who they are is known; what they may do is asked inside, by on_open
        transaction = tenants_scope.scope(
            organisation_id=who.organisation_id if who else None,
            person_id=who.person_id if who else None,
            request_id=state.get("request_id", ""),
            read_only=self.scope["method"] in _SAFE and not _opt(self.scope).get("records_reading", False),
            reads_clock=False,
        )
        opened = await transaction.__aenter__()
        self._transaction = transaction
        try:
            if on_open is not None:
                await on_open(self.scope)
            if not opened.knows_time:  # on_open may have read the clock along with something else
                await opened.read_clock()
        except BaseException:
            await self.close(commit=False)
            raise
        if visitor := state.get("visitor"):
            bind_contextvars(organisation=visitor.actor.organisation_slug)

    async def send(self, message: Message) -> None:
        if self._transaction is not None and message["type"] == "http.response.start":
            refused = self.scope["state"].get(_REFUSED, False)
            try:
                await self.close(commit=not refused and message["status"] < _SERVER_ERROR)
            except Exception:
                ScopeState.from_scope(self.scope).response_started = False
                raise
        await self._send(message)

    async def close(self, *, commit: bool) -> None:
        """End the transaction; a second call does nothing."""
        if (transaction := self._transaction) is None:
            return
        self._transaction = None
        if commit:
            await transaction.__aexit__(None, None, None)
            return
        reason = _Refused()
        with suppress(_Refused):
            await transaction.__aexit__(_Refused, reason, None)


def _needs_database(scope: HTTPScope) -> bool:
    return scope["method"] in _WITH_DATABASE and bool(_opt(scope).get("scope", True))


def _opt(scope: HTTPScope) -> Mapping[str, Any]:
    return scope["route_handler"].opt
