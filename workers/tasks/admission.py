"""Applications go on by themselves: links are sent, the outcome of the vote follows, memberships begin."""

from datetime import datetime

from portal.admission import actions_following as following
from portal.admission import actions_telling as telling
from portal.admission.actions import CAUSE
from portal.admission.events import (
    AdmissionOwed,
    ApplicantReminded,
    ApplicantTold,
    ApplicantWritten,
    ApplicationConfirmed,
    ApplicationEnded,
    ApplicationExpired,
    ApplicationForgotten,
    ApplicationSent,
    CopySigned,
    MembershipBegan,
)
from portal.network.events import OfficeHandedOver
from tenants.context import Actor
from workers.reactions import on
from workers.schedule import MAIL
from workers.tasks.votes import CONSEQUENCES

CONSEQUENCES[CAUSE] = following.decide


@on(ApplicationSent, queue=MAIL)
async def send_link(event: ApplicationSent, actor: Actor, now: datetime) -> None:
    """Send the link by which an application is confirmed."""
    await following.send_link(actor=actor, now=now, application_id=event.application_id)


@on(ApplicationExpired)
async def expire(event: ApplicationExpired, actor: Actor, now: datetime) -> None:
    """Forget what nobody confirmed."""
    await following.expire(actor=actor, now=now, application_id=event.application_id)


@on(ApplicationConfirmed)
async def begin(event: ApplicationConfirmed, actor: Actor, now: datetime) -> None:
    """Tell the office and the applicant that an application is in."""
    await following.begin_case(actor=actor, now=now, application_id=event.application_id)


@on(ApplicationEnded)
async def follow_end(event: ApplicationEnded, actor: Actor, now: datetime) -> None:
    """Let follow what follows from the end of a case."""
    await following.follow_end(actor=actor, now=now, application_id=event.application_id)


@on(ApplicationForgotten)
async def forget(event: ApplicationForgotten, actor: Actor, now: datetime) -> None:
    """Delete what is known of people by a case that led to nothing."""
    await following.forget(actor=actor, now=now, application_id=event.application_id)


@on(ApplicantWritten, queue=MAIL)
async def tell_applicant(event: ApplicantWritten, actor: Actor, now: datetime) -> None:
    """Tell the applicant of a letter."""
    await following.tell_applicant(actor=actor, now=now, application_id=event.application_id, letter_id=event.letter_id)


@on(ApplicantReminded, queue=MAIL)
async def remind(event: ApplicantReminded, actor: Actor, now: datetime) -> None:
    """Remind the applicant of its signature."""
    await following.remind(actor=actor, now=now, application_id=event.application_id, copy_id=event.copy_id)


@on(ApplicantTold)
async def tell_organisation(event: ApplicantTold, actor: Actor, now: datetime) -> None:
    """Tell the people who may apply for the organisation."""
    await telling.tell_organisation(
        actor=actor,
        now=now,
        network_id=event.network_id,
        application_id=event.application_id,
        letter_id=event.letter_id,
    )


@on(AdmissionOwed)
async def tell_office(event: AdmissionOwed, actor: Actor, now: datetime) -> None:
    """Tell the office that it is its turn."""
    await telling.tell_office(actor=actor, now=now, network_id=event.network_id, application_id=event.application_id)


@on(OfficeHandedOver)
async def tell_new_office(event: OfficeHandedOver, actor: Actor, now: datetime) -> None:
    """Tell whoever holds the office from now on which applications wait for it."""
    await telling.tell_new_office(actor=actor, now=now, network_id=event.network_id)


@on(CopySigned)
async def receive(event: CopySigned, actor: Actor, now: datetime) -> None:
    """Found the membership as soon as the receipt of the copy is certain."""
    await following.receive_copy(actor=actor, now=now, application_id=event.application_id)


@on(MembershipBegan)
async def begin_membership(event: MembershipBegan, actor: Actor, now: datetime) -> None:
    """The membership begins."""
    await following.begin_membership(actor=actor, now=now, application_id=event.application_id)
