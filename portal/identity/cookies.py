"""What the browser keeps: bound to this host and to encrypted connections, out of reach of scripts."""

from hashlib import sha256
from typing import Any
from uuid import UUID

from litestar import Response
from litestar.datastructures import Cookie

from portal.identity.sessions import COOKIE
from portal.shell.security import CSRF_COOKIE

PLACE = "__Host-platz"


def keep(name: str, value: str, max_age: int | None = None) -> Cookie:
    """Without ``max_age`` the browser forgets it when it is closed."""
    return Cookie(key=name, value=value, max_age=max_age, path="/", secure=True, httponly=True, samesite="lax")


def place_of(person_id: UUID, organisation_id: UUID) -> str:
    """Who works for whom, as a browser remembers it: enough to know it again, not to say who it is."""
    return sha256(f"{person_id}:{organisation_id}".encode()).hexdigest()


def with_session(response: Response[Any], token: str, place: str, *, before: str) -> Response[Any]:
    """Give the session's cookie.

    The pages that are still open in other tabs belong to the place ``before``. When this is another one, their token
    ends with it: what was begun for one organisation must not be sent for another, nor by somebody else.
    """
    response.set_cookie(keep(COOKIE, token))
    response.set_cookie(keep(PLACE, place))
    if place != before:
        response.set_cookie(keep(CSRF_COOKIE, "", max_age=0))
    return response


def without_session(response: Response[Any]) -> Response[Any]:
    """Take the session's cookie away."""
    response.set_cookie(keep(COOKIE, "", max_age=0))
    return response
