"""The rulebook's rule of receipt and its periods as the reckoning needs them."""

from portal.deadlines.receipt import Basis, ReceiptRule
from portal.deadlines.rules import Length, Unit
from tenants import rulebook


def receipt_rule_of(written: rulebook.ReceiptRule) -> ReceiptRule:
    """What the members agreed upon."""
    return ReceiptRule(
        basis=Basis(written.rule.value),
        from_hour=written.from_hour,
        until_hour=written.until_hour,
        deemed_after_days=written.deemed_after_days,
    )


def length_of(written: rulebook.Period) -> Length:
    """How long it is; a rulebook gives either days or months."""
    if written.months is not None:
        return Length(written.months, Unit.MONTHS)
    return Length(written.days or 0, Unit.DAYS)
