"""Who holds the office: a procedure in which members stand; one alone takes it over, of several the members choose."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import UUID

from portal.kit.errors import Conflict, Forbidden, Invalid, NotFound
from portal.kit.ids import new_id
from portal.network.abilities import may_speak
from portal.network.actions import RUNS_ALREADY, Doer, begin_procedure, lead_on, note_step, record
from portal.network.actions_owing import owed
from portal.network.events import OfficeSeatMoved, ProcedureDue
from portal.network.queries import Procedure, access_procedure, is_leaving
from portal.network.queries_office import (
    Candidates,
    has_office_people,
    is_excluded,
    is_stood_in,
    list_candidates,
    running_seat,
)
from portal.network.rules import LONGEST_REASON, Ending, ProcedureKind, ProcedureState
from portal.notices import live
from portal.shell.i18n import mark
from portal.votes import actions as votes
from portal.votes.rules import VoteCause
from tenants.context import Actor, Role, Seat
from tenants.database import execute
from tenants.outbox import emit
from tenants.queries import Standing, list_members, standing_of
from tenants.rulebook_words import Procedure as Switch
from tenants.scope import current_scope

SEAT = ProcedureKind.OFFICE_SEAT
LONGEST_WORDS = 1000
_MOVED = ProcedureState.MOVED
_STANDS = mark("Ihre Organisation steht schon zur Wahl.")
_STANDS_NOT = mark("Ihre Organisation steht nicht zur Wahl, oder das Verfahren ist beendet.")


@dataclass(frozen=True, slots=True)
class OfficeAbilities:
    """What an actor may do about the seat of the office. ``is_own_matter``: the office stands itself, so its deputy
    acts; ``is_stood_in``: a member that left held it, another one stands in."""

    speaks: bool
    runs: bool
    is_own_matter: bool
    is_stood_in: bool
    is_office: bool
    may_stand: bool
    may_step_down: bool
    may_elect: bool
    may_agree: bool
    may_call_off: bool

    @classmethod
    def of(cls, actor: Actor, procedure: Procedure, candidates: Candidates) -> Self:
        """The abilities of this actor; out of reach never gets here."""
        own, standing = candidates.of(actor.organisation_id), len(candidates.standing)
        is_open = procedure.kind is SEAT and procedure.state is _MOVED
        speaks = may_speak(actor)
        stands = own is not None and own.stands
        runs, seat = _leads(actor, procedure, candidates), actor.seat(procedure.network_id)
        return cls(
            speaks=speaks,
            runs=runs,
            is_own_matter=candidates.office_stands == actor.organisation_id,
            is_stood_in=is_stood_in(procedure),
            is_office=seat is not None and seat.is_office,
            may_stand=is_open and speaks and not stands,
            may_step_down=speaks and stands and (is_open or procedure.state is ProcedureState.VOTING),
            may_elect=is_open and runs and standing > 1,
            may_agree=is_open and runs and standing == 1,
            may_call_off=is_open and runs and not standing and not is_stood_in(procedure),
        )


async def moving_seat(actor: Actor, network_id: UUID) -> Standing:
    """What a procedure about the office would begin under.

    Raises:
        NotFound: out of reach, or the network knows no such procedure.
        Forbidden: the actor does not speak for a member.
    """
    standing = await standing_of(network_id)
    if actor.seat(network_id) is None or standing is None or Switch.OFFICE_SEAT not in standing.rulebook.procedures:
        raise NotFound
    if not may_speak(actor):
        raise Forbidden(
            "Den Sitz der Geschäftsstelle bringen Geschäftsführung oder Vertretung eines Mitglieds zur Sprache."
        )
    return standing


async def move_seat(*, actor: Actor, network_id: UUID, reason: str) -> UUID:
    """Begin to settle who holds the office from now on; all members are told. Gives back the procedure's id.

    Raises:
        NotFound, Forbidden: as ``moving_seat``.
        Invalid: the field that does not fit.
        Conflict: it is being settled already.
    """
    standing = await moving_seat(actor, network_id)
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise Invalid("Bitte schreiben Sie den Anlass mit höchstens 3000 Zeichen.", field="reason")
    if await running_seat(network_id) is not None:
        raise Conflict(RUNS_ALREADY[SEAT])
    procedure_id = new_id()
    holder = next((member.name for member in await list_members(network_id) if member.is_office), "")
    await begin_procedure(
        procedure_id=procedure_id,
        network_id=network_id,
        kind=SEAT,
        rulebook_id=standing.rulebook_id,
        subject_name=holder or standing.rulebook.name,
        moved_by_id=actor.organisation_id,
        moved_by_name=actor.organisation_name,
        reason=reason,
    )
    await note_step(network_id=network_id, procedure_id=procedure_id, deed="seat_moved", by=Doer.member(actor))
    await record(actor=actor, action="procedure:seat_moved", procedure_id=procedure_id, kind=SEAT)
    await _tell_all(network_id, procedure_id, standing, "moved")
    return procedure_id


async def stand(*, actor: Actor, network_id: UUID, procedure_id: UUID, words: str) -> None:
    """The own organisation is ready to take the office over.

    Raises:
        NotFound: out of reach.
        Forbidden: not by this person.
        Invalid: too many words.
        Conflict: the members are asked already, the organisation is leaving, or nobody in it could run the office.
    """
    procedure, candidates = await _access(network_id, procedure_id)
    if not may_speak(actor):
        raise Forbidden("Eine Kandidatur erklären Geschäftsführung oder Vertretung eines Mitglieds.")
    if procedure.state is not _MOVED:
        raise Conflict("Die Mitglieder stimmen schon ab, oder das Verfahren ist beendet.")
    if await is_leaving(network_id) or await is_excluded(network_id):
        raise Conflict(
            "Das Ende Ihrer Mitgliedschaft steht fest. Die Geschäftsstelle übernimmt ein Mitglied, das bleibt."
        )
    if not OfficeAbilities.of(actor, procedure, candidates).may_stand:
        raise Conflict(_STANDS)
    if len(words) > LONGEST_WORDS:
        raise Invalid("Bitte schreiben Sie höchstens 1000 Zeichen.", field="words")
    if not await has_office_people():
        raise Conflict(
            "In Ihrer Organisation hat noch niemand die Rolle „Geschäftsstelle“. Ihre Mandantenadministration lässt "
            "sie im Verzeichnis eintragen; sie gilt ab der nächsten Anmeldung. Danach können Sie kandidieren."
        )
    rows = await execute(
        """
        INSERT INTO office_candidacy (network_id, procedure_id, organisation_id, name, words, declared_at)
        VALUES ({}, {}, {}, {}, {}, hilfenetz_now())
        ON CONFLICT (network_id, procedure_id, organisation_id)
        DO UPDATE SET withdrawn_at = NULL, words = excluded.words, name = excluded.name
        WHERE office_candidacy.withdrawn_at IS NOT NULL RETURNING 1
        """,
        network_id,
        procedure_id,
        actor.organisation_id,
        actor.organisation_name,
        words,
    )
    if not rows:  # somebody else of the organisation was faster
        raise Conflict(_STANDS)
    await note_step(network_id=network_id, procedure_id=procedure_id, deed="stands", by=Doer.member(actor))
    await record(actor=actor, action="procedure:stands", procedure_id=procedure_id, kind=SEAT)
    await live.changed(live.network(network_id))


async def step_down(*, actor: Actor, network_id: UUID, procedure_id: UUID) -> None:
    """The own organisation does not stand any more; while the members vote, its ballots fall and are asked anew.

    Raises:
        NotFound: out of reach.
        Forbidden: not by this person.
        Conflict: it does not stand.
    """
    procedure, candidates = await _access(network_id, procedure_id)
    if not may_speak(actor):
        raise Forbidden("Eine Kandidatur nehmen Geschäftsführung oder Vertretung des Mitglieds zurück.")
    if not OfficeAbilities.of(actor, procedure, candidates).may_step_down:
        raise Conflict(_STANDS_NOT)
    if procedure.state is ProcedureState.VOTING and procedure.vote_id is not None:
        await votes.withdraw_candidacy(actor=actor, network_id=network_id, vote_id=procedure.vote_id)
    rows = await execute(
        "UPDATE office_candidacy SET withdrawn_at = hilfenetz_now() "
        "WHERE network_id = {} AND procedure_id = {} AND organisation_id = {} AND withdrawn_at IS NULL RETURNING 1",
        network_id,
        procedure_id,
        actor.organisation_id,
    )
    if not rows:
        raise Conflict(_STANDS_NOT)
    await note_step(network_id=network_id, procedure_id=procedure_id, deed="steps_down", by=Doer.member(actor))
    await record(actor=actor, action="procedure:steps_down", procedure_id=procedure_id, kind=SEAT)
    await live.changed(live.network(network_id))


async def open_election(*, actor: Actor, now: datetime, seat: Seat, procedure_id: UUID) -> UUID:
    """Let the members choose among those that stand; gives back the vote's id.

    Raises:
        NotFound: out of reach.
        Forbidden: not by this person.
        Conflict: fewer than two stand, or the members are asked already.
    """
    procedure, candidates = await _access(seat.network_id, procedure_id, lock=True)
    _require_office(actor, procedure, candidates)
    if not OfficeAbilities.of(actor, procedure, candidates).may_elect:
        raise Conflict("Gewählt wird unter mindestens zwei Mitgliedern, und nur einmal zur selben Zeit.")
    standing = await standing_of(seat.network_id)
    if standing is None:
        raise NotFound
    vote_id = await votes.open_vote(
        actor=actor,
        now=now,
        network_id=seat.network_id,
        rule=SEAT.value,
        question="Welches Mitglied übernimmt die Geschäftsstelle?",
        explanation=_words_of(procedure, candidates),
        candidates=[each.organisation_id for each in candidates.standing],
        concerned=_concerned(actor, procedure, candidates),
        cause=VoteCause(SEAT.value, procedure.id, f"/n/{seat.slug}/verfahren/{procedure.id}"),
        under=procedure.under(standing),
    )
    await lead_on(procedure=procedure, to=ProcedureState.VOTING, vote_id=vote_id)
    await owed(actor=actor, now=now, procedure=procedure, done=True)
    await note_step(
        network_id=seat.network_id,
        procedure_id=procedure.id,
        deed="election_opened",
        by=Doer.office(actor),
        vote_id=vote_id,
    )
    await record(actor=actor, action="procedure:vote_opened", procedure_id=procedure.id, kind=SEAT)
    return vote_id


async def agree(*, actor: Actor, network_id: UUID, procedure_id: UUID) -> None:
    """Write down that the members agree on the one that stands; the hand-over follows by itself.

    Raises:
        NotFound: out of reach.
        Forbidden: not by this person.
        Conflict: not exactly one stands.
    """
    procedure, candidates = await _access(network_id, procedure_id, lock=True)
    _require_office(actor, procedure, candidates)
    if not OfficeAbilities.of(actor, procedure, candidates).may_agree:
        raise Conflict("Ohne Wahl geht die Geschäftsstelle nur über, wenn genau ein Mitglied bereit ist.")
    await lead_on(procedure=procedure, to=ProcedureState.DECIDED)
    await owed(actor=actor, now=current_scope().now, procedure=procedure, done=True)
    await note_step(network_id=network_id, procedure_id=procedure_id, deed="agreed", by=Doer.office(actor))
    await record(actor=actor, action="procedure:agreed", procedure_id=procedure_id, kind=SEAT)
    await emit(ProcedureDue(procedure_id), network=network_id, key=f"procedure_due:{procedure_id}:agreed")


async def call_off(*, actor: Actor, network_id: UUID, procedure_id: UUID) -> None:
    """End it: nobody stands, and the office stays where it is.

    Raises:
        NotFound: out of reach.
        Forbidden: not by this person.
        Conflict: somebody stands, or it is over.
    """
    procedure, candidates = await _access(network_id, procedure_id, lock=True)
    _require_office(actor, procedure, candidates)
    if not OfficeAbilities.of(actor, procedure, candidates).may_call_off:
        raise Conflict(
            "Die Geschäftsstelle ist nur vertreten. Das Verfahren läuft, bis ein Mitglied sie übernimmt."
            if is_stood_in(procedure)
            else "Solange ein Mitglied bereit ist, geht das Verfahren weiter."
        )
    await lead_on(procedure=procedure, to=ProcedureState.ENDED, outcome=Ending.LAPSED)
    await owed(actor=actor, now=current_scope().now, procedure=procedure, done=False)
    await note_step(network_id=network_id, procedure_id=procedure_id, deed="called_off", by=Doer.office(actor))
    await record(actor=actor, action="procedure:dropped", procedure_id=procedure_id, kind=SEAT)


async def _access(network_id: UUID, procedure_id: UUID, *, lock: bool = False) -> tuple[Procedure, Candidates]:
    procedure = await access_procedure(network_id, procedure_id, lock=lock)
    if procedure.kind is not SEAT:
        raise NotFound
    return procedure, await list_candidates(network_id, procedure_id)


def _concerned(actor: Actor, procedure: Procedure, candidates: Candidates) -> UUID | None:
    """The member whose own matter it is, so its deputy leads it: the office where it stands itself; and where a member
    stands in for it, that one too, since nobody may have the role there yet."""
    stands_in = is_stood_in(procedure) and actor.has(Role.DEPUTY)
    return actor.organisation_id if stands_in else candidates.office_stands


def _leads(actor: Actor, procedure: Procedure, candidates: Candidates) -> bool:
    return actor.is_office_of(procedure.network_id, _concerned(actor, procedure, candidates))


def _require_office(actor: Actor, procedure: Procedure, candidates: Candidates) -> None:
    if not _leads(actor, procedure, candidates):
        raise Forbidden(
            "Die Geschäftsstelle steht selbst zur Wahl. Für sie handelt die Stellvertretung."
            if candidates.office_stands == actor.organisation_id
            else "Das tut die Geschäftsstelle dieses Netzwerks."
        )
    if procedure.state is not _MOVED:  # two windows, or two people at the same moment
        raise Conflict("Hier geht es schon weiter: durch eine Wahl, eine Einigung oder weil das Verfahren beendet ist.")


def _words_of(procedure: Procedure, candidates: Candidates) -> str:
    said = [f"{each.name}: {each.words}" for each in candidates.standing if each.words]
    return "\n\n".join([procedure.reason, *said])[:4000]


async def _tell_all(network_id: UUID, procedure_id: UUID, standing: Standing, when: str) -> None:
    members = [member for member, _ in standing.members]
    await emit(OfficeSeatMoved(network_id, procedure_id), to=members, key=f"office_seat:{procedure_id}:{when}")
