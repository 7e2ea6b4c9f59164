"""The text of a file, for the search. Runs in a process of its own (``reader``): what it reads was made by anybody.

An archive is never unpacked to a disk, and of each entry no more is read than ``Budget`` allows, whatever the archive
says of itself.
"""

import email
import email.policy
import re
import zipfile
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import IO
from xml.etree.ElementTree import Element, ParseError

import pypdf
import pypdfium2
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from portal.files import old_slides, old_tables, old_word, outlook
from portal.files.compound import compound
from portal.files.gathering import Broken, Locked, TooBig, Words
from portal.files.plain import MOST_READ, decoded, html_lines

_MOST_UNPACKED = 64 * 1024 * 1024
_MOST_ENTRIES = 10_000
_HIGHEST_RATIO = 500
_SMALL = 1024 * 1024  # below that no ratio says anything
_DEEPEST_MAIL = 5
_LINES = frozenset({"p", "h", "si", "is"})  # paragraphs, headings, the texts of a table's cells
_GAPS = frozenset({"br", "line-break", "s", "tab"})
_UNSAID = frozenset({"delText", "instrText", "rPh", "row", "table-row"})  # what was deleted; and rows that are done
_GONE = "deletion"
_WORD = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes|comments)\.xml")
_SLIDES = re.compile(r"ppt/(slides/slide|notesSlides/notesSlide)\d+\.xml")
_SHEETS = re.compile(r"xl/(sharedStrings|worksheets/sheet\d+)\.xml")


def extract(path: Path, media_type: str) -> str:
    """The text of a file; empty when it holds none or nobody can tell.

    Raises:
        TooBig, Locked, Broken: why there is none.
    """
    words = Words()
    reader = _READERS.get(media_type)
    if reader is not None:
        try:
            reader(path, words)
        except (zipfile.BadZipFile, ParseError, DefusedXmlException, UnicodeError, EOFError, OSError) as error:
            raise Broken from error
        except RuntimeError as error:  # an archive packed in a way that nobody reads here
            raise Broken from error
    return words.text


def count_pages(path: Path) -> int:
    """The pages of a PDF.

    Raises:
        Locked, Broken: it cannot be opened.
    """
    try:
        with pypdfium2.PdfDocument(path) as document:
            return len(document)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise Locked from None
        raise Broken from None


def _pdf(path: Path, words: Words) -> None:
    """Page by page, so that a file without end is left when it took long enough."""
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise Locked from None
        _mended_pdf(path, words)
        return
    with document:
        for page in document:
            if words.is_full:
                return
            for line in page.get_textpage().get_text_bounded().splitlines():
                words.add(line)


def _mended_pdf(path: Path, words: Words) -> None:
    """What the one library cannot open, the other often mends."""
    try:
        reader = pypdf.PdfReader(path, strict=False)
        pages = [] if reader.is_encrypted else reader.pages
        for page in pages:
            if words.is_full:
                return
            for line in page.extract_text().splitlines():
                words.add(line)
    except Exception as error:
        raise Broken from error
    if reader.is_encrypted:
        raise Locked


class Budget:
    """What may come out of one archive."""

    def __init__(self) -> None:
        self.left = _MOST_UNPACKED

    def open(self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> "Bounded":
        """Read an entry.

        Raises:
            TooBig: it says itself that it is too much.
            Locked: it needs a password.
        """
        if entry.flag_bits & 1:
            raise Locked
        if entry.file_size > max(_SMALL, entry.compress_size * _HIGHEST_RATIO):
            raise TooBig
        return Bounded(archive.open(entry), self)


class Bounded:
    """A stream that ends in TooBig when the budget does."""

    def __init__(self, stream: IO[bytes], budget: Budget) -> None:
        self._stream = stream
        self._budget = budget

    def read(self, size: int = -1) -> bytes:
        """The next bytes, at most 64 KB of them."""
        content = self._stream.read(min(size, 65536) if size > 0 else 65536)
        self._budget.left -= len(content)
        if self._budget.left < 0:
            raise TooBig
        return content


def _entries(path: Path, wanted: re.Pattern[str]) -> Iterator[Bounded]:
    budget = Budget()
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        if len(entries) > _MOST_ENTRIES:
            raise TooBig
        for entry in sorted(entries, key=lambda found: (len(found.filename), found.filename)):
            if wanted.fullmatch(entry.filename):
                yield budget.open(archive, entry)


def _elements(stream: Bounded) -> Iterator[tuple[str, Element]]:
    """What ends in a piece of XML, outside of what OpenDocument keeps of deleted text: the name and the element."""
    gone = 0
    for event, element in iterparse(stream, events=("start", "end"), forbid_dtd=True):
        name = element.tag.rpartition("}")[2]
        if name == _GONE:
            gone += 1 if event == "start" else -1
            element.clear()
        elif event == "end" and not gone:
            yield name, element


def _xml(wanted: re.Pattern[str]) -> Callable[[Path, Words], None]:
    """A reader of XML in an archive: a line for each paragraph."""

    def read(path: Path, words: Words) -> None:
        for stream in _entries(path, wanted):
            for name, element in _elements(stream):
                if name in _GAPS:
                    element.text = " "
                elif name in _LINES:
                    words.add("".join(element.itertext()))
                if name in _LINES or name in _UNSAID:
                    tail = element.tail
                    element.clear()
                    element.tail = tail
                if words.is_full:
                    return

    return read


def _plain(path: Path, words: Words) -> None:
    with path.open("rb") as file:
        content = file.read(MOST_READ)
    for line in decoded(content).splitlines():
        words.add(line)


def _mail(path: Path, words: Words) -> None:
    with path.open("rb") as file:
        message = email.message_from_binary_file(file, policy=email.policy.default)
    _message(message, words, depth=0)


def _message(message: EmailMessage, words: Words, *, depth: int) -> None:
    for name in ("subject", "from", "to", "cc", "date"):
        words.add(str(message.get(name, "")))
    for part in message.walk():
        if words.is_full or depth > _DEEPEST_MAIL:
            return
        if filename := part.get_filename():
            words.add(filename)
        elif part.get_content_type() in ("text/plain", "text/html"):
            content = part.get_payload(decode=True)
            text = decoded(content[:MOST_READ] if isinstance(content, bytes) else b"")
            for line in html_lines(text) if part.get_content_type() == "text/html" else text.splitlines():
                words.add(line)


def _names(path: Path, words: Words) -> None:
    """Of an archive only what lies in it is said."""
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist()[:_MOST_ENTRIES]:
            words.add(name.rpartition("/")[2])


_OOXML, _ODF = "application/vnd.openxmlformats-officedocument.", "application/vnd.oasis.opendocument."
_CONTENT = re.compile(r"content\.xml")
_READERS: dict[str, Callable[[Path, Words], None]] = {
    "application/pdf": _pdf,
    f"{_OOXML}wordprocessingml.document": _xml(_WORD),
    f"{_OOXML}presentationml.presentation": _xml(_SLIDES),
    f"{_OOXML}spreadsheetml.sheet": _xml(_SHEETS),
    f"{_ODF}text": _xml(_CONTENT),
    f"{_ODF}spreadsheet": _xml(_CONTENT),
    f"{_ODF}presentation": _xml(_CONTENT),
    "text/plain": _plain,
    "text/csv": _plain,
    "message/rfc822": _mail,
    "application/msword": compound(old_word.read),
    "application/vnd.ms-excel": old_tables.read,
    "application/vnd.ms-powerpoint": compound(old_slides.read),
    "application/vnd.ms-outlook": compound(outlook.read),
    "application/zip": _names,
}
