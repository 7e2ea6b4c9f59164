"""Mails leave through the worker."""

from datetime import datetime

from portal.notices import actions
from portal.notices.events import MailDue
from tenants.context import Actor
from workers.reactions import Failure, on, on_failure


@on(MailDue, queue="mail")
async def send(event: MailDue, _actor: Actor, now: datetime) -> None:
    """Send it."""
    await actions.send_mail(now=now, delivery_id=event.delivery_id)


@on_failure(MailDue)
async def note(event: MailDue, failure: Failure) -> None:
    """Show it to the administrator."""
    await actions.note_failure(delivery_id=event.delivery_id, error=failure.error, is_last=failure.is_last)
