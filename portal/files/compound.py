"""Files of the old office programs: a small file system in a file, with storages for folders and streams for files.

What is in a stream was written by anybody. Whatever it makes of its reader is ``Broken``, nothing else comes out.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import olefile

from portal.files.gathering import Broken, Locked, TooBig, Words

_LARGEST_STREAM = 64 * 1024 * 1024


class Compound:
    """An open file of that kind. A path is the names from the root to a stream."""

    def __init__(self, path: Path) -> None:
        self._file: Any = olefile.OleFileIO(path)
        self.paths: list[list[str]] = self._file.listdir(streams=True, storages=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def has(self, *path: str) -> bool:
        """Whether there is such a stream."""
        return self._file.get_type(list(path)) == olefile.STGTY_STREAM

    def stream(self, *path: str) -> bytes:
        """What is in a stream.

        Raises:
            Broken: there is none.
            TooBig: it says it is more than is read.
        """
        if not self.has(*path):
            raise Broken
        if self._file.get_size(list(path)) > _LARGEST_STREAM:
            raise TooBig
        content: bytes = self._file.openstream(list(path)).read()
        return content

    def storages(self, below: Sequence[str], beginning: str) -> list[list[str]]:
        """What lies directly there and begins like this."""
        depth = len(below)
        return [
            path
            for path in self.paths
            if len(path) == depth + 1 and path[:depth] == list(below) and path[depth].startswith(beginning)
        ]


def compound(read: Callable[[Compound, Words], None]) -> Callable[[Path, Words], None]:
    """A reader of such a file as a reader of a path.

    Raises:
        TooBig, Locked, Broken: when it reads.
    """

    def opened(path: Path, words: Words) -> None:
        try:
            with Compound(path) as document:
                read(document, words)
        except (TooBig, Locked, Broken, MemoryError):
            raise
        except RecursionError as error:
            raise TooBig from error
        except Exception as error:
            raise Broken from error

    return opened
