"""Rows about reading. Keys and constraints stand in the migration; the space is the tenant of every row."""

from piccolo.columns import UUID, Integer, Text, Timestamptz
from piccolo.table import Table

from tenants.database import DB


class MustRead(Table, tablename="must_read", db=DB):
    """That an item must be read, in which version at least, and who asked for it."""

    space_id = UUID(default=None)
    item_id = UUID(primary_key=True, default=None)
    version = Integer()
    until_at = Timestamptz(null=True, default=None)
    remind_at = Timestamptz(null=True, default=None)
    reminded_at = Timestamptz(null=True, default=None)
    by_id = UUID()
    by_organisation_id = UUID()
    by_name = Text()
    by_organisation = Text()
    asked_at = Timestamptz()


class ReadConfirmation(Table, tablename="read_confirmation", db=DB):
    """That somebody has read a version, under the name they had then."""

    space_id = UUID(default=None)
    item_id = UUID(primary_key=True, default=None)
    organisation_id = UUID()
    person_id = UUID()
    version = Integer()
    name = Text()
    at = Timestamptz()
