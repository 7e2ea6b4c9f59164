"""The trail as a table for a spreadsheet programme: semicolons and a byte order mark, as German ones expect."""

import csv
import io
from collections.abc import Iterable
from typing import Any

from portal.audit.queries import Line
from portal.audit.words import deed, doer, particulars
from portal.kit.clock import BERLIN

_HEAD = ("Nummer", "Zeitpunkt", "Wer", "Vorgang", "Angaben", "Kennung", "Anfrage", "Prüfsumme")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def as_csv(lines: Iterable[Line]) -> bytes:
    """The lines in the order given, each field a text that no programme takes for a formula."""
    target = io.StringIO()
    writer = csv.writer(target, delimiter=";", lineterminator="\r\n")
    writer.writerow(_HEAD)
    writer.writerows([_harmless(value) for value in _row(line)] for line in lines)
    return target.getvalue().encode("utf-8-sig")


def _row(line: Line) -> tuple[Any, ...]:
    entry = line.entry
    moment = f"{entry.at.astimezone(BERLIN):%d.%m.%Y %H:%M:%S}"
    return (
        entry.seq,
        moment,
        doer(line),
        deed(line),
        particulars(line),
        entry.subject_id,
        entry.request_id,
        entry.hash,
    )


def _harmless(value: object) -> str:
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
