"""What can be said of a content tree without a database, clock or request."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntFlag, StrEnum

LONGEST_SLUG = 80
DEEPEST = 20

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_NO_SLUG = re.compile(r"[^a-z0-9]+")
_HOST = r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_]{2,63}"
_WITH_SCHEME = re.compile(r"(?:https?://|mailto:|tel:)\S+", re.IGNORECASE)
_OF_THE_PORTAL = re.compile(r"/(?![/\\])\S*")
_MAIL = re.compile(rf"[^\s@/?#:]+@{_HOST}")
_WEB = re.compile(rf"{_HOST}(?::\d{{1,5}})?(?:[/?#]\S*)?")


class Access(IntFlag):
    """What somebody may do with an item by the grants on it and above it. ``OWNER`` and ``ASSIGNEE`` are never granted:
    who made an item owns it, and what is assigned to somebody who may read it is theirs to do."""

    NONE = 0
    READER = 1
    CONTRIBUTOR = 2
    EDITOR = 4
    REVIEWER = 8
    MANAGER = 16
    OWNER = 32
    ASSIGNEE = 64


GRANTED = (Access.READER, Access.CONTRIBUTOR, Access.EDITOR, Access.REVIEWER, Access.MANAGER)
ANYBODY = Access(63)


class Shift(StrEnum):
    """Where an item goes in the order of its folder; the values stand in forms."""

    FIRST = "anfang"
    UP = "hoch"
    DOWN = "runter"
    LAST = "ende"


@dataclass(frozen=True, slots=True)
class Mark:
    """A place of the tree where something is decided: grants, and whether what lies above counts here.

    ``grants`` are (principal, access) pairs; ``path`` are the slugs from the root, which itself is ().
    """

    path: tuple[str, ...]
    inherits: bool
    grants: tuple[tuple[str, Access], ...]


def access_at(path: Sequence[str], marks: Iterable[Mark], principals: frozenset[str]) -> Access:
    """What somebody who counts as ``principals`` may do at ``path``.

    The grants on the item and above it add up, downwards from the nearest cut. Who manages the whole space manages it
    below a cut too: a place that nobody can open any more would be lost. The same is said in SQL by ``access_marks``.
    """
    deciding = _deciding(path, marks)
    kept = Access.NONE
    if deciding and not deciding[0].path:
        kept = _own(deciding[0], principals) & Access.MANAGER
    result = Access.NONE
    for mark in deciding:
        result = _own(mark, principals) | (result if mark.inherits else kept)
    return result


@dataclass(frozen=True, slots=True)
class Cause:
    """Why somebody may do something: a grant at ``path`` to ``principal``; without one, because they made the item.

    What was granted above a cut is a cause that does not count.
    """

    access: Access
    path: tuple[str, ...]
    principal: str = ""
    counts: bool = True


def causes_of(
    path: Sequence[str], marks: Iterable[Mark], principals: frozenset[str], *, is_owner: bool = False
) -> tuple[Cause, ...]:
    """Every reason for what somebody who counts as ``principals`` may do at ``path``, from the root downwards.

    What counts of them adds up to exactly what ``access_at`` says, and ``OWNER``.
    """
    deciding = _deciding(path, marks)
    cut = max((len(mark.path) for mark in deciding if not mark.inherits), default=0)
    found = [
        Cause(
            access=access,
            path=mark.path,
            principal=principal,
            counts=len(mark.path) >= cut or (not mark.path and access is Access.MANAGER),
        )
        for mark in deciding
        for principal, access in mark.grants
        if principal in principals
    ]
    if is_owner:
        found.append(Cause(Access.OWNER, tuple(path)))
    return tuple(found)


def _deciding(path: Sequence[str], marks: Iterable[Mark]) -> list[Mark]:
    here = tuple(path)
    return sorted((mark for mark in marks if here[: len(mark.path)] == mark.path), key=lambda mark: len(mark.path))


def _own(mark: Mark, principals: frozenset[str]) -> Access:
    result = 0  # adding up flags as numbers takes a tenth of the time
    for principal, access in mark.grants:
        if principal in principals:
            result |= access.value
    return Access(result)


def slug_of(title: str) -> str:
    """The part of an address that a title gives: 'Regeln für Gäste' is 'regeln-fuer-gaeste'."""
    plain = unicodedata.normalize("NFC", title).lower().translate(_UMLAUTS)
    plain = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    return _NO_SLUG.sub("-", plain).strip("-")[:LONGEST_SLUG].strip("-")


def link_of(typed: str) -> str | None:
    """An address as a link leads there: what people leave out ("www.beispiel.de", "name@beispiel.de") is added.

    None: it is no address, or one that could act.
    """
    address = typed.strip()
    if _WITH_SCHEME.fullmatch(address) or _OF_THE_PORTAL.fullmatch(address):
        return address
    if _MAIL.fullmatch(address):
        return f"mailto:{address}"
    return f"https://{address}" if _WEB.fullmatch(address) else None


def numbered(slug: str) -> list[str]:
    """What to try when an address is taken: 'protokoll', 'protokoll-2' and so on."""
    return [slug, *(f"{slug}-{number}" for number in range(2, 100))]


def addresses_above(address: str) -> list[str]:
    """The addresses from the root ('') down to the item itself: 'a/b' gives '', 'a', 'a/b'."""
    parts = [part for part in address.split("/") if part]
    return ["/".join(parts[:number]) for number in range(len(parts) + 1)]


def range_below(address: str) -> tuple[str, str]:
    """Everything below an address lies between these two, the second excluded, in the order of bytes."""
    return (f"{address}/", f"{address}0") if address else ("\x01", "\x7f")
