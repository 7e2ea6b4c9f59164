"""Rows of positions, consultations and warnings. Keys and what may change stand in the migration, access in
``tenants.policies``."""

from piccolo.columns import UUID, Date, Integer, Text, Timestamptz
from piccolo.table import Table

from tenants.database import DB


class PositionPaper(Table, tablename="position_paper", db=DB):
    """One edition of a paper; ``organisation_id`` is who writes it."""

    network_id = UUID(default=None)
    id = UUID(primary_key=True, default=None)
    lineage_id = UUID()
    edition = Integer()
    slug = Text()
    title = Text()
    body = Text()
    version = Integer()
    state = Text()
    organisation_id = UUID()
    written_by = Text()
    changed_by = Text()
    created_at = Timestamptz()
    changed_at = Timestamptz()
    circulated_at = Timestamptz(null=True, default=None)
    vote_id = UUID(null=True, default=None)
    decided_at = Timestamptz(null=True, default=None)
    withdrawal_vote_id = UUID(null=True, default=None)
    ended_at = Timestamptz(null=True, default=None)
    released_at = Timestamptz(null=True, default=None)
    released_by = Text(null=True, default=None)
    begun_for_id = UUID(null=True, default=None)


class PositionRemark(Table, tablename="position_remark", db=DB):
    """What a member said of a version of a paper that was sent round."""

    network_id = UUID(default=None)
    id = UUID(primary_key=True, default=None)
    paper_id = UUID()
    version = Integer()
    organisation_id = UUID()
    by_name = Text()
    text = Text()
    said_at = Timestamptz()


class Consultation(Table, tablename="consultation", db=DB):
    """What a member asks the others, until when, and in the end what it will do."""

    network_id = UUID(default=None)
    id = UUID(primary_key=True, default=None)
    kind = Text()
    title = Text()
    text = Text()
    organisation_id = UUID()
    asked_by = Text()
    asked_at = Timestamptz()
    advice_until = Timestamptz()
    outcome = Text(null=True, default=None)
    closed_by = Text(null=True, default=None)
    closed_at = Timestamptz(null=True, default=None)
    begun_for_id = UUID(null=True, default=None)


class ConsultationAnswer(Table, tablename="consultation_answer", db=DB):
    """An answer of a member; ``replaces_id`` is the earlier one of its own that it corrects."""

    network_id = UUID(default=None)
    id = UUID(primary_key=True, default=None)
    consultation_id = UUID()
    organisation_id = UUID()
    kind = Text()
    text = Text()
    replaces_id = UUID(null=True, default=None)
    by_name = Text()
    said_at = Timestamptz()


class EarlyWarning(Table, tablename="early_warning", db=DB):
    """What somebody noticed in the field; ``cases`` is the least of a range, ``since_on`` the first of a month."""

    network_id = UUID(default=None)
    id = UUID(primary_key=True, default=None)
    organisation_id = UUID()
    topic = Text()
    district = Text()
    cases = Integer()
    since_on = Date()
    text = Text()
    reported_by = Text()
    reported_at = Timestamptz()
