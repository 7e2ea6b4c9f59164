"""What happened to people and their roles; the trail of the organisation concerned is written from these."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tenants.context import Role
from tenants.outbox import Event


@dataclass(frozen=True)
class PersonSignedIn(Event):
    """Told to the organisation the person now works for; ``at`` is the instant of signing in."""

    person_id: UUID
    at: datetime


@dataclass(frozen=True)
class RoleGiven(Event):
    """The directory now names this role for the person."""

    person_id: UUID
    role: Role
    at: datetime


@dataclass(frozen=True)
class RoleEnded(Event):
    """The directory no longer names this role for the person."""

    person_id: UUID
    role: Role
    at: datetime


@dataclass(frozen=True)
class AffiliationEnded(Event):
    """The directory no longer counts the person among this organisation's people."""

    person_id: UUID
    at: datetime
