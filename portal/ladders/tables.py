"""Rows of deadlines. Keys and constraints stand in the migration, access in ``tenants.policies``."""

from piccolo.columns import JSONB, UUID, Array, Boolean, Date, Integer, Text, Timestamptz
from piccolo.table import Table

from tenants.database import DB


class Deadline(Table, tablename="deadline", db=DB):
    """What an organisation has to do until when; ``reckoning`` is how the day came about, None for one that was set."""

    organisation_id = UUID(default=None)
    id = UUID(primary_key=True, default=None)
    network_id = UUID(null=True, default=None)
    matter = Text()
    subject_id = UUID()
    address = Text()
    title = Text()
    ends_on = Date()
    due_at = Timestamptz()
    lapses = Boolean()
    reckoning = JSONB(null=True, default=None)
    responsible_id = UUID(null=True, default=None)
    responsible_roles = Array(base_column=Text())
    ladder = JSONB()
    told_roles = Array(base_column=Text())
    state = Text()
    set_at = Timestamptz()
    ended_at = Timestamptz(null=True, default=None)


class Rung(Table, tablename="rung", db=DB):
    """One telling of a deadline, to come or done; ``collapsed``: a higher one was told for it."""

    organisation_id = UUID(default=None)
    id = UUID(primary_key=True, default=None)
    deadline_id = UUID()
    days = Integer()
    tell = Array(base_column=Text())
    due_at = Timestamptz()
    fired_at = Timestamptz(null=True, default=None)
    collapsed = Boolean()
