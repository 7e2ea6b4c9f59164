"""The shape of a package, and what is wrong with one, without database or request."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from portal.transfer import limits

FORMAT, FORMAT_VERSION = "hilfenetz-inhalte", 1
MANIFEST, LINES, BYTES = "paket.json", "inhalte.jsonl", "dateien/"
MOST_PROBLEMS = 50

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_LINK = re.compile(r"/inhalte/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
_EXPECTED: dict[str, type | tuple[type, ...]] = {
    "id": str,
    "path": str,
    "type": str,
    "values": dict,
    "state": str,
    "position": int,
    "version": int,
    "owner": str,
    "changed_by": str,
    "created_at": str,
    "changed_at": str,
}
_MOMENTS = ("created_at", "changed_at", "published_at", "publish_at", "expires_at")
_WORDS = {str: "ein Text", dict: "ein Objekt", int: "eine ganze Zahl", list: "eine Liste"}
_LARGEST_NUMBER = 10**9  # half of what a column holds: versions and places go on from there
_YEARS = range(1900, 2200)
_DEEPEST = 100  # levels of objects and lists in each other
_UNKEPT = re.compile(r"[\x00\ud800-\udfff]")


class Entries(Protocol):
    """What the entries of a list in a line are like (``portal.spaces.luggage.Luggage`` is one)."""

    @property
    def shape(self) -> Mapping[str, type]: ...
    @property
    def moments(self) -> Mapping[str, bool]: ...
    @property
    def check(self) -> Callable[[dict[str, Any]], str]: ...


class _Plain(NamedTuple):
    shape: Mapping[str, type]
    moments: Mapping[str, bool] = {"at": True}
    check: Callable[[dict[str, Any]], str] = lambda _: ""


Lists = Mapping[str, Entries]
_LISTS: Lists = {
    "versions": _Plain({"version": int, "values": dict, "note": str, "by": str}),
    "steps": _Plain({"transition": str, "source": str, "target": str, "note": str, "by": str}),
    "grants": _Plain({"principal": str, "access": int, "by": str}),
}
_NONE: Lists = {}


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with a package: where (file, line, key), what was expected, and the number of the entry."""

    where: str
    sentence: str
    number: int


class Broken(Exception):
    """A line that cannot be used."""

    def __init__(self, key: str, sentence: str) -> None:
        super().__init__(sentence)
        self.key = key
        self.sentence = sentence


@dataclass(slots=True)
class Line:
    """One item of a package, checked for its shape."""

    number: int
    path: tuple[str, ...]
    data: dict[str, Any]

    @property
    def above(self) -> tuple[str, ...]:
        """The path of the folder it lies in."""
        return self.path[:-1]

    def digests(self) -> Iterator[str]:
        """Of the files it names, in all its versions."""
        for values in (self.data["values"], *(version["values"] for version in self.data.get("versions", ()))):
            found = values.get("file")
            if isinstance(found, dict) and found.get("sha256"):
                yield str(found["sha256"])


@dataclass(slots=True)
class Lines:
    """All of a package, what is wrong with it, and what whoever imports it should know beforehand.

    ``places`` says where each line was found, if not in the lines of a package.
    """

    lines: list[Line] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    places: dict[int, str] = field(default_factory=dict)

    def refuse(self, number: int, key: str, sentence: str) -> None:
        """Note what is wrong; the first fifty are enough."""
        if len(self.troubles) < MOST_PROBLEMS:
            place = self.places.get(number, f"{LINES}, Zeile {number}")
            self.troubles.append(Trouble(place + (f", „{key}“" if key else ""), sentence, number))


def read_lines(content: Iterator[bytes], lists: Lists = _NONE) -> Lines:
    """The lines of a package; what is wrong with each is noted, so that all is said at once.

    Args:
        lists: what lines hold beside the lists every line may have, by key.
    """
    found, paths = Lines(), set[tuple[str, ...]]()
    for number, raw in enumerate(content, start=1):
        if number > limits.LIMITS.items:
            found.refuse(number, "", too_many())
            break
        try:
            line = read_line(number, raw, lists)
        except Broken as broken:
            found.refuse(number, broken.key, broken.sentence)
            continue
        if line.path in paths:
            found.refuse(number, "path", "Diese Adresse steht schon in einer Zeile darüber.")
        elif paths and line.above not in paths:
            found.refuse(number, "path", "Der Ordner darüber fehlt im Paket oder steht erst weiter unten.")
        paths.add(line.path)
        found.lines.append(line)
    if not found.lines and not found.troubles:
        found.refuse(1, "", "Das Paket enthält keine Einträge.")
    return found


def too_many() -> str:
    """The sentence for more items than are taken at once."""
    return f"Das sind zu viele Einträge auf einmal: möglich sind {limits.LIMITS.items:_}.".replace("_", ".")


