"""A form counts once, however often it is sent: after a double click, by a line that broke before the answer came.

Every page carries a number of its own, which its forms send along in their token. What a form changes and that it was
sent are saved by the same transaction (``tenants.sendings``). The same form with the same content, sent again, changes
nothing and leads to where it led before; whoever wants the same thing twice opens the form anew.

Only forms of people who are signed in, on pages for them alone (others lie under secret links, which are kept nowhere),
and whose answer leads somewhere: what is only shown, or kept by the browser, may be asked for again. A route for which
the same thing again means something says ``repeats``.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from litestar.connection import Request
from litestar.datastructures import FormMultiDict, UploadFile
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from litestar.types.empty import Empty
from litestar.utils.scope.state import ScopeState

from portal.shell import reply
from portal.shell.feature import PUBLIC
from portal.shell.i18n import mark
from portal.shell.numbers import FIELD, page_of
from tenants import sendings

_PIECE = 64 * 1024
_LEAST_REFUSED = 400
_AGAIN = mark("Das war schon angekommen und zählt nur einmal.")


class Once:
    """Inside the transaction of a request: answers what was sent before without asking the route again."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or not _counts(scope):
            await self.app(scope, receive, send)
            return
        request: Request[Any, Any, Any] = Request(scope, receive)
        key = key_of(request)
        if led := await sendings.begin(key, await _content(scope)):
            again = reply.send_on(request, led, flash=_AGAIN)
            await again.to_asgi_response(app=None, request=request)(scope, receive, send)
            return

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] < _LEAST_REFUSED:
                try:
                    await sendings.end(key, "" if _is_kept_by_browser(message) else reply.led_to(request))
                except Exception:
                    ScopeState.from_scope(scope).response_started = False  # see shell.transaction
                    raise
            await send(message)

        await self.app(scope, receive, noting)


def key_of(request: Request[Any, Any, Any], part: object = "") -> str:
    """What a form, or one of the things it sends, is called in ``tenants.sendings``; empty: it may be sent again.

    For routes that open transactions of their own, and keep in them what they make.
    """
    if not (page := page_of(request.scope)):
        return ""
    query = request.scope["query_string"].decode("latin-1")
    return sha256(f"{page} {request.scope['path']}?{query} {part}".encode()).hexdigest()


def _is_kept_by_browser(message: Message) -> bool:
    """Whether the answer leaves more in the browser than a sentence: another one would not bring it."""
    headers = message.get("headers", ())
    set_there = [value for name, value in headers if name.lower() == b"set-cookie"]  # type: ignore[attr-defined]
    return any(not value.startswith(reply.FLASH_COOKIE.encode()) for value in set_there)


def _counts(scope: Scope) -> bool:
    opt = _opt(scope)
    known = page_of(scope) and scope["state"].get("session") is not None and opt.get("permission") != PUBLIC
    return bool(known and opt.get("scope", True) and not opt.get("repeats"))


def _opt(scope: Scope) -> Mapping[str, Any]:
    return scope["route_handler"].opt


async def _content(scope: Scope) -> str:
    """A digest of what was sent, as the guard against forged posts has read it."""
    sent, digest = ScopeState.from_scope(scope).form, sha256()
    for name, value in FormMultiDict.from_form_data({} if sent is Empty else sent).multi_items():
        if name != FIELD:
            digest.update(sha256(name.encode()).digest() + await _digest(value))
    return digest.hexdigest()


async def _digest(value: str | UploadFile) -> bytes:
    if isinstance(value, str):
        return sha256(value.encode("utf-8", "surrogatepass")).digest()
    digest = sha256(value.filename.encode("utf-8", "surrogatepass"))
    while piece := await value.read(_PIECE):
        digest.update(piece)
    await value.seek(0)
    return digest.digest()
