"""My tasks; adding, assigning and ticking one."""

from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from portal.identity.permissions import Permission
from portal.kit.errors import Forbidden, Invalid
from portal.shell import reply
from portal.shell.feature import Feature, NavItem
from portal.shell.i18n import Sentence
from portal.spaces.fields import kept
from portal.spaces.pages_steps import STATE, view_of
from portal.spaces.plugins import Panel
from portal.spaces.queries import Item, access_item
from portal.tasks import actions, queries
from portal.tasks.content import TASK
from portal.tasks.forms import AssignForm, TaskForm
from portal.tasks.rules import TO_DO
from tenants.context import Actor
from tenants.kept import Matter

_READ = {"permission": Permission.CONTENT_READ}
_ADD = {"permission": Permission.CONTENT_ADD}
_EDIT = {"permission": Permission.CONTENT_EDIT}
AnyRequest = Request[Any, Any, Any]


@get("/aufgaben", name="tasks", opt=_READ)
async def show_mine(request: AnyRequest, actor: Actor) -> Response[str]:
    """What I have to do, and what I have given to others."""
    return await reply.page(request, "tasks/aufgaben.html", todo=await queries.todo_of(actor))


@get("/inhalte/{item_id:uuid}/aufgabe", name="task-new", opt=_ADD)
async def show_new(request: AnyRequest, actor: Actor, item_id: UUID) -> Response[str]:
    """The form for a new task in a folder."""
    folder = await _addable(actor, item_id)
    form = TaskForm.blank(options={"who": await queries.choices(actor, folder)})
    return await reply.page(request, "tasks/neu.html", form=form, folder=folder)


@post("/inhalte/{item_id:uuid}/aufgaben", name="task-add", opt=_ADD, status_code=200)
async def add_task(request: AnyRequest, actor: Actor, now: datetime, item_id: UUID) -> Response[str]:
    """Put a new task into a folder."""
    folder = await _addable(actor, item_id)
    form = await TaskForm.of(request, options={"who": await queries.choices(actor, folder)})
    made = await _made(form, actor, now, folder) if form.ok else None
    if made is not None:
        return await reply.changed(request, to=(await access_item(actor, made)).url, flash=_said(form, now))
    slots = {"formular": "tasks/_formular.html"}
    return await reply.invalid(request, "tasks/neu.html", form=form, slots=slots, folder=folder)


@get("/inhalte/{item_id:uuid}/zustaendigkeit", name="task-assignment", opt=_EDIT)
async def show_assignment(request: AnyRequest, actor: Actor, item_id: UUID) -> Response[str]:
    """Who is to do it, and whom else it could be given to."""
    item = await access_item(actor, item_id)
    actions.require_assignable(item)
    form = AssignForm.blank(options={"who": await queries.choices(actor, item)}, who=item.assignee or "")
    return await reply.page(request, "tasks/zustaendigkeit.html", form=form, item=item)


@post("/inhalte/{item_id:uuid}/zustaendigkeit", name="task-assign", opt=_EDIT, status_code=200)
async def assign(request: AnyRequest, actor: Actor, now: datetime, item_id: UUID) -> Response[str]:
    """Give the task to somebody."""
    item = await access_item(actor, item_id)
    actions.require_assignable(item)
    form = await AssignForm.of(request, options={"who": await queries.choices(actor, item)})
    if form.ok and await _is_assigned(form, actor, now, item):
        return await reply.changed(request, to=item.url, flash="Die Zuständigkeit ist gespeichert.")
    return await reply.invalid(request, "tasks/zustaendigkeit.html", form=form, item=item)


@post("/inhalte/{item_id:uuid}/haken", name="task-tick", opt=_EDIT, status_code=200)
async def tick(request: AnyRequest, actor: Actor, now: datetime, item_id: UUID) -> Response[str]:
    """Tick a step, or take the tick away."""
    sent = await request.form()
    number, text = str(sent.get("nummer", "")), str(sent.get("text", ""))
    if not number.isdecimal() or len(number) > 4:  # noqa: PLR2004 - nobody has as many steps
        raise Invalid
    done = sent.get("erledigt") == "ja"
    item = await actions.tick(actor=actor, now=now, item_id=item_id, number=int(number), text=text, done=done)
    slots = {"schritte": "tasks/_schritte.html", **STATE}
    return await reply.changed(request, to=item.url, slots=slots, **await view_of(actor, item, now))


async def _is_assigned(form: AssignForm, actor: Actor, now: datetime, item: Item) -> bool:
    """False when something is wrong, which the form then says."""
    try:
        await actions.assign(actor=actor, now=now, item=item, principal=form.who)
    except Invalid as problem:
        form.refuse(problem)
    return form.ok


async def _made(form: TaskForm, actor: Actor, now: datetime, folder: Item) -> UUID | None:
    """The id of the new task; None when something is wrong, which the form then says."""
    values = {name: kept(form.value[name]) for name in ("title", "body", "due_at", "steps", "tags")}
    try:
        return await actions.add_task(
            actor=actor, now=now, folder=folder, values={**values, "summary": ""}, slug=form.slug, principal=form.who
        )
    except Invalid as problem:
        form.refuse(problem)
        return None


def _said(form: TaskForm, now: datetime) -> str:
    """What is said to whoever added it: also that its time is over."""
    remark = TASK.remark({"due_at": kept(form.due_at)}, {}, now) if TASK.remark else None
    if remark is None:
        return Sentence("Die Aufgabe ist angelegt.")
    return Sentence("Die Aufgabe ist angelegt. %(remark)s", remark=remark)


async def _addable(actor: Actor, item_id: UUID) -> Item:
    folder = await access_item(actor, item_id)
    if not folder.may.may_add:
        raise Forbidden("Hier dürfen Sie nichts hinzufügen.")
    return folder


async def _assigned(actor: Actor, item: Item, now: datetime) -> dict[str, Any] | None:  # noqa: ARG001 - as every panel
    """Who is to do it."""
    return {"may_assign": item.state in TO_DO and item.may.may_edit}


def _is_task(item: Item) -> bool:
    return item.declared is TASK


FEATURE = Feature(
    name="tasks",
    handlers=(show_mine, show_new, add_task, show_assignment, assign, tick),
    navigation=(
        NavItem(
            "Meine Aufgaben",
            "/aufgaben",
            group="work",
            permission=Permission.CONTENT_READ,
            badge_sql=queries.OPEN_COUNT,
            badge_of=frozenset({Matter.WORK}),
        ),
    ),
    templates=Path(__file__).parent / "templates",
    content=(TASK, Panel("zustaendig", "tasks/_zustaendig.html", _assigned, place=10, shows=_is_task)),
)
