"""What can be said of files without storage, database or request."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote

LARGEST_FILE = 200 * 1024 * 1024
LARGEST_PICTURE = 20 * 1024 * 1024  # of one that is put into a page
PART = 8 * 1024 * 1024  # what the browser sends at once of a large file
MOST_FILES = 20  # at once, through one form
LONGEST_NAME = 200
MOST_PIXELS = 100_000_000

_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f/\\\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
_RANGE = re.compile(r"bytes=(\d{0,19})-(\d{0,19})", re.ASCII)
_UNITS = ("Bytes", "KB", "MB", "GB", "TB")
_STEP = 1000
_PLAIN = re.compile(r"[^A-Za-z0-9._ -]")


class Scan(StrEnum):
    """What the virus scanner said."""

    CLEAN = "clean"
    INFECTED = "infected"
    NOT_SCANNED = "not_scanned"
    WAITING = "waiting"


class Reading(StrEnum):
    """How far the worker came with reading a file for the search and for its preview."""

    BROKEN = "broken"
    EMPTY = "empty"
    LOCKED = "locked"
    READ = "read"
    TOO_BIG = "too_big"
    UNREADABLE = "unreadable"
    WAITING = "waiting"


class NameProblem(StrEnum):
    """Why a name cannot be taken."""

    EMPTY = "empty"
    FORBIDDEN = "forbidden"
    LONG = "long"


@dataclass(frozen=True, slots=True)
class Range:
    """Bytes from ``start`` up to and without ``end``."""

    start: int
    end: int


class Unsatisfiable(Exception):
    """What was asked for lies beyond the end of the file."""


def name_problem(name: str) -> NameProblem | None:
    """What is wrong with the name of a file; None when nothing is.

    A slash would lead into another folder, and signs that turn the direction of writing around make "exe.fdp" out of
    a program.
    """
    if not name.strip(". "):
        return NameProblem.EMPTY
    if _FORBIDDEN.search(name):
        return NameProblem.FORBIDDEN
    return NameProblem.LONG if len(name) > LONGEST_NAME else None


def tidy_name(name: str) -> str:
    """The name as it is kept: composed letters, no blanks around."""
    return unicodedata.normalize("NFC", name).strip()


def extension_of(name: str) -> str:
    """What stands behind the last dot, in small letters; empty when there is none."""
    stem, dot, extension = name.rpartition(".")
    return extension.lower() if dot and stem else ""


def title_of(name: str) -> str:
    """The title a name gives: without the extension, underscores as blanks."""
    extension = extension_of(name)
    stem = name[: -len(extension) - 1] if extension else name
    return " ".join(stem.replace("_", " ").split())[:LONGEST_NAME] or name


def requested_range(header: str | None, size: int) -> Range | None:
    """The part of a file that a ``Range`` header asks for; None for the whole (several parts at once, or no bytes).

    Raises:
        Unsatisfiable: nothing of it is there.
    """
    match = _RANGE.fullmatch(header.strip()) if header else None
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:
        if not int(last) or not size:
            raise Unsatisfiable
        return Range(max(0, size - int(last)), size)
    start, end = int(first), min(int(last) + 1, size) if last else size
    if last and int(last) < start:
        return None  # not a range at all (RFC 9110, section 14.1.1)
    if start >= size:
        raise Unsatisfiable
    return Range(start, end)


def is_unchanged(if_none_match: str | None, tag: str) -> bool:
    """Whether the browser has this very content already (RFC 9110, section 13.1.2: weak comparison)."""
    if not if_none_match:
        return False
    known = [part.strip().removeprefix("W/") for part in if_none_match.split(",")]
    return "*" in known or tag in known


def disposition(name: str, *, inline: bool = False) -> str:
    """``Content-Disposition`` for a name with any letters (RFC 6266 with RFC 5987)."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = _PLAIN.sub("_", plain).strip() or "datei"
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def size_words(size: int, *, comma: str = ",") -> str:
    """1234567 as '1,2 MB'."""
    amount, unit = float(size), 0
    while amount >= _STEP and unit < len(_UNITS) - 1:
        amount, unit = amount / _STEP, unit + 1
    words = f"{amount:.1f}" if unit and amount < 10 else f"{amount:.0f}"  # noqa: PLR2004 - one digit before the comma
    return f"{words.removesuffix('.0').replace('.', comma)}\u00a0{_UNITS[unit]}"


def folder_of(space_id: object, secret: str) -> str:
    """Where everything of one blob lies in the storage. ``secret`` is random: who knows the item cannot guess it."""
    return f"{space_id}/{secret}"
