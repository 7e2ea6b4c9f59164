"""Notices, inbox entries and deliveries. Keys stand in the migration, access in ``tenants.policies``."""

from piccolo.columns import JSONB, UUID, Integer, Text, Timestamptz
from piccolo.table import Table

from tenants.database import DB


class Notice(Table, tablename="notice", db=DB):
    """What an organisation is told once; ``params`` fill the text of its kind, ``key`` keeps it from coming twice."""

    organisation_id = UUID(default=None)
    id = UUID(primary_key=True, default=None)
    kind = Text()
    subject_id = UUID()
    address = Text()
    params = JSONB()
    key = Text()
    created_at = Timestamptz()
    network_id = UUID(null=True, default=None)
    calendar = Text(null=True, default=None)


class InboxEntry(Table, tablename="inbox_entry", db=DB):
    """A notice as one person has it; since ``set_aside_at`` it counts as read, because its matter is in the bin."""

    organisation_id = UUID(default=None)
    notice_id = UUID(primary_key=True, default=None)
    person_id = UUID()
    read_at = Timestamptz(null=True, default=None)
    set_aside_at = Timestamptz(null=True, default=None)


class Delivery(Table, tablename="delivery", db=DB):
    """One mail about a notice to one person; ``last_error`` is the class of the error."""

    organisation_id = UUID(default=None)
    id = UUID(primary_key=True, default=None)
    notice_id = UUID()
    person_id = UUID()
    channel = Text()
    state = Text()
    attempts = Integer()
    last_error = Text(null=True, default=None)
    created_at = Timestamptz()
    sent_at = Timestamptz(null=True, default=None)
