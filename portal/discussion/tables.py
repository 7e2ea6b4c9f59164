"""Rows about conversations. Keys and constraints stand in the migration; the space is the tenant of every row."""

from piccolo.columns import UUID, Array, Text, Timestamptz
from piccolo.table import Table

from tenants.database import DB


class Comment(Table, tablename="comment", db=DB):
    """What somebody said about an item; the text is empty once it is deleted. ``mentioned``: whom it names, of the
    writer's own organisation."""

    space_id = UUID(default=None)
    id = UUID(primary_key=True, default=None)
    item_id = UUID()
    body = Text()
    by_id = UUID()
    by_organisation_id = UUID()
    by_name = Text()
    by_organisation = Text()
    brought_by = Text()
    at = Timestamptz()
    edited_at = Timestamptz(null=True, default=None)
    deleted_at = Timestamptz(null=True, default=None)
    deleted_by = Text()
    mentioned = Array(base_column=UUID())


class Follower(Table, tablename="follower", db=DB):
    """Somebody who is told what happens with an item, or with everything below it."""

    space_id = UUID(default=None)
    item_id = UUID(primary_key=True, default=None)
    organisation_id = UUID()
    person_id = UUID()
    since_at = Timestamptz()
