"""Every page has a number of its own, which stands in the token of its forms (``shell.once`` says what for)."""

import re
import secrets
from collections.abc import Iterable

from litestar.types import Scope

FIELD = "_csrf_token"
_NUMBER = "hilfenetz_page"
_DIGITS = re.compile(r"[0-9a-f]{16}")


def numbered(token: str, number: str = "") -> str:
    """The token as the forms of a page carry it: with the number of that page, a new one if none is given."""
    return f"{token}.{number or secrets.token_hex(8)}"


def bare(token: str) -> str:
    """The token without that number."""
    return token.partition(".")[0]


def number_in(tokens: Iterable[object]) -> str:
    """The number that stands in the first of these tokens that has one; empty if none has."""
    parts = (token.partition(".")[2] for token in tokens if isinstance(token, str))
    return next(filter(_DIGITS.fullmatch, parts), "")


def note_page(scope: Scope, number: str) -> None:
    """Keep from which page a form was sent."""
    scope["state"][_NUMBER] = number


def page_of(scope: Scope) -> str:
    """The number of the page a form was sent from; empty if it is not known."""
    return str(scope["state"].get(_NUMBER, ""))
