"""Who is told: the office that it is its turn, and an organisation of its own application. By the worker, in the scope
of that organisation."""

from datetime import datetime
from uuid import UUID

from portal.admission.abilities import APPLYING_ROLES
from portal.admission.actions import REVIEW, SENDING, address_of, deadline_of
from portal.admission.queries import Application, access_application, access_own, list_applications, rulebook_under
from portal.admission.rules import IN_VAIN, State
from portal.admission.words import STATES
from portal.kit.errors import NotFound
from portal.ladders.actions import deadline_done, deadline_dropped, set_deadline
from portal.ladders.agreement import ladder_of
from portal.ladders.rules import Matter
from portal.notices.actions import tell
from portal.notices.rules import NoticeKind
from tenants.context import Actor, Role
from tenants.database import execute

# What the office owes in which state, in which period of the rulebook, from which instant on.
_DUTIES = {
    State.APPLIED: (Matter.APPLICATION_REVIEW, REVIEW, "confirmed_at"),
    State.ACCEPTED: (Matter.AGREEMENT_SENDING, SENDING, "decided_at"),
}


async def tell_office(*, actor: Actor, now: datetime, network_id: UUID, application_id: UUID) -> None:
    """Tell the office how far an application is, and set the deadline of what it owes."""
    seat = actor.seat(network_id)
    if seat is None or not seat.is_office:
        return
    try:
        # Whoever takes the office's step at this moment is waited for: then there is nothing left to owe.
        found = await access_application(network_id, application_id, lock=True)
    except NotFound:
        return
    address = address_of(seat, application_id)
    await tell(
        actor=actor,
        now=now,
        kind=NoticeKind.ADMISSION_STEP,
        roles=(Role.OFFICE,),
        subject_id=application_id,
        address=address,
        params={"name": found.name, "network": seat.name, "state": STATES[found.state][0]},
        key=f"admission:{application_id}:{found.state}:{found.received_at is not None}",
    )
    if found.signed_at is not None:
        await deadline_done(actor=actor, now=now, matter=Matter.COUNTERSIGNATURE, subject_id=application_id)
    if found.state in IN_VAIN:
        for matter in (Matter.APPLICATION_REVIEW, Matter.AGREEMENT_SENDING, Matter.COUNTERSIGNATURE):
            end = deadline_dropped if found.state is State.TAKEN_BACK else deadline_done
            await end(actor=actor, now=now, matter=matter, subject_id=application_id)
    await _set_duty(actor, now, found, address)


async def tell_new_office(*, actor: Actor, now: datetime, network_id: UUID) -> None:
    """Tell it of every application that waits for it, as who held the office before was told."""
    seat = actor.seat(network_id)
    if seat is None or not seat.is_office:
        return
    for line in await list_applications(network_id):
        if line.state in _DUTIES:
            await tell_office(actor=actor, now=now, network_id=network_id, application_id=line.id)


async def tell_organisation(
    *, actor: Actor, now: datetime, network_id: UUID, application_id: UUID, letter_id: UUID
) -> None:
    """Tell those who may apply that a letter lies in their organisation's case."""
    try:
        found = await access_own(network_id, actor.organisation_id)
    except NotFound:
        return
    letter = next((each for each in found.letters if each.id == letter_id), None)
    if found.id != application_id or letter is None:
        return
    (row,) = await execute("SELECT application_network({}) AS slug", application_id)
    await tell(
        actor=actor,
        now=now,
        kind=NoticeKind.APPLICATION_NEWS,
        roles=APPLYING_ROLES,
        subject_id=application_id,
        address=f"/beitritt/{row['slug']}/unser-antrag",
        params={"subject": letter.subject},
        key=f"application_news:{letter_id}:{now.isoformat()}",
    )


async def _set_duty(actor: Actor, now: datetime, found: Application, address: str) -> None:
    if found.state not in _DUTIES or found.received_at is not None:  # its membership begins without an agreement
        return
    matter, period, since = _DUTIES[found.state]
    rulebook = await rulebook_under(found)
    deadline = deadline_of(rulebook, period, getattr(found, since))
    if deadline is None:
        return
    await set_deadline(
        actor=actor,
        now=now,
        matter=matter,
        subject_id=found.id,
        title=found.name,
        address=address,
        due_at=deadline.due_at,
        roles=(Role.OFFICE,),
        ladder=ladder_of(rulebook, rulebook.periods[period].ladder),
        network_id=found.network_id,
        reckoned=deadline,
    )
