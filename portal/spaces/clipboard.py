"""What somebody cut or copied, kept in their browser: identifiers only, rights are asked for when it is put down."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Request, Response
from litestar.datastructures import Cookie

COOKIE = "__Host-ablage"
MOST = 100
_CUT, _COPIED = "a", "k"
_SIZE, _DAY = 16, 86_400


@dataclass(frozen=True, slots=True)
class Clipboard:
    """What lies ready; ``is_cut``: putting it down moves it."""

    is_cut: bool
    item_ids: tuple[UUID, ...]


def taken(*, is_cut: bool, item_ids: Sequence[UUID]) -> str:
    """A clipboard as the cookie holds it."""
    packed = base64.urlsafe_b64encode(b"".join(item_id.bytes for item_id in item_ids[:MOST]))
    return (_CUT if is_cut else _COPIED) + packed.decode().rstrip("=")


def read(text: str) -> Clipboard | None:
    """The clipboard in a cookie; None when there is none, or it is nothing of ours."""
    kind, packed = text[:1], text[1:]
    if kind not in (_CUT, _COPIED) or not text.isascii():
        return None
    try:
        raw = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
    except (ValueError, binascii.Error):
        return None
    if not raw or len(raw) % _SIZE or len(raw) > MOST * _SIZE:
        return None
    found = dict.fromkeys(UUID(bytes=raw[at : at + _SIZE]) for at in range(0, len(raw), _SIZE))
    return Clipboard(kind == _CUT, tuple(found))


def clipboard_of(request: Request[Any, Any, Any]) -> Clipboard | None:
    """What lies ready in this browser."""
    return read(request.cookies.get(COOKIE, ""))


def put(response: Response[str], *, is_cut: bool, item_ids: Sequence[UUID]) -> None:
    """Lay something ready, for a day."""
    _set(response, taken(is_cut=is_cut, item_ids=item_ids), _DAY)


def clear(response: Response[str]) -> None:
    """Nothing lies ready any more."""
    _set(response, "", 0)


def _set(response: Response[str], value: str, max_age: int) -> None:
    response.set_cookie(
        Cookie(key=COOKIE, value=value, max_age=max_age, path="/", secure=True, httponly=True, samesite="lax")
    )
