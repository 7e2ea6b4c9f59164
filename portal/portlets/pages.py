"""The front page of a space, how it is put together, and what a collection lists."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import Parameter

from portal.identity.permissions import Permission
from portal.kit.errors import Invalid, NotFound
from portal.portlets import actions
from portal.portlets.content import COLLECTION
from portal.portlets.forms import PortletForm, form_of
from portal.portlets.luggage import LUGGAGE
from portal.portlets.pages_ways import WAYS
from portal.portlets.queries import (
    MOST_LISTED,
    Portlet,
    access_portlet,
    collected,
    front_page,
    list_collections,
    list_portlets,
)
from portal.portlets.rules import Move, PortletKind, Side
from portal.portlets.words import KINDS
from portal.shell import reply
from portal.shell.feature import Feature
from portal.shell.i18n import mark
from portal.spaces.plugins import Panel, Tab, tabs_of
from portal.spaces.queries import Item, access_item
from tenants.context import Actor

_EDIT = {"permission": Permission.CONTENT_EDIT}
_DEFAULTS = {"side": Side.MAIN.value, "number": 5}
_BASE = "/inhalte/{item_id:uuid}/startseite"
AnyRequest = Request[Any, Any, Any]
Kind = Annotated[str, Parameter(query="art", max_length=30)]


@get(_BASE, name="front-page", opt=_EDIT)
async def show_front_page(request: AnyRequest, actor: Actor, item_id: UUID) -> Response[str]:
    """The boxes of a front page, to be ordered, changed and removed."""
    root = await _root(actor, item_id)
    portlets = await list_portlets(root)
    context: dict[str, Any] = {"item": root, "tabs": tabs_of(root), "portlets": portlets, "kinds": KINDS}
    return await reply.page(request, "portlets/gestalten.html", **context)


@get(f"{_BASE}/neu", name="portlet-new", opt=_EDIT)
async def show_new(request: AnyRequest, actor: Actor, item_id: UUID, kind: Kind) -> Response[str]:
    """The form for a new box."""
    root, wanted = await _root(actor, item_id), _kind(kind)
    form_type = form_of(wanted)
    initial = {name: value for name, value in _DEFAULTS.items() if name in form_type.fields}
    form = form_type.blank(options=await _options(actor, root, wanted), **initial)
    return await reply.page(request, "portlets/kasten.html", form=form, **_around(root, wanted))


@post(_BASE, name="portlet-add", opt=_EDIT, status_code=200)
async def add_portlet(request: AnyRequest, actor: Actor, now: datetime, item_id: UUID, kind: Kind) -> Response[str]:
    """Put a new box at the end."""
    root, wanted = await _root(actor, item_id), _kind(kind)
    form = await form_of(wanted).of(request, options=await _options(actor, root, wanted))
    if not form.ok:
        return await reply.invalid(request, "portlets/kasten.html", form=form, **_around(root, wanted))
    await actions.add_portlet(actor=actor, now=now, root=root, kind=wanted, **_sent(form))
    return await reply.redirect(request, f"{root.admin_url}/startseite", flash="Der Kasten steht auf der Startseite.")


@get(f"{_BASE}/{{portlet_id:uuid}}", name="portlet", opt=_EDIT)
async def show_portlet(request: AnyRequest, actor: Actor, item_id: UUID, portlet_id: UUID) -> Response[str]:
    """The form of a box."""
    root = await _root(actor, item_id)
    portlet = await access_portlet(root, portlet_id)
    form = _form(portlet, await _options(actor, root, portlet.kind))
    context = _around(root, portlet.kind, portlet_id) | {"stand": portlet.stand}
    return await reply.page(request, "portlets/kasten.html", form=form, **context)


@post(f"{_BASE}/{{portlet_id:uuid}}", name="portlet-save", opt=_EDIT, status_code=200)
async def save_portlet(
    request: AnyRequest, actor: Actor, now: datetime, item_id: UUID, portlet_id: UUID
) -> Response[str]:
    """Change a box."""
    root = await _root(actor, item_id)
    kind = (await access_portlet(root, portlet_id)).kind
    form = await form_of(kind).of(request, options=await _options(actor, root, kind))
    stand = str((await request.form()).get("stand", ""))
    around = _around(root, kind, portlet_id) | {"stand": stand}
    if not form.ok:
        return await reply.invalid(request, "portlets/kasten.html", form=form, **around)
    try:
        await actions.save_portlet(actor=actor, now=now, root=root, portlet_id=portlet_id, stand=stand, **_sent(form))
    except actions.Overtaken as problem:
        around |= _overtaken(problem.portlet, form)
        return await reply.refused(request, "portlets/kasten.html", sentence=problem.message, form=form, **around)
    return await reply.redirect(request, f"{root.admin_url}/startseite", flash="Gespeichert.")


@post(f"{_BASE}/{{portlet_id:uuid}}/platz", name="portlet-move", opt=_EDIT, status_code=200)
async def move_portlet(
    request: AnyRequest, actor: Actor, now: datetime, item_id: UUID, portlet_id: UUID
) -> Response[str]:
    """One step up or down."""
    root = await _root(actor, item_id)
    wanted = str((await request.form()).get("platz", ""))
    if wanted not in set(Move):
        raise Invalid("Bitte wählen Sie, wohin der Kasten soll.")
    await actions.move_portlet(actor=actor, now=now, root=root, portlet_id=portlet_id, move=Move(wanted))
    return await reply.redirect(request, f"{root.admin_url}/startseite")


@post(f"{_BASE}/{{portlet_id:uuid}}/ende", name="portlet-remove", opt=_EDIT, status_code=200)
async def remove_portlet(
    request: AnyRequest, actor: Actor, now: datetime, item_id: UUID, portlet_id: UUID
) -> Response[str]:
    """Take a box away."""
    root = await _root(actor, item_id)
    await actions.remove_portlet(actor=actor, now=now, root=root, portlet_id=portlet_id)
    return await reply.redirect(request, f"{root.admin_url}/startseite", flash="Der Kasten ist entfernt.")


async def _root(actor: Actor, item_id: UUID) -> Item:
    """The front page of a space that the actor may edit.

    Raises:
        NotFound: it is something else, or not theirs to edit.
    """
    item = await access_item(actor, item_id)
    if not _is_editable(item):
        raise NotFound
    return item


def _is_editable(item: Item) -> bool:
    return item.is_root and item.may.may_edit


def _kind(word: str) -> PortletKind:
    if word not in set(PortletKind):
        raise NotFound
    return PortletKind(word)


async def _options(actor: Actor, root: Item, kind: PortletKind) -> Mapping[str, Any]:
    return {"collection": await list_collections(actor, root)} if kind is PortletKind.COLLECTION else {}


def _sent(form: PortletForm) -> dict[str, Any]:
    return {"side": Side(form.side), "title": form.title, "settings": form.settings()}


def _around(root: Item, kind: PortletKind, portlet_id: UUID | None = None) -> dict[str, Any]:
    base = f"{root.admin_url}/startseite"
    saves_to = f"{base}/{portlet_id}" if portlet_id else f"{base}?art={kind.value}"
    return {"item": root, "kind": KINDS[kind], "saves_to": saves_to, "leads_to": base, "stand": "", "saved": None}


def _form(portlet: Portlet, options: Mapping[str, Any]) -> PortletForm:
    """The form of a box as it is."""
    form_type = form_of(portlet.kind)
    initial = {"title": portlet.title, "side": portlet.side.value, **form_type.initial(portlet.settings)}
    return form_type.blank(options=options, **initial)


def _overtaken(portlet: Portlet, typed: PortletForm) -> dict[str, Any]:
    """What somebody else has saved in a box: of each field in which it differs from what was typed."""
    saved = _form(portlet, typed.options)
    others = [bound for bound in saved if bound.raw.split() != typed[bound.name].raw.split()]
    return {"stand": portlet.stand, "saved": portlet, "others": others}


async def _front(actor: Actor, item: Item, now: datetime) -> dict[str, Any] | None:  # noqa: ARG001 - as every panel
    """What stands above the listing of a space's root."""
    portlets = await front_page(actor, item)
    if not portlets and not item.may.may_edit:
        return None
    return {"portlets": portlets, "kinds": KINDS, "Side": Side, "may_edit": item.may.may_edit}


def _is_root(item: Item) -> bool:
    return item.is_root


def _is_collection(item: Item) -> bool:
    return item.declared is COLLECTION


async def _listing(actor: Actor, item: Item, now: datetime) -> dict[str, Any] | None:  # noqa: ARG001 - the same
    """What a collection lists."""
    box = await collected(actor, item)
    return {"entries": box.entries[:MOST_LISTED], "has_more": len(box.entries) > MOST_LISTED, "is_cut": box.is_cut}


FEATURE = Feature(
    name="portlets",
    handlers=(
        show_front_page,
        show_new,
        add_portlet,
        show_portlet,
        save_portlet,
        move_portlet,
        remove_portlet,
        *WAYS,
    ),
    templates=Path(__file__).parent / "templates",
    content=(
        COLLECTION,
        Tab("startseite", mark("Startseite"), shows=_is_editable, place=30),
        Panel("startseite", "portlets/_startseite.html", _front, aside=False, place=1, on_top=True, shows=_is_root),
        Panel("wege", "portlets/_wegweiser.html", shows=_is_root, place=90),
        Panel("sammlung", "portlets/_sammlung.html", _listing, aside=False, place=10, shows=_is_collection),
        LUGGAGE,
    ),
)
