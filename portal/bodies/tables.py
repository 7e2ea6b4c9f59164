"""Rows of bodies and meetings. Keys, constraints and what stays stand in the migration."""

from piccolo.columns import JSONB, UUID, Array, Boolean, Date, Integer, Text, Timestamptz
from piccolo.table import Table

from tenants.database import DB


class Body(Table, tablename="body", db=DB):
    """A body that something belongs to; which kinds of organisations it is for (None: all), and its room."""

    network_id = UUID(default=None)
    id = UUID(primary_key=True, default=None)
    key = Text()
    kinds = Array(base_column=Text(), null=True, default=None)
    room_id = UUID(null=True, default=None)


class BodySeat(Table, tablename="body_seat", db=DB):
    """Who sits there for a member, by name; ``ends_on`` is the last day."""

    network_id = UUID(default=None)
    id = UUID(primary_key=True, default=None)
    body_id = UUID()
    organisation_id = UUID()
    part = Text()
    name = Text()
    begins_on = Date()
    ends_on = Date(null=True, default=None)
    named_by = Text()
    named_at = Timestamptz()


class Meeting(Table, tablename="meeting", db=DB):
    """One meeting, and how far its minutes are; ``planned_by`` is empty where the rhythm made it."""

    network_id = UUID(default=None)
    id = UUID(primary_key=True, default=None)
    body_id = UUID()
    rulebook_id = UUID()
    title = Text()
    state = Text()
    begins_at = Timestamptz()
    ends_at = Timestamptz()
    place = Text()
    link = Text()
    planned_by = Text()
    previous_id = UUID(null=True, default=None)
    sequence = Integer()
    invited_at = Timestamptz(null=True, default=None)
    reason = Text()
    minutes = Text()
    round = Integer()
    circulated_at = Timestamptz(null=True, default=None)
    objections_until = Timestamptz(null=True, default=None)
    reckoning = JSONB(null=True, default=None)
    approved_at = Timestamptz(null=True, default=None)
    approved_by = Text()
    changed_at = Timestamptz(null=True, default=None)


class AgendaItem(Table, tablename="agenda_item", db=DB):
    """An item of the agenda with what the minutes say of it."""

    network_id = UUID(default=None)
    id = UUID(primary_key=True, default=None)
    body_id = UUID()
    meeting_id = UUID()
    position = Integer()
    title = Text()
    duration = Integer(null=True, default=None)
    introduced_by = Text()
    record = Text()
    recorded_by = Text()
    version = Integer()


class Attendance(Table, tablename="attendance", db=DB):
    """Whether a member was there, and by whom."""

    network_id = UUID(default=None)
    body_id = UUID()
    meeting_id = UUID(default=None)
    organisation_id = UUID(primary_key=True, default=None)
    name = Text()
    presence = Text()
    people = Text()


class MinutesObjection(Table, tablename="minutes_objection", db=DB):
    """What a member finds wrong, and what became of it."""

    network_id = UUID(default=None)
    id = UUID(primary_key=True, default=None)
    body_id = UUID()
    meeting_id = UUID()
    organisation_id = UUID()
    name = Text()
    round = Integer()
    text = Text()
    raised_by = Text()
    raised_at = Timestamptz()
    outcome = Text(null=True, default=None)
    answer = Text()
    answered_at = Timestamptz(null=True, default=None)


class Resolution(Table, tablename="resolution", db=DB):
    """What was resolved; numbered once its minutes are approved."""

    network_id = UUID(default=None)
    id = UUID(primary_key=True, default=None)
    body_id = UUID()
    meeting_id = UUID()
    agenda_item_id = UUID()
    text = Text()
    yes = Integer()
    no = Integer()
    abstained = Integer()
    adopted = Boolean()
    recorded_at = Timestamptz()
    year = Integer(null=True, default=None)
    number = Integer(null=True, default=None)
