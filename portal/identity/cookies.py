"""What the browser keeps: bound to this host and to encrypted connections, out of reach of scripts."""

from typing import Any

from litestar import Response
from litestar.datastructures import Cookie

from portal.identity.sessions import COOKIE


def keep(name: str, value: str, max_age: int | None = None) -> Cookie:
    """Without ``max_age`` the browser forgets it when it is closed."""
    return Cookie(key=name, value=value, max_age=max_age, path="/", secure=True, httponly=True, samesite="lax")


def without_session(response: Response[Any]) -> Response[Any]:
    """Take the session's cookie away."""
    response.set_cookie(keep(COOKIE, "", max_age=0))
    return response
