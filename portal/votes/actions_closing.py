"""What follows by itself: the clock closes a vote once, and every member is told."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Protocol
from uuid import UUID

from portal.audit import actions as audit
from portal.deadlines.rules import Deadline
from portal.formal.queries import access_notice
from portal.formal.rules import FormalKind
from portal.ladders.actions import deadline_again, deadline_dropped, set_deadline
from portal.ladders.agreement import ladder_of
from portal.ladders.rules import Matter
from portal.notices import live
from portal.notices.actions import mark_over, tell
from portal.notices.rules import VOTING, NoticeKind
from portal.votes.abilities import VOTING_ROLES
from portal.votes.events import VoteClosed, VoteDue, VoteOpened
from portal.votes.queries import VoteSheet, access_place, access_vote, has_moved, is_recorded
from portal.votes.queries_lists import opening_of, rulebook_of, time_from_opening, time_to_choose_again
from portal.votes.rules import Kind, Outcome, Tally, VoteCause, VoteState
from tenants.context import Actor, Role
from tenants.database import execute
from tenants.outbox import emit

CLOSED = "vote:closed"
_ASKED_AGAIN = timedelta(days=1)


class Consequence(Protocol):
    """What follows from a result, in the transaction that closes the vote; in the scope of the network, as the system.
    ``actor`` works for the member that holds the office."""

    async def __call__(self, *, actor: Actor, now: datetime, cause: VoteCause, vote_id: UUID, tally: Tally) -> None: ...


Consequences = Mapping[str, Consequence]  # by the kind of what a vote was opened for


async def close_vote(
    *, actor: Actor, now: datetime, vote_id: UUID, consequences: Consequences = MappingProxyType({})
) -> Tally | None:
    """Freeze the tally if the vote is over, and let follow what it was opened for; in the scope of the network, by the
    worker alone.

    Whoever comes second finds it closed and changes nothing. Gives back the tally, or None if there was nothing to do.

    Raises:
        KeyError: nobody knows what follows from it; then it stays open, and the attempt is kept as failed.
    """
    network_id = actor.seats[0].network_id
    sheet = await access_vote(network_id, vote_id, lock=True)
    if sheet.result is not None:
        return None
    tally = sheet.tally(now)
    if tally.outcome is Outcome.OPEN:
        # The clock went back after the timer rang: wind it up again, else the vote would never end. While a receipt is
        # unproved, ask again now and then: the member it is waited for may leave.
        due_at = sheet.ends_at or now + _ASKED_AGAIN
        await emit(VoteDue(vote_id), network=network_id, due_at=due_at, key=f"vote_due:{vote_id}:after:{now}")
        return None
    closed = await execute(
        """
        UPDATE vote SET state = 'closed', closed_at = {}
        WHERE network_id = {} AND id = {} AND state = 'open' RETURNING id
        """,
        now,
        network_id,
        vote_id,
    )
    if not closed:
        return None
    await _insert_result(sheet, tally, now)
    members = [organisation_id for organisation_id, _ in (await opening_of(network_id)).members]
    await emit(VoteClosed(network_id, vote_id), to=members, key=f"vote_closed:{vote_id}")
    if sheet.cause is not None:
        follow = consequences[sheet.cause.kind]
        await follow(actor=actor, now=now, cause=sheet.cause, vote_id=vote_id, tally=tally)
    await live.changed(live.network(network_id))
    return tally


async def begin_periods(*, actor: Actor, notice_id: UUID) -> None:
    """Fill in the last days of members whose receipt is proved now, and with the last of them the end of the vote; in
    the scope of the network, by the worker alone. What is known already stays."""
    network_id = actor.seats[0].network_id
    notice = await access_notice(network_id, notice_id)
    if notice.kind is not FormalKind.VOTE or notice.cause_id is None:
        return
    await execute("SELECT id FROM vote WHERE network_id = {} AND id = {} FOR UPDATE", network_id, notice.cause_id)
    begun = await execute(
        """
        UPDATE voter w SET due_at = r.due_at FROM formal_receipt r
        WHERE w.network_id = {} AND w.vote_id = {} AND w.due_at IS NULL AND r.network_id = w.network_id
          AND r.notice_id = {} AND r.organisation_id = w.organisation_id AND r.due_at IS NOT NULL
        RETURNING w.organisation_id
        """,
        network_id,
        notice.cause_id,
        notice_id,
    )
    await execute(
        """
        UPDATE vote v SET ends_at = w.ends_at
        FROM (SELECT max(due_at) AS ends_at, count(*) - count(due_at) AS unproved FROM voter
              WHERE network_id = {} AND vote_id = {}) w
        WHERE v.network_id = {} AND v.id = {} AND v.ends_at IS NULL AND w.unproved = 0
        """,
        *(network_id, notice.cause_id, network_id, notice.cause_id),
    )
    (last,) = await execute(
        "SELECT max(due_at) AS due_at FROM voter WHERE network_id = {} AND vote_id = {}", network_id, notice.cause_id
    )
    if begun:  # while another receipt is unproved too: that member may leave, and nothing else would end the vote then
        key = f"vote_due:{notice.cause_id}:{last['due_at'].isoformat()}"
        await emit(VoteDue(notice.cause_id), network=network_id, due_at=last["due_at"], key=key)
    # Told they were before; now they have a deadline.
    members = [row["organisation_id"] for row in begun]
    await emit(VoteOpened(network_id, notice.cause_id), to=members, key=f"vote_period:{notice.cause_id}")
    await live.changed(live.network(network_id))


async def announce_opening(*, actor: Actor, now: datetime, network_id: UUID, vote_id: UUID) -> None:
    """Tell the organisation's voting persons that they are asked, or asked anew since the candidacy was taken back that
    they had chosen; nobody if there is nothing (more) to answer."""
    seat = actor.seat(network_id)
    if seat is None:
        return
    # Its ballot on the way is waited for: it answers what is asked here, or ends the deadline that is set here.
    sheet = await access_place(network_id, vote_id, actor.organisation_id, lock=True)
    if sheet.result is None and sheet.rule.may_end_early and await has_moved(network_id, vote_id):
        sheet = await access_vote(network_id, vote_id)
    voter = sheet.voter(actor.organisation_id)
    if voter is None or voter.answer or sheet.state(now) is not VoteState.OPEN:
        return
    if voter.due_at is not None and now >= voter.due_at:
        return  # the vote runs on for others
    params = {"network": seat.name, "question": sheet.question}
    params |= {"due_at": voter.due_at.isoformat()} if voter.due_at else {}
    anew = next((ballot.answer for ballot in sheet.history if not ballot.late), None)  # what it had chosen
    if anew and not sheet.standing:
        return  # there is nobody left to choose
    await tell(
        actor=actor,
        now=now,
        kind=NoticeKind.VOTE_OPENED,
        roles=VOTING_ROLES,
        subject_id=vote_id,
        address=f"/n/{seat.slug}/abstimmungen/{vote_id}",
        params=params | ({"anew": True} if anew else {}),
        key=f"vote_opened:{vote_id}" + (f":{anew}" if anew else ""),
    )
    if voter.due_at is None:
        return
    reckoned = await _reckoned(sheet, voter.due_at)
    given: dict[str, Any] = {"matter": Matter.VOTE, "subject_id": vote_id, "due_at": voter.due_at, "reckoned": reckoned}
    if not (anew and await deadline_again(actor=actor, now=now, **given)):
        await set_deadline(
            actor=actor,
            now=now,
            title=sheet.question,
            address=f"/n/{seat.slug}/abstimmungen/{vote_id}",
            roles=VOTING_ROLES,
            ladder=ladder_of(await rulebook_of(network_id, vote_id), "vote"),
            network_id=network_id,
            lapses=True,
            **given,
        )


async def announce_result(*, actor: Actor, now: datetime, network_id: UUID, vote_id: UUID) -> None:
    """Tell the organisation what came of a vote, and write it into its trail."""
    seat = actor.seat(network_id)
    if seat is None:
        return
    sheet = await access_place(network_id, vote_id, actor.organisation_id)
    if sheet.result is None:
        return
    tally = sheet.result
    params = {"network": seat.name, "question": sheet.question, "outcome": _outcome_code(tally)}
    await deadline_dropped(actor=actor, now=now, matter=Matter.VOTE, subject_id=vote_id)
    await mark_over(actor=actor, now=now, subject_ids=[vote_id], kinds=VOTING)
    await tell(
        actor=actor,
        now=now,
        kind=NoticeKind.VOTE_CLOSED,
        roles=(*VOTING_ROLES, Role.OFFICE),
        subject_id=vote_id,
        address=f"/n/{seat.slug}/abstimmungen/{vote_id}",
        params=params,
        key=f"vote_closed:{vote_id}",
    )
    if not await is_recorded(CLOSED, vote_id):
        details: dict[str, str | int | bool] = {"outcome": tally.outcome, "count": tally.count, "needed": tally.needed}
        await audit.record(actor=actor, action=CLOSED, subject="vote", subject_id=vote_id, details=details)


async def _reckoned(sheet: VoteSheet, due_at: datetime) -> Deadline | None:
    """How the own end came about: from the receipt, from the opening, or from the day on which a candidacy was taken
    back; None if the office set it."""
    at_first = sheet.notice.deadline if sheet.notice else None
    if sheet.cause and sheet.notice and not sheet.notice.period:
        at_first = await time_from_opening(sheet.network_id, sheet.id)
    if not sheet.withdrawn or (at_first and at_first.due_at == due_at):
        return at_first
    again = await time_to_choose_again(sheet.network_id, sheet.id)
    return again if again.due_at == due_at else None


def _outcome_code(tally: Tally) -> str:
    """A choice is not accepted or refused; it finds somebody or nobody."""
    if tally.rule.kind is not Kind.CHOICE:
        return tally.outcome.value
    return "chosen" if tally.winner else "no_result"


async def _insert_result(sheet: VoteSheet, tally: Tally, now: datetime) -> None:
    counts = tally.counts
    await execute(
        """
        INSERT INTO vote_result (network_id, vote_id, outcome, winner_id, members, yes, no, abstained, late, candidates,
                                 departed, departed_ballots, closed_at)
        VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}::jsonb, {}, {}, {})
        """,
        sheet.network_id,
        sheet.id,
        tally.outcome,
        UUID(tally.winner) if tally.winner else None,
        counts.members,
        counts.yes,
        counts.no,
        counts.abstained,
        counts.late,
        json.dumps(dict(counts.candidates)),
        tally.departed,
        tally.departed_ballots,
        now,
    )
