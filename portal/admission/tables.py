"""Rows of admissions. Keys, steps and what stays as it is stand in the migration, access in ``tenants.policies``."""

from piccolo.columns import UUID, Bytea, Integer, Text, Timestamptz
from piccolo.table import Table

from tenants.database import DB


class Application(Table, tablename="application", db=DB):
    """What the members know of an applicant, and how far it is; ``name_key`` is made of the name by the database."""

    network_id = UUID(default=None)
    id = UUID(primary_key=True, default=None)
    organisation_id = UUID(null=True, default=None)
    name = Text()
    name_key = Text(default=None)
    kind = Text()
    field = Text()
    rulebook_id = UUID()
    state = Text()
    submitted_at = Timestamptz()
    expires_at = Timestamptz(null=True, default=None)
    confirmed_at = Timestamptz(null=True, default=None)
    informed_at = Timestamptz(null=True, default=None)
    vote_id = UUID(null=True, default=None)
    decided_at = Timestamptz(null=True, default=None)
    sent_at = Timestamptz(null=True, default=None)
    slug = Text(null=True, default=None)
    signed_at = Timestamptz(null=True, default=None)
    acknowledged_at = Timestamptz(null=True, default=None)
    received_at = Timestamptz(null=True, default=None)
    ended_at = Timestamptz(null=True, default=None)


class ApplicationContact(Table, tablename="application_contact", db=DB):
    """What only the office needs to know."""

    network_id = UUID(default=None)
    application_id = UUID(primary_key=True, default=None)
    organisation_id = UUID(null=True, default=None)
    legal_form = Text()
    seat = Text()
    contact_name = Text()
    contact_mail = Text()


class ApplicationKey(Table, tablename="application_key", db=DB):
    """A link in a mail, as what it is known by."""

    network_id = UUID(default=None)
    application_id = UUID()
    hash = Bytea(primary_key=True, default=None)
    made_at = Timestamptz()


class ApplicationLetter(Table, tablename="application_letter", db=DB):
    """What the office told the applicant."""

    network_id = UUID(default=None)
    id = UUID(primary_key=True, default=None)
    application_id = UUID()
    kind = Text()
    key = Text()
    subject = Text()
    body = Text()
    sender_name = Text()
    signed_by = Text()
    written_at = Timestamptz()


class AgreementCopy(Table, tablename="agreement_copy", db=DB):
    """The agreement as it is signed; the database numbers it and writes its time."""

    network_id = UUID(default=None)
    id = UUID(primary_key=True, default=None)
    application_id = UUID()
    number = Integer()
    content = Text()
    sha256 = Text()
    made_at = Timestamptz()


class AgreementSignature(Table, tablename="agreement_signature", db=DB):
    """The signature of one side under one copy, by the database's time."""

    network_id = UUID(default=None)
    copy_id = UUID(primary_key=True, default=None)
    side = Text()
    application_id = UUID()
    way = Text()
    name = Text()
    capacity = Text()
    sha256 = Text()
    file_sha256 = Text(null=True, default=None)
    file_size = Integer(null=True, default=None)
    signed_at = Timestamptz()
