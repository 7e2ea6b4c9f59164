"""Where a visitor can go, and what waits for them there."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from portal.shell.feature import Feature, NavItem, NavTopic
from portal.shell.frame import Link, Place, Section, Visitor
from tenants.context import Seat
from tenants.database import execute
from tenants.kept import ANY, Matters

Counts = dict[tuple[str, str], int]  # by address as declared and network id ("" where there is none)

_COLUMN = "waiting_"
_MENUS = 512  # kept in one process, each for one visitor and what waits for them


class Waits(NamedTuple):
    """What waits for somebody; ``until`` it may change by the clock alone."""

    counts: Counts
    until: datetime | None


class Entry(NamedTuple):
    """An entry for one visitor; pages below ``below`` lie under it, and addresses that begin with ``also``."""

    label: str
    address: str
    waiting: int
    below: str
    also: str = ""
    topic: str = ""


class Menu:
    """Everywhere one visitor can go, while the same waits for them there."""

    def __init__(self, visitor: Visitor, rows: Sequence[tuple[str, str, list[Entry]]], inbox: Link | None) -> None:
        self._visitor = visitor
        self._rows = [row for row in rows if row[2]]
        self._inbox = inbox
        self._entries = [entry for _, _, entries in rows for entry in entries]
        self._places: dict[tuple[str, bool], Place] = {}

    def place(self, path: str) -> Place:
        """The place of a path; all paths under one entry are the same place."""
        at = _current(self._entries, path), self._inbox is not None and path == self._inbox.address
        if at not in self._places:
            self._places[at] = self._marked(*at)
        return self._places[at]

    def _marked(self, current: str, at_inbox: bool) -> Place:
        sections = tuple(
            Section(kind, name, tuple(Link(*entry[:3], entry.address == current, entry.topic) for entry in entries))
            for kind, name, entries in self._rows
        )
        return Place(self._visitor, sections, self._inbox and replace(self._inbox, current=at_inbox))


class Navigation:
    """The navigation of the whole portal, put together from the features in their order, by topics."""

    def __init__(self, features: Sequence[Feature]) -> None:
        topics = list(NavTopic)
        items = (item for feature in features for item in feature.navigation)
        self.items = tuple(sorted(items, key=lambda item: topics.index(item.topic)))
        self._columns: dict[tuple[frozenset[str], Matters], str] = {}
        self._menus = lru_cache(maxsize=_MENUS)(self._menu)

    async def counts(self, visitor: Visitor) -> Counts:
        """What waits, by item: one statement for all, none if no item of theirs counts anything."""
        if not (columns := self.columns(visitor.permissions)):
            return {}
        return self.counted(visitor.permissions, (await execute(f"SELECT {columns}"))[0]).counts

    def columns(self, permissions: frozenset[str], of: Matters = ANY) -> str:
        """The columns that count, for a statement that asks for more; empty if nothing counts.

        Args:
            of: only what is counted in one of these matters.
        """
        if (permissions, of) not in self._columns:
            counting = enumerate(_counting(self._items(permissions), of))
            self._columns[permissions, of] = ", ".join(_column(number, item) for number, item in counting)
        return self._columns[permissions, of]

    def counted(self, permissions: frozenset[str], row: Mapping[str, Any], of: Matters = ANY) -> Waits:
        """What those columns say."""
        counts: Counts = {}
        ends: list[datetime] = []
        for number, item in enumerate(_counting(self._items(permissions), of)):
            value = row[f"{_COLUMN}{number}"]
            if item.group == "network":
                found = json.loads(value or "{}")
                if item.badge_ends:
                    ends += map(datetime.fromisoformat, filter(None, [found["until"]]))
                    found = found["n"] or {}
                counts |= {(item.address, network): number for network, number in found.items()}
            else:
                counts[item.address, ""] = value or 0
        return Waits(counts, min(ends, default=None))

    def counted_anew(self, permissions: frozenset[str], row: Mapping[str, Any], of: Matters, before: Waits) -> Waits:
        """The same with what was counted before in other matters; what ends there may end with it."""
        again = {item.address for item in _counting(self._items(permissions), of)}
        stays = {key: number for key, number in before.counts.items() if key[0] not in again}
        counts, until = self.counted(permissions, row, of)
        ends = [end for end in (until, before.until if of != ANY else None) if end is not None]
        return Waits(stays | counts, min(ends, default=None))

    def place(self, visitor: Visitor, counts: Counts, path: str) -> Place:
        """Three kinds of sections (my work, my organisation, each network) and the entry in the header."""
        return self._menus(visitor, tuple(counts.items())).place(path)

    def _menu(self, visitor: Visitor, counted: tuple[tuple[tuple[str, str], int], ...]) -> Menu:
        items, counts = self._items(visitor.permissions), dict(counted)
        rows = [
            ("work", "", [_row(item, counts) for item in items if item.group == "work" and _is_shown(item, counts)]),
            (
                "organisation",
                visitor.actor.organisation_name,
                [_own_row(item, counts, visitor) for item in items if item.group == "organisation"],
            ),
            *(
                ("network", seat.name, [_row(item, counts, seat) for item in items if _is_of(seat, item)])
                for seat in visitor.actor.seats
            ),
        ]
        inbox = next((Link(*_row(item, counts)[:3]) for item in items if item.group == "inbox"), None)
        return Menu(visitor, rows, inbox)

    def _items(self, permissions: frozenset[str]) -> list[NavItem]:
        return [item for item in self.items if item.permission in permissions]


def _counting(items: Sequence[NavItem], of: Matters) -> Iterator[NavItem]:
    return (item for item in items if item.badge_sql and item.badge_of & of)


def _is_shown(item: NavItem, counts: Counts) -> bool:
    return not item.only_waiting or counts.get((item.address, ""), 0) > 0


def _is_of(seat: Seat, item: NavItem) -> bool:
    return item.group == "network" and (not item.procedures or not item.procedures.isdisjoint(seat.procedures))


def _column(number: int, item: NavItem) -> str:
    if item.group == "network":
        found = "json_object_agg(t.id, t.n)"
        if item.badge_ends:
            found = f"json_build_object('n', {found}, 'until', min(t.until))"
        names = "id, n, until" if item.badge_ends else "id, n"
        return f"(SELECT {found} FROM ({item.badge_sql}) AS t({names})) AS {_COLUMN}{number}"  # noqa: S608
    return f"({item.badge_sql}) AS {_COLUMN}{number}"


def _own_row(item: NavItem, counts: Counts, visitor: Visitor) -> Entry:
    row, slug = _row(item, counts), visitor.actor.organisation_slug
    address, below = (part.replace("{organisation}", slug) for part in (row.address, row.below))
    return row._replace(address=address, below=below)


def _row(item: NavItem, counts: Counts, seat: Seat | None = None) -> Entry:
    below = item.address if item.below is None else item.below
    if seat is None:
        return Entry(item.label, item.address, counts.get((item.address, ""), 0), below, item.also, item.topic)
    address, below, also = (part.replace("{network}", seat.slug) for part in (item.address, below, item.also))
    waiting = counts.get((item.address, str(seat.network_id)), 0)
    return Entry(item.label, address, waiting, below, also, item.topic)


def _current(entries: Sequence[Entry], path: str) -> str:
    """The entry of the page itself, else the one under which it lies most closely."""
    if any(entry.address == path for entry in entries):
        return path
    starts = [(start, entry) for entry in entries for start in (entry.below and f"{entry.below}/", entry.also) if start]
    above = [(len(start), entry.address) for start, entry in starts if path.startswith(start)]
    return max(above)[1] if above else ""
