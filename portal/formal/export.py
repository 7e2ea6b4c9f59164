"""The receipts of a notice as proof: a table for a spreadsheet programme, and a document."""

from datetime import date, datetime
from pathlib import Path

from portal.formal.queries import FormalNotice, Receipt
from portal.formal.words import number_of, rule_in_words, steps_of
from portal.kit.clock import BERLIN
from portal.kit.documents import tagged_pdf
from portal.kit.spreadsheet import table

_DOCUMENT = Path(__file__).parent / "proof.typ"
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
    "Anlagen (SHA-256)",
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
        day(receipt.ends_on),
        " ".join(steps_of(receipt)),
        "; ".join(f"{each.name} ({each.sha256})" for each in notice.attachments),
    )


def moment(instant: datetime | None) -> str:
    """'20.11.2026 14:05:09' in Berlin; empty without one."""
    return f"{instant.astimezone(BERLIN):%d.%m.%Y %H:%M:%S}" if instant else ""


def day(value: date | None) -> str:
    """'20.11.2026'; empty without one."""
    return f"{value:%d.%m.%Y}" if value else ""


async def receipts_as_pdf(notice: FormalNotice, network: str) -> bytes:
    """The same as a tagged document (PDF/UA) with the letter itself, to be kept or handed over."""
    given = {
        "title": f"Nachweis des Zugangs: Mitteilung Nr. {number_of(notice)}",
        "sender": notice.sender_name,
        "head": [
            f"Betreff: {notice.subject}",
            f"Absender: {notice.sender_name}, Geschäftsstelle: {network}; gezeichnet: {notice.signed_by}",
            f"Zugestellt: {moment(notice.posted_at)}",
            *(
                f"Anlage {each.number}: {each.name} ({each.size} Byte, SHA-256 {each.sha256})"
                for each in notice.attachments
            ),
        ],
        "columns": _HEAD[1:-2],
        "rows": [[cell or "–" for cell in _row(notice, receipt)[1:-2]] for receipt in notice.receipts],
        "reckoning": [{"name": receipt.name, "steps": steps_of(receipt) or ["–"]} for receipt in notice.receipts],
        "rule": [rule_in_words(notice.rule), *notice.rule_source.splitlines()],
        "body": [line for line in notice.body.splitlines() if line.strip()],
    }
    return await tagged_pdf(_DOCUMENT, given)
