"""What happened with the directory, for the outbox."""

from dataclasses import dataclass
from uuid import UUID

from tenants.outbox import Event


@dataclass(frozen=True)
class DirectoryMade(Event):
    """A version followed from something else, on the office's behalf; to the organisation that holds it, for its
    trail."""

    version_id: UUID
    number: int


@dataclass(frozen=True)
class DirectoryUnsent(Event):
    """Nobody held the office when a version was made, so nobody has got it yet; to the network."""

    version_id: UUID
