"""What follows by itself in a procedure, by the worker alone; each step in one transaction and once, since the guard of
its state lets nobody through twice."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from portal.bodies.actions_seats import end_seats_of
from portal.contacts.actions import new_version
from portal.contacts.rules import DirectoryReason
from portal.formal import actions as formal
from portal.kit.clock import last_day_before
from portal.kit.errors import NotFound
from portal.ladders.actions import deadline_dropped
from portal.ladders.rules import Matter
from portal.network.actions import Doer, keep_departure, lead_on, note_step
from portal.network.actions_handing import hand_over
from portal.network.actions_owing import owe, owed
from portal.network.actions_passing import stand_in
from portal.network.events import MembershipEnded, ProcedureDue
from portal.network.letters import decided_letter, exclusion_letter, withdrawal_letter
from portal.network.queries import (
    Procedure,
    access_departure,
    access_procedure,
    list_waiting_motions,
    procedure_of_notice,
    running_about,
    waiting_of_network,
)
from portal.network.rules import Ending, ProcedureKind, ProcedureState
from portal.notices import live
from portal.notices.actions import mark_over, tell
from portal.notices.rules import NoticeKind
from portal.votes.rules import Outcome, Tally, VoteCause
from portal.votes.wording import arithmetic
from tenants.context import Actor, Role, Seat
from tenants.outbox import emit
from tenants.queries import Standing, standing_of
from tenants.rulebook_words import Procedure as Switch
from tenants.scope import current_scope

_ASKED_AGAIN = timedelta(days=1)
_TOLD_OF_END = (Role.REPRESENTATIVE, Role.DEPUTY, Role.DIRECTOR, Role.ADMINISTRATOR)


async def go_on(*, actor: Actor, now: datetime, procedure_id: UUID) -> None:
    """Do what is next, if it is the portal's turn; in the scope of the network."""
    seat = actor.seats[0]
    procedure = await access_procedure(seat.network_id, procedure_id, lock=True)
    if procedure.kind is ProcedureKind.WITHDRAWAL and procedure.state is ProcedureState.DECLARED:
        await _inform(actor, now, seat, procedure)
    elif procedure.kind is ProcedureKind.OFFICE_SEAT:
        await hand_over(actor=actor, now=now, procedure=procedure)
    elif procedure.state in (ProcedureState.INFORMED, ProcedureState.DECIDED) and procedure.effective_at is not None:
        if procedure.effective_at <= now:
            await _finish(actor, now, procedure)
        else:  # the clock went back after the timer rang
            await _wake(procedure, procedure.effective_at, after=now)


async def follow_exclusion_vote(*, actor: Actor, now: datetime, cause: VoteCause, vote_id: UUID, tally: Tally) -> None:
    """What comes of the members' decision, in the transaction that closes the vote (``votes.Consequence``)."""
    seat = actor.seats[0]
    procedure = await access_procedure(seat.network_id, cause.id, lock=True)
    standing = await standing_of(seat.network_id)
    if procedure.state is not ProcedureState.VOTING or procedure.subject_id is None or standing is None:
        return
    if procedure.subject_id not in dict(standing.members):
        await lead_on(procedure=procedure, to=ProcedureState.ENDED, outcome=Ending.LAPSED)
        await _note(procedure, "lapsed", vote_id=vote_id)
    elif tally.outcome is Outcome.DECIDED:
        await _exclude(actor, now, procedure, standing, str(arithmetic(tally)))
    else:
        await lead_on(procedure=procedure, to=ProcedureState.ENDED, outcome=Ending.REJECTED)
        await _note(procedure, "rejected", vote_id=vote_id)


async def follow_receipt(*, actor: Actor, notice_id: UUID) -> None:
    """The receipt of a notice is proved that may end a membership: the database has ended it then, and the procedure
    goes on from there; in the scope of the network."""
    network_id = actor.seats[0].network_id
    if (procedure_id := await procedure_of_notice(network_id, notice_id)) is None:
        return
    procedure = await access_procedure(network_id, procedure_id)
    if procedure.effective_at is not None:
        await _wake(procedure, procedure.effective_at)
        await live.changed(live.network(network_id))


