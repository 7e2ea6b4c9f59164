"""The minutes of a meeting: written, passed round, objected to, approved, kept as a document."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Controller, MediaType, Request, Response, get, post
from litestar.di import Provide

from portal.bodies import actions_minutes as actions
from portal.bodies.actions import address_of
from portal.bodies.export import minutes_as_pdf
from portal.bodies.forms import AnswerForm, ObjectionForm, RecordForm, ResolutionForm
from portal.bodies.presentation import meeting_view
from portal.bodies.queries import BodySheet, access_body
from portal.bodies.queries_meetings import Attendance, access_meeting
from portal.bodies.rules import MinutesState, Outcome, Presence
from portal.identity.permissions import Permission
from portal.kit.clock import local_day
from portal.kit.errors import Conflict, Invalid
from portal.notices.actions import mark_subject_read
from portal.shell import reply
from tenants.context import Actor

_READ = {"permission": Permission.BODY_READ}
_RUN = {"permission": Permission.BODY_RUN}
_WRITE = {"permission": Permission.BODY_WRITE}
_PAGE, _RECORD, _CLASH = "bodies/protokoll.html", "bodies/_niederschrift.html", "bodies/_zugleich.html"
_RESOLVED, _RESOLUTION = "bodies/_punkt_beschluesse.html", {"beschluesse": "bodies/_beschluss.html"}
_CALLED = 500  # characters of who came for a member

AnyRequest = Request[Any, Any, Any]


class MinutesController(Controller):
    """Everything under a meeting's ``protokoll``."""

    path = "/n/{network_slug:str}/gremien/{body_slug:str}/sitzungen/{meeting_id:uuid}/protokoll"
    dependencies = {"sheet": Provide(access_body)}  # noqa: RUF012 - as the base class has it

    @get(opt=_READ, name="minutes")
    async def show_minutes(
        self, request: AnyRequest, actor: Actor, now: datetime, sheet: BodySheet, meeting_id: UUID
    ) -> Response[str]:
        """The minutes, and what is next."""
        return await reply.page(request, _PAGE, **await _view(actor, now, sheet, meeting_id))

    @post(opt=_RUN, name="minutes-begin", status_code=200)
    async def begin(
        self, request: AnyRequest, actor: Actor, now: datetime, sheet: BodySheet, meeting_id: UUID
    ) -> Response[str]:
        """Begin to write."""
        await actions.begin_minutes(actor=actor, now=now, body=sheet, meeting_id=meeting_id)
        return await _on(request, sheet, meeting_id, "Das Protokoll ist begonnen.")

    @post("/punkte/{agenda_item_id:uuid}", opt=_WRITE, name="minutes-write", status_code=200)
    async def write(
        self,
        request: AnyRequest,
        *,
        actor: Actor,
        now: datetime,
        sheet: BodySheet,
        meeting_id: UUID,
        agenda_item_id: UUID,
    ) -> Response[str]:
        """What the minutes say of an item; whoever comes too late finds both texts."""
        form, slot = await RecordForm.of(request), f"punkt-{agenda_item_id}"
        if not form.ok:
            return await _wrong(
                request, actor, now, sheet, meeting_id, slots={slot: _RECORD}, records={agenda_item_id: form}
            )
        try:
            await actions.write_record(
                actor=actor, body=sheet, meeting_id=meeting_id, item_id=agenda_item_id, text=form.record,
                version=form.version or 1,
            )  # fmt: skip
        except actions.RecordChanged as late:
            view = await _view(actor, now, sheet, meeting_id) | {"clash": (late.item, form.record)}
            return await reply.refused(request, _PAGE, sentence=late.message, slots={slot: _CLASH}, **view)
        view = await _view(actor, now, sheet, meeting_id, agenda_item_id)
        return await _saved(request, view, "Gespeichert.", {slot: _RECORD})

    @post("/anwesenheit", opt=_RUN, name="minutes-attendance", status_code=200)
    async def attend(
        self, request: AnyRequest, actor: Actor, now: datetime, sheet: BodySheet, meeting_id: UUID
    ) -> Response[str]:
        """Who was there."""
        data = await request.form()
        said: dict[str, Any] = {"attendance": _attendance(sheet, data), "unsaid": _unsaid(sheet, data)}
        await actions.record_attendance(actor=actor, body=sheet, meeting_id=meeting_id, **said)
        slots, flash = {"anwesenheit": "bodies/_anwesenheit.html"}, "Die Anwesenheit ist gespeichert."
        return await _saved(request, await _view(actor, now, sheet, meeting_id), flash, slots)

    @post("/beschluesse", opt=_RUN, name="minutes-resolve", status_code=200)
    async def resolve(
        self, request: AnyRequest, actor: Actor, now: datetime, sheet: BodySheet, meeting_id: UUID
    ) -> Response[str]:
        """What was resolved."""
        options = {"item": _items((await access_meeting(sheet, meeting_id)).agenda)}
        form = await ResolutionForm.of(request, options=options)
        if form.ok:
            try:
                await _resolve(form, actor, now, sheet, meeting_id)
            except Invalid as problem:
                form.refuse(problem)
        if not form.ok:
            return await _wrong(request, actor, now, sheet, meeting_id, slots=_RESOLUTION, resolution_form=form)
        slots, said = {**_RESOLUTION, f"ergebnis-{form.item}": _RESOLVED}, "Der Beschluss ist aufgenommen."
        return await _saved(request, await _view(actor, now, sheet, meeting_id, UUID(form.item)), said, slots)

    @post("/beschluesse/{resolution_id:uuid}/streichung", opt=_RUN, name="minutes-unresolve", status_code=200)
    async def strike(
        self,
        request: AnyRequest,
        *,
        actor: Actor,
        now: datetime,
        sheet: BodySheet,
        meeting_id: UUID,
        resolution_id: UUID,
    ) -> Response[str]:
        """Take back what was entered wrongly."""
        before = {each.id: each.agenda_item_id for each in (await access_meeting(sheet, meeting_id)).resolutions}
        await actions.strike_resolution(actor=actor, body=sheet, meeting_id=meeting_id, resolution_id=resolution_id)
        item_id = before.get(resolution_id)
        slots = {f"ergebnis-{item_id}": _RESOLVED} if item_id else {}
        view = await _view(actor, now, sheet, meeting_id, item_id)
        return await _saved(request, view, "Der Beschluss ist gestrichen.", slots)

    @post("/umlauf", opt=_RUN, name="minutes-circulate", status_code=200)
    async def circulate(
        self, request: AnyRequest, actor: Actor, now: datetime, sheet: BodySheet, meeting_id: UUID
    ) -> Response[str]:
        """Pass them round."""
        await actions.circulate(actor=actor, now=now, body=sheet, meeting_id=meeting_id)
        return await _on(
            request, sheet, meeting_id, "Das Protokoll ist im Umlauf. Alle Mitglieder werden benachrichtigt."
        )

    @post("/ueberarbeitung", opt=_RUN, name="minutes-take-back", status_code=200)
    async def take_back(self, request: AnyRequest, actor: Actor, sheet: BodySheet, meeting_id: UUID) -> Response[str]:
        """Write on them."""
        await actions.take_back(actor=actor, body=sheet, meeting_id=meeting_id)
        return await _on(request, sheet, meeting_id, "Das Protokoll ist wieder in Arbeit.")

    @post("/einwaende", opt=_WRITE, name="minutes-object", status_code=200)
    async def object_to(
        self, request: AnyRequest, actor: Actor, now: datetime, sheet: BodySheet, meeting_id: UUID
    ) -> Response[str]:
        """Say what is wrong."""
        form = await ObjectionForm.of(request)
        if not form.ok:
            return await _wrong(request, actor, now, sheet, meeting_id, objection_form=form)
        await actions.object_to(actor=actor, now=now, body=sheet, meeting_id=meeting_id, text=form.text)
        return await _on(request, sheet, meeting_id, "Ihr Einwand ist bei der Geschäftsstelle.", "#einwaende")

    @post("/einwaende/{minutes_objection_id:uuid}/antwort", opt=_RUN, name="minutes-answer", status_code=200)
    async def answer(
        self,
        request: AnyRequest,
        *,
        actor: Actor,
        now: datetime,
        sheet: BodySheet,
        meeting_id: UUID,
        minutes_objection_id: UUID,
    ) -> Response[str]:
        """Say what becomes of it."""
        form = await AnswerForm.of(request)
        if not form.ok:
            return await _wrong(request, actor, now, sheet, meeting_id, answers={minutes_objection_id: form})
        given: dict[str, Any] = {
            "objection_id": minutes_objection_id,
            "outcome": Outcome(form.outcome),
            "answer": form.answer,
        }
        await actions.answer_objection(actor=actor, now=now, body=sheet, meeting_id=meeting_id, **given)
        return await _on(request, sheet, meeting_id, "Die Antwort ist gespeichert.", "#einwaende")

    @post("/genehmigung", opt=_RUN, name="minutes-approve", status_code=200)
    async def approve(
        self, request: AnyRequest, actor: Actor, now: datetime, sheet: BodySheet, meeting_id: UUID
    ) -> Response[str]:
        """Approve them."""
        await actions.approve(actor=actor, now=now, body=sheet, meeting_id=meeting_id)
        await mark_subject_read(actor=actor, now=now, subject_id=meeting_id)
        return await _on(request, sheet, meeting_id, "Das Protokoll ist genehmigt.")

    @get("/dokument", opt=_READ, name="minutes-document", media_type=MediaType.TEXT)
    async def export(self, sheet: BodySheet, meeting_id: UUID) -> Response[Any]:
        """The approved minutes as a document."""
        meeting = await access_meeting(sheet, meeting_id)
        if meeting.minutes is not MinutesState.APPROVED:
            raise Conflict("Das Dokument gibt es, sobald das Protokoll genehmigt ist.")
        name = f"protokoll-{sheet.rule.address}-{local_day(meeting.begins_at)}.pdf"
        return reply.saved(await minutes_as_pdf(sheet, meeting), name, "application/pdf")


