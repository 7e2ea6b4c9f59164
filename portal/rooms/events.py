"""Who comes into a room and who leaves it, for the people of the organisation concerned."""

from dataclasses import dataclass
from uuid import UUID

from tenants.outbox import Event


@dataclass(frozen=True)
class ParticipationBegan(Event, from_others=True):
    """The recipient may take part in a room now."""

    room_id: UUID


@dataclass(frozen=True)
class ParticipationEnded(Event, from_others=True):
    """The recipient may take part in a room no longer."""

    room_id: UUID
