"""Words and numbers as people write them."""


def counted(number: int, one: str, many: str) -> str:
    """'1 Mitglied', '2 Mitglieder'."""
    return f"{number} {one if number == 1 else many}"
