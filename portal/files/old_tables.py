"""The words in the cells of a workbook as Excel kept it up to 2003."""

import struct
from pathlib import Path

from python_calamine import CalamineWorkbook

from portal.files.compound import Compound, compound
from portal.files.gathering import Broken, Locked, Words

_STREAMS = ("Workbook", "Book")
_PASSWORD, _END = 0x002F, 0x000A


def read(path: Path, words: Words) -> None:
    """Gather the names of the sheets and each text that stands in a cell once; numbers are no words.

    Raises:
        Locked: a password is needed.
        Broken: it cannot be read.
    """
    compound(_refuse_locked)(path, words)
    try:
        _read(path, words)
    except (MemoryError, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic of the library is no Exception
        raise Broken from error


def _refuse_locked(document: Compound, words: Words) -> None:  # noqa: ARG001 - as every reader
    """What is locked says so among its first records; the library only says that it cannot read it."""
    content = document.stream(next(name for name in _STREAMS if document.has(name)))
    at = 0
    while at + 4 <= len(content):
        kind, length = struct.unpack_from("<HH", content, at)
        if kind == _PASSWORD:
            raise Locked
        if kind == _END:
            return
        at += 4 + length


def _read(path: Path, words: Words) -> None:
    said = set()
    with path.open("rb") as file, CalamineWorkbook.from_filelike(file) as book:
        for name in book.sheet_names:
            words.add(name)
        for name in book.sheet_names:
            for row in book.get_sheet_by_name(name).iter_rows():
                for text in row:
                    if isinstance(text, str) and text not in said:
                        said.add(text)
                        words.add(text)
                if words.is_full:
                    return
