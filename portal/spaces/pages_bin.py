"""The bin of a space: what was thrown away, the way back, and the end."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import Parameter

from portal.identity.permissions import Permission
from portal.kit.errors import Forbidden, NotFound
from portal.shell import reply
from portal.shell.i18n import mark
from portal.spaces import actions_bin, actions_tree
from portal.spaces.pages_tree import target_of
from portal.spaces.plugins import Deed
from portal.spaces.queries import Item, access_item
from portal.spaces.queries_bin import access_binned, list_bin
from portal.spaces.queries_folders import list_folders
from portal.spaces.rules import Access
from tenants.context import Actor

_READ = {"permission": Permission.CONTENT_READ}
_EDIT = {"permission": Permission.CONTENT_EDIT}
AnyRequest = Request[Any, Any, Any]
PageNumber = Annotated[int, Parameter(query="seite", ge=1, le=10_000)]
Target = Annotated[UUID | None, Parameter(query="ziel")]


@get("/inhalte/{item_id:uuid}/papierkorb", name="bin", opt=_READ)
async def show_bin(
    request: AnyRequest, actor: Actor, now: datetime, item_id: UUID, page: PageNumber = 1
) -> Response[str]:
    """The bin of the space an item lies in."""
    item = await access_item(actor, item_id)
    entries = await list_bin(actor, item.space, now, page=page)
    return await reply.page(request, "spaces/papierkorb.html", item=item, bin=entries)


@get("/inhalte/{item_id:uuid}/zurueckholen", name="bin-restoring", opt=_READ)
async def show_restoring(
    request: AnyRequest, actor: Actor, item_id: UUID, target: Target = None, page: PageNumber = 1
) -> Response[str]:
    """Where it should lie again: by default where it was, if that is still there."""
    item = await access_binned(actor, item_id)
    folder = await _folder_for(actor, item, target)
    folders = await list_folders(actor, folder, page=page)
    return await reply.page(request, "spaces/zurueckholen.html", item=item, folder=folder, folders=folders)


@post("/inhalte/{item_id:uuid}/rueckkehr", name="bin-restore", opt=_EDIT, status_code=200)
async def restore(request: AnyRequest, actor: Actor, now: datetime, item_id: UUID) -> Response[str]:
    """Out of the bin, into the folder."""
    item = await access_binned(actor, item_id)
    folder = await target_of(request, actor)
    await actions_tree.restore_item(actor=actor, now=now, item=item, folder=folder)
    return await reply.redirect(request, f"/inhalte/{item_id}", flash="Zurückgeholt, mit allem, was dazugehört.")


@get("/inhalte/{item_id:uuid}/endgueltig-loeschen", name="bin-ending", opt=_READ)
async def show_ending(request: AnyRequest, actor: Actor, item_id: UUID) -> Response[str]:
    """What it means: nobody brings it back."""
    return await reply.page(request, "spaces/endgueltig.html", item=await _endable(actor, item_id))


@post("/inhalte/{item_id:uuid}/ende", name="bin-end", opt=_EDIT, status_code=200)
async def end(request: AnyRequest, actor: Actor, now: datetime, item_id: UUID) -> Response[str]:
    """Gone for good."""
    item = await _endable(actor, item_id)
    await actions_bin.end_retention(actor=actor, now=now, item=item)
    return await reply.redirect(request, f"{item.space.base}/inhalte", flash="Endgültig gelöscht.")


async def _folder_for(actor: Actor, item: Item, target: UUID | None) -> Item:
    for folder_id in filter(None, (target, item.parent_id, *(crumb.id for crumb in item.crumbs[:1]))):
        try:
            return await access_item(actor, folder_id)
        except NotFound:
            if folder_id == target:
                raise
    raise NotFound


async def _endable(actor: Actor, item_id: UUID) -> Item:
    item = await access_binned(actor, item_id)
    if not item.power & Access.MANAGER:
        raise Forbidden("Endgültig löschen darf, wer den Eintrag verwaltet.")
    return item


BIN = (show_bin, show_restoring, restore, show_ending, end)
BIN_CONTENT = (Deed("papierkorb", mark("Papierkorb"), shows=lambda item: item.declared.is_folder, place=95),)
