"""Asking the other members for advice, and answering them."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.params import Parameter

from portal.circle import actions_consulting as actions
from portal.circle.abilities import speaks
from portal.circle.actions import ONLY_SPEAKERS
from portal.circle.forms import AnswerForm, ConsultationForm, OutcomeForm
from portal.circle.presentation import asked_view_of
from portal.circle.queries import access_seat
from portal.circle.queries_consultations import address_of_asked, list_asked
from portal.identity.permissions import Permission
from portal.kit.errors import Forbidden, Invalid, NotFound
from portal.notices.actions import mark_subject_read
from portal.shell import reply
from tenants.context import Actor, Seat
from tenants.rulebook_words import Procedure

_READ = {"permission": Permission.CONSULTATION_READ}
_WRITE = {"permission": Permission.CONSULTATION_WRITE}
_TAKE = {"permission": Permission.MATTER_TAKE}
_NEW, _ONE = "circle/beratung_neu.html", "circle/beratung.html"

AnyRequest = Request[Any, Any, Any]
PageNumber = Annotated[int, Parameter(query="seite", ge=1, le=10_000)]


class ConsultationsController(Controller):
    """Everything under a network's ``beratungen``."""

    path = "/n/{network:str}/beratungen"

    @get(opt=_READ, name="consultations")
    async def show_asked(self, request: AnyRequest, actor: Actor, network: str, page: PageNumber = 1) -> Response[str]:
        """Open ones by their end, closed ones newest first."""
        seat = _seat(actor, network)
        is_open, closed, has_older = await list_asked(seat.network_id, page=page)
        if page > 1 and not closed:
            raise NotFound
        lists: dict[str, Any] = {"open": is_open, "closed": closed, "page": page, "has_older": has_older}
        own: dict[str, Any] = {"may_ask": speaks(actor), "me": actor.organisation_id}
        return await reply.page(request, "circle/beratungen.html", seat=seat, base=_base(seat), **lists, **own)

    @get("/neu", opt=_WRITE, name="consultation-new")
    async def show_new(self, request: AnyRequest, actor: Actor, network: str) -> Response[str]:
        """The form of a question."""
        seat = _seat(actor, network)
        if not speaks(actor):
            raise Forbidden(ONLY_SPEAKERS)
        return await reply.page(request, _NEW, form=ConsultationForm.blank(), seat=seat, base=_base(seat))

    @post(opt=_WRITE, name="consultation-ask", status_code=200)
    async def ask(self, request: AnyRequest, actor: Actor, now: datetime, network: str) -> Response[str]:
        """Ask the members."""
        seat, form = _seat(actor, network), await ConsultationForm.of(request)
        if form.ok:
            try:
                made = await actions.ask(actor=actor, now=now, seat=seat, **form.value)
                flash = "Die anderen Mitglieder werden um Rat gefragt."
                return await reply.changed(request, to=address_of_asked(seat, made), flash=flash)
            except Invalid as problem:
                form.refuse(problem)
        slots = {"frage": "circle/_beratung_frage.html"}
        return await reply.invalid(request, _NEW, form=form, slots=slots, seat=seat, base=_base(seat))

    @get("/{consultation_id:uuid}", opt=_READ, name="consultation")
    async def show_one(
        self, request: AnyRequest, actor: Actor, now: datetime, network: str, consultation_id: UUID
    ) -> Response[str]:
        """What is asked, what was answered, what is next."""
        return await reply.page(
            request, _ONE, **await asked_view_of(actor, now, _seat(actor, network), consultation_id)
        )

    @post("/{consultation_id:uuid}/antworten", opt=_WRITE, name="consultation-answer", status_code=200)
    async def answer(
        self, request: AnyRequest, actor: Actor, now: datetime, network: str, consultation_id: UUID
    ) -> Response[str]:
        """Answer for the organisation, or correct an earlier answer."""
        view = await asked_view_of(actor, now, _seat(actor, network), consultation_id)
        form, replaces_id = await AnswerForm.of(request), _id(str((await request.form()).get("statt", "")))
        if form.ok:
            try:
                more = {"asked": view["asked"], "replaces_id": replaces_id}
                await actions.answer(actor=actor, now=now, **more, **form.value)
                await mark_subject_read(actor=actor, now=now, subject_id=consultation_id)
                return await reply.changed(request, to=view["address"], flash="Ihre Antwort ist gespeichert.")
            except Invalid as problem:
                form.refuse(problem)
        view |= {"form": form, "replaced": view["asked"].answer(replaces_id) if replaces_id else None}
        return await reply.invalid(request, _ONE, slots={"antworten": "circle/_beratung_antwort.html"}, **view)

    @get("/{consultation_id:uuid}/antworten/{consultation_answer_id:uuid}", opt=_WRITE, name="consultation-correct")
    async def show_correction(
        self,
        request: AnyRequest,
        *,
        actor: Actor,
        now: datetime,
        network: str,
        consultation_id: UUID,
        consultation_answer_id: UUID,
    ) -> Response[str]:
        """The same page with an own answer in the form, to be corrected."""
        view = await asked_view_of(actor, now, _seat(actor, network), consultation_id)
        said = view["asked"].answer(consultation_answer_id)
        if said is None or said.organisation_id != actor.organisation_id or not view["may_answer"]:
            raise NotFound
        form = AnswerForm.blank(kind=said.kind.value, text=said.text)
        return await reply.page(request, _ONE, **view | {"form": form, "replaced": said})

    @post("/{consultation_id:uuid}/uebernahme", opt=_TAKE, name="consultation-take", status_code=200)
    async def take_over(
        self, request: AnyRequest, actor: Actor, now: datetime, network: str, consultation_id: UUID
    ) -> Response[str]:
        """Ask on what a member left behind."""
        view = await asked_view_of(actor, now, _seat(actor, network), consultation_id)
        await actions.take_over(actor=actor, now=now, asked=view["asked"])
        return await reply.changed(request, to=view["address"], flash="Ihre Organisation führt diese Beratung weiter.")

    @post("/{consultation_id:uuid}/ende", opt=_WRITE, name="consultation-close", status_code=200)
    async def close(
        self, request: AnyRequest, actor: Actor, now: datetime, network: str, consultation_id: UUID
    ) -> Response[str]:
        """Say what the organisation will do."""
        view = await asked_view_of(actor, now, _seat(actor, network), consultation_id)
        form = await OutcomeForm.of(request)
        if not form.ok:
            slots = {"beenden": "circle/_beratung_ende.html"}
            return await reply.invalid(request, _ONE, slots=slots, **view | {"closing": form, "form": form})
        await actions.close(actor=actor, now=now, asked=view["asked"], outcome=form.outcome)
        return await reply.changed(request, to=view["address"], flash="Die Beratung ist beendet; alle erfahren davon.")


def _seat(actor: Actor, network: str) -> Seat:
    return access_seat(actor, network, Procedure.CONSULTATION)


def _base(seat: Seat) -> str:
    return f"/n/{seat.slug}/beratungen"


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
