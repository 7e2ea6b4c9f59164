"""What follows when all members were asked: in the transaction that closes the vote, in the scope of the network."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from portal.circle.actions import RULE, WITHDRAWAL
from portal.votes.actions_closing import Consequence
from portal.votes.rules import Outcome, Tally, VoteCause
from tenants.context import Actor
from tenants.database import execute


async def decide_paper(*, actor: Actor, now: datetime, cause: VoteCause, vote_id: UUID, tally: Tally) -> None:
    """A paper is the position of the network from now on, and the edition before it no longer; or it is rejected."""
    network_id = actor.seats[0].network_id
    rows = await execute(
        "SELECT lineage_id, edition FROM position_paper WHERE network_id = {} AND id = {} AND vote_id = {} "
        "AND state = 'voting' FOR NO KEY UPDATE",
        network_id,
        cause.id,
        vote_id,
    )
    if not rows:
        return
    adopted = tally.outcome is Outcome.DECIDED
    if adopted:
        await execute(
            "UPDATE position_paper SET state = 'superseded', ended_at = {}, changed_at = {} "
            "WHERE network_id = {} AND lineage_id = {} AND edition < {} AND state = 'adopted'",
            now,
            now,
            network_id,
            rows[0]["lineage_id"],
            rows[0]["edition"],
        )
    await execute(
        "UPDATE position_paper SET state = {}, decided_at = {}, changed_at = {} WHERE network_id = {} AND id = {}",
        "adopted" if adopted else "rejected",
        now,
        now,
        network_id,
        cause.id,
    )


async def decide_withdrawal(*, actor: Actor, now: datetime, cause: VoteCause, vote_id: UUID, tally: Tally) -> None:
    """A position no longer holds; or it holds as before, and can be asked about again. One that was superseded while
    the members were asked stays so."""
    withdrawn = tally.outcome is Outcome.DECIDED
    change = "state = 'withdrawn', ended_at = {}" if withdrawn else "withdrawal_vote_id = NULL"
    await execute(
        f"UPDATE position_paper SET {change}, changed_at = {{}} "  # noqa: S608 - constants
        "WHERE network_id = {} AND id = {} AND withdrawal_vote_id = {} AND state = 'adopted'",
        *([now] if withdrawn else []),
        now,
        actor.seats[0].network_id,
        cause.id,
        vote_id,
    )


CONSEQUENCES: Mapping[str, Consequence] = MappingProxyType({RULE: decide_paper, WITHDRAWAL: decide_withdrawal})
