"""Reading a long list of JSON objects one after the other, so that a file of many pictures is never held as a whole."""

import io
import json
from collections.abc import Iterator
from typing import IO, Any

from portal.kit.errors import Invalid
from portal.shell.i18n import Sentence, mark
from portal.transfer import limits

_FIRST = 64 * 1024
_TAIL = 16  # how far from the end of what was read a mistake may be just an end in the middle of something
_BLANKS = " \t\r\n"
_DECODER = json.JSONDecoder()


def is_json(spooled: IO[bytes]) -> bool:
    """Whether it begins like JSON; leaves the file at its beginning."""
    begin = spooled.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()
    spooled.seek(0)
    return begin.startswith((b"[", b"{"))


def read_entries(spooled: IO[bytes]) -> Iterator[tuple[int, Any]]:
    """The elements of the list, each with the number of the line it begins in.

    Raises:
        Invalid: it is no list, breaks off, is no JSON from some line on, or an element is too large.
    """
    stream = io.TextIOWrapper(spooled, encoding="utf-8-sig")
    try:
        yield from _Reader(stream).entries()
    except UnicodeDecodeError:
        raise Invalid("Die Datei ist kein Text in UTF-8.", field="file") from None
    finally:
        stream.detach()


class _Reader:
    def __init__(self, stream: io.TextIOWrapper) -> None:
        self.stream = stream
        self.buffer = ""
        self.at = 0
        self.line = 1
        self.is_over = False

    def entries(self) -> Iterator[tuple[int, Any]]:
        if self._next() != "[":
            raise Invalid(
                "Das ist kein Export von Inhalten aus Plone: Erwartet wird eine Liste von Einträgen („[ … ]“).",
                field="file",
            )
        self.at += 1
        while self._next() != "]":
            line = self.line
            yield line, self._value()
            if (sign := self._next()) == ",":
                self.at += 1
            elif sign != "]":
                raise self._broken(self.at)
        self.at += 1
        if self._next():
            raise self._broken(self.at)

    def _next(self) -> str:
        """The next sign that is no blank; empty at the end."""
        while True:
            begin = self.at
            while self.at < len(self.buffer) and self.buffer[self.at] in _BLANKS:
                self.at += 1
            self.line += self.buffer.count("\n", begin, self.at)
            if self.at < len(self.buffer) or self.is_over:
                return self.buffer[self.at : self.at + 1]
            self._more(_FIRST)

    def _value(self) -> Any:
        while True:
            try:
                value, end = _DECODER.raw_decode(self.buffer, self.at)
            except json.JSONDecodeError as wrong:
                is_cut = wrong.msg.startswith("Unterminated") or wrong.pos >= len(self.buffer) - _TAIL
                if self.is_over or not is_cut:
                    is_open = wrong.msg.startswith("Unterminated")  # then it says where the text began
                    raise self._broken(len(self.buffer) if is_open else wrong.pos) from None
                self._check_size(len(self.buffer) - self.at)
                self._more(max(_FIRST, len(self.buffer) - self.at))
                continue
            except (ValueError, RecursionError):
                raise self._broken(self.at) from None
            self._check_size(end - self.at)
            self.line += self.buffer.count("\n", self.at, end)
            self.at = end
            return value

    def _more(self, size: int) -> None:
        piece = self.stream.read(size)
        self.is_over = len(piece) < size
        self.buffer = self.buffer[self.at :] + piece
        self.at = 0

    def _check_size(self, size: int) -> None:
        if size > limits.LIMITS.entry:
            most = limits.size_words(limits.LIMITS.entry)
            said = Sentence(
                "Der Eintrag ab Zeile %(line)s ist zu groß: möglich sind %(size)s mit der Datei darin. Lassen Sie ihn "
                "beim Export aus und laden Sie die Datei hier von Hand hoch.",
                line=self.line,
                size=most,
            )
            raise Invalid(said, field="file")

    def _broken(self, position: int) -> Invalid:
        line = self.line + self.buffer.count("\n", self.at, position)
        if self.is_over and position >= len(self.buffer.rstrip()) - 1:
            said = mark("Die Datei bricht in Zeile %(line)s ab. Bitte laden Sie sie noch einmal herunter.")
            return Invalid(Sentence(said, line=line), field="file")
        sign = position - self.buffer.rfind("\n", 0, position)
        said = mark("Zeile %(line)s, Zeichen %(sign)s: Das ist kein gültiges JSON.")
        return Invalid(Sentence(said, line=line, sign=sign), field="file")
