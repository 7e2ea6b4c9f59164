"""A position as a document, and the trend of early warnings as a table for a spreadsheet programme."""

import re
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from portal.circle.rules import Trend
from portal.kit.clock import german_day
from portal.kit.documents import tagged_pdf
from portal.kit.spreadsheet import table
from portal.spaces.markup import clean

_DOCUMENT = Path(__file__).parent / "position.typ"
_DEEPEST = 12  # blocks in blocks; what lies deeper is set as text of the one around it
_VOID = frozenset({"br", "hr", "img"})
_HEADINGS = {"h1": 2, "h2": 2, "h3": 3, "h4": 4}
_ABROAD = ("http://", "https://", "mailto:")
_SPACE = re.compile(r"\s+")
Node = dict[str, Any]


async def paper_as_pdf(*, title: str, network: str, standing: str, body: str) -> bytes:
    """A tagged document (PDF/UA) of a paper; ``standing`` says what it is: adopted when, which edition."""
    given = {"title": title, "network": network, "standing": standing, "body": blocks_of(body)}
    return await tagged_pdf(_DOCUMENT, given)


def blocks_of(body: str) -> list[Node | str]:
    """Cleaned markup as a tree: texts, and nodes with ``tag``, ``of`` (what is in them) and what a tag has beside.

    A heading is at most one level below the one before it.
    """
    reader = _Tree()
    reader.feed(clean(body))
    reader.close()
    of: list[Node | str] = reader.root["of"]
    return of


def trend_as_csv(trend: Trend, topics: Mapping[str, str]) -> bytes:
    """A line for each topic, a column for each month."""
    head = ("Thema", *(f"{month:%m/%Y}" for month in trend.months))
    return table(head, ((topics.get(topic, topic), *map(at_least, trend.row(topic))) for topic in trend.topics))


def at_least(number: int | None) -> str:
    """'0', 'unter 5', 'mindestens 10'."""
    if number is None:
        return "unter 5"
    return f"mindestens {number}" if number else "0"


def standing_of(edition: int, decided_at: Any) -> str:
    """What stands under the title of a position in force."""
    day = german_day(decided_at, weekday=False)
    return f"Gemeinsame Position, einstimmig angenommen am {day}. Ausgabe {edition}."


class _Tree(HTMLParser):
    """Reads clean HTML."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root: Node = {"tag": "body", "of": []}
        self.open: list[Node] = [self.root]
        self.left_out = 0  # open tags that are too deep
        self.level = 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            if tag != "img":
                self.open[-1]["of"].append({"tag": tag, "of": []})
            return
        if len(self.open) > _DEEPEST or self.left_out:
            self.left_out += 1
            return
        node: Node = {"tag": tag, "of": []}
        if tag in _HEADINGS:
            self.level = node["level"] = min(_HEADINGS[tag], self.level + 1)
            node["tag"] = "heading"
        href = dict(attrs).get("href") or ""
        if tag == "a":
            node |= {"href": href} if href.startswith(_ABROAD) else {"tag": "span"}
        self.open[-1]["of"].append(node)
        self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        if self.left_out:
            self.left_out -= 1
        elif len(self.open) > 1:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if any(node["tag"] == "pre" for node in self.open):
            self.open[-1]["of"].append(data)
        elif data.strip() or self.open[-1]["tag"] not in ("body", "ol", "table", "tbody", "thead", "tr", "ul"):
            self.open[-1]["of"].append(_SPACE.sub(" ", data))
