"""The rule of receipt and its outcome in words."""

from portal.deadlines.receipt import Basis, ReceiptRule
from portal.deadlines.wording import explain, receipt_in_words
from portal.formal.queries import FormalNotice, Receipt
from portal.shell.i18n import Sentence

# Under a letter that nobody wrote by hand, instead of a person's name.
SIGNED_BY_PORTAL = "Hilfenetz, im Auftrag der Geschäftsstelle"


def number_of(notice: FormalNotice) -> str:
    """'3/2026': the running number within the network and the year."""
    return f"{notice.number}/{notice.year}"


def rule_in_words(rule: ReceiptRule) -> Sentence:
    """Which fact counts as receipt."""
    if rule.basis is Basis.RETRIEVABLE:
        return Sentence(
            "Zugegangen ist eine Mitteilung, sobald sie zu üblichen Geschäftszeiten abgerufen werden kann (Montag bis "
            "Freitag, %(begin)s bis %(end)s Uhr, nicht an Feiertagen), sonst mit dem Beginn des nächsten Werktags.",
            begin=rule.from_hour,
            end=rule.until_hour,
        )
    opened = rule.basis is Basis.OPENED
    if rule.deemed_after_days is None:
        if opened:
            return Sentence("Zugegangen ist eine Mitteilung an dem Tag, an dem die Organisation sie öffnet.")
        return Sentence("Zugegangen ist eine Mitteilung an dem Tag, an dem die Organisation den Empfang bestätigt.")
    if opened:
        return Sentence(
            "Zugegangen ist eine Mitteilung an dem Tag, an dem die Organisation sie öffnet, spätestens aber so viele "
            "Tage nach dem Einstellen: %(days)s.",
            days=rule.deemed_after_days,
        )
    return Sentence(
        "Zugegangen ist eine Mitteilung an dem Tag, an dem die Organisation den Empfang bestätigt, spätestens aber so "
        "viele Tage nach dem Einstellen: %(days)s.",
        days=rule.deemed_after_days,
    )


def still_nobody(name: str) -> Sentence:
    """Why a posting failed once more."""
    return Sentence(
        "Bei %(name)s gibt es weiterhin niemanden, der die Mitteilung abrufen kann. Nötig ist eine Vertretung, "
        "eine Stellvertretung, eine Geschäftsführung oder eine Mandantenadministration.",
        name=name,
    )


def steps_of(receipt: Receipt) -> tuple[Sentence, ...]:
    """How the receipt, and the last day if there is one, came about; nothing while it is unproved."""
    if receipt.deadline is not None:
        return explain(receipt.deadline)
    return (receipt_in_words(receipt.event),) if receipt.event is not None else ()
