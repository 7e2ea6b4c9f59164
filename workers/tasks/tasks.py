"""Whoever has something to do is told, and told again when its time is over."""

from datetime import datetime

from portal.spaces.events import ItemHappened
from portal.tasks import actions
from portal.tasks.events import TaskAssigned, TaskDue, TaskOverdue
from tenants.context import Actor
from workers.reactions import on


@on(TaskAssigned)
async def announce(event: TaskAssigned, actor: Actor, now: datetime) -> None:
    """Tell who is to do it."""
    await actions.announce_assignment(actor=actor, now=now, event=event)


@on(ItemHappened)
async def set_timer(event: ItemHappened, actor: Actor, now: datetime) -> None:
    """Be woken when it is due."""
    await actions.set_timer(actor=actor, now=now, event=event)


@on(TaskDue)
async def follow_due(event: TaskDue, actor: Actor, now: datetime) -> None:
    """Its time is over."""
    await actions.follow_due(actor=actor, now=now, item_id=event.item_id)


@on(TaskOverdue)
async def announce_overdue(event: TaskOverdue, actor: Actor, now: datetime) -> None:
    """Tell who should have done it."""
    await actions.announce_overdue(actor=actor, now=now, item_id=event.item_id)