async def tell_office(*, actor: Actor, now: datetime, network_id: UUID, procedure_id: UUID) -> None:
    """Tell who acts for the office that a motion waits for it; in the scope of the member that holds it."""
    seat = actor.seat(network_id)
    if seat is None or not seat.is_office:
        return
    try:
        procedure = await access_procedure(network_id, procedure_id)
    except NotFound:
        return
    if procedure.state is not ProcedureState.MOVED:  # taken back, by whoever moved it
        await owed(actor=actor, now=now, procedure=procedure, done=False)
        return
    acting = Role.DEPUTY if procedure.subject_id == actor.organisation_id else Role.OFFICE
    await owe(actor=actor, now=now, seat=seat, procedure=procedure, role=acting)
    await tell(
        actor=actor,
        now=now,
        kind=NoticeKind.PROCEDURE_MOVED,
        roles=(acting,),
        subject_id=procedure_id,
        address=f"/n/{seat.slug}/verfahren/{procedure_id}",
        params={"network": seat.name, "member": procedure.subject_name, "mover": procedure.moved_by_name},
        key=f"procedure_moved:{procedure_id}",
    )


async def tell_of_waiting(*, actor: Actor, now: datetime, network_id: UUID) -> None:
    """Tell who holds the office from now on which motions wait for it, as who held it was told; for who held it before
    they wait no longer, whoever there had to see to them."""
    seat = actor.seat(network_id)
    for motion in await list_waiting_motions(network_id):
        if seat is not None and seat.is_office:
            await tell_office(actor=actor, now=now, network_id=network_id, procedure_id=motion)
        else:
            procedure = await access_procedure(network_id, motion)
            await owed(actor=actor, now=now, procedure=procedure, done=False)


async def say_goodbye(*, actor: Actor, now: datetime, procedure_id: UUID) -> None:
    """Tell the people of a member that left, and let nothing of the network wait for them; in its own scope."""
    departure = await access_departure(procedure_id)
    # Who has come back since has a network to look at again.
    if actor.seat(departure.network_id) is not None:
        return
    unread, deadlines = await waiting_of_network(departure.network_id, departure.network_slug)
    if unread:
        await mark_over(actor=actor, now=now, subject_ids=unread)
    for matter, subject_id in deadlines:
        await deadline_dropped(actor=actor, now=now, matter=Matter(matter), subject_id=subject_id)
    await tell(
        actor=actor,
        now=now,
        kind=NoticeKind.MEMBERSHIP_ENDED,
        roles=_TOLD_OF_END,
        subject_id=procedure_id,
        address=f"/o/{actor.organisation_slug}/mitgliedschaften/{procedure_id}",
        params={"network": departure.network_name, "how": departure.kind},
        key=f"membership_ended:{procedure_id}",
    )


async def _inform(actor: Actor, now: datetime, seat: Seat, procedure: Procedure) -> None:
    """Tell all other members formally that one leaves; where it holds the office, another one does so from now on."""
    standing = await standing_of(seat.network_id)
    office = await stand_in(actor=actor, now=now, procedure=procedure, standing=standing) if standing else None
    if standing is None or office is None or procedure.effective_at is None:
        await _wake(procedure, now + _ASKED_AGAIN, after=now)  # no other member is left that could be told
        return
    others = [member for member, _ in standing.members if member != procedure.subject_id]
    subject, body = withdrawal_letter(procedure, seat.name, procedure.effective_at)
    notice = await formal.post(
        actor=office,
        now=now,
        network_id=seat.network_id,
        standing=procedure.under(standing),
        subject=subject[:300],
        body=body,
        recipients=others,
        key=f"withdrawal:{procedure.id}",
    )
    await lead_on(procedure=procedure, to=ProcedureState.INFORMED)
    await _note(procedure, "informed", notice_id=notice.id)
    await _wake(procedure, procedure.effective_at)


