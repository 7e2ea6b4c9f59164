"""What the worker does for ladders."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tenants.outbox import Event


@dataclass(frozen=True)
class RungsDue(Event):
    """At this instant rungs of the organisation are due, or a deadline lapses: one timer for all of them."""

    at: datetime


@dataclass(frozen=True)
class DeadlineEnded(Event):
    """A matter is done or dropped of which somebody was reminded."""

    subject_id: UUID
