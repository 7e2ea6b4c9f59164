"""Who may do what with an item: giving and taking access, and why somebody sees it."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import Parameter

from portal.identity.permissions import Permission
from portal.kit.errors import Forbidden, Invalid, NotFound
from portal.shell import reply
from portal.shell.i18n import mark
from portal.spaces import actions_sharing
from portal.spaces.forms_sharing import GrantForm
from portal.spaces.plugins import Deed, Tab, deeds_of, tabs_of
from portal.spaces.presentation_access import lines_of, people_of, subject_of
from portal.spaces.presentation_sharing import choices, consequences, rows_of
from portal.spaces.queries import Item, access_item
from portal.spaces.queries_sharing import load_sharing
from portal.spaces.rules import GRANTED
from tenants.context import Actor

_SHARE = {"permission": Permission.CONTENT_SHARE}
_READ = {"permission": Permission.CONTENT_READ}
_TAKEN = mark("Der Zugriff ist entzogen.")
_JOINED = mark("Hier gilt wieder, was weiter oben gegeben ist.")
_CUT = mark("Hier gilt nur noch, was hier steht.")
AnyRequest = Request[Any, Any, Any]
Name = Annotated[str, Parameter(query="name", max_length=100)]
PersonId = Annotated[UUID | None, Parameter(query="person")]
OrganisationId = Annotated[UUID | None, Parameter(query="organisation")]
RoleName = Annotated[str, Parameter(query="aufgabe", max_length=50)]


@get("/inhalte/{item_id:uuid}/freigabe", name="item-sharing", opt=_SHARE)
async def show_sharing(request: AnyRequest, actor: Actor, item_id: UUID, name: Name = "") -> Response[str]:
    """Who has which access here, given here or further up."""
    item = await _managed(actor, item_id)
    context = await _sharing_of(actor, item, name)
    found = context["choices"]
    form = GrantForm.blank(options={"who": found}, who=found[0][0] if name.strip() and len(found) == 1 else "")
    return await reply.page(request, "spaces/freigabe.html", form=form, **context)


@post("/inhalte/{item_id:uuid}/freigaben", name="item-grant", opt=_SHARE, status_code=200)
async def grant(request: AnyRequest, actor: Actor, now: datetime, item_id: UUID, name: Name = "") -> Response[str]:
    """Give somebody access."""
    item = await _managed(actor, item_id)
    context = await _sharing_of(actor, item, name)
    form = await GrantForm.of(request, options={"who": context["choices"]})
    if form.ok and await _is_granted(form, actor, now, item):
        return await reply.redirect(request, f"{item.admin_url}/freigabe", flash="Der Zugriff ist gegeben.")
    return await reply.invalid(request, "spaces/freigabe.html", form=form, **context)


@post("/inhalte/{item_id:uuid}/entzug", name="item-revoke", opt=_SHARE, status_code=200)
async def revoke(request: AnyRequest, actor: Actor, item_id: UUID) -> Response[str]:
    """Take access away that was given here."""
    item = await _managed(actor, item_id)
    sent = await request.form()
    access = str(sent.get("access", ""))
    kind = next((kind for kind in GRANTED if str(int(kind)) == access), None)
    if kind is None:
        raise Invalid("Dieses Recht gibt es nicht.")
    await actions_sharing.revoke(actor=actor, item=item, principal=str(sent.get("principal", "")), access=kind)
    return await _back(request, actor, item, _TAKEN)


@get("/inhalte/{item_id:uuid}/vererbung", name="item-inheritance", opt=_SHARE)
async def show_inheritance(request: AnyRequest, actor: Actor, item_id: UUID) -> Response[str]:
    """What it would change to cut what comes from above, or to let it count again."""
    item = await _managed(actor, item_id)
    if item.is_root:
        raise NotFound
    found = await consequences(actor, item, await load_sharing(item))
    return await reply.page(request, "spaces/vererbung.html", found=found, **_around(item))


@post("/inhalte/{item_id:uuid}/vererbung", name="item-inherit", opt=_SHARE, status_code=200)
async def set_inheritance(request: AnyRequest, actor: Actor, now: datetime, item_id: UUID) -> Response[str]:
    """Cut what comes from above, or let it count again."""
    item = await _managed(actor, item_id)
    wanted = str((await request.form()).get("inherits", ""))
    if wanted not in ("ja", "nein"):
        raise Invalid
    await actions_sharing.set_inheritance(actor=actor, now=now, item=item, inherits=wanted == "ja")
    return await _back(request, actor, item, _JOINED if wanted == "ja" else _CUT)


@get("/inhalte/{item_id:uuid}/zugriff", name="item-access", opt=_READ)
async def show_access(
    request: AnyRequest,
    actor: Actor,
    item_id: UUID,
    *,
    person: PersonId = None,
    organisation: OrganisationId = None,
    role: RoleName = "",
    name: Name = "",
) -> Response[str]:
    """Why somebody sees the item or not; who else does. Others than oneself are shown to who manages it."""
    item = await access_item(actor, item_id)
    sharing = await load_sharing(item)
    others = await people_of(actor, item, sharing, name=name) if item.may.may_share else None
    about = await subject_of(actor, item, sharing, person=person, organisation=organisation, role=role)
    context = {"about": lines_of(item, about, sharing), "others": others, "name": name, **_around(item, "")}
    return await reply.page(request, "spaces/zugriff.html", **context)


async def _sharing_of(actor: Actor, item: Item, name: str) -> dict[str, Any]:
    """Everything the page about sharing shows beside the form."""
    sharing = await load_sharing(item)
    found = await choices(actor, item, sharing, name=name.strip())
    return {"rows": rows_of(item, sharing), "choices": found, "name": name.strip(), **_around(item)}


def _around(item: Item, at: str = "freigabe") -> dict[str, Any]:
    return {"item": item, "tabs": tabs_of(item), "deeds": deeds_of(item), "at_tab": at}


async def _is_granted(form: GrantForm, actor: Actor, now: datetime, item: Item) -> bool:
    """False when something is wrong, which the form then says."""
    try:
        await actions_sharing.grant(actor=actor, now=now, item=item, principal=form.principal, access=form.kind)
    except Invalid as problem:
        form.refuse(problem)
    return form.ok


async def _managed(actor: Actor, item_id: UUID) -> Item:
    item = await access_item(actor, item_id)
    if not item.may.may_share:
        raise Forbidden("Zugriffsrechte sieht und vergibt, wer den Eintrag verwaltet.")
    return item


async def _back(request: AnyRequest, actor: Actor, item: Item, flash: str) -> Response[str]:
    """To the page about sharing, or as near to it as the actor may still come."""
    try:
        now = await access_item(actor, item.id)
    except NotFound:
        return await reply.redirect(request, f"{item.space.base}/inhalte", flash=flash)
    return await reply.redirect(request, f"{now.admin_url}/freigabe" if now.may.may_share else now.url, flash=flash)


SHARING = (show_sharing, grant, revoke, show_inheritance, set_inheritance, show_access)
SHARING_CONTENT = (
    Tab("freigabe", mark("Freigabe"), shows=lambda item: item.may.may_share, place=70),
    Deed("zugriff", mark("Wer sieht das?"), place=70),
)
