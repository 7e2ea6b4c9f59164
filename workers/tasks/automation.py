"""What happens meets the rules of folders; each runs once, and tells whom it means."""

from datetime import datetime

from portal.automation import actions_ending, actions_meeting, actions_running, actions_telling
from portal.automation.events import EndReached, RuleMeant, RulePaused, RuleTells, RunsOver
from portal.spaces.events import ItemHappened
from tenants.context import Actor
from workers.reactions import Failure, on, on_failure


@on(ItemHappened)
async def meet_happening(event: ItemHappened, actor: Actor, now: datetime) -> None:
    """Find out which rules it means."""
    await actions_meeting.meet_happening(actor=actor, now=now, event=event)


@on(EndReached)
async def meet_end(event: EndReached, actor: Actor, now: datetime) -> None:
    """Something may be overdue."""
    await actions_meeting.meet_end(actor=actor, now=now, event=event)


@on(RuleMeant)
async def run_rule(event: RuleMeant, actor: Actor, now: datetime) -> None:
    """Let it do what it declares."""
    await actions_running.run_rule(actor=actor, now=now, event=event)


@on_failure(RuleMeant)
async def note_failure(event: RuleMeant, failure: Failure) -> None:
    """Say so where people look."""
    if failure.is_last:
        await actions_running.note_failure(event=event)


@on(RunsOver)
async def end_runs(event: RunsOver, actor: Actor, now: datetime) -> None:  # noqa: ARG001
    """Its log forgets what is long past."""
    await actions_ending.end_runs(now=now, event=event)


@on(RuleTells)
async def tell_of_run(event: RuleTells, actor: Actor, now: datetime) -> None:
    """Tell whom it means."""
    await actions_telling.tell_of_run(actor=actor, now=now, event=event)


@on(RulePaused)
async def tell_of_pause(event: RulePaused, actor: Actor, now: datetime) -> None:
    """Tell who can do something about it."""
    await actions_telling.tell_of_pause(actor=actor, now=now, event=event)
