"""Rows about front pages. Keys and constraints stand in the migration."""

from piccolo.columns import JSONB, UUID, Integer, Text, Timestamptz
from piccolo.table import Table

from tenants.database import DB


class Portlet(Table, tablename="portlet", db=DB):
    """One box of the front page of a space; ``item_id`` is the root folder, whose editors put it there."""

    space_id = UUID(default=None)
    id = UUID(primary_key=True, default=None)
    item_id = UUID()
    kind = Text()
    side = Text()
    position = Integer()
    title = Text()
    settings = JSONB()
    changed_by = Text()
    changed_at = Timestamptz()
