"""Applications in their network: the office takes its steps, the members see how far one is."""

from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from litestar import Controller, MediaType, Request, Response, get, post
from litestar.response import Stream

from portal.admission import actions
from portal.admission.abilities import may_run
from portal.admission.copies import key_of
from portal.admission.forms import EndForm, IssueForm
from portal.admission.pages_joining import HANDLERS, saved_agreement
from portal.admission.presentation import view_of
from portal.admission.queries import (
    Application,
    Doorplate,
    access_application,
    access_network,
    list_applications,
    rulebook_under,
    warnings_of,
)
from portal.admission.rules import LONGEST_SLUG, RUNNING, Side
from portal.admission.words import STATES
from portal.deadlines.agreement import receipt_rule_of
from portal.deadlines.receipt import Basis
from portal.files.storage import Missing, storage
from portal.formal.words import rule_in_words
from portal.identity.permissions import Permission
from portal.kit.errors import Forbidden, Invalid, NotFound
from portal.settings import settings
from portal.shell import reply
from portal.shell.feature import Feature, NavItem, NavTopic
from portal.spaces.rules import slug_of
from tenants.context import Actor, Seat
from tenants.rulebook import Rulebook
from tenants.rulebook_words import Procedure

_READ = {"permission": Permission.ADMISSION_READ}
_RUN = {"permission": Permission.ADMISSION_RUN}
_PAGE = "admission/aufnahme.html"
_CASE = "/{application_id:uuid}"

AnyRequest = Request[Any, Any, Any]


class AdmissionController(Controller):
    """Everything under a network's ``aufnahmen``."""

    path = "/n/{network_slug:str}/aufnahmen"

    @get(opt=_READ, name="admissions")
    async def show_all(self, request: AnyRequest, actor: Actor, network_slug: str) -> Response[str]:
        """The applications one may know of, those that run first, the newest of them on top."""
        seat = await _seat(actor, network_slug)
        lines = await list_applications(seat.network_id)
        running = [line for line in lines if line.state in RUNNING]
        over = [line for line in lines if line.state not in RUNNING]
        context: dict[str, Any] = {"running": running, "over": over, "states": STATES}
        public = f"{settings().public_url}/beitritt/{seat.slug}"
        return await reply.page(request, "admission/aufnahmen.html", seat=seat, public=public, **context)

    @get(_CASE, opt=_READ, name="admission")
    async def show_one(
        self, request: AnyRequest, actor: Actor, now: datetime, network_slug: str, application_id: UUID
    ) -> Response[str]:
        """One application and what is to be done with it."""
        view = await _view(actor, now, network_slug, application_id)
        return await reply.page(request, _PAGE, **view)

    @post(f"{_CASE}/information", opt=_RUN, name="admission-inform", status_code=200)
    async def inform(
        self, request: AnyRequest, actor: Actor, now: datetime, network_slug: str, application_id: UUID
    ) -> Response[str]:
        """Everything is there: all members are informed."""
        seat = await _seat(actor, network_slug)
        await actions.inform_members(actor=actor, now=now, network_id=seat.network_id, application_id=application_id)
        to = actions.address_of(seat, application_id)
        return await reply.redirect(request, to, flash="Alle Mitglieder sind informiert. Die Abstimmung läuft.")

    @post(f"{_CASE}/vereinbarung", opt=_RUN, name="admission-agreement", status_code=200)
    async def send_agreement(
        self, request: AnyRequest, actor: Actor, now: datetime, network_slug: str, application_id: UUID
    ) -> Response[str]:
        """Sign and send the agreement."""
        view = await _view(actor, now, network_slug, application_id)
        form = await IssueForm.of(request)
        if not await _is_sent(actor, now, view, form, known=(await request.form()).get("exemplar")):
            return await reply.invalid(request, _PAGE, **view | {"form": form})
        return await reply.redirect(request, view["address"], flash="Die Vereinbarung ist unterzeichnet und versandt.")

    @get(f"{_CASE}/vereinbarung", opt=_RUN, name="admission-document", media_type=MediaType.TEXT)
    async def read_agreement(
        self, actor: Actor, now: datetime, network_slug: str, application_id: UUID
    ) -> Response[Any]:
        """The newest copy of the agreement."""
        view = await _view(actor, now, network_slug, application_id)
        return await saved_agreement(view["application"])

    @get(f"{_CASE}/exemplar", opt=_RUN, name="admission-copy", media_type=MediaType.TEXT)
    async def read_copy(self, actor: Actor, now: datetime, network_slug: str, application_id: UUID) -> Response[Any]:
        """The copy the applicant signed on paper."""
        view = await _view(actor, now, network_slug, application_id)
        return await _uploaded(view["application"])

    @post(f"{_CASE}/ende", opt=_RUN, name="admission-end", status_code=200)
    async def end(
        self, request: AnyRequest, actor: Actor, now: datetime, network_slug: str, application_id: UUID
    ) -> Response[str]:
        """Give the application back, or close the case."""
        view = await _view(actor, now, network_slug, application_id)
        form = await EndForm.of(request)
        if not form.ok:
            return await reply.invalid(request, _PAGE, **view | {"ending": form})
        about: dict[str, Any] = {"network_id": view["seat"].network_id, "application_id": application_id}
        await actions.end_case(actor=actor, now=now, reason=form.reason, **about)
        return await reply.redirect(request, view["address"], flash="Beendet. Der Antragsteller ist benachrichtigt.")

    @post(f"{_CASE}/zustellung", opt=_RUN, name="admission-mail-again", status_code=200)
    async def send_mail_again(
        self, request: AnyRequest, actor: Actor, network_slug: str, application_id: UUID
    ) -> Response[str]:
        """What could not be delivered to the applicant again."""
        seat = await _seat(actor, network_slug)
        await actions.send_mail_again(actor=actor, network_id=seat.network_id, application_id=application_id)
        to = actions.address_of(seat, application_id)
        return await reply.redirect(request, to, flash="Die E-Mail wird erneut gesendet.")

    @post(f"{_CASE}/empfang", opt=_RUN, name="admission-receipt", status_code=200)
    async def acknowledge(
        self, request: AnyRequest, actor: Actor, now: datetime, network_slug: str, application_id: UUID
    ) -> Response[str]:
        """The office has the signed copy."""
        seat = await _seat(actor, network_slug)
        await actions.acknowledge_copy(actor=actor, now=now, network_id=seat.network_id, application_id=application_id)
        return await reply.redirect(
            request, actions.address_of(seat, application_id), flash="Der Eingang ist bestätigt."
        )


