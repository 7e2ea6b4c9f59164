"""Rows of the wall's own package. Keys and constraints stand in the migrations, access in ``tenants.policies``."""

from piccolo.columns import JSONB, UUID, BigInt, Boolean, Integer, Text, Timestamptz
from piccolo.table import Table

from tenants.database import DB


class Organisation(Table, tablename="organisation", db=DB):
    """A legal body with its own isolated space: the tenant."""

    id = UUID(primary_key=True, default=None)
    slug = Text()
    name = Text()
    kind = Text()
    land = Text()
    created_at = Timestamptz()


class Network(Table, tablename="network", db=DB):
    """A cooperation that a rulebook governs."""

    id = UUID(primary_key=True, default=None)
    slug = Text()
    name = Text()
    land = Text()
    created_at = Timestamptz()


class Rulebook(Table, tablename="rulebook", db=DB):
    """One version of a network's agreement as data; ``source`` is the TOML text as it was loaded, out of which
    the database reads ``procedures``: those that are switched on. ``put_by`` and ``put_for`` are the names of who put
    it into force, empty for what a network was founded with."""

    network_id = UUID(default=None)
    id = UUID(primary_key=True, default=None)
    version = Integer()
    source = Text()
    sha256 = Text()
    valid_from = Timestamptz()
    put_at = Timestamptz()
    put_by = Text()
    put_for = Text()
    procedures = Text(null=True, default=None)


class Membership(Table, tablename="membership", db=DB):
    """An organisation's place in a network from ``begins_at`` to ``ends_at`` (None: still in effect)."""

    network_id = UUID(default=None)
    id = UUID(primary_key=True, default=None)
    organisation_id = UUID(default=None)
    is_office = Boolean()
    begins_at = Timestamptz()
    ends_at = Timestamptz(null=True, default=None)


class Space(Table, tablename="space", db=DB):
    """Where content lives: an organisation's, a network's or a room's."""

    id = UUID(primary_key=True, default=None)
    kind = Text()
    organisation_id = UUID(null=True, default=None)
    network_id = UUID(null=True, default=None)
    room_id = UUID(null=True, default=None)
    title = Text()


class Room(Table, tablename="room", db=DB):
    """A space of a body or working group of a network; from ``closed_at`` on nothing in it changes."""

    id = UUID(primary_key=True, default=None)
    network_id = UUID(default=None)
    slug = Text()
    name = Text()
    purpose = Text()
    opened_by = Text()
    opened_at = Timestamptz()
    closed_at = Timestamptz(null=True, default=None)


class RoomParticipation(Table, tablename="room_participation", db=DB):
    """An organisation's place in a room from ``begins_at`` to ``ends_at`` (None: still in effect)."""

    room_id = UUID(default=None)
    id = UUID(primary_key=True, default=None)
    organisation_id = UUID(default=None)
    begins_at = Timestamptz()
    ends_at = Timestamptz(null=True, default=None)


class Outbox(Table, tablename="outbox", db=DB):
    """What happens later or elsewhere; the recipient is the row's tenant, the sender the scope it was written in (None:
    the worker's, for a network)."""

    id = UUID(primary_key=True, default=None)
    organisation_id = UUID(null=True, default=None)
    network_id = UUID(null=True, default=None)
    sender_id = UUID(null=True, default=None)
    event = Text()
    payload = JSONB()
    key = Text()
    due_at = Timestamptz()
    next_at = Timestamptz()
    state = Text()
    attempts = Integer()
    last_error = Text(null=True, default=None)
    request_id = Text()
    created_at = Timestamptz()
    done_at = Timestamptz(null=True, default=None)


class Heartbeat(Table, tablename="heartbeat", db=DB):
    """When a round of background work last ran to its end."""

    name = Text(primary_key=True)
    at = Timestamptz()


class SentForm(Table, tablename="sent_form", db=DB):
    """A form somebody has sent and where it led, so that it counts once (``tenants.sendings``)."""

    organisation_id = UUID(default=None)
    person_id = UUID(default=None)
    key = Text(primary_key=True)
    content = Text()
    leads_to = Text()
    sent_at = Timestamptz()


class RecentChange(Table, tablename="recent_change", db=DB):
    """That something changed for an organisation, person, network or space, and what it is about; only the database's
    own functions read and write it (``tenants.kept``)."""

    concerns = UUID(primary_key=True, default=None)
    xid = BigInt()
    at = Timestamptz()
    matter = Text()
