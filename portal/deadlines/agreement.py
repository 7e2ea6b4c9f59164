"""The rulebook's rule of receipt as the reckoning needs it."""

from portal.deadlines.receipt import Basis, ReceiptRule
from tenants import rulebook


def receipt_rule_of(written: rulebook.ReceiptRule) -> ReceiptRule:
    """What the members agreed upon."""
    return ReceiptRule(
        basis=Basis(written.rule.value),
        from_hour=written.from_hour,
        until_hour=written.until_hour,
        deemed_after_days=written.deemed_after_days,
    )
