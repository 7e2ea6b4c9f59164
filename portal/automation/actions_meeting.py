"""What happened meets the rules of the folders above it; by the worker, in the scope of the space's owner.

An event may come from any member of a network, so it is not taken at its word: what counts is what the rows say.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from portal.automation.actions import pause_rule
from portal.automation.events import EndReached, RuleMeant, RunsOver
from portal.automation.queries import (
    Candidate,
    added,
    added_fact,
    chain_of,
    changed_fact,
    moved_fact,
    overdue_fact,
    rules_above,
    step_facts,
)
from portal.automation.rules import LOG_DAYS, Fact, Moment, Outcome, Pause, guarded, is_meant, is_met
from portal.kit.ids import new_id
from portal.spaces.actions import access_as_system
from portal.spaces.events import Happening, ItemHappened
from portal.spaces.queries import Item
from portal.spaces.queries_steps import members_of
from tenants.context import Actor
from tenants.database import execute
from tenants.outbox import emit
from tenants.scope import current_scope

_SETS_END = frozenset({Happening.ADDED, Happening.CHANGED})


async def meet_happening(*, actor: Actor, now: datetime, event: ItemHappened) -> None:
    """Something was done with an item."""
    item = await access_as_system(actor=actor, item_id=event.item_id)
    if item is None or item.space.is_closed or not _is_at_home(item):
        return
    # An end that was set just now may have passed before the worker looked.
    if item.ends_at is not None and (item.ends_at > now or event.happening in _SETS_END):
        await _wake(item, item.ends_at, key=f"end:{item.id}:{item.ends_at.isoformat()}")
    rules = await rules_above(item)
    if rules:
        await _meet(now, item, rules, await _facts(item, event, now))


async def meet_end(*, actor: Actor, now: datetime, event: EndReached) -> None:
    """The end of an item may be past."""
    item = await access_as_system(actor=actor, item_id=event.item_id)
    if item is None or item.ends_at is None or item.space.is_closed or not _is_at_home(item):
        return
    if item.ends_at > now:  # put off, or the clock went back
        await _wake(item, item.ends_at, key=f"end:{item.id}:after:{now.isoformat()}")
        return
    fact = overdue_fact(item, now)
    if fact is not None:
        await _meet(now, item, await rules_above(item), [fact])


async def _facts(item: Item, event: ItemHappened, now: datetime) -> list[Fact]:
    if event.happening is Happening.ADDED:
        return [added_fact(item)]
    if event.happening is Happening.STATE:
        return await step_facts(item)
    found = None
    if event.happening is Happening.CHANGED:
        found = await changed_fact(item, event.version)
    elif event.happening is Happening.MOVED:
        found = await moved_fact(item)
    elif event.happening is Happening.RESTORED:
        found = overdue_fact(item, now)  # nothing met it while it lay in the bin
    return [found] if found is not None else []


async def _meet(now: datetime, item: Item, rules: Sequence[Candidate], facts: Sequence[Fact]) -> None:
    for fact in facts:
        meant = [found for found in rules if _fits(now, item, found, fact)]
        if not meant:
            continue
        # What a rule made is late because of that rule, even if weeks lie between.
        before = [fact.happening, *([added(item.id)] if fact.moment is Moment.OVERDUE else [])]
        chain = await chain_of(item.space.id, before)
        for found in meant:
            await _mean(now, item, found, fact, chain)


def _fits(now: datetime, item: Item, found: Candidate, fact: Fact) -> bool:
    wording = found.rule.wording
    # Of what lies further back than the log nobody knows any more whether the rule ran already.
    since_at = max(found.rule.since_at, now - timedelta(days=LOG_DAYS))
    if not is_meant(wording, fact, address=item.address, folder=found.folder, since_at=since_at):
        return False
    return is_met(
        wording.conditions, kind=item.declared.name, tags=item.tags, address=item.address, place=found.place, by=fact.by
    )


async def _mean(now: datetime, item: Item, found: Candidate, fact: Fact, chain: Sequence[UUID]) -> None:
    """Write down that a rule is to run, once for each happening; or why it does not."""
    rule = found.rule
    refusal = guarded(rule.id, chain)
    if refusal is None and not await _is_member(item, rule.author_organisation_id):
        refusal = Outcome.PAUSED
        folder = item  # where the rule stands does not matter: whose the space is does
        await pause_rule(rule=rule, folder=folder, now=now, why=Pause.NO_MEMBER)
    rows = await execute(
        """
        INSERT INTO rule_run (space_id, id, rule_id, item_id, happening, chain, outcome, at, done_at, title)
        VALUES ({}, {}, {}, {}, {}, {}::uuid[], {}, {}, {}, {}) ON CONFLICT DO NOTHING RETURNING id
        """,
        item.space.id,
        new_id(),
        rule.id,
        item.id,
        fact.happening,
        [*chain, rule.id],
        refusal or Outcome.WAITING,
        fact.at,
        now if refusal else None,
        rule.wording.title,
    )
    if rows:
        await _end_some_day(item, now)
    if rows and refusal is None:
        run_id = rows[0]["id"]
        await emit(RuleMeant(item.space.id, run_id), to=[rule.author_organisation_id], key=f"rule:{run_id}")


async def _is_member(item: Item, organisation_id: UUID) -> bool:
    if item.space.network_id is None:
        return item.space.organisation_id == organisation_id
    return organisation_id in await members_of(item.space)


def _is_at_home(item: Item) -> bool:
    """Whether this is the scope of whoever owns the space: what is addressed elsewhere means no rule."""
    opened = current_scope()
    return (opened.organisation_id, opened.network_id) == (item.space.organisation_id, item.space.network_id)


async def _end_some_day(item: Item, now: datetime) -> None:
    """One event for all runs of a day."""
    due_at = now + timedelta(days=LOG_DAYS + 1)
    key = f"runs_over:{item.space.id}:{due_at.date().isoformat()}"
    await emit(RunsOver(item.space.id), **item.space.recipients, due_at=due_at, key=key)


async def _wake(item: Item, at: datetime, *, key: str) -> None:
    await emit(EndReached(item.space.id, item.id), **item.space.recipients, due_at=at, key=key)