async def _exclude(actor: Actor, now: datetime, procedure: Procedure, standing: Standing, result: str) -> None:
    """Inform the others, and post the member its notice: with the receipt of that, which may be certain at once or lie
    ahead, the membership ends; or with the closing, where the rulebook says so. The office, if it is the one that goes,
    has gone over before that."""
    seat, member = actor.seats[0], procedure.subject_id
    office = await stand_in(actor=actor, now=now, procedure=procedure, standing=standing)
    if member is None or office is None:
        await lead_on(procedure=procedure, to=ProcedureState.ENDED, outcome=Ending.LAPSED)
        await _note(procedure, "nobody_stays")
        return
    others = [other for other, _ in standing.members if other != member]
    under = procedure.under(standing)
    told: dict[str, Any] = {"actor": office, "now": now, "network_id": seat.network_id, "standing": under}
    subject, body = decided_letter(procedure, result)
    key = f"exclusion_decided:{procedure.id}"
    await formal.post(**told, subject=subject[:300], body=body, recipients=others, key=key)
    subject, body = exclusion_letter(procedure, seat.name, result)
    key = f"exclusion:{procedure.id}"
    notice = await formal.post(**told, subject=subject[:300], body=body, recipients=[member], key=key)
    async with current_scope().speaking_for(member):
        await keep_departure(
            organisation_id=member,
            procedure_id=procedure.id,
            seat=seat,
            kind=procedure.kind,
            subject=subject,
            body=body,
        )
    receipt = notice.receipt(member)
    at_once = procedure.rulebook.ends_with_closing()
    ends_at = now if at_once else receipt.received_at if receipt else None
    await lead_on(procedure=procedure, to=ProcedureState.DECIDED, notice_id=notice.id, effective_at=ends_at)
    is_posted = receipt is not None and receipt.posted_at is not None
    await _note(procedure, "decided" if is_posted or at_once else "undeliverable", notice_id=notice.id)
    if ends_at is not None:
        await _wake(procedure, ends_at)


async def _finish(actor: Actor, now: datetime, procedure: Procedure) -> None:
    """The membership has ended: say so to all, with a new version of the directory where the rulebook wants one."""
    is_exclusion = procedure.kind is ProcedureKind.EXCLUSION
    outcome = Ending.EXCLUDED if is_exclusion else Ending.WITHDRAWN
    ended = await lead_on(procedure=procedure, to=ProcedureState.ENDED, outcome=outcome)
    if not ended or procedure.subject_id is None:
        return
    await _note(procedure, "ended")
    last_day = last_day_before(procedure.effective_at or now)
    await end_seats_of(network_id=procedure.network_id, organisation_id=procedure.subject_id, ends_on=last_day)
    if is_exclusion:
        await _overtake_withdrawal(procedure, procedure.subject_id)
    await emit(MembershipEnded(procedure.id), to=[procedure.subject_id], key=f"membership_ended:{procedure.id}")
    if not procedure.rulebook.renews_directory(Switch(procedure.kind.value)):
        return
    await new_version(
        actor=actor,
        now=now,
        network_id=procedure.network_id,
        reason=DirectoryReason(procedure.kind.value),
        cause_id=procedure.id,
        key=f"procedure:{procedure.id}",
    )
    await _note(procedure, "directory_renewed")


async def _overtake_withdrawal(procedure: Procedure, member: UUID) -> None:
    """It had declared that it leaves on a later day: there is nothing left to end then."""
    running = await running_about(procedure.network_id, ProcedureKind.WITHDRAWAL, member)
    if running is None:
        return
    withdrawal = await access_procedure(procedure.network_id, running, lock=True)
    if withdrawal.state is ProcedureState.INFORMED:
        await lead_on(procedure=withdrawal, to=ProcedureState.ENDED, outcome=Ending.LAPSED)
        await _note(withdrawal, "lapsed")


async def _note(procedure: Procedure, deed: str, *, vote_id: UUID | None = None, notice_id: UUID | None = None) -> None:
    await note_step(
        network_id=procedure.network_id,
        procedure_id=procedure.id,
        deed=deed,
        by=Doer.portal(),
        vote_id=vote_id,
        notice_id=notice_id,
    )


async def _wake(procedure: Procedure, at: datetime, *, after: datetime | None = None) -> None:
    key = f"procedure_due:{procedure.id}:{at.isoformat()}" + (f":after:{after.isoformat()}" if after else "")
    await emit(ProcedureDue(procedure.id), network=procedure.network_id, due_at=at, key=key)
