"""What surrounds every answer: request id, security headers, limits, the guard against forged posts.

The request id and the headers lie around the whole application, so that the answer to an unknown address and to an
error carries them too. Everything else is middleware of the routes.
"""

import hmac
import re
from collections.abc import Iterable, Mapping
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

import structlog
from litestar import Request
from litestar.config.csrf import CSRFConfig
from litestar.datastructures import Cookie, FormMultiDict
from litestar.enums import RequestEncodingType, ScopeType
from litestar.exceptions import PermissionDeniedException
from litestar.middleware import DefineMiddleware
from litestar.middleware.csrf import CSRFMiddleware, generate_csrf_token
from litestar.middleware.rate_limit import RateLimitConfig, RateLimitMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from litestar.utils.scope.state import ScopeState
from structlog.contextvars import bind_contextvars, clear_contextvars

from portal.kit.errors import Conflict
from portal.kit.ids import new_id
from portal.settings import Settings
from portal.shell.numbers import FIELD, bare, note_page, number_in, numbered
from portal.shell.streams import FirstField
from tenants import scope as tenants_scope
from tenants.database import execute

CSRF_COOKIE = "__Host-csrf"
SIGN_IN_PATH = "/anmelden"

_LOG = structlog.get_logger("web")
_GIVEN_ID = re.compile(rb"[0-9a-f-]{16,64}")  # as proxies make them; no word fits in, for it goes into every log
_FORMS = frozenset({RequestEncodingType.URL_ENCODED, RequestEncodingType.MULTI_PART})
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def headers(settings: Settings) -> dict[str, str]:
    """The headers of every answer."""
    forms = " ".join(["'self'", *sorted({_origin(provider.issuer) for provider in settings.providers})])
    policy = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",  # KERN's icons are masks with data: addresses
        "font-src": "'self'",
        "connect-src": "'self'",
        "manifest-src": "'self'",
        "form-action": forms,  # signing out is a form whose answer leads to the directory
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
    }
    secure = settings.public_url.startswith("https://")
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items())
        + "; upgrade-insecure-requests" * secure,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        **({"Strict-Transport-Security": "max-age=63072000; includeSubDomains"} if secure else {}),
    }


