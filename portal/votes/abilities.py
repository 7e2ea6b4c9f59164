"""Who may open a vote, cast a ballot and see the others' ballots."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import UUID

from portal.votes.queries import VoteSheet
from portal.votes.rules import VoteState
from tenants.context import Actor, Role

# In this order: who holds several roles votes under the first.
VOTING_ROLES = (Role.REPRESENTATIVE, Role.DEPUTY, Role.DIRECTOR)


def may_open_votes(actor: Actor, network_id: UUID, concerned: UUID | None = None) -> bool:
    """Whether the actor acts for the office of that network, in a matter of that member."""
    return actor.is_office_of(network_id, concerned)


def capacity_of(actor: Actor) -> Role | None:
    """As what the actor casts the organisation's ballot; None for everybody else."""
    return next((role for role in VOTING_ROLES if actor.has(role)), None)


@dataclass(frozen=True, slots=True)
class VoteAbilities:
    """What an actor may do with one vote at one instant."""

    capacity: Role | None
    is_voter: bool
    is_affected: bool
    is_in_time: bool
    sees_ballots: bool

    @classmethod
    def of(cls, actor: Actor, sheet: VoteSheet, now: datetime) -> Self:
        """The abilities of this actor; out of reach never gets here."""
        own = sheet.voter(actor.organisation_id)
        is_open = sheet.state(now) is VoteState.OPEN
        return cls(
            capacity=capacity_of(actor),
            is_voter=own is not None,
            is_affected=sheet.is_affected(actor.organisation_id),
            is_in_time=own is not None and is_open and (own.due_at is None or now < own.due_at),
            sees_ballots=sheet.are_ballots_open or actor.is_office_of(sheet.network_id, sheet.affected_id),
        )

    @property
    def may_vote(self) -> bool:
        """Whether this is the person and the organisation to ask, whatever the clock says."""
        return self.is_voter and self.capacity is not None

    @property
    def may_cast(self) -> bool:
        """Whether a ballot would count now."""
        return self.may_vote and self.is_in_time