async def _view(
    actor: Actor, now: datetime, body: BodySheet, meeting_id: UUID, item_id: UUID | None = None
) -> dict[str, Any]:
    """The context of the page; ``item`` is the one that a slot shows alone."""
    meeting = await access_meeting(body, meeting_id)
    items = {"item": _items(meeting.agenda)}
    return meeting_view(actor, body, meeting, now) | {
        "records": {item.id: RecordForm.blank(version=item.version, record=item.record) for item in meeting.agenda},
        "answers": {each.id: AnswerForm.blank() for each in meeting.unanswered},
        "objection_form": ObjectionForm.blank(),
        "resolution_form": ResolutionForm.blank(options=items, yes=0, no=0, abstained=0),
        "clash": None,
        "item": next((item for item in meeting.agenda if item.id == item_id), None),
    }


async def _wrong(
    request: AnyRequest,
    actor: Actor,
    now: datetime,
    body: BodySheet,
    meeting_id: UUID,
    *,
    slots: reply.Slots | None = None,
    **forms: Any,
) -> Response[str]:
    """The page again with the form in which something is wrong; with htmx that form alone."""
    view = await _view(actor, now, body, meeting_id, next(iter(forms.get("records", ())), None))
    merged = {name: {**view[name], **found} if isinstance(found, dict) else found for name, found in forms.items()}
    return await reply.invalid(request, _PAGE, form=None, slots=slots, **view | merged)


