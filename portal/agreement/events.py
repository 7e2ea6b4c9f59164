"""What follows a new version or a review, in each member's own scope."""

from dataclasses import dataclass
from uuid import UUID

from tenants.outbox import Event


@dataclass(frozen=True)
class RulebookPut(Event, from_others=True):
    """A version was put into force, from now or from a day to come."""

    network_id: UUID
    rulebook_id: UUID


@dataclass(frozen=True)
class ReviewChanged(Event, from_others=True):
    """Until when, or by whom, the agreement has to be looked at again may have changed; to each member."""

    network_id: UUID
