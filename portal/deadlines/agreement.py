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


def vote_length_of(written: rulebook.VoteRule) -> Length:
    """How long members have to vote. A week is seven days, a year twelve months (§ 188 (2) BGB)."""
    if written.period_months is not None or written.period_years is not None:
        return Length(written.period_months or 12 * (written.period_years or 0), Unit.MONTHS)
    return Length(written.period_days or 7 * (written.period_weeks or 0), Unit.DAYS)


def length_of(written: rulebook.Period) -> Length:
    """How long it is; a rulebook gives either days or months."""
    if written.months is not None:
        return Length(written.months, Unit.MONTHS)
    return Length(written.days or 0, Unit.DAYS)
