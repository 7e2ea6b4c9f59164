"""What the office owes in a procedure, as a deadline of whoever acts for it; in the scope of who holds it."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid5

from portal.deadlines.agreement import length_of
from portal.deadlines.receipt import Basis, fact
from portal.deadlines.rules import reckon
from portal.deadlines.workdays import land_of
from portal.kit.clock import local_day
from portal.ladders.actions import deadline_done, deadline_dropped, set_deadline
from portal.ladders.agreement import ladder_of
from portal.ladders.rules import Matter
from portal.network.queries import Procedure
from portal.network.rules import ProcedureKind, ProcedureState
from tenants.context import Actor, Role, Seat

# Until the members are asked, in which period of the rulebook.
_OWED: Mapping[ProcedureKind, tuple[Matter, str]] = {
    ProcedureKind.EXCLUSION: (Matter.MOTION, "motion_review"),
    ProcedureKind.OFFICE_SEAT: (Matter.OFFICE_SEAT, "office_election"),
}


async def owe(*, actor: Actor, now: datetime, seat: Seat, procedure: Procedure, role: Role) -> None:
    """The members wait to be asked; once more for each round. Nothing where the rulebook names no period, or the
    procedure waits for somebody else."""
    matter, period = _OWED[procedure.kind]
    written = procedure.rulebook.periods.get(period)
    if written is None or procedure.state is not ProcedureState.MOVED:
        return
    ends = reckon(fact(Basis.EVENT, local_day(now)), length_of(written), land_of(procedure.rulebook.land))
    await set_deadline(
        actor=actor,
        now=now,
        matter=matter,
        subject_id=_round(procedure),
        title=procedure.subject_name,
        address=f"/n/{seat.slug}/verfahren/{procedure.id}",
        due_at=ends.due_at,
        roles=(role,),
        ladder=ladder_of(procedure.rulebook, written.ladder),
        network_id=procedure.network_id,
        reckoned=ends,
    )


async def owed(*, actor: Actor, now: datetime, procedure: Procedure, done: bool) -> None:
    """It is done, or nobody has to do it any more; ``procedure`` is as it was before."""
    ending = deadline_done if done else deadline_dropped
    await ending(actor=actor, now=now, matter=_OWED[procedure.kind][0], subject_id=_round(procedure))


def _round(procedure: Procedure) -> UUID:
    """An election without a result is followed by another round, which is another matter."""
    return procedure.id if procedure.vote_id is None else uuid5(procedure.id, str(procedure.vote_id))
