"""Recipients of formal notices are told, and receipts are proved."""

from datetime import datetime

from portal.formal import actions_telling as actions
from portal.formal.actions import record_posting
from portal.formal.events import FormalPosted, PostedForOffice, ReceiptDue
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
