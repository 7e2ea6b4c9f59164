"""Applying, and following one's own case: for everybody who has the link, and for an organisation that has a tenant."""

from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import MediaType, Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.exceptions import NotAuthorizedException

from portal.admission import actions_joining as actions
from portal.admission.abilities import may_apply
from portal.admission.agreement import as_pdf, rules_as_pdf
from portal.admission.copies import Arrived
from portal.admission.forms import ApplicationForm, CopyForm, ScreenForm
from portal.admission.presentation import view_of
from portal.admission.queries import (
    Application,
    Doorplate,
    access_case,
    access_network,
    access_own,
    is_running,
    office_of,
)
from portal.admission.rules import LARGEST_COPY
from portal.identity.permissions import Permission
from portal.kit.errors import Conflict, Invalid, NotFound, TooLarge
from portal.shell import reply
from portal.shell.frame import Visitor
from tenants.context import Actor
from tenants.scope import Scope, current_scope, scope

OWN = "unser-antrag"
_PUBLIC = {"permission": Permission.PUBLIC}
_LIMITED = {"permission": Permission.PUBLIC, "limited": True}
_FORM, _CASE, _ENDED = "admission/beitritt.html", "admission/antrag.html", "admission/link.html"
_BODY = 3 * LARGEST_COPY  # what is somewhat too large is said on the page, with all that was typed
_UNSEEN = {"X-Robots-Tag": "noindex, nofollow"}

AnyRequest = Request[Any, Any, Any]


@get("/beitritt/{network_slug:str}", name="joining", opt=_PUBLIC)
async def show_form(request: AnyRequest, network_slug: str) -> Response[str]:
    """The form; for an organisation that applied already, its case."""
    place, actor = await access_network(network_slug), _actor(request)
    if actor is not None and await _running(place, actor):
        return await reply.redirect(request, f"/beitritt/{network_slug}/{OWN}")
    form = ApplicationForm.blank()
    if actor is not None:
        form = ApplicationForm.blank(name=actor.organisation_name, contact_name=actor.name)
    return await reply.page(request, _FORM, form=form, **await _door(place, network_slug, actor))


@post("/beitritt/{network_slug:str}", name="joining-apply", opt=_LIMITED, status_code=200)
async def apply(request: AnyRequest, network_slug: str) -> Response[str]:
    """Take the application. Whether address or organisation are known is said to nobody here."""
    place, actor = await access_network(network_slug), await _same_actor(request)
    form = await ApplicationForm.of(request)
    if form.ok and actor is not None and form.name != actor.organisation_name:
        form.fail("name", "Hier gilt der Name Ihrer Organisation im Portal: %(name)s.", name=actor.organisation_name)
    if not form.ok:
        return await reply.invalid(request, _FORM, form=form, **await _door(place, network_slug, actor))
    try:
        await actions.apply(actor=actor, place=place, given=form.value)
    except Conflict as refused:
        if actor is None or not await _running(place, actor):
            raise
        return await _as_it_is(request, refused, await _case(request, network_slug, OWN), network_slug, OWN)
    return await reply.redirect(request, f"/beitritt/{network_slug}/{OWN if actor else 'eingegangen'}")


@get("/beitritt/{network_slug:str}/eingegangen", name="joining-taken", opt=_PUBLIC)
async def show_taken(request: AnyRequest, network_slug: str) -> Response[str]:
    """What happens now; the same for everybody."""
    place = await access_network(network_slug)
    return await reply.page(request, "admission/eingegangen.html", **await _door(place, network_slug, None))


@get("/beitritt/{network_slug:str}/regelwerk", name="joining-rulebook", opt=_PUBLIC, media_type=MediaType.TEXT)
async def read_rulebook(network_slug: str) -> Response[Any]:
    """What whoever applies declares its will to: the rules in force, as a document."""
    place = await access_network(network_slug)
    return reply.saved(await rules_as_pdf(place.rulebook), "regelwerk.pdf", "application/pdf")


@get("/beitritt/{network_slug:str}/{case_key:str}", name="joining-case", opt=_PUBLIC)
async def show_case(request: AnyRequest, network_slug: str, case_key: str) -> Response[str]:
    """The applicant's own case: how far it is, what to do, the letters."""
    place = await access_network(network_slug)
    try:
        application = await _case(request, network_slug, case_key)
    except NotFound:
        if case_key == OWN:
            raise
        return _unseen(await reply.page(request, _ENDED, status=404, **await _door(place, network_slug, None)))
    return _unseen(await reply.page(request, _CASE, **_view(application, network_slug, case_key)))


