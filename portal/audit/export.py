"""The trail as a table for a spreadsheet programme."""

from collections.abc import Iterable
from typing import Any

from portal.audit.queries import Line
from portal.audit.words import deed, doer, particulars
from portal.kit.clock import BERLIN
from portal.kit.spreadsheet import table

_HEAD = ("Nummer", "Zeitpunkt", "Wer", "Vorgang", "Angaben", "Kennung", "Anfrage", "Prüfsumme")


def as_csv(lines: Iterable[Line]) -> bytes:
    """The lines in the order given."""
    return table(_HEAD, map(_row, lines))


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
