"""What readers of files bring back: words, or why there are none."""

import re
import time

LONGEST_WORDS = 300_000
SECONDS = 15.0

_INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


class TooBig(Exception):
    """Unpacked it is more than may be."""


class Locked(Exception):
    """A password is needed."""


class Broken(Exception):
    """It cannot be read as what it claims to be."""


class Words:
    """Lines that were found, until there are enough."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.length = 0
        self.ends_at = time.monotonic() + SECONDS

    def add(self, text: str) -> None:
        """Add a line; blanks are one, what nobody sees is left out."""
        line = " ".join(_INVISIBLE.sub("", text).split())
        if line and not self.is_full:
            self.lines.append(line)
            self.length += len(line) + 1

    @property
    def is_full(self) -> bool:
        """Whether it is enough, or took long enough."""
        return self.length > LONGEST_WORDS or time.monotonic() > self.ends_at

    @property
    def text(self) -> str:
        """Everything found."""
        return "\n".join(self.lines)[:LONGEST_WORDS]