@post("/beitritt/{network_slug:str}/{case_key:str}/bestaetigung", name="joining-confirm", opt=_LIMITED, status_code=200)
async def confirm(request: AnyRequest, network_slug: str, case_key: str) -> Response[str]:
    """The applicant confirms the address it came by."""
    await _case(request, network_slug, case_key)
    await actions.confirm()
    address = f"/beitritt/{network_slug}/{case_key}"
    return await reply.redirect(request, address, flash="Vielen Dank. Ihr Antrag ist bestätigt.")


@post("/beitritt/{network_slug:str}/{case_key:str}/ruecknahme", name="joining-end", opt=_LIMITED, status_code=200)
async def take_back(request: AnyRequest, network_slug: str, case_key: str) -> Response[str]:
    """The applicant takes its application back."""
    application = await _case(request, network_slug, case_key)
    try:
        await actions.take_back(actor=_actor(request), application=application)
    except Conflict as refused:
        return await _as_it_is(request, refused, application, network_slug, case_key)
    return await reply.redirect(request, f"/beitritt/{network_slug}/{case_key}", flash="Ihr Antrag ist zurückgenommen.")


@get(
    "/beitritt/{network_slug:str}/{case_key:str}/vereinbarung",
    name="joining-agreement",
    opt=_PUBLIC,
    media_type=MediaType.TEXT,
)
async def read_agreement(request: AnyRequest, network_slug: str, case_key: str) -> Response[Any]:
    """The newest copy as a document."""
    application = await _case(request, network_slug, case_key)
    return _unseen(await saved_agreement(application))


@post("/beitritt/{network_slug:str}/{case_key:str}/unterschrift", name="joining-sign", opt=_LIMITED, status_code=200)
async def sign(request: AnyRequest, network_slug: str, case_key: str) -> Response[str]:
    """Sign on the screen."""
    application = await _case(request, network_slug, case_key)
    form = await ScreenForm.of(request)
    if not form.ok:
        return await _again(request, application, network_slug, case_key, screen=form)
    about: dict[str, Any] = {"application": application, "copy_id": await _copy_id(request), **_signed(form)}
    try:
        await actions.sign_on_screen(actor=_actor(request), **about)
    except Conflict as refused:
        return await _as_it_is(request, refused, application, network_slug, case_key)
    return await _thanks(request, network_slug, case_key)


@post(
    "/beitritt/{network_slug:str}/{case_key:str}/exemplar",
    name="joining-copy",
    opt=_LIMITED | {"scope": False, "visitor": True},
    status_code=200,
    request_max_body_size=_BODY,
)
async def send_copy(request: AnyRequest, network_slug: str, case_key: str) -> Response[str]:
    """Send the copy signed on paper. While it is examined no transaction is open."""
    form = await CopyForm.of(request)
    async with _inside(request, read_only=True):
        application = await _case(request, network_slug, case_key)
    try:
        file = await _examined(request, form, application) if form.ok else None
        async with _inside(request):
            return await _booked(request, form, file, network_slug, case_key)
    except Conflict as refused:
        async with _inside(request, read_only=True):
            application = await _case(request, network_slug, case_key)
            return await _as_it_is(request, refused, application, network_slug, case_key)


async def saved_agreement(application: Application) -> Response[Any]:
    """The newest copy, to be saved.

    Raises:
        NotFound: there is none.
    """
    if application.copy is None:
        raise NotFound
    name = f"vereinbarung-{application.copy.number}.pdf"
    return reply.saved(await as_pdf(application.copy), name, "application/pdf")


def _actor(request: AnyRequest) -> Actor | None:
    visitor: Visitor | None = request.scope["state"].get("visitor")
    return visitor.actor if visitor else None


async def _same_actor(request: AnyRequest) -> Actor | None:
    """Who sends the form. Whoever was signed in when it was shown signs in again: else their organisation would apply
    as one that nobody knows, and get a second tenant."""
    actor = _actor(request)
    if actor is None and (await request.form()).get("als"):
        raise NotAuthorizedException
    return actor


async def _running(place: Doorplate, actor: Actor) -> bool:
    try:
        return may_apply(actor) and is_running(await access_own(place.network_id, actor.organisation_id))
    except NotFound:
        return False


