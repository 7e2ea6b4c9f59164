"""Whoever has to read something is told, and reminded before its end."""

from datetime import datetime

from portal.reading import actions
from portal.reading.events import ReadingAsked, ReadingDue, ReadingReminded, ReadingWanted
from portal.spaces.events import Happening, ItemHappened
from tenants.context import Actor
from workers.reactions import on


@on(ItemHappened)
async def follow_publication(event: ItemHappened, actor: Actor, now: datetime) -> None:
    """It may have been published."""
    if event.happening is Happening.STATE:
        await actions.follow_asked(actor=actor, now=now, item_id=event.item_id)


@on(ReadingAsked)
async def follow_asked(event: ReadingAsked, actor: Actor, now: datetime) -> None:
    """Find out whose people have to read it."""
    await actions.follow_asked(actor=actor, now=now, item_id=event.item_id)


@on(ReadingWanted)
async def tell_readers(event: ReadingWanted, actor: Actor, now: datetime) -> None:
    """Tell them."""
    await actions.tell_readers(actor=actor, now=now, item_id=event.item_id)


@on(ReadingDue)
async def follow_due(event: ReadingDue, actor: Actor, now: datetime) -> None:
    """The end is near."""
    await actions.follow_due(actor=actor, now=now, item_id=event.item_id)


@on(ReadingReminded)
async def remind_readers(event: ReadingReminded, actor: Actor, now: datetime) -> None:
    """Remind whoever has not read it."""
    await actions.remind_readers(actor=actor, now=now, event=event)
