"""A member moves that another one is excluded; the office asks all, the member concerned is heard."""

from datetime import datetime
from uuid import UUID

from portal.kit.errors import Conflict, Forbidden, Invalid, NotFound
from portal.kit.ids import new_id
from portal.network.abilities import ProcedureAbilities, may_speak
from portal.network.actions import Doer, begin_procedure, lead_on, note_step, record
from portal.network.actions_owing import owed
from portal.network.events import ExclusionMoved
from portal.network.letters import question_of, wish_and_reason
from portal.network.queries import access_procedure, running_about
from portal.network.rules import LONGEST_REASON, LONGEST_STATEMENT, Ending, ProcedureKind, ProcedureState
from portal.notices import live
from portal.votes import actions as votes
from portal.votes.agreement import rule_of
from portal.votes.rules import Feasibility, Rule, VoteCause, feasibility
from tenants.context import Actor, Seat
from tenants.database import execute
from tenants.outbox import emit
from tenants.queries import Standing, list_members, standing_of
from tenants.rulebook_words import Procedure as Switch

EXCLUSION = ProcedureKind.EXCLUSION.value


async def moving(actor: Actor, network_id: UUID) -> Standing:
    """What a motion would begin under.

    Raises:
        NotFound: out of reach, or the network knows no exclusion.
        Forbidden: the actor does not speak for the member.
    """
    standing = await standing_of(network_id)
    if actor.seat(network_id) is None or standing is None or Switch.EXCLUSION not in standing.rulebook.procedures:
        raise NotFound
    if not may_speak(actor):
        raise Forbidden("Einen Ausschluss beantragen Geschäftsführung oder Vertretung eines Mitglieds.")
    return standing


def prospect_of(standing: Standing) -> tuple[Rule, Feasibility]:
    """Whether a motion can succeed at all with the members there are now, and what it needs."""
    rule = rule_of(standing.rulebook.votes[EXCLUSION])
    return rule, feasibility(rule, len(standing.members), one_affected=True)


async def move_exclusion(*, actor: Actor, network_id: UUID, organisation_id: UUID, reason: str) -> UUID:
    """Move that a member is excluded; the office is told. Gives back the procedure's id.

    Raises:
        NotFound, Forbidden: as ``moving``.
        Invalid: the field that does not fit.
        Conflict: a motion against this member runs already.
    """
    standing = await moving(actor, network_id)
    names = dict(standing.members)
    if organisation_id == actor.organisation_id:
        raise Invalid(
            "Gegen die eigene Organisation gibt es keinen Antrag. Sie kann den Austritt erklären.", field="organisation"
        )
    if organisation_id not in names:
        raise Invalid("Ausgeschlossen werden kann nur ein Mitglied des Netzwerks.", field="organisation")
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise Invalid("Bitte begründen Sie den Antrag mit höchstens 3000 Zeichen.", field="reason")
    if await running_about(network_id, ProcedureKind.EXCLUSION, organisation_id) is not None:
        raise Invalid("Zu diesem Mitglied läuft schon ein Antrag auf Ausschluss.", field="organisation")
    procedure_id = new_id()
    await begin_procedure(
        procedure_id=procedure_id,
        network_id=network_id,
        kind=ProcedureKind.EXCLUSION,
        rulebook_id=standing.rulebook_id,
        subject_name=names[organisation_id],
        subject_id=organisation_id,
        moved_by_id=actor.organisation_id,
        moved_by_name=actor.organisation_name,
        reason=reason,
    )
    await note_step(network_id=network_id, procedure_id=procedure_id, deed="moved", by=Doer.member(actor))
    await record(
        actor=actor, action="procedure:exclusion_moved", procedure_id=procedure_id, kind=ProcedureKind.EXCLUSION
    )
    office = [member.organisation_id for member in await list_members(network_id) if member.is_office]
    await emit(ExclusionMoved(network_id, procedure_id), to=office, key=f"exclusion_moved:{procedure_id}")
    return procedure_id


