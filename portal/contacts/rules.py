"""What a directory is, and in what two of them differ: without database, clock or request."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

LONGEST_NOTE, LONGEST_TOPIC, MOST_TOPICS, MOST_PERSONS = 1000, 60, 12, 60
_PHONE = re.compile(r"[0-9+(][0-9+()/. -]{2,59}", re.ASCII)


class DirectoryReason(StrEnum):
    """Why a version was made."""

    ADMISSION = "admission"
    EXCLUSION = "exclusion"
    HANDOVER = "handover"
    UPDATE = "update"
    WITHDRAWAL = "withdrawal"


class Deed(StrEnum):
    """In what a directory differs from an earlier one."""

    JOINED = "joined"
    LEFT = "left"
    RENAMED = "renamed"
    OFFICE = "office"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Person:
    """A contact person. ``level`` is a key of the directory's levels, ``stand_in`` the name of who stands in."""

    id: UUID
    level: str
    name: str
    duty: str
    topics: tuple[str, ...]
    phone: str
    mail: str
    reachable: str
    stand_in_id: UUID | None
    stand_in: str

    @property
    def number(self) -> str:
        """The number as a device dials it."""
        return "".join(sign for sign in self.phone.replace("(0)", "") if sign.isdigit() or sign == "+")


@dataclass(frozen=True, slots=True)
class Entry:
    """A member with its contact persons, by name."""

    id: UUID
    slug: str
    name: str
    kind: str
    is_office: bool
    since: datetime
    persons: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class Directory:
    """Members and contact persons; ``levels`` are titles by key, in the order of the rulebook."""

    levels: Mapping[str, str]
    members: tuple[Entry, ...]

    @property
    def topics(self) -> list[str]:
        """All topics, each once however it is written."""
        found = {topic.casefold(): topic for entry in self.members for each in entry.persons for topic in each.topics}
        return [found[key] for key in sorted(found)]

    @property
    def persons(self) -> int:
        """How many contact persons there are."""
        return sum(len(entry.persons) for entry in self.members)

    def level(self, key: str) -> str:
        """What the level is called; its key, where the rulebook does not know it (any more)."""
        return self.levels.get(key, key)

    def by_level(self, entry: Entry) -> list[tuple[str, list[Person]]]:
        """The contact persons of a member by the title of their level, in the rulebook's order."""
        order = [*self.levels, *sorted({each.level for each in entry.persons} - self.levels.keys())]
        found = [(self.level(key), [each for each in entry.persons if each.level == key]) for key in order]
        return [(title, persons) for title, persons in found if persons]

    def only(self, *, level: str = "", topic: str = "") -> "Directory":
        """The part with the contact persons of this level and topic; every member without a condition."""
        if not level and not topic:
            return self
        members = []
        for entry in self.members:
            persons = tuple(each for each in entry.persons if _fits(each, level, topic))
            if persons:
                members.append(replace(entry, persons=persons))
        return Directory(self.levels, tuple(members))

    def only_person(self, person_id: UUID) -> "Directory":
        """The part with that contact person; no member where there is none."""
        found = ((entry, each) for entry in self.members for each in entry.persons if each.id == person_id)
        return Directory(self.levels, tuple(replace(entry, persons=(each,)) for entry, each in found))


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. ``field`` names what of a person changed; ``count`` is of those who came with a new member."""

    deed: Deed
    organisation: str
    person: str = ""
    field: str = ""
    before: str = ""
    after: str = ""
    count: int = 0


def differences(before: Directory, after: Directory) -> tuple[Change, ...]:
    """What happened between two states of a directory: the members first, then their contact persons, by name."""
    old, new = ({entry.id: entry for entry in each.members} for each in (before, after))
    return (
        *(Change(Deed.JOINED, new[key].name, count=len(new[key].persons)) for key in new if key not in old),
        *(Change(Deed.LEFT, old[key].name) for key in old if key not in new),
        *(
            Change(Deed.RENAMED, new[key].name, before=old[key].name, after=new[key].name)
            for key in new
            if key in old and old[key].name != new[key].name
        ),
        *_office(before, after),
        *(change for key in new if key in old for change in _persons(before, after, old[key], new[key])),
    )


def topics_of(text: str) -> tuple[str, ...]:
    """What is separated by commas or lines, each once however it is written."""
    words = (" ".join(word.split()) for word in re.split(r"[,;\n]", text))
    found: dict[str, str] = {}
    for word in words:
        if word:
            found.setdefault(word.casefold(), word)
    return tuple(found.values())


def is_phone(text: str) -> bool:
    """Whether it can be a number to call: digits with what people write between them."""
    return _PHONE.fullmatch(text) is not None and sum(sign.isdigit() for sign in text) >= 3  # noqa: PLR2004 - 110, 115


def split_name(name: str) -> tuple[str, str]:
    """(family name, given names), for programmes that want them apart: the last word is the family name."""
    given, _, family = name.rpartition(" ")
    return family, given


def _fits(person: Person, level: str, topic: str) -> bool:
    if level and person.level != level:
        return False
    return not topic or topic.casefold() in {each.casefold() for each in person.topics}


def _office(before: Directory, after: Directory) -> Iterable[Change]:
    old, new = (next((entry for entry in each.members if entry.is_office), None) for each in (before, after))
    if (old and old.id) != (new and new.id):
        yield Change(
            Deed.OFFICE,
            new.name if new else "",
            before=old.name if old else "",
            after=new.name if new else "",
        )


def _persons(before: Directory, after: Directory, old: Entry, new: Entry) -> Iterable[Change]:
    was, now = ({each.id: each for each in entry.persons} for entry in (old, new))
    for key, person in now.items():
        if key not in was:
            yield Change(Deed.ADDED, new.name, person.name, after=after.level(person.level))
            continue
        said = zip(_facts(before, was[key]), _facts(after, person), strict=True)
        for (field, earlier, mark), (_, later, other) in said:
            if mark != other:
                yield Change(Deed.CHANGED, new.name, person.name, field, earlier, later)
    for key, person in was.items():
        if key not in now:
            yield Change(Deed.REMOVED, new.name, person.name)


def _facts(directory: Directory, person: Person) -> Sequence[tuple[str, str, object]]:
    """What is known of somebody: which fact, how it reads, and by what two of them are compared."""
    texts = [(field, getattr(person, field)) for field in ("name", "duty", "phone", "mail", "reachable")]
    return (
        *((field, text, text) for field, text in texts),
        ("level", directory.level(person.level), person.level),
        ("topics", ", ".join(person.topics), frozenset(person.topics)),
        ("stand_in", person.stand_in, person.stand_in_id),
    )
