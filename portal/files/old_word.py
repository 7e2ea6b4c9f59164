"""The text of a Word document as Word 97 to 2003 kept it, and of most that are older ([MS-DOC], sections 2.4 and 2.8).

The text lies in pieces, in no order, with what was deleted long ago between them; a table says which pieces count and
in which order. What somebody deleted while changes were tracked is still in a piece, marked as deleted.
"""

import re
import struct
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise

from portal.files.compound import Compound
from portal.files.gathering import LONGEST_WORDS, Broken, Locked, Words

_MAGIC, _OLD_MAGIC = 0xA5EC, 0xA5DC
_WORD_97 = 0x00C1
_FAST_SAVED, _ENCRYPTED, _TABLE_1 = 0x0004, 0x0100, 0x0200
_PIECES, _LOOKS = 0x01A2, 0x00FA  # where it stands where they lie
_NARROW = 0x4000_0000  # a piece of one byte a letter
_PAGE = 512
_DELETED = 0x0800
_VARIABLE = 6
_OPERANDS = (1, 1, 2, 4, 2, 2, 0, 3)  # bytes, by the last three bits of what they belong to
_CHUNK = 65_536
_DEEPEST_FIELD = 1000
_FIELD, _SHOWN, _FIELD_END = "\x13", "\x14", "\x15"
_MARKS = re.compile("([\x13\x14\x15\r\x07\x0b\x0c\x0e])")
_HYPHENS = {0x1E: "-", 0x1F: None}
Range = tuple[int, int]


def read(document: Compound, words: Words) -> None:
    """Gather the text, notes, headers and comments too; of fields what is shown.

    Raises:
        Locked: a password is needed.
        Broken: it cannot be read.
    """
    content = document.stream("WordDocument")
    magic, version, flags = (*struct.unpack_from("<HH", content), *struct.unpack_from("<H", content, 10))
    if magic not in (_MAGIC, _OLD_MAGIC):
        raise Broken
    if flags & _ENCRYPTED:
        raise Locked
    flow = _Flow(words)
    for text in _old(content, flags) if version < _WORD_97 else _pieces(document, content, flags):
        flow.add(text)
        if words.is_full:
            return
    flow.end()


class _Flow:
    """Text that becomes lines. A field is its instruction, then what it shows; only that is text."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._line: list[str] = []
        self._length = 0
        self._fields: list[bool] = []  # for each that is open, whether it shows already
        self._unsaid = 0  # how many do not

    def add(self, text: str) -> None:
        for part in _MARKS.split(text.translate(_HYPHENS)):
            if part in (_FIELD, _SHOWN, _FIELD_END):
                self._field(part)
            elif _MARKS.match(part):
                self.end()
            elif part and not self._unsaid:
                self._line.append(part)
                self._length += len(part)
        if self._length > LONGEST_WORDS:
            self.end()

    def end(self) -> None:
        """A paragraph, a cell or a line ends here."""
        self._words.add("".join(self._line))
        self._line, self._length = [], 0

    def _field(self, mark: str) -> None:
        if mark == _FIELD:
            if len(self._fields) >= _DEEPEST_FIELD:
                raise Broken
            self._fields.append(False)
            self._unsaid += 1
        elif self._fields:
            self._unsaid -= not self._fields.pop()
            if mark == _SHOWN:
                self._fields.append(True)


def _old(content: bytes, flags: int) -> Iterator[str]:
    """Word 6 and 95: one piece, if it was not saved in a hurry; then nobody reads it."""
    if not flags & _FAST_SAVED:
        start, end = struct.unpack_from("<LL", content, 0x18)
        yield from _decoded(content, (start, end), narrow=True)


def _pieces(document: Compound, content: bytes, flags: int) -> Iterator[str]:
    table = document.stream("1Table" if flags & _TABLE_1 else "0Table")
    deleted = _deleted(content, table)
    places = _place_table(_slice(table, content, _PIECES))
    count = (len(places) - 4) // 12
    letters = struct.unpack_from(f"<{count + 1}L", places)
    for number, (first, last) in enumerate(pairwise(letters)):
        (start,) = struct.unpack_from("<L", places, 4 * (count + 1) + 8 * number + 2)
        narrow = bool(start & _NARROW)
        start = (start & ~_NARROW) // 2 if narrow else start
        for kept in _kept((start, start + (last - first) * (1 if narrow else 2)), deleted):
            yield from _decoded(content, kept, narrow=narrow)


def _slice(table: bytes, content: bytes, place: int) -> bytes:
    start, length = struct.unpack_from("<LL", content, place)
    return table[start : start + length]


def _place_table(pieces: bytes) -> bytes:
    """What follows after all that was formatted in a hurry."""
    at = 0
    while pieces[at] == 1:
        at += 3 + struct.unpack_from("<H", pieces, at + 1)[0]
    (length,) = struct.unpack_from("<L", pieces, at + 1)
    if pieces[at] != 2 or length > len(pieces):  # noqa: PLR2004 - the mark of the table
        raise Broken
    return pieces[at + 5 : at + 5 + length]


def _decoded(content: bytes, place: Range, *, narrow: bool) -> Iterator[str]:
    for start in range(place[0], min(place[1], len(content)), _CHUNK):
        part = content[start : min(start + _CHUNK, place[1])]
        yield part.decode("cp1252" if narrow else "utf-16-le", "replace")


def _kept(place: Range, deleted: Sequence[Range]) -> Iterator[Range]:
    """A place without those parts of it."""
    start, end = place
    for gone_from, gone_to in deleted[max(bisect_right(deleted, (start, 0)) - 1, 0) :]:
        if gone_from >= end:
            break
        if gone_to > start:
            if gone_from > start:
                yield start, gone_from
            start = gone_to
    if start < end:
        yield start, end


def _deleted(content: bytes, table: bytes) -> list[Range]:
    """Where what was deleted lies, in the order of the file, without overlaps."""
    looks = _slice(table, content, _LOOKS)
    count = max((len(looks) - 4) // 8, 0)
    pages = {page & 0x3F_FFFF for page in struct.unpack_from(f"<{count}L", looks, 4 * (count + 1) if count else 0)}
    found: list[Range] = []
    for start, end in sorted(place for page in pages for place in _deleted_on(content[page * _PAGE :][:_PAGE])):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        else:
            found.append((start, end))
    return found


def _deleted_on(page: bytes) -> Iterator[Range]:
    """Runs of letters on one page of looks that are marked as deleted."""
    if len(page) < _PAGE:
        raise Broken
    runs = page[-1]
    bounds = struct.unpack_from(f"<{runs + 1}L", page)
    for number, place in enumerate(pairwise(bounds)):
        at = 2 * page[4 * (runs + 1) + number]
        if at and place[0] < place[1] and _is_deleted(page[at + 1 : at + 1 + page[at]]):
            yield place


def _is_deleted(looks: bytes) -> bool:
    at = 0
    while at + 3 <= len(looks):
        (what,) = struct.unpack_from("<H", looks, at)
        kind = what >> 13
        if what == _DELETED:
            return bool(looks[at + 2] & 1)
        at += 2 + (1 + looks[at + 2] if kind == _VARIABLE else _OPERANDS[kind])
    return False
