"""What the office does: put a new version into force after looking at what it changes, and record a review."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get, post

from portal.agreement import actions, actions_reviewing
from portal.agreement.abilities import require_office
from portal.agreement.forms import ReviewForm
from portal.agreement.presentation import address_of, compared
from portal.agreement.queries import access_agreement, books_of
from portal.agreement.words import TURNS
from portal.identity.permissions import Permission
from portal.identity.queries import access_seat
from portal.kit.clock import local_day
from portal.kit.errors import Invalid
from portal.shell import reply
from tenants.context import Actor, Seat
from tenants.rulebook import Rulebook, RulebookError

_CHANGE = {"permission": Permission.AGREEMENT_CHANGE}
_NEW, _CHECKED, _REVIEW = "agreement/neu.html", "agreement/pruefung.html", "agreement/ueberpruefung.html"
_LONGEST_NAME = 80

AnyRequest = Request[Any, Any, Any]


class VersionsController(Controller):
    """Changing, under a network's ``regelwerk``."""

    path = "/n/{network_slug:str}/regelwerk"

    @get("/neu", opt=_CHANGE, name="rulebook-new")
    async def show_new(self, request: AnyRequest, actor: Actor, network_slug: str) -> Response[str]:
        """Where a file is handed in."""
        return await reply.page(request, _NEW, problems=(), **await _writing(actor, access_seat(actor, network_slug)))

    @post("/neu/pruefung", opt=_CHANGE, name="rulebook-check", status_code=200)
    async def check(self, request: AnyRequest, actor: Actor, now: datetime, network_slug: str) -> Response[str]:
        """What is wrong with a file, or what it would change; nothing is put into force."""
        seat = access_seat(actor, network_slug)
        context = await _writing(actor, seat)
        try:
            file, source = await _handed_in(request)
            book = await actions.check_version(
                actor=actor, now=now, network_id=seat.network_id, source=source, file=file
            )
        except RulebookError as wrong:
            return await reply.page(request, _NEW, status=422, problems=wrong.problems, **context)
        return await reply.page(request, _CHECKED, **context | await _previewed(seat, book, file, now))

    @post("/neu", opt=_CHANGE, name="rulebook-put", status_code=200)
    async def put(self, request: AnyRequest, actor: Actor, now: datetime, network_slug: str) -> Response[str]:
        """Put into force what was looked at."""
        seat = access_seat(actor, network_slug)
        data = await request.form()
        file, source = _named(data.get("datei")), _lines(str(data.get("quelle", "")))
        try:
            book = await actions.put_version(actor=actor, now=now, network_id=seat.network_id, source=source, file=file)
        except RulebookError as wrong:
            context = await _writing(actor, seat)
            return await reply.page(request, _NEW, status=422, problems=wrong.problems, **context)
        to = f"{address_of(seat)}/fassungen/{book.version}"
        return await reply.changed(
            request, to=to, flash="Die Fassung ist in Kraft gesetzt. Alle Mitglieder erfahren davon."
        )

    @get("/ueberpruefung", opt=_CHANGE, name="review-new")
    async def show_review(self, request: AnyRequest, actor: Actor, now: datetime, network_slug: str) -> Response[str]:
        """The form of a review."""
        seat = access_seat(actor, network_slug)
        require_office(actor, seat.network_id)
        form = ReviewForm.blank(reviewed_on=local_day(now))
        return await reply.page(request, _REVIEW, form=form, seat=seat, base=address_of(seat))

    @post("/ueberpruefung", opt=_CHANGE, name="review-record", status_code=200)
    async def record(self, request: AnyRequest, actor: Actor, now: datetime, network_slug: str) -> Response[str]:
        """Record it."""
        seat = access_seat(actor, network_slug)
        form = await ReviewForm.of(request)
        if not (form.ok and await _recorded(form, actor, now, seat)):
            require_office(actor, seat.network_id)
            slots = {"festhalten": "agreement/_ueberpruefung.html"}
            return await reply.invalid(request, _REVIEW, form=form, slots=slots, seat=seat, base=address_of(seat))
        to = f"{address_of(seat)}#ueberprueft"
        return await reply.changed(
            request, to=to, flash="Die Überprüfung ist festgehalten. Die Frist beginnt von vorn."
        )


async def _writing(actor: Actor, seat: Seat) -> dict[str, Any]:
    require_office(actor, seat.network_id)
    agreement = await access_agreement(seat.network_id)
    return {"seat": seat, "base": address_of(seat), "agreement": agreement}


async def _previewed(seat: Seat, book: Rulebook, file: str, now: datetime) -> dict[str, Any]:
    """What the version changes against the one that would be in force on its first day without it."""
    agreement = await access_agreement(seat.network_id)
    first = local_day(now)
    books = await books_of(seat.network_id)
    begun = [number for number, each in books.items() if each.valid_from <= max(book.valid_from, first)]
    before = max(begun, default=agreement.in_force.number)
    found = compared(books[before], book)
    waiting = [version.number for version in agreement.versions if version.number > agreement.in_force.number]
    replaced = [number for number in waiting if books[number].valid_from >= book.valid_from]
    return {"book": book, "file": file, "before": before, "found": found, "replaced": replaced, "turns": TURNS}


async def _handed_in(request: AnyRequest) -> tuple[str, str]:
    """The name and the text of the file.

    Raises:
        RulebookError: there is none, or it is no text.
    """
    sent = (await request.form()).get("datei")
    if sent is None or isinstance(sent, str) or not sent.filename:
        raise RulebookError(["Bitte wählen Sie die Datei mit dem Regelwerk aus."])
    name, content = _named(sent.filename), await sent.read()
    try:
        return name, _lines(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise RulebookError([f"{name}: Byte {error.start} ist kein UTF-8; bitte als UTF-8 speichern."]) from None


def _named(given: object) -> str:
    """How the file is called in what is said of it."""
    name = given.strip()[:_LONGEST_NAME] if isinstance(given, str) else ""
    return name or "regelwerk.toml"


def _lines(text: str) -> str:
    """The text with the line ends of ours: a browser sends others back."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


async def _recorded(form: ReviewForm, actor: Actor, now: datetime, seat: Seat) -> bool:
    try:
        await actions_reviewing.record_review(actor=actor, now=now, network_id=seat.network_id, **form.value)
    except Invalid as problem:
        form.refuse(problem)
        return False
    return True