async def _saved(request: AnyRequest, view: dict[str, Any], flash: str, slots: reply.Slots) -> Response[str]:
    """What was saved, in its place: what stands unsaved in the other fields stays there."""
    to = f"{view['address']}/protokoll#{next(iter(slots), '')}"
    return await reply.changed(request, to=to, flash=flash, slots=slots, **view)


async def _on(request: AnyRequest, body: BodySheet, meeting_id: UUID, flash: str, part: str = "") -> Response[str]:
    return await reply.changed(request, to=f"{address_of(body, meeting_id)}/protokoll{part}", flash=flash)


def _items(agenda: Any) -> tuple[tuple[str, str], ...]:
    return tuple((str(item.id), f"{number}. {item.title}") for number, item in enumerate(agenda, start=1))


def _attendance(body: BodySheet, data: Any) -> list[Attendance]:
    """What was said of each member; who was left out says nothing. Whoever is named without a word was there."""
    found = []
    for member in body.members:
        said = str(data.get(f"anwesenheit-{member.organisation_id}", ""))
        people = " ".join(str(data.get(f"wer-{member.organisation_id}", "")).split())[:_CALLED]
        if not said and people:
            said = Presence.PRESENT
        if said in tuple(Presence):
            found.append(Attendance(member.organisation_id, member.name, Presence(said), people))
    return found


def _unsaid(body: BodySheet, data: Any) -> list[UUID]:
    """Of whom the form says nothing, though it asks."""
    said = {each.organisation_id for each in _attendance(body, data)}
    asked = [member.organisation_id for member in body.members if f"anwesenheit-{member.organisation_id}" in data]
    return [organisation_id for organisation_id in asked if organisation_id not in said]


async def _resolve(form: ResolutionForm, actor: Actor, now: datetime, body: BodySheet, meeting_id: UUID) -> None:
    await actions.record_resolution(
        actor=actor,
        now=now,
        body=body,
        meeting_id=meeting_id,
        item_id=UUID(form.item),
        text=form.text,
        counts=(form.yes or 0, form.no or 0, form.abstained or 0),
        adopted=form.result == "adopted",
    )
