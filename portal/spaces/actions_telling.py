"""Who is told of a step of the workflow: those who review, and whoever wrote it; and what lies in the bin waits for
nobody until it comes back. By the worker alone.

Rights are asked when somebody is told, not when the step was made: who may not read the item any more hears nothing.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from portal.kit.ids import new_id
from portal.notices import live
from portal.notices.actions import bring_back, mark_over, set_aside, tell
from portal.notices.queries import subjects_set_aside, unread_subjects
from portal.notices.rules import WORKING, NoticeKind
from portal.spaces.actions import access_as_system
from portal.spaces.events import BinFilled, BinLeft, Happening, ItemHappened, StepMade
from portal.spaces.places import SPACE, Space, space_of
from portal.spaces.queries import Item
from portal.spaces.queries_readers import list_reviewers, readers_of
from portal.spaces.queries_steps import MadeStep, latest_step, members_of
from portal.spaces.rules import Access
from tenants.context import Actor
from tenants.database import execute
from tenants.outbox import emit

REVIEWERS = Access.REVIEWER | Access.MANAGER


async def follow_step(*, actor: Actor, event: ItemHappened) -> None:
    """Let every organisation know whose people may have to be told."""
    if event.happening is not Happening.STATE:
        return
    item = await access_as_system(actor=actor, item_id=event.item_id)
    step = await latest_step(item) if item is not None else None
    if item is None or step is None or step.brought_by or item.state != step.target:
        return
    was = item.declared.workflow.states[step.source]
    concerns_all = item.here.is_review or was.is_review or item.here.is_done
    reached = await concerned(item)
    recipients = reached if concerns_all else [each for each in reached if each == item.owner_organisation_id]
    await emit(StepMade(item.space.id, item.id, step.id), to=recipients, key=f"step:{step.id}")


async def tell_of_step(*, actor: Actor, now: datetime, event: StepMade) -> None:
    """Tell those of the organisation whom the step concerns and who may read the item; what it settled for all of them
    waits in no inbox any more."""
    item = await access_as_system(actor=actor, item_id=event.item_id)
    if item is not None and (over := _over(item)):
        await mark_over(actor=actor, now=now, subject_ids=[item.id], kinds=over)
    step = await latest_step(item) if item is not None else None
    if item is None or step is None or step.brought_by or step.id != event.step_id:
        return
    if item.here.is_review or item.declared.workflow.states[step.source].is_review:
        await _recount(actor, item.space.id)
    kind, people = await _meant(actor, item, step)
    if kind is None or not people:
        return
    await tell(
        actor=actor,
        now=now,
        kind=kind,
        roles=(),
        people=people,
        subject_id=item.id,
        address=item.admin_url,
        params={"title": item.title, "space": item.space.title, "by": step.by_name, "note": step.note},
        key=f"step:{step.id}",
    )


async def follow_bin(*, event: ItemHappened) -> None:
    """Let every organisation know whose people may have been told of what was thrown away, or was taken out again."""
    if event.happening not in (Happening.BINNED, Happening.RESTORED):
        return
    is_binned = event.happening is Happening.BINNED
    rows = await execute(
        f"SELECT i.bin_id, {SPACE} FROM item i JOIN space s ON s.id = i.space_id "  # noqa: S608 - a constant
        "WHERE i.space_id = {} AND i.id = {} AND (i.bin_id IS NOT NULL) = {}",
        event.space_id,
        event.item_id,
        is_binned,
    )
    for row in rows:
        told = await _sharers(space_of(row))
        if is_binned:
            await emit(BinFilled(event.space_id, row["bin_id"]), to=told, key=f"bin_filled:{row['bin_id']}")
        else:
            await emit(BinLeft(event.space_id, event.item_id), to=told, key=f"bin_left:{event.item_id}:{new_id()}")


async def forget_binned(*, actor: Actor, now: datetime, event: BinFilled) -> None:
    """What lies in the bin, and all that was thrown away with it, waits in no inbox of the organisation."""
    rows = await execute(
        "SELECT id FROM item WHERE space_id = {} AND id = ANY ({}::uuid[]) AND bin_id = {}",
        event.space_id,
        await unread_subjects(),
        event.bin_id,
    )
    if rows:
        await set_aside(actor=actor, now=now, subject_ids=[row["id"] for row in rows])
    await _recount(actor, event.space_id)


async def recall_restored(*, actor: Actor, event: BinLeft) -> None:
    """What is back waits in the inboxes of the organisation as before, if it is still to be done."""
    rows = await execute(
        "SELECT id FROM item WHERE space_id = {} AND id = ANY ({}::uuid[]) AND bin_id IS NULL ORDER BY id",
        event.space_id,
        await subjects_set_aside(),
    )
    for row in rows:
        if (item := await access_as_system(actor=actor, item_id=row["id"])) is not None:
            await bring_back(actor=actor, subject_id=item.id, kinds=set(NoticeKind) - _over(item))
    await _recount(actor, event.space_id)


async def concerned(item: Item) -> Iterable[UUID]:
    """The organisations within reach of the item's space."""
    return await _sharers(item.space)


async def _sharers(space: Space) -> Iterable[UUID]:
    if space.network_id is not None:
        return await members_of(space)
    return (space.organisation_id,) if space.organisation_id is not None else ()


async def _recount(actor: Actor, space_id: UUID) -> None:
    """Wake the open pages of those of the organisation for whom more or less may wait for a review than before."""
    for person_id in await list_reviewers(actor, space_id):
        await live.changed(live.inbox(actor.organisation_id, person_id))


async def _meant(actor: Actor, item: Item, step: MadeStep) -> tuple[NoticeKind | None, list[UUID]]:
    if item.here.is_review:
        reviewers = await readers_of(actor, item, needs=REVIEWERS)
        return NoticeKind.REVIEW_WANTED, [r.person_id for r in reviewers if r.person_id not in (None, step.by_id)]
    if item.owner_organisation_id != actor.organisation_id or item.owner_id in (None, step.by_id):
        return None, []
    kind = _for_author(item, step)
    readers = await readers_of(actor, item) if kind is not None else []
    return kind, [reader.person_id for reader in readers if reader.person_id == item.owner_id]


def _for_author(item: Item, step: MadeStep) -> NoticeKind | None:
    """What whoever wrote it hears of a step that somebody else made."""
    if item.declared.workflow.states[step.source].is_review and not item.here.is_public:
        return NoticeKind.REVIEW_RETURNED
    return NoticeKind.REVIEW_PASSED if item.here.is_public and step.transition == "publish" else None


def _over(item: Item) -> frozenset[NoticeKind]:
    """What nobody has to do any more, as the item stands."""
    reviewed = frozenset[NoticeKind]() if item.here.is_review else frozenset({NoticeKind.REVIEW_WANTED})
    return reviewed | (WORKING if item.here.is_done else frozenset())
