"""Kinds of portlets, and what is typed into their settings."""

from dataclasses import dataclass
from enum import StrEnum

MOST_PORTLETS = 20
MOST_ENTRIES = 20
MOST_LINKS = 30
EXPIRING_DAYS = 30  # so long before, editors are told that something expires
SCHEMES = ("https://", "http://", "mailto:", "tel:", "/")


class PortletKind(StrEnum):
    """What a portlet shows; the values stand in addresses."""

    NEWS = "nachrichten"
    EVENTS = "termine"
    TASKS = "aufgaben"
    DEADLINES = "fristen"
    RECENT = "geaendertes"
    COLLECTION = "sammlung"
    LINKS = "verweise"
    TEXT = "text"


class Side(StrEnum):
    """In which column a portlet stands."""

    MAIN = "breit"
    ASIDE = "schmal"


class Move(StrEnum):
    """Where to in the order of the portlets; the values stand in forms."""

    UP = "hoch"
    DOWN = "runter"


@dataclass(frozen=True, slots=True)
class Link:
    """A line of a portlet with links."""

    title: str
    target: str


class NoLink(Exception):
    """A line that is no link; ``args`` holds it."""


def links_of(text: str) -> list[Link]:
    """One link a line: a title, then its address after the last vertical bar, or the address alone.

    Raises:
        NoLink: a line whose address is none.
    """
    found = []
    for line in filter(None, map(str.strip, text.splitlines())):
        title, _, target = line.rpartition("|")
        target = target.strip()
        if not target.startswith(SCHEMES) or target.startswith("//") or " " in target or "\\" in target:
            raise NoLink(line)
        found.append(Link(title.strip() or target, target))
    return found


def written(links: list[Link]) -> str:
    """Links as they were typed."""
    return "\n".join(link.target if link.title == link.target else f"{link.title} | {link.target}" for link in links)


def moved(places: list[str], which: str, move: Move) -> list[str]:
    """The order after one of them went a step up or down; at the end it stays."""
    at = places.index(which)
    to = min(max(at + (-1 if move is Move.UP else 1), 0), len(places) - 1)
    rest = places[:at] + places[at + 1 :]
    return [*rest[:to], which, *rest[to:]]
