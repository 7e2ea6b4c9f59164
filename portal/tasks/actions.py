"""How tasks change beyond what all content has: assigning, ticking, telling who is meant."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.kit.errors import Conflict, Forbidden, Invalid
from portal.notices.actions import mark_subject_read, tell
from portal.notices.rules import WORKING, NoticeKind
from portal.spaces import actions as content
from portal.spaces.abilities import principals_of
from portal.spaces.events import Happening, ItemHappened
from portal.spaces.principals import Kind, parse_principal
from portal.spaces.queries import Item, access_item
from portal.spaces.queries_readers import readers_of
from portal.spaces.rules import Access
from portal.tasks.content import TASK, WORKERS
from portal.tasks.events import TaskAssigned, TaskDue, TaskOverdue
from portal.tasks.queries import choices, list_members, name_of, was_assigned_in
from portal.tasks.rules import TO_DO, is_overdue, ticked
from tenants.context import Actor
from tenants.database import execute
from tenants.outbox import emit


async def add_task(
    *, actor: Actor, now: datetime, folder: Item, values: dict[str, Any], slug: str, principal: str
) -> UUID:
    """A new task, assigned to somebody or (empty) to nobody yet.

    Raises:
        Forbidden, Invalid: as for all content, and as in ``assign``.
    """
    whole = {**values, "assignee": await _assignee(actor, folder, principal)}
    made = await content.add_item(actor=actor, now=now, parent=folder, kind=TASK.name, values=whole, slug=slug)
    await announce_assigned(actor=actor, item=await access_item(actor, made))
    return made


async def assign(*, actor: Actor, now: datetime, item: Item, principal: str) -> None:
    """Say who is to do it; empty: nobody any more.

    Raises:
        Forbidden: the actor may not change it.
        Invalid: this is nobody it could be assigned to.
    """
    require_assignable(item)
    if principal == (item.assignee or ""):
        return
    values = {"assignee": await _assignee(actor, item, principal)}
    await mark_subject_read(actor=actor, now=now, subject_id=item.id, kinds=WORKING)
    await content.save_item(actor=actor, now=now, item=item, values=values, version=item.version)
    await announce_assigned(actor=actor, item=await access_item(actor, item.id))


def require_assignable(item: Item) -> None:
    """The actor may give it to somebody.

    Raises:
        Conflict: it is no task.
        Forbidden: it is done, or not theirs to change.
    """
    _require_task(item)
    if item.state not in TO_DO or not item.may.may_edit:
        raise Forbidden("Diese Aufgabe dürfen Sie nicht vergeben.")


async def tick(*, actor: Actor, now: datetime, item_id: UUID, number: int, text: str, done: bool) -> Item:
    """Note that a step is done, or not after all.

    Raises:
        NotFound: there is no such task for the actor.
        Forbidden: it is not the actor's to do.
        Conflict: the list was changed meanwhile.
    """
    _require_task(await access_item(actor, item_id))
    # Two who tick at the same time wait for each other; each finds what the other has ticked.
    await execute(
        "SELECT FROM item WHERE space_id = ANY ((SELECT reach_spaces())::uuid[]) AND id = {} FOR NO KEY UPDATE", item_id
    )
    item = await access_item(actor, item_id)
    if item.state not in TO_DO or not item.power & WORKERS:
        raise Forbidden("Diese Aufgabe erledigt jemand anderes.")
    steps = ticked(item.values.get("steps") or [], number, text=text, done=done)
    if steps is None:
        raise Conflict("Die Schritte wurden inzwischen geändert. Bitte laden Sie die Seite neu.")
    # Who is to do a task may tick, though not rewrite it.
    allowed = replace(item, access=item.access | Access.EDITOR)
    await mark_subject_read(actor=actor, now=now, subject_id=item.id, kinds=WORKING)
    await content.save_item(actor=actor, now=now, item=allowed, values={"steps": steps}, version=item.version)
    return await access_item(actor, item_id)


async def announce_assignment(*, actor: Actor, now: datetime, event: TaskAssigned) -> None:
    """Tell those of the organisation it is assigned to now and who may read it; worker only."""
    item = await content.access_as_system(actor=actor, item_id=event.item_id)
    if item is not None and await was_assigned_in(item, event.version):
        key = f"task_assigned:{item.id}:{event.version}"
        await _tell(actor, now, item, NoticeKind.TASK_ASSIGNED, key=key, but=event.by_id)


async def announce_overdue(*, actor: Actor, now: datetime, item_id: UUID) -> None:
    """Tell those it is assigned to that its time is over; worker only."""
    item = await content.access_as_system(actor=actor, item_id=item_id)
    if item is not None and item.ends_at is not None and is_overdue(item.ends_at, now, state=item.state):
        key = f"task_overdue:{item.id}:{item.ends_at.isoformat()}"
        await _tell(actor, now, item, NoticeKind.TASK_OVERDUE, key=key)


async def set_timer(*, actor: Actor, now: datetime, event: ItemHappened) -> None:
    """Be woken when the task is due; in the bin that told nobody. Worker only."""
    item = await content.access_as_system(actor=actor, item_id=event.item_id)
    if item is not None and item.declared is TASK and item.ends_at is not None and item.state in TO_DO:
        due = TaskDue(item.space.id, item.id)
        at = item.ends_at
        await emit(due, **item.space.recipients, due_at=at, key=f"task_due:{item.id}:{at.isoformat()}")
        if event.happening is Happening.RESTORED and at <= now:
            await follow_due(actor=actor, now=now, item_id=item.id)


async def follow_due(*, actor: Actor, now: datetime, item_id: UUID) -> None:
    """Its time is over: tell every organisation whose people may be meant; worker only."""
    item = await content.access_as_system(actor=actor, item_id=item_id)
    if item is None or item.ends_at is None or item.state not in TO_DO:
        return
    if item.ends_at > now:  # put off, or the clock went back
        due = TaskDue(item.space.id, item.id)
        await emit(due, **item.space.recipients, due_at=item.ends_at, key=f"task_due:{item.id}:after:{now.isoformat()}")
        return
    key = f"task_overdue:{item.id}:{item.ends_at.isoformat()}"
    await emit(TaskOverdue(item.space.id, item.id), to=await _concerned(item), key=key)


async def _assignee(actor: Actor, place: Item, principal: str) -> dict[str, str] | None:
    """Whom it is assigned to as the task keeps it."""
    if not principal:
        return None
    name = name_of(await choices(actor, place), principal)
    if not name:
        raise Invalid("Bitte wählen Sie, wer zuständig sein soll.", field="who")
    meant = parse_principal(principal)
    if meant is not None and meant.kind is Kind.PERSON:
        readers = await readers_of(actor, place)
        if all(reader.person_id != meant.id for reader in readers):
            raise Invalid(
                "Diese Person darf hier nicht lesen. Geben Sie ihr zuerst Zugriff, oder wählen Sie jemand anderen.",
                field="who",
            )
    return {"id": principal, "name": name}


async def announce_assigned(*, actor: Actor, item: Item) -> None:
    """Have those told whose it is now."""
    if item.assignee is None:
        return
    event = TaskAssigned(item.space.id, item.id, item.version, actor.person_id or content.SYSTEM)
    await emit(event, to=await _concerned(item), key=f"task_assigned:{item.id}:{item.version}")


async def _concerned(item: Item) -> Iterable[UUID]:
    """The organisations whose people may be meant."""
    meant = parse_principal(item.assignee or "")
    if meant is None:
        return ()
    if item.space.network_id is None:
        return (item.space.organisation_id,) if item.space.organisation_id else ()
    tied = meant.id if meant.kind is Kind.ORGANISATION else meant.organisation_id
    members = await list_members(item.space)
    return tuple(members) if tied is None else tuple({tied} & members.keys())


async def _tell(
    actor: Actor, now: datetime, item: Item, kind: NoticeKind, *, key: str, but: UUID = content.SYSTEM
) -> None:
    if item.declared is not TASK or item.state not in TO_DO or item.assignee is None or item.space.is_closed:
        return
    readers = await readers_of(actor, item)
    people = [r.person_id for r in readers if r.person_id and r.person_id != but and item.assignee in principals_of(r)]
    if not people:
        return
    params = {"title": item.title, "space": item.space.title, "by": item.changed_by}
    if item.ends_at is not None:
        params["due_at"] = item.ends_at.isoformat()
    await tell(
        actor=actor, now=now, kind=kind, roles=(), people=people, subject_id=item.id, address=item.admin_url,
        params=params, key=key,
    )  # fmt: skip


def _require_task(item: Item) -> None:
    if item.declared is not TASK:
        raise Conflict("Das ist keine Aufgabe.")
