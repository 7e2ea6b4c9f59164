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
    """Until when, or by whom, the agreement has to be looked at again may have changed: a version has begun, a review
    was recorded, the office has passed on. Whoever makes the office pass on sends it to all members."""

    network_id: UUID
