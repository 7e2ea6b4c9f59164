"""Reads a TOML text into frozen dataclasses and says in German where it does not fit.

It knows no word of any rulebook: the dataclasses say everything. A field is required unless it has a default; its
type decides what is accepted; ``expects`` adds limits and the words of the message. All problems of a file are
collected, so that one round of mending is enough.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, Field, field, fields, is_dataclass
from datetime import date, datetime
from difflib import get_close_matches
from enum import StrEnum
from types import MappingProxyType, NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

T = TypeVar("T")
Path = tuple[str | int, ...]
_SHORT = 80
_KEY = re.compile(r"[a-z][a-z0-9_]*")
_HEADER = re.compile(r"\s*(\[\[?)([^\[\]]+)\]\]?\s*(?:#.*)?$")
_ASSIGNMENT = re.compile(r"\s*((?:[\w-]+|\"[^\"]+\")(?:\s*\.\s*(?:[\w-]+|\"[^\"]+\"))*)\s*=")
_TYPE_WORDS = {bool: "ja/nein", int: "ganze Zahl", float: "Kommazahl", str: "Text", list: "Liste", dict: "Abschnitt"}


class RulebookError(ValueError):
    """A rulebook cannot be used; the message names file, line, key, what was found and what is expected."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problems))


class MisfitError(ValueError):
    """Raised by a dataclass' ``__post_init__`` when its values do not fit together; ``key`` names the culprit."""

    def __init__(self, key: str, sentence: str) -> None:
        self.key = key
        super().__init__(sentence)


def expects(words: str, *, default: Any = MISSING, least: int = 1, most: int = 10_000, pattern: str = "") -> Any:
    """A field with the words of its message; ``least``/``most`` bound numbers and the length of texts."""
    return field(default=default, metadata={"words": words, "least": least, "most": most, "pattern": pattern})


def read_toml(kind: type[T], text: str, name: str) -> T:
    """The text as an instance of the dataclass.

    Raises:
        RulebookError: with one sentence a problem.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RulebookError([_syntax(name, str(error))]) from None
    except RecursionError:
        raise RulebookError([f"{name}: Das ist zu tief verschachtelt, um ein Regelwerk zu sein."]) from None
    reader = _Reader(name, lines_of(text))
    result = reader.record(kind, table, ())
    if reader.problems or result is None:
        raise RulebookError(reader.problems)
    return result


def lines_of(text: str) -> dict[Path, int]:
    """The line of each table and key, counted from 1. Keys inside inline tables have none of their own."""
    lines: dict[Path, int] = {}
    here: Path = ()
    counts: dict[Path, int] = {}
    inside = ""
    for number, line in enumerate(text.splitlines(), start=1):
        outside = not inside
        for quote in re.findall(r'"""|\'\'\'', line):
            inside = "" if inside == quote else inside or quote
        if not outside:
            continue
        if header := _HEADER.match(line):
            here = _path(header[2], counts)
            if header[1] == "[[":
                counts[here] = counts.get(here, -1) + 1
                here = (*here, counts[here])
            lines[here] = number
        elif assignment := _ASSIGNMENT.match(line):
            lines[(*here, *_path(assignment[1], {}))] = number
    return lines


