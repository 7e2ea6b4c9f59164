"""The positions of a network, writing a paper, and the steps it goes: each for the version that was seen."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post

from portal.circle import actions
from portal.circle.abilities import speaks
from portal.circle.forms import PaperForm, RemarkForm
from portal.circle.presentation import lists_of, view_of
from portal.circle.queries import Paper, access_seat, address_of, list_papers
from portal.identity.permissions import Permission
from portal.kit.errors import Conflict, Forbidden, Invalid
from portal.kit.text import number_in
from portal.notices.actions import mark_subject_read
from portal.shell import reply, transaction
from tenants.context import Actor, Seat
from tenants.rulebook_words import Procedure

_WRITE = {"permission": Permission.POSITION_WRITE}
_TAKE = {"permission": Permission.MATTER_TAKE}
_RELEASE = {"permission": Permission.POSITION_RELEASE}
_FORM = "circle/papier_schreiben.html"
_WRITING = {"formular": "circle/_papier_formular.html"}
_WHOLE = {"papier": "circle/_papier.html"}

AnyRequest = Request[Any, Any, Any]
Deed = Callable[[Paper], Awaitable[object]]


class PapersController(Controller):
    """Everything that changes a network's ``positionen``."""

    path = "/n/{network:str}/positionen"

    @get(opt={"permission": Permission.POSITION_READ}, name="positions")
    async def show_papers(self, request: AnyRequest, actor: Actor, network: str) -> Response[str]:
        """What holds, what is in the making, and what was."""
        seat = _seat(actor, network)
        papers = await list_papers(seat.network_id)
        return await reply.page(request, "circle/positionen.html", **lists_of(actor, seat, papers))

    @get("/neu", opt=_WRITE, name="position-new")
    async def show_new(self, request: AnyRequest, actor: Actor, network: str) -> Response[str]:
        """The form of a new paper."""
        return await reply.page(request, _FORM, form=PaperForm.blank(), **_writing(actor, _seat(actor, network)))

    @post(opt=_WRITE, name="position-write", status_code=200)
    async def write(self, request: AnyRequest, actor: Actor, now: datetime, network: str) -> Response[str]:
        """Begin a paper."""
        seat, form = _seat(actor, network), await PaperForm.of(request)
        if form.ok:
            try:
                paper_id = await actions.write_paper(actor=actor, now=now, seat=seat, **form.value)
                return await reply.changed(request, to=address_of(seat, paper_id), flash="Der Entwurf ist gespeichert.")
            except Invalid as problem:
                form.refuse(problem)
        return await reply.invalid(request, _FORM, form=form, slots=_WRITING, **_writing(actor, seat))

    @get("/{position_paper_id:uuid}/bearbeiten", opt=_WRITE, name="position-edit")
    async def show_edit(
        self, request: AnyRequest, actor: Actor, network: str, position_paper_id: UUID
    ) -> Response[str]:
        """The form with its text."""
        seat = _seat(actor, network)
        view = await view_of(actor, seat, position_paper_id)
        if not view["may"].may_edit:
            raise Forbidden("Ein Papier ändert, wer es schreibt, solange nicht darüber abgestimmt wird.")
        form = PaperForm.blank(title=view["paper"].title, body=view["paper"].body)
        return await reply.page(request, _FORM, form=form, **_writing(actor, seat, view))

    @post("/{position_paper_id:uuid}/text", opt=_WRITE, name="position-save", status_code=200)
    async def save(
        self, request: AnyRequest, actor: Actor, now: datetime, network: str, position_paper_id: UUID
    ) -> Response[str]:
        """Keep what was written, if it was made from the text as it is."""
        seat, form, version = _seat(actor, network), await PaperForm.of(request), await _version(request)
        view = _writing(actor, seat, await view_of(actor, seat, position_paper_id))
        try:
            if form.ok:
                seen = {"paper": view["paper"], "version": version}
                await actions.save_paper(actor=actor, now=now, **seen, **form.value)
                return await reply.changed(request, to=view["address"], flash="Der Text ist gespeichert.")
        except Invalid as problem:
            form.refuse(problem)
        except actions.OtherVersion as problem:
            return await _too_late(request, problem, form, view)
        return await reply.invalid(request, _FORM, form=form, slots=_WRITING, **view | {"version": version})

    @post("/{position_paper_id:uuid}/umlauf", opt=_WRITE, name="position-circulate", status_code=200)
    async def circulate(
        self, request: AnyRequest, actor: Actor, now: datetime, network: str, position_paper_id: UUID
    ) -> Response[str]:
        """Send it round."""
        version = await _version(request)
        return await _step(
            request,
            actor,
            network=network,
            paper_id=position_paper_id,
            flash="Das Papier liegt jetzt allen Mitgliedern vor.",
            deed=lambda paper: actions.circulate(actor=actor, now=now, paper=paper, version=version),
        )

    @post("/{position_paper_id:uuid}/verwerfung", opt=_WRITE, name="position-discard", status_code=200)
    async def discard(
        self, request: AnyRequest, actor: Actor, now: datetime, network: str, position_paper_id: UUID
    ) -> Response[str]:
        """Give it up."""
        version = await _version(request)
        return await _step(
            request,
            actor,
            network=network,
            paper_id=position_paper_id,
            flash="Das Papier ist verworfen.",
            deed=lambda paper: actions.discard(actor=actor, now=now, paper=paper, version=version),
        )

    @post("/{position_paper_id:uuid}/uebernahme", opt=_TAKE, name="position-take", status_code=200)
    async def take_over(
        self, request: AnyRequest, actor: Actor, now: datetime, network: str, position_paper_id: UUID
    ) -> Response[str]:
        """Write on what a member left behind."""
        return await _step(
            request,
            actor,
            network=network,
            paper_id=position_paper_id,
            flash="Ihre Organisation schreibt dieses Papier jetzt weiter.",
            deed=lambda paper: actions.take_over(actor=actor, now=now, paper=paper),
        )

    @post("/{position_paper_id:uuid}/anmerkungen", opt=_WRITE, name="position-remark", status_code=200)
    async def remark(
        self, request: AnyRequest, actor: Actor, now: datetime, network: str, position_paper_id: UUID
    ) -> Response[str]:
        """Say something of it."""
        form, version = await RemarkForm.of(request), await _version(request)
        if not form.ok:
            view = await view_of(actor, _seat(actor, network), position_paper_id)
            slots = {"anmerken": "circle/_anmerken.html"}
            return await reply.invalid(request, "circle/papier.html", form=form, slots=slots, **view)
        await mark_subject_read(actor=actor, now=now, subject_id=position_paper_id)
        return await _step(
            request,
            actor,
            network=network,
            paper_id=position_paper_id,
            flash="Ihre Anmerkung ist gespeichert.",
            deed=lambda paper: actions.remark(actor=actor, now=now, paper=paper, version=version, text=form.text),
        )

    @post("/{position_paper_id:uuid}/ausgaben", opt=_WRITE, name="position-edition", status_code=200)
    async def begin_edition(
        self, request: AnyRequest, actor: Actor, now: datetime, network: str, position_paper_id: UUID
    ) -> Response[str]:
        """Begin a new edition."""
        seat = _seat(actor, network)
        view = await view_of(actor, seat, position_paper_id)
        made = await actions.begin_edition(actor=actor, now=now, paper=view["paper"])
        return await reply.changed(request, to=address_of(seat, made), flash="Der Entwurf der neuen Ausgabe ist da.")

    @post("/{position_paper_id:uuid}/abstimmung", opt=_RELEASE, name="position-ask", status_code=200)
    async def put_to_vote(
        self, request: AnyRequest, actor: Actor, now: datetime, network: str, position_paper_id: UUID
    ) -> Response[str]:
        """Ask all members."""
        seat, version = _seat(actor, network), await _version(request)
        return await _step(
            request,
            actor,
            network=network,
            paper_id=position_paper_id,
            flash="Die Abstimmung ist eröffnet. Der Text ändert sich nicht mehr.",
            deed=lambda paper: actions.put_to_vote(actor=actor, now=now, seat=seat, paper=paper, version=version),
        )

    @post("/{position_paper_id:uuid}/ruecknahme", opt=_RELEASE, name="position-withdraw", status_code=200)
    async def put_withdrawal_to_vote(
        self, request: AnyRequest, actor: Actor, now: datetime, network: str, position_paper_id: UUID
    ) -> Response[str]:
        """Ask all members whether it still holds."""
        seat = _seat(actor, network)
        return await _step(
            request,
            actor,
            network=network,
            paper_id=position_paper_id,
            flash="Die Abstimmung über die Rücknahme ist eröffnet.",
            deed=lambda paper: actions.put_withdrawal_to_vote(actor=actor, now=now, seat=seat, paper=paper),
        )

    @post("/{position_paper_id:uuid}/veroeffentlichung", opt=_RELEASE, name="position-release", status_code=200)
    async def release(
        self, request: AnyRequest, actor: Actor, now: datetime, network: str, position_paper_id: UUID
    ) -> Response[str]:
        """Show it to everybody."""
        return await _step(
            request,
            actor,
            network=network,
            paper_id=position_paper_id,
            flash="Die Position ist veröffentlicht.",
            deed=lambda paper: actions.release(actor=actor, now=now, paper=paper),
        )

    @post("/{position_paper_id:uuid}/veroeffentlichung/ende", opt=_RELEASE, name="position-unrelease", status_code=200)
    async def take_back(
        self, request: AnyRequest, actor: Actor, network: str, position_paper_id: UUID
    ) -> Response[str]:
        """Show it to members only."""
        return await _step(
            request,
            actor,
            network=network,
            paper_id=position_paper_id,
            flash="Die Position ist nicht mehr öffentlich.",
            deed=lambda paper: actions.take_back(actor=actor, paper=paper),
        )