async def open_exclusion_vote(*, actor: Actor, now: datetime, seat: Seat, procedure_id: UUID) -> UUID:
    """Inform all members of wish and reason and ask them, in one transaction; gives back the vote's id.

    Raises:
        NotFound: out of reach.
        Forbidden: not by this person.
        Conflict: it is not (any more) for the office to do, or the member left meanwhile.
    """
    procedure = await access_procedure(seat.network_id, procedure_id, lock=True)
    may = ProcedureAbilities.of(actor, procedure)
    if not may.runs:
        raise Forbidden(
            "Die Geschäftsstelle ist selbst betroffen. Für sie handelt die Stellvertretung."
            if may.is_own_matter
            else "Die Abstimmung eröffnet die Geschäftsstelle dieses Netzwerks."
        )
    if not may.may_open_vote or procedure.subject_id is None:
        raise Conflict("Die Abstimmung ist schon eröffnet, oder das Verfahren ist beendet.")
    standing = await standing_of(seat.network_id)
    if standing is None or procedure.subject_id not in dict(standing.members):
        raise Conflict("Dieses Mitglied gehört dem Netzwerk nicht mehr an. Legen Sie den Antrag bitte ab.")
    vote_id = await votes.open_vote(
        actor=actor,
        now=now,
        network_id=seat.network_id,
        rule=EXCLUSION,
        question=question_of(procedure.subject_name),
        explanation=wish_and_reason(procedure),
        cause=VoteCause(EXCLUSION, procedure.id, f"/n/{seat.slug}/verfahren/{procedure.id}"),
        affected_id=procedure.subject_id,
        under=procedure.under(standing),
    )
    await lead_on(procedure=procedure, to=ProcedureState.VOTING, vote_id=vote_id)
    await owed(actor=actor, now=now, procedure=procedure, done=True)
    await note_step(
        network_id=seat.network_id,
        procedure_id=procedure.id,
        deed="vote_opened",
        by=Doer.office(actor),
        vote_id=vote_id,
    )
    await record(actor=actor, action="procedure:vote_opened", procedure_id=procedure.id, kind=ProcedureKind.EXCLUSION)
    return vote_id


async def drop_motion(*, actor: Actor, network_id: UUID, procedure_id: UUID) -> None:
    """End a motion before anybody was asked: whoever moved it takes it back, or the office puts it away once the
    member concerned, or the one that moved it, has left.

    Raises:
        NotFound: out of reach.
        Forbidden: not by this person.
        Conflict: the members are asked already.
    """
    procedure = await access_procedure(network_id, procedure_id, lock=True)
    may = ProcedureAbilities.of(actor, procedure)
    if procedure.kind is not ProcedureKind.EXCLUSION or procedure.state is not ProcedureState.MOVED:
        raise Conflict("Über diesen Antrag wird schon abgestimmt, oder das Verfahren ist beendet.")
    if not (may.may_take_back or may.may_put_away):
        raise Forbidden("Zurücknehmen kann den Antrag nur das Mitglied, das ihn gestellt hat.")
    await lead_on(procedure=procedure, to=ProcedureState.ENDED, outcome=Ending.LAPSED)
    by = Doer.member(actor) if may.may_take_back else Doer.office(actor)
    deed = "taken_back" if may.may_take_back else "lapsed"
    await note_step(network_id=network_id, procedure_id=procedure.id, deed=deed, by=by)
    await record(actor=actor, action="procedure:dropped", procedure_id=procedure.id, kind=procedure.kind)
    office = [member.organisation_id for member in await list_members(network_id) if member.is_office]
    await emit(ExclusionMoved(network_id, procedure_id), to=office, key=f"exclusion_moved:{procedure_id}:over")


async def write_statement(*, actor: Actor, network_id: UUID, procedure_id: UUID, text: str) -> None:
    """What the member concerned says to the motion, for all members to read; until the vote ends it may be changed.

    Raises:
        NotFound: out of reach.
        Forbidden: not by this person.
        Invalid: nothing, or too much.
        Conflict: too late.
    """
    procedure = await access_procedure(network_id, procedure_id)
    may = ProcedureAbilities.of(actor, procedure)
    if not may.is_concerned:
        raise Forbidden("Eine Stellungnahme schreibt nur das Mitglied, um das es geht.")
    if procedure.state is ProcedureState.MOVED:
        raise Conflict("Die Abstimmung ist noch nicht eröffnet. Sie können Stellung nehmen, sobald sie läuft.")
    if procedure.state is ProcedureState.VOTING and not may.may_be_heard:
        raise Forbidden("Stellung nehmen Geschäftsführung, Vertretung oder Stellvertretung Ihrer Organisation.")
    if not text.strip() or len(text) > LONGEST_STATEMENT:
        raise Invalid("Bitte schreiben Sie eine Stellungnahme mit höchstens 4000 Zeichen.", field="statement")
    rows = await execute(
        "UPDATE vote SET statement = {} WHERE network_id = {} AND id = {} AND affected_id = {} AND state = 'open' "
        "AND (ends_at IS NULL OR hilfenetz_now() < ends_at) RETURNING id",
        text,
        network_id,
        procedure.vote_id,
        actor.organisation_id,
    )
    if not rows:
        raise Conflict("Die Abstimmung ist beendet. Eine Stellungnahme ist nicht mehr möglich.")
    await note_step(
        network_id=network_id,
        procedure_id=procedure.id,
        deed="stated",
        by=Doer.member(actor),
        vote_id=procedure.vote_id,
    )
    await record(actor=actor, action="procedure:stated", procedure_id=procedure.id, kind=procedure.kind)
    await live.changed(live.network(network_id))
