"""What surrounds a page: who is here, where they can go, what waits for them there."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from portal.shell.feature import Feature, NavItem
from tenants.context import Actor, Seat
from tenants.database import execute

Counts = dict[tuple[str, str], int]  # by address as declared and network id ("" where there is none)


@dataclass(frozen=True, slots=True)
class OtherOrganisation:
    """Another organisation the same person works for and may switch to."""

    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks; sign-in puts it into the connection's state under ``visitor``."""

    actor: Actor
    permissions: frozenset[str]
    others: tuple[OtherOrganisation, ...] = ()

    @property
    def organisation_id(self) -> UUID:
        """The organisation they act for now."""
        return self.actor.organisation_id

    @property
    def person_id(self) -> UUID | None:
        """The person."""
        return self.actor.person_id


@dataclass(frozen=True, slots=True)
class Link:
    """An entry of the navigation, ready to be shown."""

    label: str
    address: str
    count: int = 0
    current: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """Entries under one heading; ``name`` is an organisation's or network's own and is not translated."""

    kind: str
    name: str
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Flash:
    """A sentence about what just happened; ``kind`` is one of KERN's alerts."""

    text: str
    kind: str = "success"


@dataclass(frozen=True, slots=True)
class Frame:
    """All that header, navigation and footer show."""

    path: str
    theme: str
    languages: dict[str, str]
    visitor: Visitor | None = None
    sections: tuple[Section, ...] = ()
    inbox: Link | None = None
    flash: Flash | None = None

    @property
    def waiting(self) -> int:
        """How much waits in the sections of the navigation altogether."""
        return sum(link.count for section in self.sections for link in section.links)


class Navigation:
    """The navigation of the whole portal, put together from the features in their order."""

    def __init__(self, features: Sequence[Feature]) -> None:
        self.items = tuple(item for feature in features for item in feature.navigation)
        self._statements: dict[frozenset[str], str] = {}

    async def counts(self, visitor: Visitor) -> Counts:
        """What waits, by item: one statement for all, none if no item of theirs counts anything."""
        if not (statement := self._statement(visitor.permissions)):
            return {}
        row = (await execute(statement))[0]
        counts: Counts = {}
        for item, value in zip(_counting(self._items(visitor.permissions)), row.values(), strict=True):
            if item.group == "network":
                counts |= {(item.address, network): number for network, number in json.loads(value or "{}").items()}
            else:
                counts[item.address, ""] = value or 0
        return counts

    def sections(self, visitor: Visitor, counts: Counts, path: str) -> tuple[Section, ...]:
        """The three kinds of sections: my work, my organisation, each network."""
        items = self._items(visitor.permissions)
        rows = [
            ("work", "", [_row(item, counts) for item in items if item.group == "work"]),
            (
                "organisation",
                visitor.actor.organisation_name,
                [_own_row(item, counts, visitor) for item in items if item.group == "organisation"],
            ),
            *(
                ("network", seat.name, [_row(item, counts, seat) for item in items if item.group == "network"])
                for seat in visitor.actor.seats
            ),
        ]
        current = _current([address for _, _, links in rows for _, address, _ in links], path)
        return tuple(
            Section(kind, name, tuple(Link(label, to, count, to == current) for label, to, count in links))
            for kind, name, links in rows
            if links
        )

    def inbox(self, visitor: Visitor, counts: Counts, path: str) -> Link | None:
        """The entry in the header, if a feature declares one."""
        for item in self._items(visitor.permissions):
            if item.group == "inbox":
                return Link(item.label, item.address, counts.get((item.address, ""), 0), path == item.address)
        return None

    def _items(self, permissions: frozenset[str]) -> list[NavItem]:
        return [item for item in self.items if item.permission in permissions]

    def _statement(self, permissions: frozenset[str]) -> str:
        if permissions not in self._statements:
            columns = [_column(number, item) for number, item in enumerate(_counting(self._items(permissions)))]
            self._statements[permissions] = f"SELECT {', '.join(columns)}" if columns else ""
        return self._statements[permissions]


def _counting(items: Sequence[NavItem]) -> Iterator[NavItem]:
    return (item for item in items if item.badge_sql)


def _column(number: int, item: NavItem) -> str:
    if item.group == "network":
        return f"(SELECT json_object_agg(t.id, t.n) FROM ({item.badge_sql}) AS t(id, n)) AS b{number}"  # noqa: S608
    return f"({item.badge_sql}) AS b{number}"


def _own_row(item: NavItem, counts: Counts, visitor: Visitor) -> tuple[str, str, int]:
    label, address, count = _row(item, counts)
    return label, address.replace("{organisation}", visitor.actor.organisation_slug), count


def _row(item: NavItem, counts: Counts, seat: Seat | None = None) -> tuple[str, str, int]:
    if seat is None:
        return item.label, item.address, counts.get((item.address, ""), 0)
    address = item.address.replace("{network}", seat.slug)
    return item.label, address, counts.get((item.address, str(seat.network_id)), 0)


def _current(addresses: Sequence[str], path: str) -> str:
    """The entry under which the page lies: the longest address that the path begins with."""
    matching = [to for to in addresses if path == to or (to != "/" and path.startswith(f"{to}/"))]
    return max(matching, key=len, default="")
