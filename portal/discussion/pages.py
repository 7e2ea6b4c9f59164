"""The conversation below an item, and what somebody follows."""

from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from portal.discussion import actions, queries
from portal.discussion.forms import CommentForm
from portal.discussion.luggage import LUGGAGE
from portal.identity.permissions import Permission
from portal.kit.errors import Invalid
from portal.shell import reply
from portal.shell.feature import Feature
from portal.shell.i18n import Sentence, mark
from portal.spaces.plugins import Asked, Panel, Question
from portal.spaces.queries import Item, access_item
from tenants.context import Actor

_READ = {"permission": Permission.CONTENT_READ}
_COMMENT = {"permission": Permission.CONTENT_COMMENT}
SLOT = {"gespraech": "discussion/_gespraech.html"}
AnyRequest = Request[Any, Any, Any]


@get("/beobachtet", name="followed", opt=_READ)
async def show_followed(request: AnyRequest, actor: Actor) -> Response[str]:
    """What I follow."""
    return await reply.page(request, "discussion/beobachtet.html", entries=await queries.list_followed(actor))


@post("/inhalte/{item_id:uuid}/kommentare", name="comment-add", opt=_COMMENT, status_code=200)
async def add_comment(request: AnyRequest, actor: Actor, now: datetime, item_id: UUID) -> Response[str]:
    """Say something about an item."""
    item = await access_item(actor, item_id)
    form = await CommentForm.of(request)
    if not (form.ok and await _is_said(request, form, actor=actor, now=now, item=item)):
        panel = await _shown(actor, item, form)
        return await reply.invalid(request, "discussion/kommentar.html", form=form, slots=SLOT, item=item, panel=panel)
    return await _changed(request, actor, item, mark("Ihr Kommentar ist gespeichert."))


@post("/inhalte/{item_id:uuid}/kommentare/{comment_id:uuid}", name="comment-edit", opt=_COMMENT, status_code=200)
async def edit_comment(
    request: AnyRequest, actor: Actor, now: datetime, item_id: UUID, comment_id: UUID
) -> Response[str]:
    """Say it differently."""
    item = await access_item(actor, item_id)
    body = str((await request.form()).get("body", ""))
    unknown = await actions.edit_comment(actor=actor, now=now, item=item, comment_id=comment_id, body=body)
    said = mark("Der Kommentar ist geändert.")
    if unknown:
        said = Sentence("Der Kommentar ist geändert. Nicht gefunden: %(names)s.", names=", ".join(unknown))
    return await _changed(request, actor, item, said)


@post(
    "/inhalte/{item_id:uuid}/kommentare/{comment_id:uuid}/loeschung",
    name="comment-delete",
    opt=_COMMENT,
    status_code=200,
)
async def delete_comment(
    request: AnyRequest, actor: Actor, now: datetime, item_id: UUID, comment_id: UUID
) -> Response[str]:
    """Take it back or away."""
    item = await access_item(actor, item_id)
    await actions.delete_comment(actor=actor, now=now, item=item, comment_id=comment_id)
    return await _changed(request, actor, item, mark("Der Kommentar ist gelöscht."))


@post("/inhalte/{item_id:uuid}/beobachtung", name="follow", opt=_COMMENT, status_code=200)
async def follow(request: AnyRequest, actor: Actor, now: datetime, item_id: UUID) -> Response[str]:
    """Follow an item, or do so no longer."""
    item = await access_item(actor, item_id)
    if (await request.form()).get("folgen") == "ja":
        await actions.follow(actor=actor, now=now, item=item)
        return await reply.redirect(request, item.url, flash="Sie erfahren jetzt, wenn sich hier etwas tut.")
    await actions.unfollow(actor=actor, item=item)
    return await reply.redirect(request, item.url, flash="Sie erfahren davon nichts mehr.")


async def _is_said(request: AnyRequest, form: CommentForm, *, actor: Actor, now: datetime, item: Item) -> bool:
    """False when it calls somebody who is not found, which the form then says; who sends it again means it so."""
    asks = "trotzdem" not in await request.form()
    try:
        await actions.add_comment(actor=actor, now=now, item=item, body=form.body, asks=asks)
    except Invalid as problem:
        form.refuse(problem)
    return form.ok


async def _changed(request: AnyRequest, actor: Actor, item: Item, flash: str) -> Response[str]:
    panel = await _shown(actor, item, CommentForm.blank())
    return await reply.changed(request, to=item.url, flash=flash, slots=SLOT, item=item, panel=panel)


async def _shown(actor: Actor, item: Item, form: CommentForm) -> dict[str, Any]:
    return _around(actor, item, await queries.talk_of(actor, item), form)


def _around(actor: Actor, item: Item, talk: queries.Talk, form: CommentForm) -> dict[str, Any]:
    return {"talk": talk, "form": form, "actor": actor, "moderates": bool(item.power & actions.MODERATORS)}


def _question(actor: Actor, item: Item) -> Question | None:
    return None if item.is_root else queries.question_of(actor, item)


def _talk(actor: Actor, item: Item, answer: str | None) -> dict[str, Any]:
    return _around(actor, item, queries.talk_from(answer, item), CommentForm.blank())


FEATURE = Feature(
    name="discussion",
    handlers=(show_followed, add_comment, edit_comment, delete_comment, follow),
    templates=Path(__file__).parent / "templates",
    content=(
        Panel("gespraech", "discussion/_panel.html", Asked(_question, _talk), aside=False, place=90),
        LUGGAGE,
    ),
)
