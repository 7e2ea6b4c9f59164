"""Where one item lies: moving, renaming, copying, throwing away."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import Parameter

from portal.identity.permissions import Permission
from portal.kit.errors import Forbidden, Invalid
from portal.shell import reply
from portal.shell.fields import Text
from portal.shell.forms import Form
from portal.shell.i18n import mark
from portal.spaces import actions_tree
from portal.spaces.plugins import Deed
from portal.spaces.queries import Item, access_item
from portal.spaces.queries_folders import count_below, list_folders, list_roots
from tenants.context import Actor

_READ = {"permission": Permission.CONTENT_READ}
_EDIT = {"permission": Permission.CONTENT_EDIT}
AnyRequest = Request[Any, Any, Any]
PageNumber = Annotated[int, Parameter(query="seite", ge=1, le=10_000)]
Target = Annotated[UUID | None, Parameter(query="ziel")]


class AddressForm(Form):
    """A new last part of an address."""

    slug = Text(
        "Letzter Teil der Adresse",
        help="Kleinbuchstaben, Ziffern und Bindestriche, zum Beispiel hausordnung-2026.",
        required="Bitte geben Sie an, wie die Adresse enden soll.",
        limit=80,
    )


@get("/inhalte/{item_id:uuid}/verschieben", name="item-moving", opt=_READ)
async def show_moving(
    request: AnyRequest, actor: Actor, item_id: UUID, target: Target = None, page: PageNumber = 1
) -> Response[str]:
    """Choose a folder of the same space."""
    item = await _movable(actor, item_id)
    return await reply.page(request, "spaces/verschieben.html", **await choice_of(actor, item, target, page))


@post("/inhalte/{item_id:uuid}/ort", name="item-move", opt=_EDIT, status_code=200)
async def move(request: AnyRequest, actor: Actor, now: datetime, item_id: UUID) -> Response[str]:
    """Move it into the folder."""
    item = await _movable(actor, item_id)
    folder = await target_of(request, actor)
    await actions_tree.move_item(actor=actor, now=now, item=item, folder=folder)
    return await reply.redirect(
        request, f"/inhalte/{item_id}", flash="Verschoben. Die alte Adresse führt weiter hierher."
    )


@get("/inhalte/{item_id:uuid}/kopieren", name="item-duplicating", opt=_READ)
async def show_copying(
    request: AnyRequest, actor: Actor, item_id: UUID, target: Target = None, page: PageNumber = 1
) -> Response[str]:
    """Choose a folder, of any space within reach."""
    item = await access_item(actor, item_id)
    return await reply.page(request, "spaces/kopieren.html", **await choice_of(actor, item, target, page))


@get("/inhalte/{item_id:uuid}/bereiche", name="item-spaces", opt=_READ)
async def show_spaces(request: AnyRequest, actor: Actor, item_id: UUID) -> Response[str]:
    """The spaces into which it could be copied."""
    item = await access_item(actor, item_id)
    return await reply.page(request, "spaces/bereiche.html", item=item, roots=await list_roots(actor))


@post("/inhalte/{item_id:uuid}/kopien", name="item-duplicate", opt=_EDIT, status_code=200)
async def copy(request: AnyRequest, actor: Actor, now: datetime, item_id: UUID) -> Response[str]:
    """Copy it into the folder."""
    item = await access_item(actor, item_id)
    folder = await target_of(request, actor)
    copied = await actions_tree.copy_item(actor=actor, now=now, item=item, folder=folder)
    return await reply.redirect(request, f"/inhalte/{copied}", flash="Kopiert. Das ist die Kopie.")


@get("/inhalte/{item_id:uuid}/umbenennen", name="item-renaming", opt=_READ)
async def show_renaming(request: AnyRequest, actor: Actor, item_id: UUID) -> Response[str]:
    """The last part of its address."""
    item = await _movable(actor, item_id)
    return await reply.page(request, "spaces/umbenennen.html", item=item, form=AddressForm.blank(slug=item.slug))


@post("/inhalte/{item_id:uuid}/adresse", name="item-rename", opt=_EDIT, status_code=200)
async def rename(request: AnyRequest, actor: Actor, now: datetime, item_id: UUID) -> Response[str]:
    """Give it another address in its folder."""
    item = await _movable(actor, item_id)
    form = await AddressForm.of(request)
    if form.ok and await _is_renamed(form, actor, now, item):
        return await reply.redirect(
            request, f"/inhalte/{item_id}", flash="Die Adresse ist geändert. Die alte führt weiter hierher."
        )
    return await reply.invalid(request, "spaces/umbenennen.html", form=form, item=item)


@get("/inhalte/{item_id:uuid}/loeschen", name="item-binning", opt=_READ)
async def show_binning(request: AnyRequest, actor: Actor, item_id: UUID) -> Response[str]:
    """What would go with it."""
    item = await _binnable(actor, item_id)
    return await reply.page(request, "spaces/loeschen.html", item=item, entries=await count_below(item))


@post("/inhalte/{item_id:uuid}/loeschung", name="item-bin", opt=_EDIT, status_code=200)
async def throw_away(request: AnyRequest, actor: Actor, now: datetime, item_id: UUID) -> Response[str]:
    """Into the bin."""
    item = await _binnable(actor, item_id)
    await actions_tree.bin_item(actor=actor, now=now, item=item)
    above = item.crumbs[-1].url if item.crumbs else f"{item.space.base}/inhalte"
    return await reply.redirect(request, above, flash="Im Papierkorb. Dort lässt es sich 30 Tage lang zurückholen.")


async def choice_of(actor: Actor, item: Item, target: UUID | None, page: int) -> dict[str, Any]:
    """The folder that was chosen, and the folders in it to go on to; by default that in which the item lies."""
    chosen = target or (item.crumbs[-1].id if item.crumbs else item.id)
    folder = await access_item(actor, chosen)
    return {"item": item, "folder": folder, "folders": await list_folders(actor, folder, page=page)}


async def target_of(request: AnyRequest, actor: Actor) -> Item:
    """The folder that a form names.

    Raises:
        Invalid: it names none.
    """
    try:
        named = UUID(str((await request.form()).get("ziel", "")))
    except ValueError:
        raise Invalid("Bitte wählen Sie einen Ordner.") from None
    return await access_item(actor, named)


async def _is_renamed(form: AddressForm, actor: Actor, now: datetime, item: Item) -> bool:
    """False when something is wrong, which the form then says."""
    if item.parent_id is None:
        raise Forbidden
    folder = await access_item(actor, item.parent_id)
    try:
        await actions_tree.move_item(actor=actor, now=now, item=item, folder=folder, slug=form.slug)
    except Invalid as problem:
        form.refuse(problem)
    return form.ok


async def _movable(actor: Actor, item_id: UUID) -> Item:
    item = await access_item(actor, item_id)
    if not item.may.may_move:
        raise Forbidden("Das dürfen Sie nicht verschieben.")
    return item


async def _binnable(actor: Actor, item_id: UUID) -> Item:
    item = await access_item(actor, item_id)
    if not item.may.may_bin:
        raise Forbidden("Das dürfen Sie nicht löschen.")
    return item


TREE = (show_moving, move, show_copying, show_spaces, copy, show_renaming, rename, show_binning, throw_away)
TREE_CONTENT = (
    Deed("verschieben", mark("Verschieben"), shows=lambda item: item.may.may_move, place=10),
    Deed("kopieren", mark("Kopieren"), shows=lambda item: not item.is_root, place=20),
    Deed("umbenennen", mark("Adresse ändern"), shows=lambda item: item.may.may_move, place=30),
    Deed("loeschen", mark("Löschen"), shows=lambda item: item.may.may_bin, place=90),
)
