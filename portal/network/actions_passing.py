"""The seat of the office goes to another member, with what the office has to do; and somebody stands in for a member
that holds it and goes. By the worker alone, in the scope of the network, in the transaction of whatever caused it."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from portal.contacts.actions import new_version
from portal.contacts.rules import DirectoryReason
from portal.formal import actions as formal
from portal.kit.errors import NotFound
from portal.kit.ids import new_id
from portal.ladders.actions_handing import hand_deadlines
from portal.network.actions import PORTAL, Doer, begin_procedure, note_step
from portal.network.events import OfficeHandedOver, OfficeSeatMoved
from portal.network.letters import office_letter, stand_in_letter
from portal.network.queries import Procedure
from portal.network.queries_office import STOOD_IN, has_office_people, list_successors, running_seat
from portal.network.rules import ProcedureKind
from portal.tasks.actions_handing import hand_tasks
from tenants.context import Actor, Role
from tenants.database import execute
from tenants.outbox import emit
from tenants.queries import Member, Standing, list_members
from tenants.rulebook_words import Procedure as Switch
from tenants.scope import current_scope


async def pass_on(
    *, actor: Actor, now: datetime, procedure: Procedure, standing: Standing, to: UUID, stands_in: bool = False
) -> Actor:
    """Let another member hold the office: all are told formally and have a new directory, what the office has to do
    goes along. Gives back who acts for the office from now on.

    Raises:
        NotFound: that member belongs to the network no longer, or has declared that it leaves.
    """
    network_id = procedure.network_id
    member = next((each for each in await list_members(network_id) if each.organisation_id == to), None)
    if member is None:
        raise NotFound
    written = stand_in_letter if stands_in else office_letter
    subject, body = written(actor.organisation_name, member.name, procedure.rulebook.name)
    await formal.post(
        actor=actor,
        now=now,
        network_id=network_id,
        standing=procedure.under(standing),
        subject=subject[:300],
        body=body,
        recipients=[each for each, _ in standing.members],
        key=f"office_seat:{procedure.id}",
    )
    await _seat(network_id, to)
    after = _as(actor, member)
    await hand_deadlines(now=now, network_id=network_id, role=Role.OFFICE, before=actor.organisation_id, after=to)
    await hand_tasks(
        actor=after,
        now=now,
        network_id=network_id,
        role=Role.OFFICE,
        before=actor.organisation_id,
        after=(to, member.name),
    )
    await new_version(
        actor=after,
        now=now,
        network_id=network_id,
        reason=DirectoryReason.HANDOVER,
        cause_id=procedure.id,
        key=f"office_seat:{procedure.id}",
    )
    return after


async def stand_in(*, actor: Actor, now: datetime, procedure: Procedure, standing: Standing) -> Actor | None:
    """If the member that a procedure is about holds the office, another one stands in for it from now on, and the
    procedure begins that settles the seat. Gives back who acts for the office: ``actor`` where nothing had to change,
    None where no member is left that could."""
    if actor.organisation_id != procedure.subject_id or not actor.seats[0].is_office:
        return actor
    if (to := await _successor(procedure)) is None:
        return None
    after = await pass_on(
        actor=actor, now=now, procedure=procedure, standing=standing, to=to.organisation_id, stands_in=True
    )
    await _note(procedure.network_id, procedure.id, to.name)
    await settle_seat(procedure=procedure, standing=standing, holder=to.name)
    return after


async def settle_seat(*, procedure: Procedure, standing: Standing, holder: str) -> None:
    """Somebody stands in: the procedure that settles the seat runs on, or begins by itself, and all are asked."""
    network_id = procedure.network_id
    if (seat_id := await running_seat(network_id) or await _begin_seat(procedure, standing, holder)) is None:
        return  # the rulebook knows no such procedure: the seat stays with who stands in
    await _note(network_id, seat_id, holder)
    key = f"office_seat:{seat_id}:{procedure.id}"
    await emit(OfficeSeatMoved(network_id, seat_id), to=[*dict(standing.members)], key=key)
    await emit(OfficeHandedOver(network_id, seat_id), to=[*dict(standing.members)], key=f"{key}:held")


async def _successor(procedure: Procedure) -> Member | None:
    """As the rulebook says; who has people that can run the office comes before who has none."""
    written = procedure.rulebook.membership
    order = written.office_stand_in if written else ()
    could = await list_successors(procedure.network_id, but=procedure.subject_id, order=order)
    for each in could:
        async with current_scope().speaking_for(each.organisation_id):
            if await has_office_people():
                return each
    return could[0] if could else None


async def _begin_seat(procedure: Procedure, standing: Standing, holder: str) -> UUID | None:
    if Switch.OFFICE_SEAT not in standing.rulebook.procedures:
        return None
    seat_id = new_id()
    await begin_procedure(
        procedure_id=seat_id,
        network_id=procedure.network_id,
        kind=ProcedureKind.OFFICE_SEAT,
        rulebook_id=standing.rulebook_id,
        subject_name=holder,
        moved_by_name=PORTAL,
        reason=procedure.reason
        if procedure.kind is ProcedureKind.OFFICE_SEAT
        else f"{procedure.subject_name} scheidet aus dem Netzwerk aus und hatte die Geschäftsstelle.",
    )
    return seat_id


async def _seat(network_id: UUID, to: UUID) -> None:
    # First one less, then one more: there never are two, and nobody sees that there was none.
    changed = []
    for holds, member in ((False, None), (True, to)):
        changed = await execute(
            "UPDATE membership SET is_office = {} WHERE network_id = {} AND ends_at IS NULL "
            "AND (is_office AND {}::uuid IS NULL OR organisation_id = {}::uuid) RETURNING id",
            holds,
            network_id,
            member,
            member,
        )
    if not changed:  # it declared at the same moment that it leaves; tried again, this finds it so
        raise NotFound


def _as(actor: Actor, member: Member) -> Actor:
    """The portal, acting for the member that holds the office now."""
    return replace(
        actor,
        organisation_id=member.organisation_id,
        organisation_slug=member.slug,
        organisation_name=member.name,
        seats=(replace(actor.seats[0], is_office=True),),
    )


async def _note(network_id: UUID, procedure_id: UUID, to: str) -> None:
    await note_step(
        network_id=network_id, procedure_id=procedure_id, deed=STOOD_IN, by=Doer.portal(), details={"to": to}
    )
