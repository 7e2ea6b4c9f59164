"""Who may move, declare, be heard, and lead a procedure on."""

from dataclasses import dataclass
from typing import Self

from portal.network.queries import Procedure
from portal.network.rules import ProcedureKind, ProcedureState
from tenants.context import Actor, Role

# They speak for a member when it is about its membership.
SPEAKING_ROLES = (Role.DIRECTOR, Role.REPRESENTATIVE)


def may_speak(actor: Actor) -> bool:
    """Whether the actor may declare something for their organisation."""
    return actor.person_id is not None and actor.has(*SPEAKING_ROLES)


@dataclass(frozen=True, slots=True)
class ProcedureAbilities:
    """What an actor may do in one procedure. ``is_office``: their organisation holds the office; ``is_own_matter``: it
    is about the office, so its deputy acts."""

    is_office: bool
    is_own_matter: bool
    is_concerned: bool
    runs: bool
    may_open_vote: bool
    may_take_back: bool
    may_put_away: bool
    may_be_heard: bool

    @classmethod
    def of(cls, actor: Actor, procedure: Procedure) -> Self:
        """The abilities of this actor; out of reach never gets here."""
        seat = actor.seat(procedure.network_id)
        is_office = seat is not None and seat.is_office
        concerned = procedure.subject_id == actor.organisation_id
        runs = actor.is_office_of(procedure.network_id, procedure.subject_id)
        is_exclusion = procedure.kind is ProcedureKind.EXCLUSION
        is_moved = is_exclusion and procedure.state is ProcedureState.MOVED
        moved_it = procedure.moved_by_id == actor.organisation_id and may_speak(actor)
        return cls(
            is_office=is_office,
            is_own_matter=is_office and concerned,
            is_concerned=concerned,
            runs=runs,
            may_open_vote=is_moved and runs,
            may_take_back=is_moved and moved_it,
            may_put_away=is_moved and runs and procedure.has_left,
            may_be_heard=is_exclusion
            and procedure.state is ProcedureState.VOTING
            and concerned
            and actor.has(*SPEAKING_ROLES, Role.DEPUTY),
        )
