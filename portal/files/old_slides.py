"""The text of a presentation as PowerPoint 97 to 2003 kept it ([MS-PPT], sections 2.1.2, 2.3 and 2.4).

What was deleted may still lie in the file. So it is read as PowerPoint does: from the last time it was saved to the
table of what counts, from there to the document, and from there to its slides and notes.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from portal.files.compound import Compound
from portal.files.gathering import Broken, Locked, TooBig, Words

_ENCRYPTED = 0xF3D1_C4DF
_SAVED, _TABLE = 0x0FF5, 0x1772
_DOCUMENT, _SLIDE, _NOTES = 0x03E8, 0x03EE, 0x03F0
_SLIDES, _MASTERS = 0x0FF0, 1
_SLIDE_PLACE = 0x03F3
_WIDE, _NARROW = 0x0FA0, 0x0FA8
_FOLDER = 0xF
_HEADER = struct.Struct("<HHL")
_MOST_RECORDS = 500_000
_MOST_SAVED = 10_000
_WITH_A_KEY = 32


@dataclass(frozen=True, slots=True)
class Record:
    """One record: from ``start`` to ``end`` what is in it."""

    kind: int
    instance: int
    is_folder: bool
    start: int
    end: int


class _Slides:
    """The stream that holds everything."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self._left = _MOST_RECORDS

    def number(self, at: int) -> int:
        """Four bytes."""
        (found,) = struct.unpack_from("<L", self.content, at)
        return int(found)

    def record(self, at: int, *, end: int | None = None) -> Record:
        """The record there, no further than what it lies in."""
        self._left -= 1
        if self._left < 0:
            raise TooBig
        most = len(self.content) if end is None else end
        options, kind, length = _HEADER.unpack_from(self.content, at)
        start = at + _HEADER.size
        return Record(kind, options >> 4, options & 0xF == _FOLDER, start, min(start + length, most))

    def within(self, outer: Record) -> Iterator[Record]:
        """Everything in a record, in its order; of master slides nothing."""
        ends = [outer.end]
        at = outer.start
        while ends:
            if at + _HEADER.size > ends[-1]:
                at = ends.pop()
                continue
            found = self.record(at, end=ends[-1])
            at = found.end
            if found.kind == _SLIDES and found.instance == _MASTERS:
                continue
            yield found
            if found.is_folder:
                ends.append(found.end)
                at = found.start

    def places(self, saved_at: int) -> tuple[dict[int, int], int]:
        """Where everything that counts lies, by its number; and the number of the document."""
        found: dict[int, int] = {}
        document, seen = 0, set[int]()
        while saved_at and saved_at not in seen and len(seen) < _MOST_SAVED:
            seen.add(saved_at)
            saved = self.record(saved_at)
            if saved.kind != _SAVED:
                raise Broken
            if saved.end - saved.start >= _WITH_A_KEY and self.number(saved.start + 28):
                raise Locked
            for number, place in self._table(self.record(self.number(saved.start + 12))):
                found.setdefault(number, place)
            document = document or self.number(saved.start + 16)
            saved_at = self.number(saved.start + 8)
        return found, document

    def _table(self, table: Record) -> Iterator[tuple[int, int]]:
        if table.kind != _TABLE:
            raise Broken
        at = table.start
        while at + 4 <= table.end:
            run = self.number(at)
            first, count = run & 0xF_FFFF, run >> 20
            if at + 4 + 4 * count > table.end:
                raise Broken
            for number in range(count):
                yield first + number, self.number(at + 4 + 4 * number)
            at += 4 + 4 * count


def read(document: Compound, words: Words) -> None:
    """Gather the text of slides and of what was noted about them.

    Raises:
        Locked: a password is needed.
        TooBig: it has more records than anybody makes.
        Broken: it cannot be read.
    """
    token, saved_at = struct.unpack_from("<LL", document.stream("Current User"), 12)
    if token == _ENCRYPTED:
        raise Locked
    slides = _Slides(document.stream("PowerPoint Document"))
    places, number = slides.places(saved_at)
    outer = slides.record(places[number])
    if outer.kind != _DOCUMENT:
        raise Broken
    wanted: dict[int, None] = {}
    for found in slides.within(outer):
        if found.kind == _SLIDE_PLACE:
            wanted[slides.number(found.start)] = None
        if _is_over(slides, found, words):
            return
    for place in dict.fromkeys(places[number] for number in wanted if number in places):
        slide = slides.record(place)
        if slide.kind in (_SLIDE, _NOTES) and any(_is_over(slides, found, words) for found in slides.within(slide)):
            return


def _is_over(slides: _Slides, found: Record, words: Words) -> bool:
    """Add the text of a record that is one; whether that was enough."""
    if found.kind in (_WIDE, _NARROW):
        text = slides.content[found.start : found.end].decode(
            "utf-16-le" if found.kind == _WIDE else "latin-1", "replace"
        )
        for line in text.replace("\x0b", "\r").split("\r"):
            words.add(line)
    return words.is_full
