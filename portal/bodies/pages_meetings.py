"""One meeting: date and place, agenda, invitation, cancellation."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import Provide

from portal.bodies import actions
from portal.bodies.forms import ItemForm, MeetingForm, ReasonForm, length_of
from portal.bodies.presentation import body_view, meeting_view
from portal.bodies.queries import BodySheet, access_body
from portal.bodies.queries_meetings import Meeting, access_meeting, last_begin
from portal.bodies.rules import USUAL_LENGTH, first_begin, next_begin
from portal.deadlines.workdays import land_of
from portal.identity.permissions import Permission
from portal.kit.clock import local_day
from portal.kit.errors import Invalid
from portal.notices.actions import mark_subject_read
from portal.shell import reply
from tenants.context import Actor

_READ = {"permission": Permission.BODY_READ}
_RUN = {"permission": Permission.BODY_RUN}
_WRITE = {"permission": Permission.BODY_WRITE}
_FORM, _PAGE = "bodies/termin.html", "bodies/sitzung.html"

AnyRequest = Request[Any, Any, Any]


class MeetingsController(Controller):
    """Everything under a body's ``sitzungen`` but the minutes."""

    path = "/n/{network_slug:str}/gremien/{body_slug:str}/sitzungen"
    dependencies = {"sheet": Provide(access_body)}  # noqa: RUF012 - as the base class has it

    @get("/neu", opt=_RUN, name="meeting-new")
    async def show_new(self, request: AnyRequest, actor: Actor, now: datetime, sheet: BodySheet) -> Response[str]:
        """The form of a new meeting, with the date the rhythm suggests."""
        actions.require_office(actor, sheet)
        begins_at = await _suggested(sheet, now)
        form = MeetingForm.blank(title=sheet.rule.meeting_title, begins_at=begins_at, length=USUAL_LENGTH)
        return await reply.page(request, _FORM, form=form, **_form(actor, sheet))

    @post(opt=_RUN, name="meeting-plan", status_code=200)
    async def plan(self, request: AnyRequest, actor: Actor, now: datetime, sheet: BodySheet) -> Response[str]:
        """Plan it."""
        actions.require_office(actor, sheet)
        form, meeting_id = await MeetingForm.of(request), None
        if form.ok:
            try:
                meeting_id = await actions.plan_meeting(
                    actor=actor, now=now, body=sheet, title=form.title, span=form.span
                )
            except Invalid as problem:
                form.refuse(problem)
        if meeting_id is None:
            return await reply.invalid(request, _FORM, form=form, **_form(actor, sheet))
        return await reply.changed(
            request, to=actions.address_of(sheet, meeting_id), flash="Die Sitzung ist angesetzt."
        )

    @get("/{meeting_id:uuid}", opt=_READ, name="meeting")
    async def show_meeting(
        self, request: AnyRequest, actor: Actor, now: datetime, sheet: BodySheet, meeting_id: UUID
    ) -> Response[str]:
        """When, where, what about, and what is next."""
        return await reply.page(request, _PAGE, **await _view(actor, now, sheet, meeting_id))

    @get("/{meeting_id:uuid}/termin", opt=_RUN, name="meeting-edit")
    async def show_change(self, request: AnyRequest, actor: Actor, sheet: BodySheet, meeting_id: UUID) -> Response[str]:
        """The form of another date or place."""
        actions.require_office(actor, sheet)
        meeting = await access_meeting(sheet, meeting_id)
        given: dict[str, Any] = {
            "title": meeting.title,
            "begins_at": meeting.begins_at,
            "length": length_of(meeting.span),
        }
        form = MeetingForm.blank(**given, place=meeting.place, link=meeting.link)
        return await reply.page(request, _FORM, form=form, **_form(actor, sheet, meeting))

    @post("/{meeting_id:uuid}/termin", opt=_RUN, name="meeting-change", status_code=200)
    async def change(
        self, request: AnyRequest, actor: Actor, now: datetime, sheet: BodySheet, meeting_id: UUID
    ) -> Response[str]:
        """Move it; who was invited is told."""
        actions.require_office(actor, sheet)
        meeting, form = await access_meeting(sheet, meeting_id), await MeetingForm.of(request)
        seen = str((await request.form()).get("stand", ""))
        if form.ok:
            given: dict[str, Any] = {"meeting_id": meeting_id, "title": form.title, "span": form.span, "seen": seen}
            try:
                await actions.change_meeting(actor=actor, now=now, body=sheet, **given)
            except actions.MeetingChanged as late:
                view = _form(actor, sheet, late.meeting) | {"form": form, "other": late.meeting}
                return await reply.refused(request, _FORM, sentence=late.message, **view)
            except Invalid as problem:
                form.refuse(problem)
        if not form.ok:
            return await reply.invalid(request, _FORM, form=form, **_form(actor, sheet, meeting) | {"mark": seen})
        return await reply.changed(request, to=actions.address_of(sheet, meeting_id), flash="Der Termin ist geändert.")

    @post("/{meeting_id:uuid}/einladung", opt=_RUN, name="meeting-invite", status_code=200)
    async def invite(
        self, request: AnyRequest, actor: Actor, now: datetime, sheet: BodySheet, meeting_id: UUID
    ) -> Response[str]:
        """Invite the members of the sheet."""
        await actions.invite(actor=actor, now=now, body=sheet, meeting_id=meeting_id)
        await mark_subject_read(actor=actor, now=now, subject_id=meeting_id)
        flash = "Eingeladen. Alle Mitglieder des Gremiums werden per E-Mail benachrichtigt."
        return await reply.changed(request, to=actions.address_of(sheet, meeting_id), flash=flash)

    @post("/{meeting_id:uuid}/absage", opt=_RUN, name="meeting-cancel", status_code=200)
    async def cancel(
        self, request: AnyRequest, actor: Actor, now: datetime, sheet: BodySheet, meeting_id: UUID
    ) -> Response[str]:
        """Cancel it."""
        form = await ReasonForm.of(request)
        if not form.ok:
            view = await _view(actor, now, sheet, meeting_id) | {"reason_form": form}
            return await reply.invalid(request, _PAGE, **view | {"form": form})
        await actions.cancel_meeting(actor=actor, now=now, body=sheet, meeting_id=meeting_id, reason=form.reason)
        return await reply.changed(request, to=actions.address_of(sheet, meeting_id), flash="Die Sitzung ist abgesagt.")

    @post("/{meeting_id:uuid}/punkte", opt=_WRITE, name="agenda-add", status_code=200)
    async def add_item(
        self, request: AnyRequest, actor: Actor, now: datetime, sheet: BodySheet, meeting_id: UUID
    ) -> Response[str]:
        """One more item."""
        form = await ItemForm.of(request)
        if form.ok:
            try:
                await actions.add_item(actor=actor, body=sheet, meeting_id=meeting_id, **form.value)
            except Invalid as problem:
                form.refuse(problem)
        if not form.ok:
            view = await _view(actor, now, sheet, meeting_id) | {"item_form": form}
            return await reply.invalid(request, _PAGE, **view | {"form": form})
        return await reply.changed(request, to=f"{actions.address_of(sheet, meeting_id)}#agenda")

    @post(
        "/{meeting_id:uuid}/punkte/{agenda_item_id:uuid}/streichung", opt=_WRITE, name="agenda-strike", status_code=200
    )
    async def strike_item(
        self,
        request: AnyRequest,
        actor: Actor,
        sheet: BodySheet,
        meeting_id: UUID,
        agenda_item_id: UUID,
    ) -> Response[str]:
        """Take an item off."""
        await actions.strike_item(actor=actor, body=sheet, meeting_id=meeting_id, item_id=agenda_item_id)
        return await reply.changed(request, to=f"{actions.address_of(sheet, meeting_id)}#agenda")

    @post("/{meeting_id:uuid}/punkte/{agenda_item_id:uuid}/aufruecken", opt=_WRITE, name="agenda-up", status_code=200)
    async def move_item(
        self,
        request: AnyRequest,
        actor: Actor,
        sheet: BodySheet,
        meeting_id: UUID,
        agenda_item_id: UUID,
    ) -> Response[str]:
        """Let an item change places with the one before."""
        await actions.move_item_up(actor=actor, body=sheet, meeting_id=meeting_id, item_id=agenda_item_id)
        return await reply.changed(request, to=f"{actions.address_of(sheet, meeting_id)}#agenda")


async def _view(actor: Actor, now: datetime, body: BodySheet, meeting_id: UUID) -> dict[str, Any]:
    view = meeting_view(actor, body, await access_meeting(body, meeting_id), now)
    return view | {"item_form": ItemForm.blank(), "reason_form": ReasonForm.blank()}


def _form(actor: Actor, body: BodySheet, meeting: Meeting | None = None) -> dict[str, Any]:
    """The context of the form: of a new meeting, or of another date for one as it is."""
    return body_view(actor, body) | {"meeting": meeting, "mark": meeting.mark if meeting else "", "other": None}


async def _suggested(body: BodySheet, now: datetime) -> datetime:
    """The next date of the rhythm after the latest meeting; where there is none, one in a month."""
    months, land, latest = body.rule.every_months, land_of(body.rulebook.land), await last_begin(body)
    if latest is None or months is None:
        return first_begin(local_day(now), land)
    begins_at = next_begin(latest, months, land)
    return begins_at if begins_at > now else first_begin(local_day(now), land)
