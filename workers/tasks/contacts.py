"""Versions of the directory come into the office's trail, and are sent as soon as somebody can send them."""

from datetime import datetime

from portal.contacts import actions
from portal.contacts.events import DirectoryMade, DirectoryUnsent
from tenants.context import Actor
from workers.reactions import on


@on(DirectoryMade)
async def record(event: DirectoryMade, actor: Actor, _now: datetime) -> None:
    """Write it into the trail of the office."""
    await actions.record_version(actor=actor, version_id=event.version_id, number=event.number)


@on(DirectoryUnsent)
async def send(event: DirectoryUnsent, actor: Actor, now: datetime) -> None:
    """Send it, if somebody holds the office again."""
    await actions.send_version(actor=actor, now=now, version_id=event.version_id)
