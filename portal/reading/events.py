"""What the worker does for what must be read."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tenants.outbox import Event


@dataclass(frozen=True)
class ReadingAsked(Event, from_others=True, of_space=True):
    """Something may have to be read now; to the organisation or the network of the space."""

    space_id: UUID
    item_id: UUID


@dataclass(frozen=True)
class ReadingWanted(Event):
    """People of the recipient have to read something."""

    space_id: UUID
    item_id: UUID


@dataclass(frozen=True)
class ReadingDue(Event, of_space=True):
    """The end may be near until which something is to be read; it may have been put off since."""

    space_id: UUID
    item_id: UUID


@dataclass(frozen=True)
class ReadingReminded(Event, from_others=True):
    """Whoever of the recipient has not read it is to be reminded; ``at`` must be what the demand itself says."""

    space_id: UUID
    item_id: UUID
    at: datetime