def dotted(path: Path) -> str:
    """('members', 2, 'kind') -> 'members[3].kind': counted as people count."""
    text = "".join(f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.lstrip(".") or "die Datei"


def _path(header: str, counts: Mapping[Path, int]) -> Path:
    """The steps of a header; a step that names a list of tables means its latest entry."""
    path: Path = ()
    steps = [step.strip().strip('"') for step in header.split(".")]
    for position, step in enumerate(steps):
        path = (*path, step)
        if path in counts and position < len(steps) - 1:
            path = (*path, counts[path])
    return path


def _syntax(name: str, message: str) -> str:
    place = re.search(r"\(at line (\d+), column (\d+)\)", message)
    where = f"Zeile {place[1]}, Spalte {place[2]}" if place else "am Ende der Datei"
    return f'{name}, {where}: Das ist kein gültiges TOML. Erwartet wird eine Zeile wie: name = "Text".'


class _Reader:
    def __init__(self, name: str, lines: Mapping[Path, int]) -> None:
        self.name = name
        self.lines = lines
        self.problems: list[str] = []

    def complain(self, path: Path, sentence: str) -> None:
        line = next((self.lines[path[:end]] for end in range(len(path), 0, -1) if path[:end] in self.lines), None)
        where = f"{self.name}, Zeile {line}" if line else self.name
        self.problems.append(f"{where}: {dotted(path)}: {sentence}")

    def record(self, kind: type[T], table: Any, path: Path) -> T | None:
        if not isinstance(table, dict):
            self.complain(path, f"gefunden {_found(table)}, erwartet einen Abschnitt mit Schlüsseln.")
            return None
        known = {item.name: item for item in fields(kind) if item.init}  # type: ignore[arg-type]
        hints = get_type_hints(kind)
        for key in sorted(table.keys() - known.keys()):
            self.complain((*path, key), _unknown(key, list(known)))
        before = len(self.problems)
        values = {}
        for key, item in known.items():
            if key in table:
                values[key] = self.value(hints[key], table[key], (*path, key), item)
            elif item.default is MISSING and item.default_factory is MISSING:
                self.complain((*path, key), f"fehlt, erwartet {_words(hints[key], item)}.")
        if len(self.problems) > before:
            return None
        return self.made(kind, values, path)

    def made(self, kind: type[T], values: dict[str, Any], path: Path) -> T | None:
        try:
            return kind(**values)
        except MisfitError as misfit:
            self.complain((*path, *misfit.key.split(".")), str(misfit))
            return None

    def value(self, hint: Any, value: Any, path: Path, item: Field[Any]) -> Any:
        if get_origin(hint) is UnionType:
            hint = next(option for option in get_args(hint) if option is not NoneType)
        if is_dataclass(hint) and not hasattr(hint, "parse"):
            return self.record(hint, value, path)  # type: ignore[arg-type]
        if get_origin(hint) is tuple:
            return self.listed(get_args(hint)[0], value, path, item)
        if get_origin(hint) is Mapping:
            return self.keyed(get_args(hint)[1], value, path, item)
        return self.single(hint, value, path, item)

    def listed(self, hint: Any, value: Any, path: Path, item: Field[Any]) -> tuple[Any, ...]:
        if not isinstance(value, list):
            self.complain(path, f"gefunden {_found(value)}, erwartet eine Liste.")
            return ()
        if not value:
            self.complain(path, f"ist leer, erwartet {_words(hint, item)}.")
        entries = tuple(self.value(hint, entry, (*path, number), item) for number, entry in enumerate(value))
        if all(isinstance(entry, str) for entry in entries) and len(set(entries)) < len(entries):
            self.complain(path, "enthält einen Eintrag doppelt, erwartet jeden nur einmal.")
        return entries

    def keyed(self, hint: Any, value: Any, path: Path, item: Field[Any]) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            self.complain(path, f"gefunden {_found(value)}, erwartet einen Abschnitt mit Schlüsseln.")
            return {}
        for key in value:
            if not _KEY.fullmatch(key):
                self.complain((*path, key), "ist kein Schlüssel, erwartet Kleinbuchstaben, Ziffern und Unterstriche.")
        return MappingProxyType({key: self.value(hint, entry, (*path, key), item) for key, entry in value.items()})

    def single(self, hint: Any, value: Any, path: Path, item: Field[Any]) -> Any:
        if hasattr(hint, "parse") and isinstance(value, str):
            try:
                return hint.parse(value)
            except ValueError:
                pass
        elif isinstance(hint, type) and issubclass(hint, StrEnum):
            if value in list(hint):
                return hint(value)
        elif type(value) is hint and _within(value, item):
            return value
        self.complain(path, f"gefunden {_found(value)}, erwartet {_words(hint, item)}.{_meant(hint, value)}")
        return None


def _within(value: Any, item: Field[Any]) -> bool:
    rule = item.metadata
    size = len(value) if isinstance(value, str) else value
    if isinstance(size, bool | date) or not rule:
        return True
    bounded = rule["least"] <= size <= rule["most"]
    return bounded and (not isinstance(value, str) or re.fullmatch(rule["pattern"] or "(?s).*", value) is not None)


def _words(hint: Any, item: Field[Any]) -> str:
    if words := item.metadata.get("words"):
        return str(words)
    kinds = [option for option in get_args(hint) if option is not NoneType] or [hint]
    kind = kinds[0]
    if hasattr(kind, "expected"):
        return str(kind.expected)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return "eines von " + ", ".join(f"„{option}“" for option in kind)
    if kind is date:
        return "ein Datum wie 2026-03-01"
    if is_dataclass(kind) or get_origin(hint) is Mapping:
        return "einen Abschnitt mit Schlüsseln"
    return {bool: "true oder false", int: "eine ganze Zahl", str: "einen Text in Anführungszeichen"}.get(
        kind, "Angaben"
    )


def _found(value: Any) -> str:
    if isinstance(value, bool):
        return f"„{str(value).lower()}“"
    if isinstance(value, datetime | date):
        return f"das Datum {value}"
    word = _TYPE_WORDS.get(type(value), "etwas anderes")
    return f"„{value}“ ({word})" if isinstance(value, str | int | float) and len(str(value)) < _SHORT else word


def _unknown(key: str, known: list[str]) -> str:
    close = get_close_matches(key, known, n=1, cutoff=0.6)
    if close:
        return f"dieser Schlüssel ist unbekannt. Gemeint ist wohl „{close[0]}“."
    return f"dieser Schlüssel ist unbekannt, erwartet einen von: {', '.join(known)}."


def _meant(hint: Any, value: Any) -> str:
    if isinstance(hint, type) and issubclass(hint, StrEnum) and isinstance(value, str):
        close = get_close_matches(value, list(hint), n=1, cutoff=0.6)
        return f" Gemeint ist wohl „{close[0]}“." if close else ""
    return ""
