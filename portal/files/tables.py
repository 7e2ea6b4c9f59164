"""Rows about files. Keys and constraints stand in the migration; the space is the tenant of every row."""

from piccolo.columns import UUID, Array, BigInt, Integer, Text, Timestamptz
from piccolo.table import Table

from tenants.database import DB


class Blob(Table, tablename="blob", db=DB):
    """The bytes of one upload. ``previews`` are names of objects beside the original in ``folder``."""

    space_id = UUID(default=None)
    id = UUID(primary_key=True, default=None)
    folder = Text()
    copied_from = Text(null=True, default=None)
    name = Text()
    media_type = Text()
    size = BigInt()
    sha256 = Text()
    scan = Text()
    finding = Text()
    reading = Text()
    pages = Integer(null=True, default=None)
    width = Integer(null=True, default=None)
    height = Integer(null=True, default=None)
    previews = Array(base_column=Text())
    words = Text()
    by_id = UUID(null=True, default=None)
    by_organisation_id = UUID(null=True, default=None)
    by_name = Text()
    at = Timestamptz()


class BlobUse(Table, tablename="blob_use", db=DB):
    """A version of an item that names a blob."""

    space_id = UUID(default=None)
    item_id = UUID(primary_key=True, default=None)
    version = Integer()
    blob_id = UUID()


class Upload(Table, tablename="upload", db=DB):
    """A file on its way into ``item_id``: a folder, or the file it replaces. ``size`` 0: not announced."""

    space_id = UUID(default=None)
    id = UUID(primary_key=True, default=None)
    item_id = UUID()
    folder = Text()
    name = Text()
    size = BigInt()
    received = BigInt()
    by_id = UUID()
    by_organisation_id = UUID()
    at = Timestamptz()
