"""What happened with votes, for the outbox."""

from dataclasses import dataclass
from uuid import UUID

from tenants.outbox import Event


@dataclass(frozen=True)
class VoteOpened(Event, from_others=True):
    """The office asked the members; to each of them."""

    network_id: UUID
    vote_id: UUID


@dataclass(frozen=True)
class VoteDue(Event, from_others=True):
    """A vote may be over: its last day has passed, or a ballot ended it early; to the network."""

    vote_id: UUID


@dataclass(frozen=True)
class VoteClosed(Event):
    """The tally of a vote is frozen; to each member."""

    network_id: UUID
    vote_id: UUID
