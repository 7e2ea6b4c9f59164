"""Refusals and failures as people meet them: a page, a fragment beside the form, or problem details (RFC 9457).

Only a sentence written for people ever leaves: no trace, no SQL, no name of a constraint. An address that does not
exist and a thing out of reach give the same answer, byte for byte apart from the request id.
"""

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import asyncpg
import structlog
from litestar import MediaType, Request, Response
from litestar.datastructures import FormMultiDict
from litestar.exceptions import HTTPException, NotAuthorizedException
from litestar.serialization import encode_json
from litestar.types import Empty
from litestar.utils.scope.state import ScopeState
from redis.exceptions import RedisError

from portal.kit.errors import Conflict, HilfenetzError, Invalid, NotFound, TooLarge, Unavailable
from portal.shell import reply, transaction
from portal.shell.i18n import mark
from portal.shell.numbers import FIELD
from portal.shell.security import SIGN_IN_PATH, OfAnotherPlace, PlaceEnded, SendAgain, token_cookie

AnyRequest = Request[Any, Any, Any]

_LOG = structlog.get_logger("web")
_PAGES = frozenset({400, 403, 404, 405, 409, 413, 422, 429, 500, 503})
_SENTENCES = {
    400: mark("Diese Anfrage kann das Portal nicht verstehen."),
    401: mark("Bitte melden Sie sich an."),
    403: mark("Das ist nicht erlaubt. Bitte laden Sie die Seite neu und versuchen Sie es noch einmal."),
    404: NotFound.default,
    405: mark("Diese Adresse lässt sich so nicht aufrufen."),
    413: TooLarge.default,
    422: Invalid.default,
    429: mark("Das waren sehr viele Anfragen in kurzer Zeit. Bitte warten Sie einen Moment."),
    500: HilfenetzError.default,
    503: Unavailable.default,
}
_UNAUTHORIZED, _NOT_FOUND, _TOO_MANY, _FAILED, _UNAVAILABLE = 401, 404, 429, 500, 503
_OF_FORMS: dict[type[HTTPException], str] = {
    NotAuthorizedException: "shell/signed_out.html",
}
_AT_ONCE = mark("Jemand anderes hat das im selben Moment geändert. Bitte laden Sie die Seite neu.")
_ON_TOP = {"HX-Retarget": "#flash", "HX-Reswap": "innerHTML"}
_OF_MACHINES = re.compile(r"[a-z0-9_.:+-]*")  # what the page itself put into the form: numbers, names of steps
_STALE = mark(
    "In diesem Browser wurde inzwischen die Organisation gewechselt, oder es hat sich jemand anderes angemeldet, oder "
    "Cookies wurden gelöscht. Von dieser Seite wird nichts mehr gespeichert. Kopieren Sie, was Sie geschrieben haben, "
    "und öffnen Sie sie dann neu."
)
_CONFLICTS = (
    asyncpg.UniqueViolationError,
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.LockNotAvailableError,
)
_GUARDS = (asyncpg.CheckViolationError, asyncpg.InsufficientPrivilegeError)
_GONE = (
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.QueryCanceledError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # what the driver says when the server cut a connection that was waiting
    RedisError,
    ConnectionError,
    TimeoutError,
)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is said about an exception."""

    status: int
    sentence: str
    headers: dict[str, str] = field(default_factory=dict)
    template: str = ""


def answer(request: AnyRequest, error: Exception) -> Response[Any]:
    """The handler of all exceptions."""
    response = _answer(request, error)
    if isinstance(error, PlaceEnded):
        for cookie in error.cookies:
            response.set_cookie(cookie)
    return response


def _answer(request: AnyRequest, error: Exception) -> Response[Any]:
    problem = _problem(error)
    transaction.refuse(request)
    if problem.status >= _FAILED or _is_overtaken(error):
        _record(problem, error)
    if _wants_json(request):
        return _details(request, problem)
    # What asks by script stands on a page on which somebody may be typing, whoever began it.
    if problem.status == _UNAUTHORIZED and not (reply.from_htmx(request) or _typed(request)):
        return _to_sign_in(request)
    if isinstance(error, SendAgain):
        return _send_again(request, problem, error)
    if isinstance(error, OfAnotherPlace):
        return _of_another_place(request, problem, error)
    template = problem.template or f"shell/errors/{problem.status if problem.status in _PAGES else 400}.html"
    headers = problem.headers | _flash_on_top(request)
    if reply.from_htmx(request):
        template = "shell/_signed_out.html" if problem.status == _UNAUTHORIZED else "shell/_problem.html"
    return Response(
        _page(request, template, problem), status_code=problem.status, headers=headers, media_type=MediaType.HTML
    )


def _send_again(request: AnyRequest, problem: Problem, error: SendAgain) -> Response[str]:
    """What was typed, to be sent once more; with htmx it still stands in the form, which gets the new token."""
    template = "shell/send_again.html"
    if reply.from_htmx(request):
        template = "shell/_send_again.html" if _asks_beside(request) else "shell/_problem.html"
    context = {"token": error.again, "fields": error.fields}
    return Response(
        _page(request, template, problem, **context),
        status_code=problem.status,
        headers=_flash_on_top(request),
        cookies=[token_cookie(error.token)] if error.is_new else [],
        media_type=MediaType.HTML,
    )


def _of_another_place(request: AnyRequest, problem: Problem, error: OfAnotherPlace) -> Response[str]:
    """Said once on top of the page, whatever on it asked: nothing there counts any more."""
    template, headers = "shell/stale.html", problem.headers
    if reply.from_htmx(request):
        template, headers = "shell/_stale.html", headers | _ON_TOP
    return Response(
        _page(request, template, problem, organisation=error.organisation),
        status_code=problem.status,
        headers=headers,
        media_type=MediaType.HTML,
    )


def _asks_beside(request: AnyRequest) -> bool:
    return "#answer" in request.headers.get("HX-Target", "")


def _flash_on_top(request: AnyRequest) -> dict[str, str]:
    """Where no form asked, the place for sentences is on top of the page."""
    return _ON_TOP if reply.from_htmx(request) and not _asks_beside(request) else {}


def _problem(error: Exception) -> Problem:
    if isinstance(error, HilfenetzError):
        sentence = _SENTENCES[_NOT_FOUND] if error.status == _NOT_FOUND else error.message
        return Problem(error.status, sentence, _retry(error.status))
    if isinstance(error, HTTPException):
        sentence = _SENTENCES.get(error.status_code, _SENTENCES[400 if error.status_code < _FAILED else _FAILED])
        if isinstance(error, OfAnotherPlace):
            sentence = _STALE
        return Problem(error.status_code, sentence, _kept(error), _OF_FORMS.get(type(error), ""))
    if isinstance(error, asyncpg.CharacterNotInRepertoireError):  # no text holds that, so nothing is called that
        return Problem(_NOT_FOUND, _SENTENCES[_NOT_FOUND])
    if isinstance(error, _CONFLICTS) or _is_overtaken(error):
        return Problem(Conflict.status, _AT_ONCE)
    if isinstance(error, _GONE):
        return Problem(_UNAVAILABLE, Unavailable.default, _retry(_UNAVAILABLE))
    return Problem(_FAILED, _SENTENCES[_FAILED])


def _is_overtaken(error: Exception) -> bool:
    """Whether a trigger refused what was fine when it was looked at: somebody else was there in between."""
    return isinstance(error, _GUARDS) and error.as_dict().get("server_source_function") == "exec_stmt_raise"


def _kept(error: HTTPException) -> dict[str, str]:
    """The headers of an exception that help whoever asked."""
    given = {name.lower(): str(value) for name, value in (error.headers or {}).items()}
    kept = {name: value for name, value in given.items() if name in ("allow", "retry-after")}
    if error.status_code == _TOO_MANY:
        kept["retry-after"] = str(max(1, int(given.get("ratelimit-reset", "60"))))
    return kept or _retry(error.status_code)


def _retry(status: int) -> dict[str, str]:
    return {"retry-after": "30"} if status == _UNAVAILABLE else {}


def _page(request: AnyRequest, template: str, problem: Problem, **more: object) -> str:
    typed = _typed(request)
    context = more | {
        "frame": reply.frame_without_visitor(request),
        "status": problem.status,
        "sentence": problem.sentence,
        "wait": problem.headers.get("retry-after", ""),
        "request_id": _request_id(request),
        "address": reply.path_of(str(request.url)),
        "sends": request.method != "GET",
        "typed": typed,
        "written": [value for _, value in typed if not _OF_MACHINES.fullmatch(value)],
        "csrf_token": ScopeState.from_scope(request.scope).csrf_token,
    }
    return reply.environment(request).get_template(template).render(context)


def _typed(request: AnyRequest) -> list[tuple[str, str]]:
    """What somebody sent from a page of ours without script, which leaves that page: it must not be lost.

    Only what the browser vouches for: nobody elsewhere may put words into a page of ours.
    """
    sent = ScopeState.from_scope(request.scope).form
    if reply.from_htmx(request) or request.headers.get("Sec-Fetch-Site") != "same-origin" or sent is Empty:
        return []
    fields = FormMultiDict.from_form_data(sent).multi_items()
    return [(name, value) for name, value in fields if name != FIELD and isinstance(value, str)]


def _details(request: AnyRequest, problem: Problem) -> Response[bytes]:
    body = {
        "type": "about:blank",
        "title": _SENTENCES.get(problem.status, _SENTENCES[400]),
        "status": problem.status,
        "detail": problem.sentence,
        "request_id": _request_id(request),
    }
    return Response(
        encode_json(body),
        status_code=problem.status,
        headers=problem.headers,
        media_type="application/problem+json",
    )


def _to_sign_in(request: AnyRequest) -> Response[str]:
    """Signing in first, and then back to the page: for a form that is the page it stands on."""
    if request.method == "GET":
        back = reply.local_path(reply.path_of(str(request.url)))
    else:
        back = reply.local_path(reply.path_of(request.headers.get("Referer", "")))
    return reply.send_on(request, f"{SIGN_IN_PATH}?weiter={quote(back, safe='/')}")


def _wants_json(request: AnyRequest) -> bool:
    accept = request.headers.get("Accept", "")
    return bool(re.search(r"application/(problem\+)?json", accept)) and "text/html" not in accept


def _request_id(request: AnyRequest) -> str:
    return str(request.scope["state"].get("request_id", ""))


def _record(problem: Problem, error: Exception) -> None:
    _LOG.error("failed", status=problem.status, sqlstate=getattr(error, "sqlstate", None), exc_info=error)
