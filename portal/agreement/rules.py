"""Clauses, what two versions say differently, when the agreement is looked at again: without database or request."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from portal.deadlines.receipt import Basis, fact
from portal.deadlines.rules import Deadline, Length, Unit, reckon
from portal.deadlines.workdays import Land


class VersionState(StrEnum):
    """Where a version is by the clock. One that was replaced before its day never came into force."""

    IN_FORCE = "in_force"
    PAST = "past"
    REPLACED = "replaced"
    TO_COME = "to_come"


@dataclass(frozen=True, slots=True)
class Point:
    """What a clause says under one heading: one value, or several in their order."""

    label: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Clause:
    """One rule in words. ``meaning`` is what the agreement says of it; ``anchor`` is its place on the page."""

    anchor: str
    title: str
    meaning: str = ""
    points: tuple[Point, ...] = ()
    section: str = ""
    decision: str = ""


@dataclass(frozen=True, slots=True)
class Chapter:
    """Clauses that belong together."""

    anchor: str
    title: str
    lead: str
    clauses: tuple[Clause, ...]


class Turn(StrEnum):
    """What became of a clause."""

    CHANGED = "changed"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Change:
    """What a clause said and says; nothing before or after it where it said or says nothing of it."""

    label: str
    before: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def shown(self) -> tuple[tuple[str, ...], tuple[str, ...], int]:
        """What went, what came, and how much stays as it is beside them. Where only the order changes: all of both."""
        went = tuple(value for value in self.before if value not in self.after)
        came = tuple(value for value in self.after if value not in self.before)
        return (went, came, len(self.after) - len(came)) if went or came else (self.before, self.after, 0)


@dataclass(frozen=True, slots=True)
class Difference:
    """What became of one clause from one version to another."""

    turn: Turn
    chapter: str
    title: str
    anchor: str
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Headings:
    """What the parts of a clause that have no heading of their own are called."""

    title: str
    meaning: str
    section: str
    decision: str


def differences(before: Sequence[Chapter], after: Sequence[Chapter], headings: Headings) -> tuple[Difference, ...]:
    """What the later version says differently, in the order of its chapters."""
    earlier = {clause.anchor: clause for chapter in before for clause in chapter.clauses}
    found: list[Difference] = []
    for chapter in after:
        for clause in chapter.clauses:
            if (old := earlier.pop(clause.anchor, None)) is None:
                changes = tuple(_changes({}, _said(clause, headings)))
                found.append(Difference(Turn.NEW, chapter.title, clause.title, clause.anchor, changes))
            elif changes := tuple(_changes(_said(old, headings), _said(clause, headings))):
                found.append(Difference(Turn.CHANGED, chapter.title, clause.title, clause.anchor, changes))
    for chapter in before:
        gone = [clause for clause in chapter.clauses if clause.anchor in earlier]
        found += [Difference(Turn.GONE, chapter.title, clause.title, clause.anchor) for clause in gone]
    return tuple(found)


def next_review(last_day: date, every_years: int, land: Land) -> Deadline:
    """Until when the agreement has to be looked at again."""
    return reckon(fact(Basis.EVENT, last_day), Length(every_years, Unit.YEARS), land)


def states_of(begins: Mapping[int, datetime], now: datetime) -> dict[int, VersionState]:
    """The state of each version from the instants at which they begin, by number, all of one network."""
    in_force = max((number for number, at in begins.items() if at <= now), default=min(begins))
    return {number: _state(number, in_force, begins) for number in begins}


def _state(number: int, in_force: int, begins: Mapping[int, datetime]) -> VersionState:
    if number >= in_force:
        return VersionState.IN_FORCE if number == in_force else VersionState.TO_COME
    replaced = any(begins[later] <= begins[number] for later in begins if number < later <= in_force)
    return VersionState.REPLACED if replaced else VersionState.PAST


def _said(clause: Clause, headings: Headings) -> dict[str, tuple[str, ...]]:
    whole = (
        Point(headings.title, (clause.title,)),
        Point(headings.meaning, _one(clause.meaning)),
        *clause.points,
        Point(headings.section, _one(clause.section)),
        Point(headings.decision, _one(clause.decision)),
    )
    return {point.label: point.values for point in whole if point.values}


def _one(text: str) -> tuple[str, ...]:
    return (text,) if text else ()


def _changes(before: Mapping[str, tuple[str, ...]], after: Mapping[str, tuple[str, ...]]) -> Iterator[Change]:
    for label in dict.fromkeys((*before, *after)):
        old, new = before.get(label, ()), after.get(label, ())
        if old != new:
            yield Change(label, old, new)
