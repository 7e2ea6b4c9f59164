"""Who writes, sends round, releases and answers."""

from dataclasses import dataclass
from typing import Self
from uuid import UUID

from portal.circle.queries import Paper
from portal.circle.rules import DECIDED, WRITABLE, PaperState
from tenants.context import Actor, Role

# Who speaks for a member in the coordination circle.
SPEAKERS = (Role.REPRESENTATIVE, Role.DEPUTY, Role.DIRECTOR)


def speaks(actor: Actor) -> bool:
    """Whether the actor speaks for their organisation."""
    return actor.has(*SPEAKERS)


def takes_over(actor: Actor, network_id: UUID) -> bool:
    """Whether the actor can take over what a member left behind: any other member does, and the office."""
    return speaks(actor) or actor.is_office_of(network_id)


@dataclass(frozen=True, slots=True)
class PaperAbilities:
    """What an actor may do with one paper as it is."""

    may_edit: bool
    may_circulate: bool
    may_discard: bool
    may_remark: bool
    may_put_to_vote: bool
    may_release: bool
    may_take_back: bool
    may_put_withdrawal_to_vote: bool
    may_begin_edition: bool
    may_take_over: bool

    @classmethod
    def of(cls, actor: Actor, paper: Paper) -> Self:
        """The abilities of this actor; out of reach never gets here."""
        writes = speaks(actor) and actor.organisation_id == paper.organisation_id
        office, adopted = actor.is_office_of(paper.network_id), paper.state is PaperState.ADOPTED
        return cls(
            may_edit=writes and paper.state in WRITABLE,
            may_circulate=writes and paper.state is PaperState.DRAFT,
            may_discard=writes and paper.state in WRITABLE,
            may_remark=speaks(actor) and not writes and paper.state is PaperState.CIRCULATED,
            may_put_to_vote=office and paper.state is PaperState.CIRCULATED,
            may_release=office and adopted and paper.released_at is None,
            may_take_back=office and adopted and paper.released_at is not None,
            may_put_withdrawal_to_vote=office and adopted and paper.withdrawal_vote_id is None,
            may_begin_edition=speaks(actor) and paper.state in DECIDED and paper.is_latest,
            may_take_over=takes_over(actor, paper.network_id) and paper.is_left_behind,
        )
