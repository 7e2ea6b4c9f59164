"""What the search knows of each item. Written by a trigger on ``item``, read through the functions of migration 36."""

from piccolo.columns import UUID, Text, Timestamptz
from piccolo.table import Table

from tenants.database import DB


class SearchEntry(Table, tablename="search_entry", db=DB):
    """The words of an item, weighed: title A, summary and tags B, everything else C."""

    space_id = UUID(default=None)
    item_id = UUID(primary_key=True, default=None)
    content = Text()
    changed_at = Timestamptz()


class SearchWord(Table, tablename="search_word", db=DB):
    """A word of a space as its stem, with an item in which it stands."""

    space_id = UUID(default=None)
    word = Text()
    item_id = UUID(primary_key=True, default=None)
