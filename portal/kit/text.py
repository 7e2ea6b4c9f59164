"""Words and numbers as people write them."""

from collections.abc import Sequence


def listed(words: Sequence[str], *, last: str = "und") -> str:
    """'A', 'A und B', 'A, B und C'."""
    *first, final = words or ("",)
    return f"{', '.join(first)} {last} {final}" if first else final


def counted(number: int, one: str, many: str) -> str:
    """'1 Mitglied', '2 Mitglieder'."""
    return f"{number} {one if number == 1 else many}"
