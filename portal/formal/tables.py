"""Rows of formal notices. Keys, numbers, instants and who fills in what stand in the migration."""

from piccolo.columns import JSONB, UUID, Bytea, Date, Integer, Text, Timestamptz
from piccolo.table import Table

from tenants.database import DB


class FormalNotice(Table, tablename="formal_notice", db=DB):
    """A letter with the rule of receipt under which it was posted."""

    network_id = UUID(default=None)
    id = UUID(primary_key=True, default=None)
    year = Integer()
    number = Integer()
    kind = Text()
    cause_id = UUID(null=True, default=None)
    subject = Text()
    body = Text()
    sender_id = UUID()
    sender_name = Text()
    signed_by = Text()
    posted_at = Timestamptz()
    rulebook_id = UUID()
    basis = Text()
    from_hour = Integer()
    until_hour = Integer()
    deemed_after_days = Integer(null=True, default=None)
    rule_source = Text()
    land = Text()
    period_days = Integer(null=True, default=None)
    key = Text()
    period_months = Integer(null=True, default=None)


class FormalAttachment(Table, tablename="formal_attachment", db=DB):
    """What is enclosed with a notice, with its fingerprint."""

    network_id = UUID(default=None)
    notice_id = UUID(default=None)
    number = Integer(primary_key=True)
    name = Text()
    size = Integer()
    sha256 = Text()
    content = Bytea()


class FormalReceipt(Table, tablename="formal_receipt", db=DB):
    """What is known of one recipient; the database fills the instants, whatever is given, and each once."""

    network_id = UUID(default=None)
    notice_id = UUID(default=None)
    organisation_id = UUID(primary_key=True, default=None)
    sender_id = UUID()
    name = Text()
    postings = Integer()
    posted_at = Timestamptz(null=True, default=None)
    notified_at = Timestamptz(null=True, default=None)
    opened_at = Timestamptz(null=True, default=None)
    acknowledged_at = Timestamptz(null=True, default=None)
    received_at = Timestamptz(null=True, default=None)
    received_on = Date(null=True, default=None)
    ends_on = Date(null=True, default=None)
    due_at = Timestamptz(null=True, default=None)
    explanation = JSONB(null=True, default=None)
    state = Text(null=True, default=None)


class FormalSignature(Table, tablename="formal_signature", db=DB):
    """Which person opened or acknowledged first."""

    organisation_id = UUID(default=None)
    notice_id = UUID(primary_key=True, default=None)
    deed = Text()
    network_id = UUID()
    person_id = UUID()
