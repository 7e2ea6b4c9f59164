"""The receipts of a notice as a table for a spreadsheet programme."""

from datetime import date, datetime

from portal.formal.queries import FormalNotice, Receipt
from portal.formal.words import number_of, steps_of
from portal.kit.clock import BERLIN
from portal.kit.spreadsheet import table

_HEAD = (
    "Mitteilung",
    "Mitglied",
    "Zugestellt",
    "Per E-Mail benachrichtigt",
    "Geöffnet",
    "Empfang bestätigt",
    "Zugegangen am",
    "Letzter Tag",
    "Begründung",
)


def receipts_as_csv(notice: FormalNotice) -> bytes:
    """One line for each recipient."""
    return table(_HEAD, (_row(notice, receipt) for receipt in notice.receipts))


def _row(notice: FormalNotice, receipt: Receipt) -> tuple[str, ...]:
    posted = moment(receipt.posted_at) or "fehlgeschlagen"
    return (
        number_of(notice),
        receipt.name,
        posted,
        moment(receipt.notified_at),
        moment(receipt.opened_at),
        moment(receipt.acknowledged_at),
        day(receipt.received_on),
        day(receipt.last_day),
        " ".join(steps_of(receipt)),
    )


def moment(instant: datetime | None) -> str:
    """'20.11.2026 14:05:09' in Berlin; empty without one."""
    return f"{instant.astimezone(BERLIN):%d.%m.%Y %H:%M:%S}" if instant else ""


def day(value: date | None) -> str:
    """'20.11.2026'; empty without one."""
    return f"{value:%d.%m.%Y}" if value else ""
