"""A member leaves: it declares so to the office, everything else follows by itself."""

from datetime import date, datetime, timedelta
from uuid import UUID

from portal.kit.clock import end_of_day
from portal.kit.errors import Conflict, Forbidden, Invalid, NotFound
from portal.kit.ids import new_id
from portal.network.abilities import may_speak
from portal.network.actions import Doer, begin_procedure, keep_departure, note_step, record
from portal.network.events import ProcedureDue
from portal.network.letters import departure_letter
from portal.network.queries import is_leaving, running_about
from portal.network.queries_office import list_successors
from portal.network.rules import LONGEST_REASON, ProcedureKind
from portal.shell.i18n import mark
from tenants.context import Actor, Seat
from tenants.outbox import emit
from tenants.queries import Standing, standing_of
from tenants.rulebook_words import Procedure as Switch

LONGEST_AHEAD = timedelta(days=366)


async def withdrawing(actor: Actor, network_id: UUID) -> tuple[Seat, Standing, str]:
    """The seat that may be given up, what is in force, and what stands against it just now; empty if nothing does.

    Raises:
        NotFound: out of reach, or the network knows no withdrawal.
        Forbidden: the actor does not speak for the member.
    """
    seat, standing = actor.seat(network_id), await standing_of(network_id)
    if seat is None or standing is None or Switch.WITHDRAWAL not in standing.rulebook.procedures:
        raise NotFound
    if not may_speak(actor):
        raise Forbidden("Den Austritt erklären Geschäftsführung oder Vertretung der Organisation.")
    obstacle = ""
    if seat.is_office and not await list_successors(network_id, but=actor.organisation_id, order=()):
        obstacle = mark(
            "Ihre Organisation führt die Geschäftsstelle, und kein anderes Mitglied bleibt, das sie übernehmen könnte."
        )
    elif await running_about(network_id, ProcedureKind.WITHDRAWAL, actor.organisation_id) is not None:
        obstacle = mark("Ihre Organisation hat den Austritt schon erklärt. Sie finden ihn unter „Verfahren“.")
    elif await is_leaving(network_id):
        obstacle = mark("Das Ende Ihrer Mitgliedschaft steht schon fest. Sie finden es unter „Verfahren“.")
    return seat, standing, obstacle


def end_of_membership(last_day: date | None, now: datetime) -> datetime:
    """With the end of that day; without one, now.

    Raises:
        Invalid: the day is over, or too far away.
    """
    ends_at = end_of_day(last_day) if last_day else now
    if ends_at < now:
        raise Invalid("Der letzte Tag liegt in der Vergangenheit. Möglich ist frühestens heute.", field="last_day")
    if ends_at - now > LONGEST_AHEAD:
        raise Invalid("Der letzte Tag liegt mehr als ein Jahr in der Zukunft.", field="last_day")
    return ends_at


async def declare_withdrawal(
    *, actor: Actor, now: datetime, network_id: UUID, last_day: date | None, remark: str = ""
) -> UUID:
    """Leave a network: at once, or with the end of a last day. The membership ends then by the database alone; that of
    the member that holds the office not before another one does, which follows at once.

    The rest follows from the declaration (``actions_following``). Gives back the procedure's id.

    Raises:
        NotFound, Forbidden: as ``withdrawing``.
        Conflict: nobody is left that could hold the office, or the end of its membership is set already.
        Invalid: the field that does not fit.
    """
    seat, standing, obstacle = await withdrawing(actor, network_id)
    if obstacle:
        raise Conflict(obstacle)
    ends_at = end_of_membership(last_day, now)
    if len(remark) > LONGEST_REASON:
        raise Invalid("Bitte schreiben Sie höchstens 3000 Zeichen.", field="remark")
    procedure_id = new_id()
    await begin_procedure(
        procedure_id=procedure_id,
        network_id=network_id,
        kind=ProcedureKind.WITHDRAWAL,
        rulebook_id=standing.rulebook_id,
        subject_name=actor.organisation_name,
        subject_id=actor.organisation_id,
        moved_by_id=actor.organisation_id,
        moved_by_name=actor.organisation_name,
        reason=remark,
        effective_at=ends_at,
    )
    await note_step(network_id=network_id, procedure_id=procedure_id, deed="declared", by=Doer.member(actor))
    subject, body = departure_letter(actor.organisation_name, seat.name, ends_at)
    await keep_departure(
        organisation_id=actor.organisation_id,
        procedure_id=procedure_id,
        seat=seat,
        kind=ProcedureKind.WITHDRAWAL,
        subject=subject,
        body=body,
    )
    await record(
        actor=actor, action="procedure:withdrawal_declared", procedure_id=procedure_id, kind=ProcedureKind.WITHDRAWAL
    )
    await emit(ProcedureDue(procedure_id), network=network_id, key=f"procedure_declared:{procedure_id}")
    return procedure_id
