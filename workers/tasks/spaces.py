"""Content publishes and retracts itself, and the bin empties itself."""

from datetime import datetime

from portal.spaces import actions, actions_bin
from portal.spaces.events import BinDue, ItemDue
from tenants.context import Actor
from workers.reactions import on


@on(ItemDue)
async def follow_schedule(event: ItemDue, actor: Actor, now: datetime) -> None:
    """Publish or retract what is due."""
    await actions.follow_schedule(actor=actor, now=now, item_id=event.item_id)


@on(BinDue)
async def purge(event: BinDue, actor: Actor, now: datetime) -> None:
    """Delete for good what was thrown away long enough ago."""
    await actions_bin.purge_bin(actor=actor, now=now, space_id=event.space_id, bin_id=event.bin_id)
