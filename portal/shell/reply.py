"""Answers. The only place that knows whether a request came from htmx.

The same handler serves a browser without JavaScript: it gets a whole page or is sent on to one. A browser with htmx
gets the fragments of the slots that changed.
"""

import base64
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from jinja2 import Environment
from litestar import MediaType, Request, Response
from litestar.datastructures import Cookie
from litestar.utils.scope.state import ScopeState

from portal.shell import transaction
from portal.shell.frame import NOWHERE, Flash, Frame, Place, Visitor
from portal.shell.i18n import LANGUAGES, language_of
from portal.shell.navigation import Counts, Navigation
from portal.shell.numbers import numbered
from portal.shell.surroundings import surroundings
from tenants.database import OutsideScope
from tenants.scope import current_scope

FLASH_COOKIE = "__Host-flash"
THEME_COOKIE = "__Host-darstellung"
THEMES = ("auto", "light", "dark")

_OF_ADDRESSES = "/?#[]@!$&'()*+,;=:%"  # what an address is made of besides letters and digits

_LEADS_TO = "hilfenetz_leads_to"

_UNPROCESSABLE = 422
_CONFLICT = 409
_SEE_OTHER = 303
_NO_CONTENT = 204

AnyRequest = Request[Any, Any, Any]
Slots = Mapping[str, str]


async def page(
    request: AnyRequest, template: str, *, status: int = 200, flash: Flash | None = None, **context: Any
) -> Response[str]:
    """A whole page; ``flash`` is said instead of what the last answer left to say."""
    waiting = _flash_of(request)
    path = request.scope["path"]
    place = await _place(request, path)
    frame = context["frame"] = _frame(request, place, path=path, flash=flash or waiting)
    context["around"] = surroundings(environment(request), place, theme=frame.theme, path=path, token=_token(request))
    response = _html(_render(request, template, context), status)
    if waiting is not None:
        response.set_cookie(_cookie(FLASH_COOKIE, "", max_age=0))
    return response


async def part(request: AnyRequest, template: str, *, status: int = 200, **context: Any) -> Response[str]:
    """A fragment."""
    return _html(_render(request, template, context), status)


def as_it_is() -> Response[str]:
    """Nothing that the asking page shows has changed."""
    return Response("", media_type=MediaType.HTML, headers={"HX-Reswap": "none"})


async def waiting(request: AnyRequest) -> Response[str]:
    """What the frame of a page counts, for one that is open and was told that something changed."""
    frame = await _frame_at(request, _current_path(request, "/"), None)
    return _html(_render(request, "shell/_waiting.html", {"frame": frame}), 200)


async def changed(
    request: AnyRequest, *, to: str, flash: str = "", slots: Slots | None = None, **context: Any
) -> Response[str]:
    """Something was changed: on to the page ``to``, or with htmx the slots that look different now.

    With htmx and without slots the browser is sent on to ``to`` as well.
    """
    if slots is None or not from_htmx(request):
        return send_on(request, to, flash=flash)
    request.scope["state"][_LEADS_TO] = quote(to, safe=_OF_ADDRESSES)
    said = Flash(language_of(request).say(flash)) if flash else None
    frame = await _frame_at(request, _current_path(request, to), said)
    return _html(_fill(request, slots, {**context, "frame": frame}), 200)


async def invalid(
    request: AnyRequest, template: str, *, form: Any, slots: Slots | None = None, **context: Any
) -> Response[str]:
    """The form again, with what is wrong and all that was typed. Nothing of this request is saved."""
    transaction.refuse(request)
    context["form"] = form
    if slots is None or not from_htmx(request):
        return await page(request, template, status=_UNPROCESSABLE, **context)
    return _html(_fill(request, slots, context), _UNPROCESSABLE)


async def refused(
    request: AnyRequest, template: str, *, sentence: str, slots: Slots | None = None, **context: Any
) -> Response[str]:
    """What was asked came too late or does not fit the state; what was written down about it stays (409).

    A refusal that leaves no trace is raised instead, as ``kit.errors.Conflict``.
    """
    said = Flash(language_of(request).say(sentence), "danger")
    if slots is None or not from_htmx(request):
        return await page(request, template, status=_CONFLICT, flash=said, **context)
    frame = await _frame_at(request, _current_path(request, request.scope["path"]), said)
    return _html(_fill(request, slots, {**context, "frame": frame}), _CONFLICT)


