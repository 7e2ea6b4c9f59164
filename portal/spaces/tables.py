"""Rows of the content tree. Keys and constraints stand in the migration; the space is the tenant of every row."""

from piccolo.columns import JSONB, UUID, Array, Boolean, Integer, SmallInt, Text, Timestamptz
from piccolo.table import Table

from tenants.database import DB


class Item(Table, tablename="item", db=DB):
    """A node of a space's tree, as it is now. ``address`` follows from ``path``; ``readers`` and ``writers`` from
    the state, ``marked`` from grants and cut."""

    space_id = UUID(default=None)
    id = UUID(primary_key=True, default=None)
    parent_id = UUID(null=True, default=None)
    path = Text()
    address = Text()
    type = Text()
    title = Text()
    summary = Text()
    tags = Array(base_column=Text())
    fields = JSONB()
    words = Text()
    state = Text()
    readers = SmallInt()
    writers = SmallInt(default=52)
    inherits = Boolean(default=True)
    marked = Boolean(default=False)
    position = Integer()
    version = Integer()
    begins_at = Timestamptz(null=True, default=None)
    ends_at = Timestamptz(null=True, default=None)
    assignee = Text(null=True, default=None)
    owner_id = UUID(null=True, default=None)
    owner_organisation_id = UUID(null=True, default=None)
    owner_name = Text()
    changed_by = Text()
    created_at = Timestamptz()
    changed_at = Timestamptz()
    published_at = Timestamptz(null=True, default=None)
    publish_at = Timestamptz(null=True, default=None)
    expires_at = Timestamptz(null=True, default=None)
    bin_id = UUID(null=True, default=None)


class ItemVersion(Table, tablename="item_version", db=DB):
    """One save: ``values`` holds title, summary, tags and the type's fields.

    Where ``brought_by`` names somebody, it came with their package, which says who and when.
    """

    space_id = UUID(default=None)
    item_id = UUID(primary_key=True, default=None)
    version = Integer()
    type = Text()
    values = JSONB()
    note = Text()
    by_id = UUID(null=True, default=None)
    by_name = Text()
    at = Timestamptz()
    by_organisation_id = UUID(null=True, default=None)
    brought_by = Text()


class ItemTransition(Table, tablename="item_transition", db=DB):
    """One step of an item's workflow, with what was said about it."""

    space_id = UUID(default=None)
    id = UUID(primary_key=True, default=None)
    item_id = UUID()
    transition = Text()
    source = Text()
    target = Text()
    note = Text()
    by_id = UUID(null=True, default=None)
    by_name = Text()
    at = Timestamptz()
    by_organisation_id = UUID(null=True, default=None)
    brought_by = Text()


class ItemGrant(Table, tablename="item_grant", db=DB):
    """Access of a principal to an item and all below it; ``title`` is the principal's name for people."""

    space_id = UUID(default=None)
    item_id = UUID(primary_key=True, default=None)
    principal = Text()
    access = SmallInt()
    title = Text()
    granted_by = Text()
    granted_at = Timestamptz()
    brought_by = Text()


class ItemRedirect(Table, tablename="item_redirect", db=DB):
    """An address that an item had before."""

    space_id = UUID(default=None)
    address = Text(primary_key=True)
    item_id = UUID()
    made_at = Timestamptz()
    by_organisation_id = UUID(null=True, default=None)


class ItemTag(Table, tablename="item_tag", db=DB):
    """A tag of an item once more, in small letters, to be looked up by."""

    space_id = UUID(default=None)
    tag = Text(primary_key=True)
    item_id = UUID()


class ItemBin(Table, tablename="item_bin", db=DB):
    """What was thrown away in one go; ``items`` of them, the topmost is ``item_id``."""

    space_id = UUID(default=None)
    id = UUID(primary_key=True, default=None)
    item_id = UUID()
    title = Text()
    address = Text()
    items = Integer()
    by_id = UUID(null=True, default=None)
    by_name = Text()
    at = Timestamptz()
    purge_at = Timestamptz()


class ItemLock(Table, tablename="item_lock", db=DB):
    """Who is editing an item, until when."""

    space_id = UUID(default=None)
    item_id = UUID(primary_key=True, default=None)
    organisation_id = UUID()
    person_id = UUID()
    person_name = Text()
    taken_at = Timestamptz()
    locked_until = Timestamptz()


class ItemDraft(Table, tablename="item_draft", db=DB):
    """What one person typed and did not save yet, as their form sent it."""

    space_id = UUID(default=None)
    item_id = UUID(primary_key=True, default=None)
    organisation_id = UUID()
    person_id = UUID()
    purpose = Text()
    version = Integer()
    values = JSONB()
    kept_at = Timestamptz()


class ItemCopy(Table, tablename="item_copy", db=DB):
    """The working copy of an item: its next version while it is being made."""

    space_id = UUID(default=None)
    item_id = UUID(primary_key=True, default=None)
    version = Integer()
    revision = Integer()
    values = JSONB()
    note = Text()
    begun_by = Text()
    begun_at = Timestamptz()
    changed_by = Text()
    changed_at = Timestamptz()