def read_line(number: int, raw: bytes, lists: Lists = _NONE) -> Line:
    """One line.

    Raises:
        Broken: it is no JSON, or something in it is missing or of another kind.
    """
    try:
        data = json.loads(raw)
    except (ValueError, RecursionError):
        raise Broken("", "Das ist kein gültiges JSON.") from None
    check_entry(data)
    _check(data, _EXPECTED)
    for key in _MOMENTS:
        if data.get(key) is not None or key in _EXPECTED:
            data[key] = _moment(key, data.get(key))
    for name, entries in {**_LISTS, **lists}.items():
        _check_list(data, name, entries)
    path = tuple(part for part in data["path"].split("/") if part)
    if any(not _SLUG.fullmatch(part) or len(part) > 80 for part in path) or "/".join(path) != data["path"]:  # noqa: PLR2004
        raise Broken("path", "Erwartet werden Kleinbuchstaben, Ziffern und Bindestriche, getrennt durch „/“.")
    line = Line(number, path, data)
    if any(not _DIGEST.fullmatch(digest) for digest in line.digests()):
        raise Broken("file", "Erwartet wird die Prüfsumme der Datei (SHA-256).")
    return line


def relinked(text: str, ids: dict[str, str]) -> str:
    """Links to what came along lead to where it is now."""
    return _LINK.sub(lambda found: f"/inhalte/{ids.get(found[1], found[1])}", text)


def relinked_all(value: Any, ids: dict[str, str]) -> Any:
    """As ``relinked``, in every text of it."""
    if isinstance(value, str):
        return relinked(value, ids)
    if isinstance(value, dict):
        return {key: relinked_all(part, ids) for key, part in value.items()}
    return [relinked_all(part, ids) for part in value] if isinstance(value, list) else value


_ONLY_SAID = " (laut Paket)"


def said(name: str) -> str:
    """Whose it was or who changed it last, where only a package says so."""
    plain = plainly(name)[: 200 - len(_ONLY_SAID)]
    return plain and plain + _ONLY_SAID


def plainly(name: str) -> str:
    """The name as it goes into a package: the next one says so anew."""
    return name.removesuffix(_ONLY_SAID)


def check_entry(data: Any) -> None:
    """Whether it is an object whose texts the database takes.

    Raises:
        Broken: no.
    """
    if not isinstance(data, dict):
        raise Broken("", "Erwartet wird ein JSON-Objekt.")
    _check_texts(data, _DEEPEST)


def _check_texts(value: Any, levels: int) -> None:
    """The database takes every text in it, and whoever goes through it comes back.

    Raises:
        Broken: no.
    """
    if isinstance(value, str) and _UNKEPT.search(value):
        raise Broken("", "Darin steht ein Zeichen, das sich nicht speichern lässt.")
    if not isinstance(value, dict | list):
        return
    if not levels:
        raise Broken("", "Das ist zu tief verschachtelt.")
    for part in value:
        _check_texts(part, levels - 1)
        if isinstance(value, dict):
            _check_texts(value[part], levels - 1)


def _check(data: dict[str, Any], expected: Any, within: str = "") -> None:
    for key, kind in expected.items():
        if not isinstance(data.get(key), kind) or isinstance(data.get(key), bool):
            raise Broken(f"{within}{key}", f"Erwartet wird {_WORDS[kind]}.")
        if kind is int and abs(data[key]) > _LARGEST_NUMBER:
            raise Broken(f"{within}{key}", "Diese Zahl ist zu groß.")


def _check_list(data: dict[str, Any], name: str, expected: Entries) -> None:
    entries = data.setdefault(name, [])
    if not isinstance(entries, list):
        raise Broken(name, f"Erwartet wird {_WORDS[list]}.")
    for number, entry in enumerate(entries, start=1):
        within = f"{name}.{number}."
        if not isinstance(entry, dict):
            raise Broken(within.rstrip("."), f"Erwartet wird {_WORDS[dict]}.")
        _check(entry, expected.shape, within)
        for key, is_needed in expected.moments.items():
            found = entry.get(key)
            entry[key] = _moment(f"{within}{key}", found) if is_needed or found is not None else None
        if wrong := expected.check(entry):
            raise Broken(within.rstrip("."), wrong)


def _moment(key: str, value: Any) -> datetime:
    try:
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise Broken(key, "Erwartet wird ein Zeitpunkt wie 2026-12-04T14:30:00+00:00.") from None
    if found.tzinfo is None:
        raise Broken(key, "Erwartet wird ein Zeitpunkt mit Zeitzone.")
    if found.year not in _YEARS:
        raise Broken(key, "Bitte prüfen Sie das Jahr.")
    return found
