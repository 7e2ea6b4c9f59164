"""Words and numbers as people write them, and as forms send them."""

import re

_DIGITS = 10
_LONGEST_MAIL = 254
# Letters of any script in every part; a part of a domain neither begins nor ends with a hyphen.
_LABEL = r"[^\W_](?:(?:[^\W_]|-){0,61}[^\W_])?"
_MAIL = re.compile(rf"[^@\s<>,;\"()\[\]\\]{{1,64}}@{_LABEL}(?:\.{_LABEL})+")


def counted(number: int, one: str, many: str) -> str:
    """'1 Mitglied', '2 Mitglieder'."""
    return f"{number} {one if number == 1 else many}"


def paragraphs_of(text: str) -> list[list[str]]:
    """The lines of a plain text by paragraph; an empty line begins a new one."""
    return [part.splitlines() for part in text.split("\n\n") if part.strip()]


def number_in(sent: object) -> int:
    """A number that a page put into its own form, as it comes back; 0 when it is none, or larger than any column."""
    text = str(sent or "")
    return int(text) if text.isdecimal() and text.isascii() and len(text) < _DIGITS else 0


def is_mail(text: str) -> bool:
    """Whether it looks like one address to write to."""
    return len(text) <= _LONGEST_MAIL and _MAIL.fullmatch(text) is not None