def saved(content: bytes, name: str, kind: str) -> Response[Any]:
    """A file to be saved that is kept nowhere on its way. ``name`` is made of letters that every system knows; of one
    that people gave see ``files.rules.disposition``."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type=kind, headers=headers)


async def redirect(request: AnyRequest, to: str, *, flash: str = "") -> Response[str]:
    """On to another page, with a sentence about what just happened."""
    return send_on(request, to, flash=flash)


def send_on(request: AnyRequest, to: str, *, flash: str = "") -> Response[str]:
    """The same for who cannot await."""
    request.scope["state"][_LEADS_TO] = to = quote(to, safe=_OF_ADDRESSES)
    cookies = [_cookie(FLASH_COOKIE, _packed(language_of(request).say(flash)), max_age=60)] if flash else []
    if from_htmx(request):
        return Response("", status_code=_NO_CONTENT, headers={"HX-Redirect": to}, cookies=cookies)
    return Response("", status_code=_SEE_OTHER, headers={"Location": to}, cookies=cookies, media_type=MediaType.TEXT)


def led_to(request: AnyRequest) -> str:
    """Where this request's answer leads; empty: nowhere."""
    return str(request.scope["state"].get(_LEADS_TO, ""))


def remember(response: Response[Any], name: str, value: str) -> None:
    """Keep a preference of this browser for a year."""
    response.set_cookie(_cookie(name, value, max_age=31_536_000))


def from_htmx(request: AnyRequest) -> bool:
    """Whether htmx asks, and for a fragment."""
    return request.headers.get("HX-Request") == "true"


def local_path(address: str | None, default: str = "/") -> str:
    """The address if it is one of ours, so that nobody is led elsewhere by a forged link."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")):
        return default
    return address if address.isprintable() and "\\" not in address else default


def path_of(address: str) -> str:
    """Path and query of an address the browser names; empty when it is none."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def environment(request: AnyRequest) -> Environment:
    """The templates in the language of this browser."""
    found: Environment = request.app.state.environments[language_of(request).code]
    return found


def frame_without_visitor(request: AnyRequest) -> Frame:
    """The frame of a page that must look the same to everybody."""
    return Frame(path=request.scope["path"], theme=_theme(request), languages=LANGUAGES)


def _theme(request: AnyRequest) -> str:
    theme = request.cookies.get(THEME_COOKIE, "auto")
    return theme if theme in THEMES else "auto"


async def _frame_at(request: AnyRequest, path: str, flash: Flash | None) -> Frame:
    return _frame(request, await _place(request, path), path=path, flash=flash)


def _frame(request: AnyRequest, place: Place, *, path: str, flash: Flash | None) -> Frame:
    return Frame(
        path=path,
        theme=_theme(request),
        languages=LANGUAGES,
        visitor=place.visitor,
        sections=place.sections,
        inbox=place.inbox,
        flash=flash,
    )


async def _place(request: AnyRequest, path: str) -> Place:
    """Where whoever asks is. What waits for them was counted when the transaction opened, or is counted now."""
    state = request.scope["state"]
    visitor: Visitor | None = state.get("visitor")
    if visitor is None:
        return NOWHERE
    navigation: Navigation = request.app.state.navigation
    counts: Counts | None = state.get("counts")
    if counts is None:
        counts = await navigation.counts(visitor)
    return navigation.place(visitor, counts, path)


def _fill(request: AnyRequest, slots: Slots, context: dict[str, Any]) -> str:
    """The fragments of the slots, and what the frame shows of the change."""
    context["slots"] = {slot: _render(request, template, context) for slot, template in slots.items()}
    return _render(request, "shell/changed.stream.html", {"frame": None, **context})


def _render(request: AnyRequest, template: str, context: dict[str, Any]) -> str:
    context.setdefault("csrf_token", _token(request))
    if "now" not in context:
        try:
            context["now"] = current_scope().now
        except OutsideScope:
            context["now"] = None
    return environment(request).get_template(template).render(context)


def _token(request: AnyRequest) -> str:
    token = ScopeState.from_scope(request.scope).csrf_token
    return numbered(token) if isinstance(token, str) else ""


def _html(content: str, status: int) -> Response[str]:
    return Response(content, status_code=status, media_type=MediaType.HTML)


def _current_path(request: AnyRequest, default: str) -> str:
    """The page on which htmx asked: the navigation marks it, as it would be marked after loading it anew."""
    return path_of(request.headers.get("HX-Current-URL", "")).partition("?")[0] or default


def _cookie(name: str, value: str, *, max_age: int) -> Cookie:
    return Cookie(key=name, value=value, max_age=max_age, path="/", secure=True, httponly=True, samesite="lax")


def _packed(text: str, kind: str = "success") -> str:
    return base64.urlsafe_b64encode(json.dumps([text, kind]).encode()).decode().rstrip("=")


def _flash_of(request: AnyRequest) -> Flash | None:
    if not (packed := request.cookies.get(FLASH_COOKIE)):
        return None
    try:
        text, kind = json.loads(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
    except (ValueError, TypeError, RecursionError):  # not ours: whatever else may stand in a cookie
        return None
    known = isinstance(text, str) and kind in ("success", "info", "warning", "danger")
    return Flash(text, kind) if known else None
