"""Rows of reviews; the rulebooks themselves are ``tenants.tables``."""

from piccolo.columns import UUID, Date, Text, Timestamptz
from piccolo.table import Table

from tenants.database import DB


class RulebookReview(Table, tablename="rulebook_review", db=DB):
    """That the agreement was looked at again, under which version, by whom it was written down."""

    network_id = UUID(default=None)
    id = UUID(primary_key=True, default=None)
    rulebook_id = UUID()
    reviewed_on = Date()
    outcome = Text()
    recorded_at = Timestamptz()
    recorded_by = Text()
    recorded_for = Text()
