"""What is different between two texts, in words, as people read it. True without a database, clock or request."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_WORDS = re.compile(r"\s+|[^\s\w]|\w+")
_MOST_WORDS = 2_000  # of one paragraph; a longer one is shown as a whole
_MOST_LINES = 1_000
_MOST_COMPARED = 20_000  # words and signs of a whole text; what follows is shown paragraph by paragraph
_ALIKE = 0.25  # of their words; below this two paragraphs have nothing to do with each other


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words. ``kind`` is "same", "added" (only in the second text) or "removed" (only in the first)."""

    kind: str
    text: str


Line = list[Piece]


@dataclass(frozen=True, slots=True)
class Change:
    """A field that is different: its label, its lines before and after, and both in one."""

    label: str
    before: Sequence[str]
    after: Sequence[str]
    lines: Sequence[Line]

    @property
    def shortened(self) -> list[Line | None]:
        """The lines that differ with one beside them; None stands for those left out."""
        return list(shortened(self.lines))


def changes(before: Sequence[tuple[str, list[str]]], after: Sequence[tuple[str, list[str]]]) -> list[Change]:
    """The fields that differ between two lists of (label, lines), in the order of the first and then the second."""
    old, new = dict(before), dict(after)
    labels = [*old, *(label for label in new if label not in old)]
    return [_change(label, old, new) for label in labels if old.get(label, []) != new.get(label, [])]


def compare(before: Sequence[str], after: Sequence[str]) -> list[Line]:
    """Both texts in one, paragraph by paragraph."""
    first, last = _alike(before, after)
    old, new = before[first : len(before) - last], after[first : len(after) - last]
    same = [[[Piece("same", line)] for line in part] for part in (before[:first], before[len(before) - last :])]
    return [*same[0], *_differing(old, new), *same[1]]


def shortened(lines: Sequence[Line], *, around: int = 1) -> Iterator[Line | None]:
    """The lines that differ with so many beside them; None stands for those left out."""
    near = {
        place
        for number, line in enumerate(lines)
        if any(piece.kind != "same" for piece in line)
        for place in range(number - around, number + around + 1)
    }
    is_left_out = False
    for number, line in enumerate(lines):
        if number in near:
            yield line
        elif not is_left_out:
            yield None
        is_left_out = number not in near


def _change(label: str, old: Mapping[str, list[str]], new: Mapping[str, list[str]]) -> Change:
    before, after = old.get(label, []), new.get(label, [])
    return Change(label, before, after, list(compare(before, after)))


def _alike(before: Sequence[str], after: Sequence[str]) -> tuple[int, int]:
    """How many lines both begin and end with."""
    most = min(len(before), len(after))
    first = next((n for n in range(most) if before[n] != after[n]), most)
    last = next((n for n in range(most - first) if before[-1 - n] != after[-1 - n]), most - first)
    return first, last


def _differing(before: Sequence[str], after: Sequence[str]) -> list[Line]:
    if max(len(before), len(after)) > _MOST_LINES:
        return [*([Piece("removed", line)] for line in before), *([Piece("added", line)] for line in after)]
    found: list[Line] = []
    budget = _Budget()
    # Of more than two hundred lines those that stand there again and again are no landmarks: looking for each of them
    # everywhere would take longer than all the rest.
    for tag, i, j, k, m in SequenceMatcher(None, before, after).get_opcodes():
        if tag == "equal":
            found += [[Piece("same", line)] for line in before[i:j]]
        else:
            found += _replaced(before[i:j], after[k:m], budget)
    return found


def _replaced(before: Sequence[str], after: Sequence[str], budget: "_Budget") -> list[Line]:
    """Paragraphs that stand for each other are compared by words, in their order."""
    both = min(len(before), len(after))
    lines = [line for number in range(both) for line in _by_words(before[number], after[number], budget)]
    lines += [[Piece("removed", line)] for line in before[both:]]
    return lines + [[Piece("added", line)] for line in after[both:]]


@dataclass
class _Budget:
    """How much of a text is still compared word by word: everybody else waits while somebody reads it."""

    left: int = _MOST_COMPARED


def _by_words(before: str, after: str, budget: _Budget) -> list[Line]:
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    size = max(len(old), len(new))
    if size > min(_MOST_WORDS, budget.left) or not _are_alike(old, new):
        return [[Piece("removed", before)], [Piece("added", after)]]
    budget.left -= size
    line: Line = []
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            line.append(Piece("same", "".join(old[i:j])))
            continue
        found = (("removed", "".join(old[i:j])), ("added", "".join(new[k:m])))
        line += [Piece(kind, text) for kind, text in found if text]
    return [line]


def _are_alike(old: Sequence[str], new: Sequence[str]) -> bool:
    first, second = ({word.lower() for word in words if word[0].isalnum()} for words in (old, new))
    return len(first & second) >= _ALIKE * max(len(first), len(second), 1)
