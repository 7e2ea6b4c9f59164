"""Words and numbers as people write them."""

from collections.abc import Sequence


def listed(words: Sequence[str], *, last: str = "und") -> str:
    """'A', 'A und B', 'A, B und C'."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def counted(number: int, one: str, many: str) -> str:
    """'1 Mitglied', '2 Mitglieder'."""
    return f"{number} {one if number == 1 else many}"
