"""The clock climbs ladders."""

from datetime import datetime

from portal.ladders import actions_climbing as actions
from portal.ladders.events import DeadlineEnded, RungsDue
from tenants.context import Actor
from workers.reactions import on


@on(RungsDue)
async def climb(event: RungsDue, actor: Actor, now: datetime) -> None:
    """Tell what is due."""
    await actions.climb(actor=actor, now=now, at=event.at)


@on(DeadlineEnded)
async def put_away(event: DeadlineEnded, actor: Actor, now: datetime) -> None:
    """Its reminders ask for nothing any more."""
    await actions.put_away(actor=actor, now=now, subject_id=event.subject_id)
