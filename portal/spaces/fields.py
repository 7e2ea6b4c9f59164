"""The fields content is made of: those of the shell, and what a form, the search and the history need beyond."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from html.parser import HTMLParser
from typing import Any

import nh3

from portal.kit.clock import BERLIN, german_day, german_instant
from portal.shell.fields import Field, LongText, Options, Problem, Raw, Text

LONGEST_TEXT = 1_000_000  # characters of markup; a book of 400 pages

_TAGS = {
    "a", "blockquote", "br", "code", "del", "div", "em", "figcaption", "figure", "h1", "h2", "h3", "hr", "img", "li",
    "ol", "p", "pre", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href"}, "img": {"src", "alt", "width", "height"}, "th": {"scope"}}
_OURS = re.compile(r"/inhalte/[0-9a-f-]{36}/(datei|bild)(\?[a-z0-9=&]*)?")
_BLOCKS = frozenset(
    {"blockquote", "br", "div", "figcaption", "h1", "h2", "h3", "hr", "li", "p", "pre", "td", "th", "tr"}
)
_MOST_TAGS, _LONGEST_TAG = 20, 50


class RichText(Field[str]):
    """Formatted text as people write it in the browser's editor: HTML, cleaned so that nothing in it can act."""

    kind = "richtext"

    def typed(self, sent: Raw) -> str:
        """What was sent, uncut: a text that is too long is refused in words, not shortened in silence."""
        text = sent if isinstance(sent, str) else ""
        return text.replace("\r\n", "\n").replace("\x00", "").strip()

    def convert(self, text: str, options: Options) -> str:  # noqa: ARG002
        if len(text) > LONGEST_TEXT:
            raise Problem(
                "Der Text ist zu lang: möglich sind etwa 400 Seiten. Bitte teilen Sie ihn auf mehrere Seiten auf."
            )
        return clean(text)

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
            found = datetime.fromisoformat(text)
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
    """What another package keeps for the item, such as an uploaded file: an identifier that its own page fills in."""

    kind = "reference"


def clean(html: str) -> str:
    """HTML without anything that could act, load from elsewhere or change how the page looks."""
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "tel"},
        attribute_filter=_only_ours,
        link_rel="noopener noreferrer",
    )


def _only_ours(tag: str, attribute: str, value: str) -> str | None:
    """Pictures come from this portal alone: others would tell a stranger who reads the page."""
    if tag == "img" and attribute == "src":
        return value if _OURS.fullmatch(value) else None
    return value


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
    if isinstance(value, list):
        return [_line(part) for part in value]
    return [line for line in str(labels.get(value, value)).splitlines() if line.strip()]


def _line(part: Any) -> str:
    if isinstance(part, dict):
        return f"{'erledigt: ' if part.get('done') else ''}{part.get('text', '')}"
    return str(part)


def plain_lines(html: str) -> list[str]:
    """The text of HTML, a line for each block."""
    reader = _Lines()
    reader.feed(html)
    reader.close()
    return reader.finished()


class _Lines(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self.current: list[str] = []

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self._end()
        if tag == "img" and (alt := dict(attrs).get("alt")):
            self.current.append(alt)

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._end()

    def handle_data(self, data: str) -> None:
        self.current.append(data)

    def finished(self) -> list[str]:
        """All lines that hold anything."""
        self._end()
        return self.lines

    def _end(self) -> None:
        if text := " ".join("".join(self.current).split()):
            self.lines.append(text)
        self.current = []


def midnight(day: date) -> datetime:
    """The first instant of a day in Berlin."""
    return datetime.combine(day, time(), BERLIN)
