"""Recipients of formal notices are told, and receipts are proved."""

from datetime import datetime

from portal.formal import actions_telling as actions
from portal.formal.actions import post_waiting, record_posting
from portal.formal.events import FetcherCame, FormalPosted, PostedForOffice, ReceiptDue
from portal.identity.events import RoleGiven
from portal.notices.events import MailSent
from tenants.context import Actor
from workers.reactions import on


@on(FormalPosted)
async def announce(event: FormalPosted, actor: Actor, now: datetime) -> None:
    """Tell the organisation's people."""
    await actions.announce(actor=actor, now=now, network_id=event.network_id, notice_id=event.notice_id)


@on(PostedForOffice)
async def record(event: PostedForOffice, actor: Actor, _now: datetime) -> None:
    """Write it into the trail of the office."""
    await record_posting(actor=actor, posting=event)


@on(ReceiptDue)
async def prove(event: ReceiptDue, actor: Actor, now: datetime) -> None:
    """Keep what is certain now."""
    await actions.prove_receipts(actor=actor, now=now, notice_id=event.notice_id)


@on(MailSent)
async def note(event: MailSent, actor: Actor, now: datetime) -> None:
    """Keep when the recipient was told by mail."""
    await actions.note_mail(actor=actor, now=now, delivery_id=event.delivery_id)


@on(RoleGiven)
async def ask_for_waiting(event: RoleGiven, actor: Actor, _now: datetime) -> None:
    """Whoever came may be the first who can fetch what could not be posted."""
    key = f"fetcher:{actor.organisation_id}:{event.person_id}:{event.role}:{event.at.isoformat()}"
    await actions.ask_for_waiting(actor=actor, role=event.role, key=key)


@on(FetcherCame)
async def post_what_waits(event: FetcherCame, actor: Actor, now: datetime) -> None:
    """Post it on the office's behalf; from then on its periods run."""
    network_id = actor.seats[0].network_id
    await post_waiting(actor=actor, now=now, network_id=network_id, organisation_id=event.organisation_id)
