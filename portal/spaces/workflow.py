"""Workflows as data: states, who sees and edits in each, and the transitions between them with their guards.

    private -> pending -> published -> retracted

A type of content names one of them. ``readers`` is written beside each item when its state changes, so that lists and
the search need no workflow to know who sees it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from portal.shell.i18n import mark
from portal.spaces.rules import ANYBODY, Access

_AUTHORS = Access.OWNER | Access.EDITOR | Access.MANAGER
_EDITORS = Access.EDITOR | Access.MANAGER
_REVIEWERS = Access.REVIEWER | Access.MANAGER


@dataclass(frozen=True, slots=True)
class State:
    """Where an item can be. ``kind`` is the look of its badge; ``is_review`` puts it on the reviewers' list."""

    title: str
    readers: Access
    editors: Access
    kind: str = "info"
    is_public: bool = False
    is_review: bool = False
    is_done: bool = False

    @property
    def is_open(self) -> bool:
        """Whether everybody sees it who may read there."""
        return self.readers == ANYBODY


@dataclass(frozen=True, slots=True)
class Transition:
    """A way from some states into another; ``guard`` is the access that opens it. ``needs_note``: say why. ``by_copy``:
    it is no step of its own, a working copy that is handed in makes it."""

    title: str
    sources: tuple[str, ...]
    target: str
    guard: Access
    needs_note: bool = False
    by_copy: bool = False
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class Workflow:
    """States and transitions by name; an item begins in ``initial``."""

    name: str
    title: str
    initial: str
    states: Mapping[str, State]
    transitions: Mapping[str, Transition]

    def writers(self, state: str) -> Access:
        """Who may change an item in this state: those who edit it there, and those who may take it from there.

        Kept beside the item as well: the database refuses every other change.
        """
        result = self.states[state].editors
        for transition in self.transitions.values():
            if state in transition.sources:
                result |= transition.guard
        return result

    def way(self) -> list[str]:
        """The states on the way from the first to the one everything is done for, in their order."""
        names = list(self.states)
        names = names[names.index(self.initial) :]
        ends = (place for place, name in enumerate(names) if self.states[name].is_public or self.states[name].is_done)
        return names[: next(ends, len(names) - 1) + 1]

    def steps(self, state: str) -> list[tuple[str, State]]:
        """That way as seen from a state: ("done", "now" or "next", state); empty off the way, or when it is no way."""
        way = self.way()
        if state not in way or len(way) == 1:
            return []
        here = way.index(state)
        last = len(way) - 1

        def kind(place: int) -> str:
            return "done" if place < here or place == here == last else "now" if place == here else "next"

        return [(kind(place), self.states[name]) for place, name in enumerate(way)]

    def main_of(self, transitions: Mapping[str, Transition]) -> str:
        """Which of these steps stands out: the one towards readers, else the one towards a review; or none."""
        targets = {name: self.states[step.target] for name, step in transitions.items()}
        to_readers = (name for name, state in targets.items() if state.is_public or state.is_done)
        to_review = (name for name, state in targets.items() if state.is_review)
        return next(to_readers, "") or next(to_review, "")

    def choices_of(self, state: str, transitions: Mapping[str, Transition]) -> frozenset[str]:
        """Which of these steps out of a state stand out: in a review every way to end it, elsewhere the main one."""
        if not self.states[state].is_review:
            return frozenset({self.main_of(transitions)} - {""})
        return frozenset(name for name, step in transitions.items() if step.guard & Access.REVIEWER)

    def ways_to_edit(self, transitions: Mapping[str, Transition], access: Access) -> dict[str, Transition]:
        """Those of these steps after which somebody with this access may edit."""
        return {
            name: step
            for name, step in transitions.items()
            if self.states[step.target].editors & access and not step.needs_note
        }

    def open_to(self, state: str, access: Access) -> dict[str, Transition]:
        """The transitions somebody with this access may make from a state, by name."""
        return {
            name: transition
            for name, transition in self.transitions.items()
            if state in transition.sources and transition.guard & access and not transition.by_copy
        }

    def hands_in(self, state: str, access: Access) -> str:
        """The step by which somebody with this access hands in a working copy of theirs; empty if none."""
        steps = self.transitions.items()
        found = (name for name, step in steps if step.by_copy and state in step.sources and step.guard & access)
        return next(found, "")


PUBLICATION = Workflow(
    name="publication",
    title=mark("Mit Prüfung"),
    initial="private",
    states={
        "private": State(mark("Entwurf"), readers=_AUTHORS, editors=_AUTHORS),
        "pending": State(
            mark("Zur Prüfung"), readers=_AUTHORS | _REVIEWERS, editors=_REVIEWERS, kind="warning", is_review=True
        ),
        "published": State(mark("Veröffentlicht"), readers=ANYBODY, editors=_EDITORS, kind="success", is_public=True),
        "retracted": State(mark("Zurückgezogen"), readers=_AUTHORS | _REVIEWERS, editors=_AUTHORS, kind="danger"),
    },
    transitions={
        "submit": Transition(
            mark("Zur Prüfung geben"),
            ("private", "retracted"),
            "pending",
            _AUTHORS,
            explanation=mark("Wer prüft, sieht den Beitrag in der Liste „Zur Prüfung“."),
        ),
        "recall": Transition(
            mark("Wieder bearbeiten"), ("pending",), "private", Access.OWNER, explanation=mark("Zurück zum Entwurf.")
        ),
        "send_back": Transition(
            mark("Zurückgeben"),
            ("pending",),
            "private",
            _REVIEWERS,
            needs_note=True,
            explanation=mark(
                "Der Beitrag wird wieder Entwurf; Ihre Begründung geht an die Verfasserin oder den Verfasser."
            ),
        ),
        "publish": Transition(
            mark("Veröffentlichen"),
            ("private", "pending", "retracted"),
            "published",
            _REVIEWERS,
            explanation=mark("Alle, die den Bereich lesen dürfen, sehen den Beitrag."),
        ),
        "retract": Transition(
            mark("Zurückziehen"),
            ("published",),
            "retracted",
            _EDITORS | _REVIEWERS,
            explanation=mark("Der Beitrag bleibt erhalten, ist aber nicht mehr zu lesen."),
        ),
        "revise": Transition(
            mark("Überarbeitung zur Prüfung geben"),
            ("published",),
            "pending",
            Access.OWNER,
            by_copy=True,
            explanation=mark("Aus der Arbeitskopie; bis sie geprüft ist, ist der Beitrag nicht zu lesen."),
        ),
    },
)

INSTANT = Workflow(
    name="instant",
    title=mark("Sofort sichtbar"),
    initial="published",
    states={
        "published": State(mark("Sichtbar"), readers=ANYBODY, editors=_AUTHORS, kind="success", is_public=True),
        "private": State(mark("Verborgen"), readers=_AUTHORS, editors=_AUTHORS),
    },
    transitions={
        "hide": Transition(mark("Verbergen"), ("published",), "private", _AUTHORS),
        "show": Transition(mark("Sichtbar machen"), ("private",), "published", _AUTHORS),
    },
)
