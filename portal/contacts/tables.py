"""Rows of contact persons and of versions. Keys, numbers and what a version says stand in the migration."""

from piccolo.columns import JSONB, UUID, Array, Integer, Text, Timestamptz
from piccolo.table import Table

from tenants.database import DB


class ContactPerson(Table, tablename="contact_person", db=DB):
    """Whom to call at an organisation; ``revision`` counts changes."""

    organisation_id = UUID(default=None)
    id = UUID(primary_key=True, default=None)
    level = Text()
    name = Text()
    duty = Text()
    topics = Array(base_column=Text())
    phone = Text()
    mail = Text()
    reachable = Text()
    stand_in_id = UUID(null=True, default=None)
    revision = Integer()
    changed_at = Timestamptz()


class DirectoryVersion(Table, tablename="directory_version", db=DB):
    """The directory of a network as it was; ``content`` is written by the database."""

    network_id = UUID(default=None)
    id = UUID(primary_key=True, default=None)
    number = Integer()
    made_at = Timestamptz()
    made_by = Text()
    reason = Text()
    note = Text()
    cause_id = UUID(null=True, default=None)
    content = JSONB()
    key = Text()
