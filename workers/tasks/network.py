"""Procedures go on by themselves, and whoever has to know is told."""

from datetime import datetime

from portal.formal.events import FormalReceived
from portal.network import actions_following as actions
from portal.network import actions_handing
from portal.network.events import ExclusionMoved, MembershipEnded, OfficeHandedOver, OfficeSeatMoved, ProcedureDue
from portal.network.rules import ProcedureKind
from tenants.context import Actor
from workers.reactions import on
from workers.tasks.votes import CONSEQUENCES

CONSEQUENCES[ProcedureKind.EXCLUSION.value] = actions.follow_exclusion_vote
CONSEQUENCES[ProcedureKind.OFFICE_SEAT.value] = actions_handing.follow_office_vote


@on(ProcedureDue)
async def go_on(event: ProcedureDue, actor: Actor, now: datetime) -> None:
    """Do what is next."""
    await actions.go_on(actor=actor, now=now, procedure_id=event.procedure_id)


@on(FormalReceived)
async def follow_receipt(event: FormalReceived, actor: Actor, _now: datetime) -> None:
    """With the receipt of its notice a member is excluded."""
    await actions.follow_receipt(actor=actor, notice_id=event.notice_id)


@on(ExclusionMoved)
async def tell_office(event: ExclusionMoved, actor: Actor, now: datetime) -> None:
    """Tell who acts for the office."""
    await actions.tell_office(actor=actor, now=now, network_id=event.network_id, procedure_id=event.procedure_id)


@on(MembershipEnded)
async def say_goodbye(event: MembershipEnded, actor: Actor, now: datetime) -> None:
    """Tell the people of the member that left."""
    await actions.say_goodbye(actor=actor, now=now, procedure_id=event.procedure_id)


@on(OfficeSeatMoved)
async def tell_of_seat(event: OfficeSeatMoved, actor: Actor, now: datetime) -> None:
    """Tell the member that the seat of the office is being settled."""
    await actions_handing.tell_of_seat(
        actor=actor, now=now, network_id=event.network_id, procedure_id=event.procedure_id
    )


@on(OfficeHandedOver)
async def tell_of_office(event: OfficeHandedOver, actor: Actor, now: datetime) -> None:
    """Tell the member who holds the office from now on."""
    await actions_handing.tell_of_seat(
        actor=actor, now=now, network_id=event.network_id, procedure_id=event.procedure_id
    )
    await actions.tell_of_waiting(actor=actor, now=now, network_id=event.network_id)
