"""Whom rules tell, and who hears that one has stopped itself; by the worker, in the scope of each organisation."""

from datetime import datetime
from uuid import UUID

from portal.audit import actions as audit
from portal.audit.queries import is_recorded
from portal.automation.events import RulePaused, RuleTells
from portal.automation.queries import Run, find_rule, find_run
from portal.automation.rules import Deed, Outcome, RuleState
from portal.discussion.queries import followers_of
from portal.notices.actions import tell
from portal.notices.rules import NoticeKind
from portal.spaces.abilities import principals_of
from portal.spaces.actions import access_as_system
from portal.spaces.queries import Item
from portal.spaces.queries_readers import readers_of
from portal.spaces.rules import Access
from tenants.context import Actor


async def tell_of_run(*, actor: Actor, now: datetime, event: RuleTells) -> None:
    """Tell those of the organisation whom a rule means and who may read the item now; a forged event finds no run."""
    run = await find_run(event.space_id, event.run_id)
    if run is None or run.outcome is not Outcome.DONE or Deed.TELL not in run.deeds:
        return
    item = await access_as_system(actor=actor, item_id=run.item_id)
    telling = run.telling  # as the rule was worded when it ran: whatever it says by now
    people = await _meant(actor, item, run) if item is not None else set()
    if item is None or telling is None or not people:
        return
    params = {
        "title": item.title, "space": item.space.title, "rule": run.title, "note": telling.note,
    }  # fmt: skip
    await tell(
        actor=actor, now=now, kind=NoticeKind.RULE_TOLD, roles=(), people=sorted(people), subject_id=item.id,
        address=item.admin_url, params=params, key=f"rule_run:{run.id}",
    )  # fmt: skip


async def tell_of_pause(*, actor: Actor, now: datetime, event: RulePaused) -> None:
    """Tell those of the organisation who manage the folder, and who wrote the rule.

    A rule stops once from when it was switched on, however often and for whatever moment that is announced.
    """
    rule = await find_rule(event.space_id, event.rule_id, lock=True)
    if rule is None or rule.state is not RuleState.PAUSED:
        return
    folder = await access_as_system(actor=actor, item_id=rule.folder_id)
    if folder is None:
        return
    is_ours = rule.author_organisation_id == actor.organisation_id
    if is_ours and not await is_recorded("rule:paused", rule.id, since=rule.since_at):
        await audit.record(actor=actor, action="rule:paused", subject="rule", subject_id=rule.id)
    managers = {reader.person_id for reader in await readers_of(actor, folder, needs=Access.MANAGER)}
    authors = {reader.person_id for reader in await readers_of(actor, folder) if is_ours} & {rule.author_id}
    people = [person for person in managers | authors if person is not None]
    if not people:
        return
    params = {
        "title": rule.wording.title, "folder": folder.title, "space": folder.space.title, "reason": rule.reason,
    }  # fmt: skip
    await tell(
        actor=actor, now=now, kind=NoticeKind.RULE_PAUSED, roles=(), people=people, subject_id=rule.id,
        address=f"{folder.admin_url}/regeln", params=params, key=f"rule_paused:{rule.id}:{rule.since_at.isoformat()}",
    )  # fmt: skip


async def _meant(actor: Actor, item: Item, run: Run) -> set[UUID]:
    telling = run.telling
    if telling is None:
        return set()
    readers = [reader for reader in await readers_of(actor, item) if reader.person_id is not None]
    wanted = {reader.person_id for reader in readers if telling.who and telling.who in principals_of(reader)}
    if telling.owner and item.owner_organisation_id == actor.organisation_id:
        wanted.add(item.owner_id)
    if telling.followers:
        wanted |= await followers_of(actor, item, at=run.at)
    return {reader.person_id for reader in readers if reader.person_id in wanted and reader.person_id is not None}
