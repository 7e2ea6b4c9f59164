"""What the browser keeps: bound to this host and to encrypted connections, out of reach of scripts."""

from collections.abc import Iterable
from hashlib import sha256
from typing import Any
from uuid import UUID

from litestar import Response
from litestar.datastructures import Cookie

from portal.identity.sessions import COOKIE
from portal.shell.security import token_cookie

PLACE = "__Host-platz"


def keep(name: str, value: str, max_age: int | None = None) -> Cookie:
    """Without ``max_age`` the browser forgets it when it is closed."""
    return Cookie(key=name, value=value, max_age=max_age, path="/", secure=True, httponly=True, samesite="lax")


def place_of(person_id: UUID, organisation_id: UUID) -> str:
    """Who works for whom, as a browser remembers it: enough to know it again, not to say who it is."""
    return sha256(f"{person_id}:{organisation_id}".encode()).hexdigest()


def session_cookies(token: str, place: str, *, before: str, form_token: str) -> list[Cookie]:
    """Those of a session that begins, or goes on for another organisation.

    The pages that are still open in other tabs belong to the place ``before``. When this is another one, their token
    ends with it and ``form_token`` takes its place: what was begun for one organisation must not be sent for another,
    nor by somebody else.
    """
    kept = [keep(COOKIE, token), keep(PLACE, place)]
    return kept if place == before else [*kept, token_cookie(form_token)]


def with_session(response: Response[Any], cookies: Iterable[Cookie]) -> Response[Any]:
    """Give the session's cookies."""
    for cookie in cookies:
        response.set_cookie(cookie)
    return response


def without_session(response: Response[Any]) -> Response[Any]:
    """Take the session's cookie away."""
    response.set_cookie(keep(COOKIE, "", max_age=0))
    return response
