"""Words and numbers as people write them, and as forms send them."""

_DIGITS = 10


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