class Envelope:
    """The outermost layer: an id for the request, one line in the log, the security headers.

    Pages are not to be kept by anybody, so ``no-store`` is the default; a route that knows better says so itself.
    """

    def __init__(self, app: ASGIApp, fixed: Mapping[str, str]) -> None:
        self.app = app
        self.fixed = [(name.lower().encode(), value.encode()) for name, value in fixed.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self.app(scope, receive, send)
            return
        request_id = _request_id(scope)
        scope["state"]["request_id"] = request_id
        clear_contextvars()
        bind_contextvars(request_id=request_id)
        begun, status = perf_counter(), 0

        async def dressed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                given = list(message.get("headers", ()))
                if all(name.lower() != b"cache-control" for name, _ in given):
                    given.append((b"cache-control", b"no-store"))
                message["headers"] = [*given, *self.fixed, (b"x-request-id", request_id.encode())]
            await send(message)

        try:
            await self.app(scope, receive, dressed)
        finally:
            _LOG.info(
                "request",
                method=scope["method"],
                route=scope.get("path_template", ""),  # never the address itself: it may name a person's matter
                status=status,
                duration_ms=round((perf_counter() - begun) * 1000, 1),
            )


class SendAgain(PermissionDeniedException):
    """A form of ours with a token that no longer counts: what it brought may be sent again with ``again``: the
    ``token`` that counts now, and from which page it was.

    ``is_new``: the browser does not hold that token yet.
    """

    def __init__(self, token: str, again: str, *, is_new: bool, fields: tuple[tuple[str, str], ...]) -> None:
        super().__init__("CSRF token is outdated")
        self.token, self.again, self.is_new, self.fields = token, again, is_new, fields


class OfAnotherPlace(PermissionDeniedException):
    """A form of ours with a token that counts, but not in this browser any more: its page belongs to another sign-in or
    another organisation. Nobody may send it again without having seen for whom.

    ``organisation``: what the one is called for which this browser works now; empty where nobody is signed in.
    """

    organisation = ""


class PlaceEnded(Conflict):
    """The organisation somebody worked for is theirs no more. ``cookies``: what the browser keeps from now on."""

    def __init__(self, message: str, cookies: Iterable[Cookie]) -> None:
        super().__init__(message)
        self.cookies = tuple(cookies)


class _Guard(CSRFMiddleware):
    """Takes only a text of plain letters for a token; a file or anything else is none.

    A cookie that was signed with another SECRET_KEY counts as none and is replaced.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        exempt = self.config.exclude_from_csrf_key
        if scope["type"] != ScopeType.HTTP or scope["route_handler"].opt.get(exempt):
            await self.app(scope, receive, send)
            return
        request = Request[Any, Any, Any](scope, receive)
        cookie = request.cookies.get(self.config.cookie_name, "")
        known = cookie if self._decode_csrf_token(cookie) else None
        token = known or generate_csrf_token(self.config.secret)
        ScopeState.from_scope(scope).csrf_token = token
        if request.method not in self.config.safe_methods:
            first = FirstField(receive) if scope["route_handler"].opt.get("streams") else None
            form = await _form(request, first)
            receive = first.again if first else receive
            try:
                self._check(request, form, cookie, known, token)
            except OfAnotherPlace as refusal:
                refusal.organisation = await _organisation_now(scope)
                raise
        await self.app(scope, receive, self.create_send_wrapper(send, token, known))

    def _check(
        self, request: Request[Any, Any, Any], form: FormMultiDict, cookie: str, known: str | None, token: str
    ) -> None:
        """Let through what a page of ours sent; what one sent that is too old may be sent again by the person."""
        written = form.getall(FIELD, [])
        number = number_in(written)  # of the page; the header comes with what one page asks for many times
        note_page(request.scope, number)
        tokens = [*filter(None, [request.headers.get(self.config.header_name)]), *written]
        given = [bare(one) if isinstance(one, str) else one for one in tokens]
        if known and any(self._csrf_tokens_match(one, known) for one in given):
            return
        if known and any(self._decode_csrf_token(one) for one in given):
            raise OfAnotherPlace
        # Nobody but a page of ours knows the cookie, and no page of others can make a browser say "same-origin".
        if (cookie and cookie in given) or request.headers.get("Sec-Fetch-Site") == "same-origin":
            typed = ((name, value) for name, value in form.multi_items() if name != FIELD and isinstance(value, str))
            again = numbered(token, number) if number else token
            raise SendAgain(token, again, is_new=not known, fields=tuple(typed))
        raise PermissionDeniedException

    def _decode_csrf_token(self, token: object) -> str | None:
        return super()._decode_csrf_token(token) if isinstance(token, str) and token.isascii() else None


async def _organisation_now(scope: Scope) -> str:
    if (who := scope["state"].get("session")) is None:
        return ""
    async with tenants_scope.scope(organisation_id=who.organisation_id, person_id=who.person_id, read_only=True):
        rows = await execute("SELECT name FROM organisation WHERE id = (SELECT current_organisation())")
    return rows[0]["name"] if rows else ""


async def _form(request: Request[Any, Any, Any], first: FirstField | None) -> FormMultiDict:
    """What the body holds; of one that its route reads by itself only the first field, and only if it is needed."""
    if first is None:
        return await request.form() if request.content_type[0] in _FORMS else FormMultiDict()
    if request.headers.get(CSRFConfig.header_name) or request.content_type[0] != RequestEncodingType.MULTI_PART:
        return FormMultiDict()
    return FormMultiDict([await first.read()])


def token_cookie(token: str) -> Cookie:
    """Where a browser keeps its token."""
    return Cookie(CSRF_COOKIE, value=token, path="/", secure=True, httponly=True, samesite="lax")


def fresh_token(settings: Settings) -> str:
    """A token that no page carries yet."""
    return generate_csrf_token(_secret(settings))


def csrf(settings: Settings) -> DefineMiddleware:
    """Every post must carry the token of the page it comes from. A route that a machine posts to says
    ``exclude_from_csrf``."""
    config = CSRFConfig(
        secret=_secret(settings),
        cookie_name=CSRF_COOKIE,
        cookie_secure=True,
        cookie_httponly=True,
        cookie_samesite="lax",
    )
    return DefineMiddleware(_Guard, config=config)


class _SignInLimit(RateLimitMiddleware):
    """Looks at the start of an attempt only, not at the three pages one attempt touches: a whole office shares an
    address. A form for everybody that makes the portal write to somebody says ``limited`` and is looked at as well."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = scope["route_handler"].opt.get("limited") and scope.get("method") not in _SAFE
        limited = asked or scope["path"] == f"{SIGN_IN_PATH}/weiterleitung"
        await (super().__call__ if limited else self.app)(scope, receive, send)


class _ChangeLimit(RateLimitMiddleware):
    """Looks at changes only: reading is the most frequent thing, and what it costs is bounded by other means."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (super().__call__ if scope.get("method") not in _SAFE else self.app)(scope, receive, send)


def sign_in_limit(settings: Settings) -> DefineMiddleware:
    """So many attempts to sign in a minute from one address."""
    return RateLimitConfig(
        rate_limit=("minute", settings.sign_in_limit_per_minute),
        middleware_class=_SignInLimit,
        identifier_for_request=lambda request: f"sign-in:{_address(request)}",
        set_rate_limit_headers=True,
    ).middleware


def change_limit(settings: Settings) -> DefineMiddleware:
    """So many changes a minute by one person; by one address where nobody is signed in."""
    return RateLimitConfig(
        rate_limit=("minute", settings.rate_limit_per_minute),
        middleware_class=_ChangeLimit,
        identifier_for_request=_who,
        set_rate_limit_headers=True,
    ).middleware


def _secret(settings: Settings) -> str:
    return hmac.digest(settings.secret_key.encode(), b"csrf", "sha256").hex()


def _who(request: Request[Any, Any, Any]) -> str:
    session = request.scope["state"].get("session")
    return f"person:{session.person_id}" if session else f"address:{_address(request)}"


def _address(request: Request[Any, Any, Any]) -> str:
    return request.client.host if request.client else "unknown"


def _request_id(scope: Scope) -> str:
    """The id a proxy in front gave, if it looks like one, else a fresh one."""
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _GIVEN_ID.fullmatch(value):
            return value.decode()
    return new_id().hex


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
