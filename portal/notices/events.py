"""What the worker does for this feature."""

from dataclasses import dataclass
from uuid import UUID

from tenants.outbox import Event


@dataclass(frozen=True)
class MailDue(Event):
    """A mail is to be sent now."""

    delivery_id: UUID


@dataclass(frozen=True)
class MailSent(Event):
    """A mail whose leaving has to be proved has left."""

    delivery_id: UUID