async def _seat(actor: Actor, network_slug: str) -> Seat:
    return (await _place(actor, network_slug))[0]


async def _place(actor: Actor, network_slug: str) -> tuple[Seat, Doorplate]:
    """The actor's seat in a network that takes members in, and what is in force there."""
    if (seat := actor.seat_by_slug(network_slug)) is None:
        raise NotFound
    return seat, await access_network(network_slug)


async def _view(actor: Actor, now: datetime, network_slug: str, application_id: UUID) -> dict[str, Any]:
    seat, place = await _place(actor, network_slug)
    application = await access_application(seat.network_id, application_id)
    if application.confirmed_at is None:
        raise NotFound
    rule = receipt_rule_of((await _rulebook(application, place)).receipt)
    return {
        "seat": seat,
        "address": actions.address_of(seat, application_id),
        **await _for_office(actor, application),
        "rule": rule_in_words(rule),
        "by_hand": rule.basis is not Basis.RETRIEVABLE,
        "form": IssueForm.blank(name=actor.name, slug=application.slug or _slug_from(application.name)),
        "ending": EndForm.blank(),
        **view_of(application, now),
    }


async def _rulebook(application: Application, place: Doorplate) -> Rulebook:
    return place.rulebook if application.rulebook_id == place.rulebook_id else await rulebook_under(application)


async def _for_office(actor: Actor, application: Application) -> dict[str, Any]:
    runs = may_run(actor, application.network_id)
    undelivered, has_namesake = await warnings_of(application) if runs else (None, False)
    return {"runs": runs, "undelivered": undelivered, "has_namesake": has_namesake}


def _slug_from(name: str) -> str:
    return slug_of(name)[:LONGEST_SLUG].strip("-")


async def _is_sent(actor: Actor, now: datetime, view: dict[str, Any], form: IssueForm, *, known: object) -> bool:
    """Whether the agreement left; else the form says why not. ``known``: the copy its page was shown with."""
    if not view["runs"]:
        raise Forbidden
    if form.ok:
        signed: dict[str, Any] = {"name": form.name, "capacity": form.capacity, "slug": form.slug}
        number = str(known)
        signed["known"] = int(number) if number.isascii() and number.isdecimal() and len(number) < 9 else None  # noqa: PLR2004
        about: dict[str, Any] = {"network_id": view["seat"].network_id, "application_id": view["application"].id}
        try:
            await actions.send_agreement(actor=actor, now=now, **about, **signed)
        except Invalid as problem:
            form.refuse(problem)
    return form.ok


async def _uploaded(application: Application) -> Response[Any]:
    signature = application.copy and application.copy.of(Side.APPLICANT)
    if not signature or signature.file_sha256 is None:
        raise NotFound
    headers = {
        "Content-Disposition": 'attachment; filename="unterzeichnetes-exemplar.pdf"',
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    try:
        content = await storage().read(key_of(application, signature.file_sha256))
    except Missing:
        raise NotFound from None
    return Stream(content, media_type="application/pdf", headers=headers)


FEATURE = Feature(
    name="admission",
    handlers=(*HANDLERS, AdmissionController),
    navigation=(
        NavItem(
            "Aufnahmen",
            "/n/{network}/aufnahmen",
            group="network",
            topic=NavTopic.DECIDING,
            permission=Permission.ADMISSION_RUN,
            procedures=frozenset({Procedure.ADMISSION}),
        ),
    ),
    templates=Path(__file__).parent / "templates",
)
