"""Tables for spreadsheet programmes: semicolons and a byte order mark, as German ones expect."""

import csv
import io
from collections.abc import Iterable, Sequence

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def table(head: Sequence[str], rows: Iterable[Iterable[object]]) -> bytes:
    """The rows in the order given, each field a text that no programme takes for a formula."""
    target = io.StringIO()
    writer = csv.writer(target, delimiter=";", lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([_harmless(value) for value in row] for row in rows)
    return target.getvalue().encode("utf-8-sig")


def _harmless(value: object) -> str:
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
