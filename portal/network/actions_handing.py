"""The office goes over to another member, by the worker alone: with the result of the members' choice, or once the one
that stands is agreed on; in one transaction, in which the network always has one office."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from portal.kit.errors import NotFound
from portal.network.actions import Doer, lead_on, note_step
from portal.network.actions_owing import owe
from portal.network.actions_passing import pass_on, settle_seat
from portal.network.events import OfficeHandedOver, OfficeSeatMoved
from portal.network.queries import Procedure, access_procedure
from portal.network.queries_office import candidate_of, is_stood_in, list_candidates
from portal.network.rules import Ending, ProcedureKind, ProcedureState
from portal.notices.actions import tell
from portal.notices.rules import NoticeKind
from portal.votes.rules import Tally, VoteCause
from tenants.context import Actor, Role
from tenants.outbox import emit
from tenants.queries import Standing, standing_of

_TOLD = (Role.REPRESENTATIVE, Role.DIRECTOR, Role.OFFICE)


async def follow_office_vote(*, actor: Actor, now: datetime, cause: VoteCause, vote_id: UUID, tally: Tally) -> None:
    """What comes of an election, in the transaction that closes it (``votes.Consequence``): the one chosen takes the
    office over, or a new round begins in which members may stand and step down again."""
    network_id = actor.seats[0].network_id
    procedure = await access_procedure(network_id, cause.id, lock=True)
    standing = await standing_of(network_id)
    if procedure.state is not ProcedureState.VOTING or standing is None:
        return
    chosen = await candidate_of(network_id, vote_id, UUID(tally.winner)) if tally.winner else None
    candidates = await list_candidates(network_id, procedure.id)
    if chosen is None or all(each.organisation_id != chosen for each in candidates.standing):
        await lead_on(procedure=procedure, to=ProcedureState.MOVED)
        await _note(procedure, "no_result", vote_id=vote_id)
        members = [member for member, _ in standing.members]
        key = f"office_seat:{procedure.id}:{vote_id}"
        await emit(OfficeSeatMoved(network_id, procedure.id), to=members, key=key)
        return
    await lead_on(procedure=procedure, to=ProcedureState.DECIDED)
    await _note(procedure, "elected", vote_id=vote_id)
    await _hand_over(actor, now, replace(procedure, state=ProcedureState.DECIDED), standing, chosen)


async def hand_over(*, actor: Actor, now: datetime, procedure: Procedure) -> None:
    """The one that stands is agreed on; ``procedure`` is locked."""
    standing = await standing_of(procedure.network_id)
    candidates = (await list_candidates(procedure.network_id, procedure.id)).standing
    if standing is None or procedure.state is not ProcedureState.DECIDED:
        return
    if len(candidates) == 1:
        await _hand_over(actor, now, procedure, standing, candidates[0].organisation_id)
    else:  # it left the network, or was taken back, at the same moment
        await lead_on(procedure=procedure, to=ProcedureState.ENDED, outcome=Ending.NO_RESULT)
        await _note(procedure, "nobody_left")
        if is_stood_in(procedure):
            await settle_seat(procedure=procedure, standing=standing, holder=actor.organisation_name)


async def tell_of_seat(*, actor: Actor, now: datetime, network_id: UUID, procedure_id: UUID) -> None:
    """Tell who speaks for a member, and who runs the office, that its seat is being settled or was; in the scope of the
    member."""
    seat = actor.seat(network_id)
    try:
        procedure = await access_procedure(network_id, procedure_id)
    except NotFound:
        return
    if seat is None or procedure.kind is not ProcedureKind.OFFICE_SEAT:
        return
    if seat.is_office:
        await owe(actor=actor, now=now, seat=seat, procedure=procedure, role=Role.OFFICE)
    ended = procedure.outcome.value if procedure.outcome else ""
    await tell(
        actor=actor,
        now=now,
        kind=NoticeKind.OFFICE_SEAT,
        roles=_TOLD,
        subject_id=procedure_id,
        address=f"/n/{seat.slug}/verfahren/{procedure_id}",
        params={"network": seat.name, "ended": ended},
        # Once for each round, and once for the end.
        key=f"office_seat:{procedure_id}:{ended or procedure.vote_id or ''}",
    )


async def _hand_over(actor: Actor, now: datetime, procedure: Procedure, standing: Standing, to: UUID) -> None:
    network_id, names = procedure.network_id, dict(standing.members)
    stays = actor.organisation_id == to
    if not stays:
        await pass_on(actor=actor, now=now, procedure=procedure, standing=standing, to=to)
    await lead_on(
        procedure=procedure, to=ProcedureState.ENDED, outcome=Ending.CONFIRMED if stays else Ending.HANDED_OVER
    )
    await _note(procedure, "stays" if stays else "handed_over", to=names[to])
    await emit(OfficeHandedOver(network_id, procedure.id), to=[*names], key=f"office_handed_over:{procedure.id}")


async def _note(procedure: Procedure, deed: str, *, vote_id: UUID | None = None, **details: str) -> None:
    await note_step(
        network_id=procedure.network_id,
        procedure_id=procedure.id,
        deed=deed,
        by=Doer.portal(),
        details=details,
        vote_id=vote_id,
    )
