"""ZIP files: written piece by piece while they are sent, read without trusting anything they say."""

import json
import zlib
from collections.abc import AsyncIterator, Iterator
from typing import IO, Any, cast
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from portal.kit.errors import Invalid
from portal.shell.i18n import Sentence, mark
from portal.transfer import limits
from portal.transfer.rules import BYTES, FORMAT, FORMAT_VERSION, LINES, MANIFEST, Lines, Lists, read_lines

_ENCRYPTED = 0x1
# RuntimeError: a way of packing nobody here knows, or JSON that is nested without an end.
_UNREADABLE = (BadZipFile, EOFError, OSError, RuntimeError, ValueError, zlib.error)
_LISTED = 256  # bytes of a member in the list of all; names are at most 73 long
_TOO_MANY = mark("In dem Paket sind zu viele Dateien.")
_BROKEN = "Das ist kein ZIP-Paket, oder es ist beschädigt. Bitte laden Sie es noch einmal herunter."


class Outgoing:
    """A ZIP file that is handed out as it grows; nothing of it is kept."""

    def __init__(self) -> None:
        self._written: list[bytes] = []
        self._zip = ZipFile(cast("IO[bytes]", self), "w", ZIP_DEFLATED)  # it only writes

    def write(self, piece: bytes) -> int:
        """Called by the ZIP file."""
        self._written.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Called by the ZIP file; nothing is held back."""

    def taken(self) -> bytes:
        """What was written since it was last asked."""
        found = b"".join(self._written)
        self._written.clear()
        return found

    def open(self, name: str, *, is_stored: bool = False) -> IO[bytes]:
        """A new member, of whatever size."""
        info = ZipInfo(name)
        info.compress_type = ZIP_STORED if is_stored else ZIP_DEFLATED
        return self._zip.open(info, "w", force_zip64=True)

    def end(self) -> bytes:
        """Close it; gives back the last bytes."""
        self._zip.close()
        return self.taken()


class _Listed:
    """A ZIP file while its list of members is read, which is in one go: one of far too many is refused unread."""

    def __init__(self, content: IO[bytes]) -> None:
        self._content = content
        self._most: int | None = limits.LIMITS.members * _LISTED

    def read(self, size: int = -1) -> bytes:
        """Called by the ZIP file.

        Raises:
            Invalid: the list is too long.
        """
        if self._most is not None and size > self._most:
            raise Invalid(_TOO_MANY, field="file")
        return self._content.read(size)

    def has_been_read(self) -> None:
        """From here on it is read piece by piece."""
        self._most = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._content, name)


class Incoming:
    """A package somebody sent.

    Raises:
        Invalid: it is no package, or one that would unpack to more than is taken. Nothing is unpacked to a disk: names
            of members are only compared, never used as paths.
    """

    def __init__(self, content: IO[bytes]) -> None:
        listed = _Listed(content)
        try:
            self._zip = ZipFile(cast("IO[bytes]", listed))
        except _UNREADABLE:
            raise Invalid(_BROKEN, field="file") from None
        listed.has_been_read()
        members = self._zip.infolist()
        names = [member.filename for member in members]
        most = limits.LIMITS
        if len(names) > most.members:
            raise Invalid(_TOO_MANY, field="file")
        if sum(member.file_size for member in members) > most.unpacked:
            size = limits.size_words(most.unpacked)
            raise Invalid(Sentence("Ausgepackt wäre das Paket zu groß: möglich ist %(size)s.", size=size), field="file")
        if len(set(names)) != len(names):
            raise Invalid("In dem Paket gibt es zwei Dateien mit demselben Namen.", field="file")
        if any(member.flag_bits & _ENCRYPTED for member in members):
            raise Invalid("Das Paket ist mit einem Kennwort geschützt.", field="file")
        if MANIFEST not in names or LINES not in names:
            raise Invalid("Das ist kein Paket aus dem Portal: „paket.json“ oder „inhalte.jsonl“ fehlt.", field="file")
        if strange := next((name for name in names if not _is_ours(name)), None):
            name = strange[:100]
            raise Invalid(Sentence("Diese Datei gehört nicht in ein Paket: „%(name)s“.", name=name), field="file")
        self._names = frozenset(names)
        self._check_manifest()

    def close(self) -> None:
        """Nothing more is read of it."""
        self._zip.close()

    def has(self, digest: str) -> bool:
        """Whether the bytes are in it."""
        return f"{BYTES}{digest}" in self._names

    def read(self, lists: Lists) -> Lines:
        """The items; what is wrong with them is noted.

        Raises:
            Invalid: they cannot be read at all.
        """
        return read_lines(self._lines(), lists)

    def _lines(self) -> Iterator[bytes]:
        most = limits.LIMITS.lines
        if self._zip.getinfo(LINES).file_size > most:
            size = limits.size_words(most)
            raise Invalid(Sentence("„inhalte.jsonl“ ist zu groß: möglich sind %(size)s.", size=size), field="file")
        try:
            with self._zip.open(LINES) as content:
                yield from content
        except _UNREADABLE:
            raise Invalid(_BROKEN, field="file") from None

    async def content(self, digest: str) -> AsyncIterator[bytes]:
        """The bytes of a file."""
        try:
            with self._zip.open(f"{BYTES}{digest}") as content:
                while piece := content.read(256 * 1024):
                    yield piece
        except _UNREADABLE:
            raise Invalid(_BROKEN, field="file") from None

    def _check_manifest(self) -> None:
        try:
            with self._zip.open(MANIFEST) as content:
                found: Any = json.loads(content.read(limits.LIMITS.lines // 64))
        except _UNREADABLE:
            raise Invalid("„paket.json“ ist kein gültiges JSON.", field="file") from None
        if not isinstance(found, dict) or found.get("format") != FORMAT or found.get("version") != FORMAT_VERSION:
            raise Invalid("„paket.json“ nennt ein anderes Format, als das Portal lesen kann.", field="file")


def _is_ours(name: str) -> bool:
    return name in (MANIFEST, LINES) or (name.startswith(BYTES) and "/" not in name[len(BYTES) :] and ".." not in name)
