"""What surrounds a page: who is here, where they can go, what waits for them there."""

from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from uuid import UUID

from tenants.context import Actor


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
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Entries under one heading; ``name`` is an organisation's or network's own and is not translated."""

    kind: str
    name: str
    links: tuple[Link, ...]

    @property
    def topics(self) -> list[tuple[str, bool, list[Link]]]:
        """Its links, those of one topic together: the topic, whether it is open, its links. It is open where somebody
        is or something waits; a single link stands for itself."""
        found: list[tuple[str, bool, list[Link]]] = []
        for topic, links in ((topic, list(each)) for topic, each in groupby(self.links, lambda link: link.topic)):
            is_open = any(link.current or link.count for link in links)
            found.append((topic if len(links) > 1 else "", is_open, links))
        return found


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


@dataclass(frozen=True, slots=True)
class Place:
    """A visitor somewhere in the portal. What header, navigation and footer show of them is said here and nowhere else,
    so their text may be ``kept`` for as long as nothing here changes: by language and theme."""

    visitor: Visitor | None
    sections: tuple[Section, ...]
    inbox: Link | None
    kept: dict[tuple[str, str], Any] = field(default_factory=dict, compare=False)


NOWHERE = Place(None, (), None)  # where nobody is signed in
