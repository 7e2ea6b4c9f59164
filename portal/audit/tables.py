"""Rows of the trail. The chain's triggers stand in the migration, access in ``tenants.policies``."""

from piccolo.columns import JSONB, UUID, BigInt, Text, Timestamptz
from piccolo.table import Table

from tenants.database import DB


class AuditEntry(Table, tablename="audit_entry", db=DB):
    """One entry; the database fills ``seq``, ``id``, ``at``, ``previous_hash`` and ``hash``, whatever is given."""

    organisation_id = UUID(default=None)
    seq = BigInt()
    id = UUID(primary_key=True, default=None)
    at = Timestamptz()
    person_id = UUID(null=True, default=None)
    action = Text()
    subject = Text()
    subject_id = UUID()
    details = JSONB()
    request_id = Text()
    previous_hash = Text()
    hash = Text()


class AuditHead(Table, tablename="audit_head", db=DB):
    """The end of an organisation's chain."""

    organisation_id = UUID(primary_key=True, default=None)
    seq = BigInt()
    hash = Text()
