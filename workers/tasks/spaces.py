"""Content publishes and retracts itself, people are told of steps, and the bin empties itself."""

from datetime import datetime

from portal.spaces import actions, actions_bin, actions_telling
from portal.spaces.events import BinDue, BinFilled, BinLeft, ItemDue, ItemHappened, StepMade
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


@on(ItemHappened)
async def follow_step(event: ItemHappened, actor: Actor, now: datetime) -> None:  # noqa: ARG001
    """Find out whom a step concerns."""
    await actions_telling.follow_step(actor=actor, event=event)


@on(ItemHappened)
async def follow_bin(event: ItemHappened, actor: Actor, now: datetime) -> None:  # noqa: ARG001
    """Find out who may have been told of what was thrown away or taken out again."""
    await actions_telling.follow_bin(event=event)


@on(BinFilled)
async def forget_binned(event: BinFilled, actor: Actor, now: datetime) -> None:
    """It waits for nobody any more."""
    await actions_telling.forget_binned(actor=actor, now=now, event=event)


@on(BinLeft)
async def recall_restored(event: BinLeft, actor: Actor, now: datetime) -> None:  # noqa: ARG001
    """It waits again."""
    await actions_telling.recall_restored(actor=actor, event=event)


@on(StepMade)
async def tell_of_step(event: StepMade, actor: Actor, now: datetime) -> None:
    """Tell them."""
    await actions_telling.tell_of_step(actor=actor, now=now, event=event)
