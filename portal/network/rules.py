"""The kinds of procedures and their states as data: what follows what, who is waited for (domain.md, section 6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

LONGEST_REASON, LONGEST_STATEMENT = 3000, 4000


class ProcedureKind(StrEnum):
    """What a procedure is about."""

    ADMISSION = "admission"
    EXCLUSION = "exclusion"
    OFFICE_SEAT = "office_seat"
    WITHDRAWAL = "withdrawal"


class ProcedureState(StrEnum):
    """Where a procedure is."""

    ACCEPTED = "accepted"
    AGREEMENT_SENT = "agreement_sent"
    APPLIED = "applied"
    DECIDED = "decided"
    DECLARED = "declared"
    ENDED = "ended"
    INFORMED = "informed"
    MOVED = "moved"
    VOTING = "voting"


class Ending(StrEnum):
    """What came of a procedure."""

    ADMITTED = "admitted"
    CONFIRMED = "confirmed"
    EXCLUDED = "excluded"
    HANDED_OVER = "handed_over"
    LAPSED = "lapsed"
    NO_RESULT = "no_result"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Waiting(StrEnum):
    """Who, or what, a procedure waits for in a state."""

    APPLICANT = "applicant"
    CANDIDATES = "candidates"
    CLOCK = "clock"
    MEMBERS = "members"
    NOBODY = "nobody"
    OFFICE = "office"
    PORTAL = "portal"
    RECEIPT = "receipt"


class StepBy(StrEnum):
    """As what somebody did something in a procedure."""

    APPLICANT = "applicant"
    MEMBER = "member"
    OFFICE = "office"
    PORTAL = "portal"


@dataclass(frozen=True, slots=True)
class Stage:
    """A state of one kind: who is waited for, and which states may follow; the usual one comes first."""

    waits_for: Waiting
    next: tuple[ProcedureState, ...] = ()


Machine = Mapping[ProcedureState, Stage]

_ENDED = {ProcedureState.ENDED: Stage(Waiting.NOBODY)}
# The first state of each is the one it begins in.
MACHINES: Mapping[ProcedureKind, Machine] = {
    ProcedureKind.ADMISSION: {
        ProcedureState.APPLIED: Stage(Waiting.OFFICE, (ProcedureState.VOTING, ProcedureState.ENDED)),
        ProcedureState.VOTING: Stage(Waiting.MEMBERS, (ProcedureState.ACCEPTED, ProcedureState.ENDED)),
        ProcedureState.ACCEPTED: Stage(Waiting.OFFICE, (ProcedureState.AGREEMENT_SENT, ProcedureState.ENDED)),
        ProcedureState.AGREEMENT_SENT: Stage(Waiting.APPLICANT, (ProcedureState.ENDED,)),
        **_ENDED,
    },
    ProcedureKind.EXCLUSION: {
        ProcedureState.MOVED: Stage(Waiting.OFFICE, (ProcedureState.VOTING, ProcedureState.ENDED)),
        ProcedureState.VOTING: Stage(Waiting.MEMBERS, (ProcedureState.DECIDED, ProcedureState.ENDED)),
        ProcedureState.DECIDED: Stage(Waiting.RECEIPT, (ProcedureState.ENDED,)),
        **_ENDED,
    },
    ProcedureKind.OFFICE_SEAT: {
        ProcedureState.MOVED: Stage(
            Waiting.CANDIDATES, (ProcedureState.VOTING, ProcedureState.DECIDED, ProcedureState.ENDED)
        ),
        ProcedureState.VOTING: Stage(
            Waiting.MEMBERS, (ProcedureState.DECIDED, ProcedureState.MOVED, ProcedureState.ENDED)
        ),
        ProcedureState.DECIDED: Stage(Waiting.PORTAL, (ProcedureState.ENDED,)),
        **_ENDED,
    },
    ProcedureKind.WITHDRAWAL: {
        ProcedureState.DECLARED: Stage(Waiting.PORTAL, (ProcedureState.INFORMED,)),
        ProcedureState.INFORMED: Stage(Waiting.CLOCK, (ProcedureState.ENDED,)),
        **_ENDED,
    },
}


def beginning_of(kind: ProcedureKind) -> ProcedureState:
    """The state in which a procedure of this kind begins."""
    return next(iter(MACHINES[kind]))


def may_follow(kind: ProcedureKind, before: ProcedureState, after: ProcedureState) -> bool:
    """Whether one state may follow another."""
    return before in MACHINES[kind] and after in MACHINES[kind][before].next


def waits_for(kind: ProcedureKind, state: ProcedureState) -> Waiting:
    """Who is waited for."""
    return MACHINES[kind][state].waits_for


def ahead(kind: ProcedureKind, state: ProcedureState) -> tuple[ProcedureState, ...]:
    """The states that usually still come after this one, in their order."""
    coming: list[ProcedureState] = []
    while following := MACHINES[kind][state].next:
        state = following[0]
        coming.append(state)
    return tuple(coming)


def ways() -> frozenset[tuple[str, str, str]]:
    """(kind, before, after) of all machines; the beginning follows ''. The database holds the same."""
    return frozenset(
        (kind.value, before, after.value)
        for kind, machine in MACHINES.items()
        for before, following in [("", (beginning_of(kind),)), *((s.value, stage.next) for s, stage in machine.items())]
        for after in following
    )
