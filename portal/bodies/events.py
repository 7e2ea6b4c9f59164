"""What happened to meetings and minutes. Each says where to look; what counts are the rows."""

from dataclasses import dataclass
from uuid import UUID

from tenants.outbox import Event


@dataclass(frozen=True)
class MeetingAnnounced(Event, from_others=True):
    """The office invited, moved or cancelled; to each member of the body."""

    network_id: UUID
    meeting_id: UUID


@dataclass(frozen=True)
class MeetingsToCome(Event, from_others=True):
    """Somebody joined, or sits in a body from now on; to their organisation."""

    network_id: UUID


@dataclass(frozen=True)
class MeetingOver(Event, from_others=True):
    """The time of a meeting is over; to its network."""

    meeting_id: UUID


@dataclass(frozen=True)
class MeetingAwaits(Event):
    """The office has to invite to a meeting or to write its minutes; to whoever holds it."""

    network_id: UUID
    meeting_id: UUID


@dataclass(frozen=True)
class MinutesChanged(Event, from_others=True):
    """Minutes were passed round or approved; to each member of the body."""

    network_id: UUID
    meeting_id: UUID
