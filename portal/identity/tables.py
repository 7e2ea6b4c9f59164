"""People, their places in organisations and their roles. Keys and constraints stand in the migration."""

from piccolo.columns import UUID, Text, Timestamptz
from piccolo.table import Table

from tenants.database import DB


class Person(Table, tablename="person", db=DB):
    """Somebody a directory vouches for; holds nothing but the link to it, and only they themselves can see it."""

    id = UUID(primary_key=True, default=None)
    provider = Text()
    subject = Text()
    created_at = Timestamptz()
    last_sign_in_at = Timestamptz()


class Affiliation(Table, tablename="affiliation", db=DB):
    """A person's place in one organisation, under the name and address that organisation's directory gave."""

    organisation_id = UUID(default=None)
    person_id = UUID(primary_key=True, default=None)
    name = Text()
    email = Text()
    begins_at = Timestamptz()
    ends_at = Timestamptz(null=True, default=None)


class RoleAssignment(Table, tablename="role_assignment", db=DB):
    """What a person does in an organisation, by which source, from when to when (None: until it is ended)."""

    organisation_id = UUID(default=None)
    id = UUID(primary_key=True, default=None)
    person_id = UUID()
    role = Text()
    source = Text()
    valid_from = Timestamptz()
    valid_until = Timestamptz(null=True, default=None)
