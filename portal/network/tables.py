"""Rows of procedures. Keys, numbers, instants and which state follows which stand in the migration."""

from piccolo.columns import JSONB, UUID, Integer, Text, Timestamptz
from piccolo.table import Table

from tenants.database import DB


class Procedure(Table, tablename="procedure", db=DB):
    """Where a procedure stands, and the version of the rulebook it began under."""

    network_id = UUID(default=None)
    id = UUID(primary_key=True, default=None)
    kind = Text()
    year = Integer()
    number = Integer()
    state = Text()
    rulebook_id = UUID()
    subject_name = Text()
    subject_id = UUID(null=True, default=None)
    moved_by_id = UUID(null=True, default=None)
    moved_by_name = Text()
    reason = Text()
    effective_at = Timestamptz(null=True, default=None)
    vote_id = UUID(null=True, default=None)
    notice_id = UUID(null=True, default=None)
    begun_at = Timestamptz()
    ended_at = Timestamptz(null=True, default=None)
    outcome = Text(null=True, default=None)


class ProcedureStep(Table, tablename="procedure_step", db=DB):
    """What happened in a procedure, and by whom."""

    network_id = UUID(default=None)
    id = UUID(primary_key=True, default=None)
    procedure_id = UUID()
    deed = Text()
    at = Timestamptz()
    by_kind = Text()
    by_id = UUID(null=True, default=None)
    by_name = Text()
    details = JSONB()
    vote_id = UUID(null=True, default=None)
    notice_id = UUID(null=True, default=None)


class Departure(Table, tablename="departure", db=DB):
    """What an organisation keeps of a membership that ended."""

    organisation_id = UUID(default=None)
    id = UUID(primary_key=True, default=None)
    network_id = UUID()
    network_slug = Text()
    network_name = Text()
    kind = Text()
    subject = Text()
    body = Text()
    noted_at = Timestamptz()


class OfficeCandidacy(Table, tablename="office_candidacy", db=DB):
    """A member that is ready to run the office, until it takes that back; the database dates both."""

    network_id = UUID(default=None)
    procedure_id = UUID(default=None)
    organisation_id = UUID(primary_key=True, default=None)
    name = Text()
    words = Text()
    declared_at = Timestamptz()
    withdrawn_at = Timestamptz(null=True, default=None)
