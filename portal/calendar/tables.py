"""Rows about feeds. Keys and constraints stand in the migration."""

from piccolo.columns import UUID, Text, Timestamptz
from piccolo.table import Table

from tenants.database import DB


class FeedKey(Table, tablename="feed_key", db=DB):
    """That one person may fetch one kind of feed for one organisation; of the secret only the digest is kept."""

    organisation_id = UUID(default=None)
    person_id = UUID(primary_key=True, default=None)
    kind = Text()
    digest = Text()
    made_at = Timestamptz()
