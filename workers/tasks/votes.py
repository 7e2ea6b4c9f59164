"""The clock closes votes, and members are told."""

from datetime import datetime

from portal.formal.events import FormalReceived
from portal.votes import actions_closing as actions
from portal.votes.events import VoteClosed, VoteDue, VoteOpened
from tenants.context import Actor
from workers.reactions import on

# What follows from the result of a vote, by the kind of what it was opened for.
CONSEQUENCES: dict[str, actions.Consequence] = {}


@on(VoteOpened)
async def announce_opening(event: VoteOpened, actor: Actor, now: datetime) -> None:
    """Tell the organisation that it is asked."""
    await actions.announce_opening(actor=actor, now=now, network_id=event.network_id, vote_id=event.vote_id)


@on(FormalReceived)
async def begin_periods(event: FormalReceived, actor: Actor, _now: datetime) -> None:
    """Let the periods run of members that have received the notice."""
    await actions.begin_periods(actor=actor, notice_id=event.notice_id)


@on(VoteDue)
async def close(event: VoteDue, actor: Actor, now: datetime) -> None:
    """Freeze the tally if the vote is over."""
    await actions.close_vote(actor=actor, now=now, vote_id=event.vote_id, consequences=CONSEQUENCES)


@on(VoteClosed)
async def announce_result(event: VoteClosed, actor: Actor, now: datetime) -> None:
    """Tell the organisation what came of it."""
    await actions.announce_result(actor=actor, now=now, network_id=event.network_id, vote_id=event.vote_id)