def _seat(actor: Actor, network: str) -> Seat:
    return access_seat(actor, network, Procedure.POSITION)


def _writing(actor: Actor, seat: Seat, view: dict[str, Any] | None = None) -> dict[str, Any]:
    """The context of the form; a new paper has none of a paper."""
    if view is None and not speaks(actor):
        raise Forbidden(actions.ONLY_SPEAKERS)
    base = f"/n/{seat.slug}/positionen"
    blank = {"seat": seat, "base": base, "paper": None, "address": base, "other": None, "version": 0}
    return blank | (view | {"version": view["paper"].version} if view else {})


async def _version(request: AnyRequest) -> int:
    """Which version a form was shown with; one that does not say is of another time."""
    return number_in((await request.form()).get("version"))


async def _step(
    request: AnyRequest, actor: Actor, *, network: str, paper_id: UUID, flash: str, deed: Deed
) -> Response[str]:
    """Make a step of the paper; what is refused shows the paper as it is."""
    view = await view_of(actor, _seat(actor, network), paper_id)
    try:
        await deed(view["paper"])
    except Conflict as problem:
        transaction.refuse(request)
        view = await view_of(actor, view["seat"], paper_id)
        context = view | {"form": RemarkForm.blank()}
        return await reply.refused(request, "circle/papier.html", sentence=problem.message, slots=_WHOLE, **context)
    return await reply.changed(request, to=view["address"], flash=flash)


async def _too_late(request: AnyRequest, problem: Conflict, form: PaperForm, view: dict[str, Any]) -> Response[str]:
    """Both texts: what somebody else has kept meanwhile, and the form with what was typed."""
    context = view | {"form": form, "other": view["paper"]}
    return await reply.refused(request, _FORM, sentence=problem.message, slots=_WRITING, **context)
