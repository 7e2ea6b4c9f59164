"""The course of an application as a procedure of the network, whose page all members read: its steps, each once."""

from uuid import UUID

from portal.admission.queries import Application
from portal.admission.rules import Side
from portal.network.actions import Doer, begin_procedure, lead_on, note_step
from portal.network.queries import access_procedure
from portal.network.rules import Ending, ProcedureKind, ProcedureState, StepBy
from tenants.context import Actor


async def begin(actor: Actor, application: Application) -> None:
    """The office holds the application for complete: from now on the members know of it."""
    await begin_procedure(
        procedure_id=application.id,
        network_id=application.network_id,
        kind=ProcedureKind.ADMISSION,
        rulebook_id=application.rulebook_id,
        subject_name=application.name,
        subject_id=application.organisation_id,
        moved_by_id=actor.organisation_id,
        moved_by_name=application.name,
    )
    await _note(application, "application_received", Doer.office(actor))


async def informed(actor: Actor, application: Application, vote_id: UUID) -> None:
    """All members have the letter, and vote."""
    await _lead(application, ProcedureState.VOTING, vote_id=vote_id)
    await _note(application, "members_informed", Doer.office(actor), vote_id=vote_id)


async def decided(application: Application, vote_id: UUID, *, is_accepted: bool) -> None:
    """The vote is closed."""
    if is_accepted:
        await _lead(application, ProcedureState.ACCEPTED)
    else:
        await _lead(application, ProcedureState.ENDED, outcome=Ending.REJECTED)
    await _note(application, "accepted" if is_accepted else "not_admitted", Doer.portal(), vote_id=vote_id)


async def agreement_sent(actor: Actor, application: Application) -> None:
    """A copy signed by the office is with the applicant; a further one is a step as well."""
    procedure = await access_procedure(application.network_id, application.id, lock=True)
    if procedure.state is ProcedureState.ACCEPTED:
        await lead_on(procedure=procedure, to=ProcedureState.AGREEMENT_SENT)
    await _note(application, "agreement_sent", Doer.office(actor))


async def countersigned(application: Application) -> None:
    """The applicant's copy is received."""
    signature = application.copy and application.copy.of(Side.APPLICANT)
    if signature:
        await _note(application, "countersigned", Doer(StepBy.APPLICANT, None, application.name))


async def admitted(application: Application) -> None:
    """The membership begins."""
    await _lead(application, ProcedureState.ENDED, outcome=Ending.ADMITTED)
    await _note(application, "admitted", Doer.portal())


async def directory_renewed(application: Application) -> None:
    """All members have the new directory."""
    await _note(application, "directory_renewed", Doer.portal())


async def ended(actor: Actor, application: Application, *, by_applicant: bool) -> bool:
    """The office or the applicant has ended it; False: that was led on before."""
    procedure = await access_procedure(application.network_id, application.id, lock=True)
    if procedure.state is ProcedureState.ENDED:
        return False
    await lead_on(procedure=procedure, to=ProcedureState.ENDED, outcome=Ending.LAPSED)
    by = Doer(StepBy.APPLICANT, None, application.name) if by_applicant else Doer.office(actor)
    await _note(application, "application_taken_back" if by_applicant else "admission_closed", by)
    return True


async def _lead(
    application: Application, to: ProcedureState, *, outcome: Ending | None = None, **columns: object
) -> None:
    procedure = await access_procedure(application.network_id, application.id, lock=True)
    await lead_on(procedure=procedure, to=to, outcome=outcome, **columns)


async def _note(application: Application, deed: str, by: Doer, *, vote_id: UUID | None = None) -> None:
    await note_step(network_id=application.network_id, procedure_id=application.id, deed=deed, by=by, vote_id=vote_id)
