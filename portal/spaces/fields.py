"""The fields content is made of: those of the shell, and what a form, the search and the history need beyond."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from portal.kit.clock import BERLIN, german_day, german_instant
from portal.shell.fields import Field, LongText, Options, Problem, Raw, Text
from portal.spaces.markup import as_markup, as_source, clean, is_plain, plain_lines

LONGEST_TEXT = 1_000_000  # characters of markup; a book of 400 pages

_MOST_TAGS, _LONGEST_TAG = 20, 50
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_GERMAN = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4}),?\s+(\d{1,2})[:.](\d{2})(?:\s+Uhr)?", re.ASCII)


class RichText(Field[str]):
    """Formatted text as people write it in the browser's editor: HTML, cleaned so that nothing in it can act."""

    kind = "richtext"
    has_pictures = True  # whether the editor offers them; they lie beside the text

    def typed(self, sent: Raw) -> str:
        """What was sent, uncut: a text that is too long is refused in words, not shortened in silence."""
        text = sent if isinstance(sent, str) else ""
        return _NO_TEXT.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()

    def convert(self, text: str, options: Options) -> str:  # noqa: ARG002
        if len(text) > LONGEST_TEXT:
            raise Problem(
                "Der Text ist zu lang: möglich sind etwa 400 Seiten. Bitte teilen Sie ihn auf mehrere Seiten auf."
            )
        return as_markup(text)

    def write(self, value: Any) -> str:
        return as_source(super().write(value))

    def is_plain(self, raw: str) -> bool:
        """Whether the editor finds plain text, and has to make paragraphs of it first."""
        return is_plain(raw)

    def empty(self) -> str:
        return ""


class Moment(Field[datetime | None]):
    """A day and a time of day in Berlin, as the browser's own field sends it: 2026-12-04T14:30."""

    kind = "moment"

    def write(self, value: Any) -> str:
        if isinstance(value, datetime):
            return value.astimezone(BERLIN).strftime("%Y-%m-%dT%H:%M")
        return super().write(value)

    def convert(self, text: str, options: Options) -> datetime:  # noqa: ARG002
        try:
            found = datetime.fromisoformat(_iso(text))
        except ValueError:
            raise Problem("Bitte geben Sie Tag und Uhrzeit an, zum Beispiel 04.12.2026, 14:30 Uhr.") from None
        if not 1900 <= found.year <= 2199:  # noqa: PLR2004 - what nobody means
            raise Problem("Bitte prüfen Sie das Jahr.")
        return found if found.tzinfo else found.replace(tzinfo=BERLIN)


class Tags(Text):
    """Words separated by commas, each once, in the order they were typed."""

    kind = "tags"

    def write(self, value: Any) -> str:
        return ", ".join(value) if isinstance(value, list | tuple) else super().write(value)

    def convert(self, text: str, options: Options) -> Any:  # noqa: ARG002
        found = list(dict.fromkeys(word for part in text.split(",") if (word := " ".join(part.split()))))
        if len(found) > _MOST_TAGS or any(len(word) > _LONGEST_TAG for word in found):
            raise Problem("Bitte geben Sie höchstens 20 Schlagwörter mit je höchstens 50 Zeichen an.")
        return found

    def empty(self) -> Any:
        return []


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a checklist."""

    text: str
    done: bool


class Checklist(LongText):
    """One step a line; a done one begins with "[x]"."""

    kind = "longtext"

    def write(self, value: Any) -> str:
        if isinstance(value, list):
            return "\n".join(f"[x] {step['text']}" if step["done"] else step["text"] for step in value)
        return super().write(value)

    def convert(self, text: str, options: Options) -> Any:
        steps = []
        for line in super().convert(text, options).splitlines():
            done = line.strip().lower().startswith("[x]")
            words = line.strip()[3:].strip() if done else line.strip()
            if words:
                steps.append({"text": words, "done": done})
        return steps

    def empty(self) -> Any:
        return []


class Reference(Text):
    """What another package keeps for the item, such as an uploaded file. Its own page fills it in, no form does.

    It is kept as a mapping with ``id`` and ``name``; people read the name.
    """

    kind = "reference"


def _iso(text: str) -> str:
    """The way the browser's own field writes it, also of what was typed as people write it."""
    typed = _GERMAN.fullmatch(text)
    return "{2}-{1:0>2}-{0:0>2}T{3:0>2}:{4}".format(*typed.groups()) if typed else text


def kept(value: Any) -> Any:
    """A value of a form as JSON keeps it."""
    return value.isoformat() if isinstance(value, date) else value


def given(field: Field[Any], value: Any) -> Any:
    """A kept value as the form had it."""
    if isinstance(value, str) and value and field.kind == "date":
        return date.fromisoformat(value)
    if isinstance(value, str) and value and field.kind == "moment":
        return datetime.fromisoformat(value)
    return value


def lines_of(field: Field[Any], value: Any, options: Options = ()) -> list[str]:
    """A kept value in lines that people read: what the history compares and the search finds."""
    if value in (None, "", [], {}):
        return []
    if field.kind == "richtext":
        return plain_lines(value)
    return _said(given(field, value), dict((*field.choices, *options)))


def _said(value: Any, labels: dict[Any, str]) -> list[str]:
    if isinstance(value, bool):
        return ["ja"] if value else []
    if isinstance(value, datetime):
        return [german_instant(value)]
    if isinstance(value, date):
        return [german_day(value)]
    if isinstance(value, dict):
        return [str(value.get("name", ""))]
    if isinstance(value, list):
        return [_line(part) for part in value]
    return [line for line in str(labels.get(value, value)).splitlines() if line.strip()]


def _line(part: Any) -> str:
    if isinstance(part, dict):
        return f"{'erledigt: ' if part.get('done') else ''}{part.get('text', '')}"
    return str(part)


def midnight(day: date) -> datetime:
    """The first instant of a day in Berlin."""
    return datetime.combine(day, time(), BERLIN)


__all__ = [
    "Checklist",
    "Moment",
    "Reference",
    "RichText",
    "Step",
    "Tags",
    "clean",
    "given",
    "kept",
    "lines_of",
    "midnight",
    "plain_lines",
]
