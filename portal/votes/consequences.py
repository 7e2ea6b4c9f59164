"""What a vote was opened for, and what follows from its result in the transaction that closes it.

A procedure that needs the members' decision opens a vote with a cause. Whoever closes votes knows the consequence of
each kind of cause (``workers.tasks.votes``); a vote whose consequence nobody knows is not closed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from portal.votes.rules import Tally
from tenants.context import Actor


@dataclass(frozen=True, slots=True)
class VoteCause:
    """What a vote decides on: ``kind`` names the procedure, ``address`` its page in the portal."""

    kind: str
    id: UUID
    address: str


class Consequence(Protocol):
    """Runs in the scope of the network, as the system; ``actor`` works for the member that holds the office."""

    async def __call__(self, *, actor: Actor, now: datetime, cause: VoteCause, vote_id: UUID, tally: Tally) -> None: ...


Consequences = Mapping[str, Consequence]