async def _case(request: AnyRequest, network_slug: str, case_key: str) -> Application:
    """The case of this link, or of the organisation that asks; who is not signed in (any more) is asked to."""
    place = await access_network(network_slug)
    if case_key != OWN:
        return await access_case(place.network_id, case_key)
    actor = _actor(request)
    if actor is None:
        raise NotAuthorizedException
    if not may_apply(actor):
        raise NotFound
    return await access_own(place.network_id, actor.organisation_id)


async def _door(place: Doorplate, network_slug: str, actor: Actor | None) -> dict[str, Any]:
    return {
        "book": place.rulebook,
        "office": await office_of(place.network_id),
        "address": f"/beitritt/{network_slug}",
        "actor": actor,
        "may_apply": actor is None or may_apply(actor),
        "is_member": actor is not None and actor.seat(place.network_id) is not None,
    }


def _view(application: Application, network_slug: str, case_key: str) -> dict[str, Any]:
    now: datetime = current_scope().now
    address = f"/beitritt/{network_slug}/{case_key}"
    forms = {"screen": ScreenForm.blank(), "paper": CopyForm.blank()}
    return {"address": address, **forms, **view_of(application, now)}


async def _again(
    request: AnyRequest, application: Application, network_slug: str, case_key: str, **forms: Any
) -> Response[str]:
    (form,) = forms.values()
    view = _view(application, network_slug, case_key) | forms
    return _unseen(await reply.invalid(request, _CASE, form=form, **view))


async def _as_it_is(
    request: AnyRequest, refused: Conflict, application: Application, network_slug: str, case_key: str
) -> Response[str]:
    """Too late, or for something older: said on the page of the case, since who has no account knows no other."""
    view = _view(application, network_slug, case_key)
    return _unseen(await reply.refused(request, _CASE, sentence=refused.message, **view))


def _inside(request: AnyRequest, *, read_only: bool = False) -> AbstractAsyncContextManager[Scope]:
    """A transaction of whoever asks, for a route that has none."""
    actor, request_id = _actor(request), str(request.scope["state"].get("request_id", ""))
    who: dict[str, Any] = {"organisation_id": actor.organisation_id, "person_id": actor.person_id} if actor else {}
    return scope(**who, request_id=request_id, read_only=read_only)


async def _examined(request: AnyRequest, form: CopyForm, application: Application) -> Arrived | None:
    """The file, which is kept now; else the form says why not."""
    try:
        file = await _arrived((await request.form()).get("file"))
        await actions.keep_copy(application=application, copy_id=await _copy_id(request), file=file)
    except (Invalid, TooLarge) as problem:
        form.fail(None, problem.message)
        return None
    return file


async def _booked(
    request: AnyRequest, form: CopyForm, file: Arrived | None, network_slug: str, case_key: str
) -> Response[str]:
    application = await _case(request, network_slug, case_key)
    if file is None:
        return await _again(request, application, network_slug, case_key, paper=form)
    about: dict[str, Any] = {"application": application, "copy_id": await _copy_id(request), **_signed(form)}
    await actions.sign_on_paper(actor=_actor(request), file=file, **about)
    return await _thanks(request, network_slug, case_key)


async def _arrived(file: object) -> Arrived:
    if not isinstance(file, UploadFile) or not file.filename:
        raise Invalid("Bitte wählen Sie das unterschriebene Exemplar als PDF-Datei aus.")
    return Arrived(file.filename, await file.read())


async def _copy_id(request: AnyRequest) -> UUID | None:
    try:
        return UUID(str((await request.form()).get("fassung", "")))
    except ValueError:
        return None


def _signed(form: ScreenForm | CopyForm) -> dict[str, str]:
    return {"name": form.name, "capacity": form.capacity}


async def _thanks(request: AnyRequest, network_slug: str, case_key: str) -> Response[str]:
    address = f"/beitritt/{network_slug}/{case_key}"
    return await reply.redirect(request, address, flash="Vielen Dank. Ihre Unterschrift ist festgehalten.")


def _unseen(response: Response[Any]) -> Response[Any]:
    """No search engine keeps it."""
    response.headers.update(_UNSEEN)
    return response


HANDLERS = (show_form, apply, show_taken, read_rulebook, show_case, confirm, take_back, read_agreement, sign, send_copy)
