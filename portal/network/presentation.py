"""What the page of a procedure shows, whatever its kind."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.network.abilities import ProcedureAbilities
from portal.network.queries import Procedure, ProcedureLine
from portal.network.rules import ProcedureKind, ProcedureState, ahead
from portal.network.words import (
    KINDS,
    ahead_in_words,
    deed_in_words,
    doer_in_words,
    number_of,
    rules_of,
    waiting_in_words,
)
from portal.shell.i18n import Sentence
from portal.votes.agreement import runs_from_receipt
from tenants.context import Actor, Seat
from tenants.rulebook_words import Procedure as Switch


@dataclass(frozen=True, slots=True)
class Mark:
    """A point of the timeline: ``state`` is done, now or next; ``until`` is when it is expected at the latest, or
    (``is_certain``) the very instant."""

    state: str
    title: str
    at: datetime | None = None
    by: str = ""
    until: datetime | None = None
    is_certain: bool = False
    vote_id: UUID | None = None
    notice_id: UUID | None = None


def address_of(seat: Seat) -> str:
    """Where the procedures of a network are."""
    return f"/n/{seat.slug}/verfahren"


def view_of(actor: Actor, seat: Seat, procedure: Procedure, now: datetime) -> dict[str, Any]:
    """The context of all templates of one procedure."""
    vote = procedure.rulebook.votes.get(procedure.kind.value)
    return {
        "seat": seat,
        "procedure": procedure,
        "base": address_of(seat),
        "address": f"{address_of(seat)}/{procedure.id}",
        "number": number_of(procedure),
        "kind": KINDS[procedure.kind],
        "title": title_of(procedure),
        "waiting": waiting_in_words(procedure),
        "timeline": timeline_of(procedure),
        "rules": rules_of(procedure),
        "may": ProcedureAbilities.of(actor, procedure),
        "renews_directory": procedure.rulebook.renews_directory(Switch(procedure.kind.value)),
        "from_receipt": vote is not None and runs_from_receipt(vote),
        "at_once": procedure.rulebook.ends_with_closing(),
        "is_voting": procedure.state is ProcedureState.VOTING
        and (procedure.vote_ends_at is None or now < procedure.vote_ends_at),
    }


def timeline_of(procedure: Procedure) -> tuple[Mark, ...]:
    """What happened, what is next, and what usually follows."""
    done = [
        Mark("done", deed_in_words(step), step.at, doer_in_words(step), vote_id=step.vote_id, notice_id=step.notice_id)
        for step in procedure.steps
    ]
    coming = [
        Mark(
            "next" if place else "now",
            ahead_in_words(procedure, state),
            by="" if place else waiting_in_words(procedure),
            until=_expected(procedure, state),
            is_certain=state is ProcedureState.ENDED,
        )
        for place, state in enumerate(ahead(procedure.kind, procedure.state))
    ]
    return (*done, *coming)


def _expected(procedure: Procedure, state: ProcedureState) -> datetime | None:
    """When a state comes by the clock, as far as it is certain."""
    if procedure.state is ProcedureState.VOTING and state in (ProcedureState.DECIDED, ProcedureState.ACCEPTED):
        return procedure.vote_ends_at
    if state is ProcedureState.ENDED and procedure.kind in (ProcedureKind.EXCLUSION, ProcedureKind.WITHDRAWAL):
        return procedure.effective_at
    return None


def title_of(procedure: Procedure | ProcedureLine) -> Sentence:
    """'Ausschluss: Trockendock'; the seat of the office is about nobody before its end."""
    if procedure.kind is ProcedureKind.OFFICE_SEAT:
        return KINDS[procedure.kind]
    return Sentence("%(kind)s: %(name)s", kind=KINDS[procedure.kind], name=procedure.subject_name)
