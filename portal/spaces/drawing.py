"""Workflows as pictures: boxes for the states, numbered arrows for the steps. Geometry only, in units of the picture.

Forwards goes down (beside the boxes on the right when a state is passed over), backwards goes up on the left.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from portal.shell.i18n import Sentence
from portal.spaces.access_words import holders_words
from portal.spaces.types import ContentType, all_types
from portal.spaces.workflow import State, Transition, Workflow

_BOX_WIDTH, _BOX_HEIGHT, _GAP = 168, 52, 56
_LANE, _MARGIN, _BADGE = 34, 18, 12


@dataclass(frozen=True, slots=True)
class Box:
    """A state; ``x`` and ``y`` are its upper left corner."""

    name: str
    state: State
    x: int
    y: int
    is_first: bool

    width: ClassVar[int] = _BOX_WIDTH
    height: ClassVar[int] = _BOX_HEIGHT

    @property
    def readers(self) -> list[Sentence]:
        """Who sees it there."""
        return holders_words(self.state.readers)

    @property
    def editors(self) -> list[Sentence]:
        """Who edits it there."""
        return holders_words(self.state.editors)


@dataclass(frozen=True, slots=True)
class Arrow:
    """A way from one state to another: its line, and where its number stands."""

    number: int
    line: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Step:
    """A transition with its number and the words beside the picture."""

    number: int
    transition: Transition
    sources: list[State]
    target: State
    who: list[Sentence]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A workflow as a picture and in words."""

    workflow: Workflow
    types: list[ContentType]
    boxes: list[Box]
    arrows: list[Arrow]
    steps: list[Step]
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class _Way:
    number: int
    source: int
    target: int

    @property
    def is_next(self) -> bool:
        return self.target == self.source + 1

    @property
    def span(self) -> tuple[int, int]:
        return min(self.source, self.target), max(self.source, self.target)


def drawings() -> list[Drawing]:
    """One for each workflow that some type of content has, with those types."""
    kinds: dict[str, list[ContentType]] = {}
    for declared in all_types():
        kinds.setdefault(declared.workflow.name, []).append(declared)
    return [draw(types[0].workflow, types) for types in kinds.values()]


def draw(workflow: Workflow, types: list[ContentType]) -> Drawing:
    """The picture of a workflow."""
    names = list(workflow.states)
    ways = [
        _Way(number, names.index(source), names.index(step.target))
        for number, step in enumerate(workflow.transitions.values(), start=1)
        for source in step.sources
    ]
    right = _lanes(way for way in ways if way.target > way.source and not way.is_next)
    left = _lanes(way for way in ways if way.target <= way.source)
    offset = _MARGIN + _LANE * _count(left)
    boxes = [
        Box(name, state, offset, _MARGIN + place * (_BOX_HEIGHT + _GAP), name == workflow.initial)
        for place, (name, state) in enumerate(workflow.states.items())
    ]
    arrows = [*_downwards([way for way in ways if way.is_next], boxes)]
    arrows += [_beside(way, lane, boxes, right, 1) for way, lane in right.items()]
    arrows += [_beside(way, lane, boxes, left, -1) for way, lane in left.items()]
    steps = [
        Step(
            number=number,
            transition=step,
            sources=[workflow.states[source] for source in step.sources],
            target=workflow.states[step.target],
            who=holders_words(step.guard),
        )
        for number, step in enumerate(workflow.transitions.values(), start=1)
    ]
    width = offset + _BOX_WIDTH + _LANE * _count(right) + _MARGIN
    height = 2 * _MARGIN + len(boxes) * (_BOX_HEIGHT + _GAP) - _GAP
    return Drawing(workflow, types, boxes, arrows, steps, width, height)


def _lanes(ways: Iterable[_Way]) -> dict[_Way, int]:
    """A lane for each way so that no two that pass the same state share one; short ways run close to the boxes."""
    found: dict[_Way, int] = {}
    for way in sorted(ways, key=lambda way: (way.span[1] - way.span[0], way.source, way.number)):
        lane = 0
        while any(other == lane and _meet(way, known) for known, other in found.items()):
            lane += 1
        found[way] = lane
    return found


def _meet(one: _Way, other: _Way) -> bool:
    return one.span[0] <= other.span[1] and other.span[0] <= one.span[1]


def _count(lanes: dict[_Way, int]) -> int:
    return max(lanes.values(), default=-1) + 1


def _downwards(ways: list[_Way], boxes: list[Box]) -> Iterable[Arrow]:
    """Straight down to the next state, side by side when there are several."""
    for way in ways:
        beside = [other for other in ways if other.source == way.source]
        box = boxes[way.source]
        shift = round((beside.index(way) - (len(beside) - 1) / 2) * 2 * _LANE)
        x, top = box.x + _BOX_WIDTH // 2 + shift, box.y + _BOX_HEIGHT
        yield Arrow(way.number, f"M{x} {top}V{top + _GAP}", x, top + _GAP // 2 - 4)


def _beside(way: _Way, lane: int, boxes: list[Box], lanes: dict[_Way, int], side: int) -> Arrow:
    """Out of a box, along its lane, into another box."""
    edge = boxes[0].x + (_BOX_WIDTH if side > 0 else 0)
    x = edge + side * _LANE * (lane + 1) - side * (_LANE - _BADGE - 4)
    begin = _port(way, way.source, boxes, lanes)
    end = _port(way, way.target, boxes, lanes)
    return Arrow(way.number, f"M{edge} {begin}H{x}V{end}H{edge}", x, (begin + end) // 2)


def _port(way: _Way, place: int, boxes: list[Box], lanes: dict[_Way, int]) -> int:
    """Where a way meets the side of a box: each has a place of its own, what comes from above the upper ones."""
    meeting = [(_away(known, place), known) for known in lanes if place in (known.source, known.target)]
    meeting.sort(key=lambda entry: (entry[0] > 0, entry[0] if entry[0] < 0 else -entry[0], entry[1].number))
    number = next(index for index, (_, known) in enumerate(meeting) if known == way)
    return boxes[place].y + _BOX_HEIGHT * (number + 1) // (len(meeting) + 1)


def _away(way: _Way, place: int) -> int:
    """How far the other end lies, downwards."""
    return way.source + way.target - 2 * place
