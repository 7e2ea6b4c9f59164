"""The office writes a notice, looks at it as the members will, and posts it."""

from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.datastructures import UploadFile

from portal.deadlines.agreement import receipt_rule_of
from portal.formal import actions
from portal.formal.abilities import may_post
from portal.formal.enclosures import LARGEST, Enclosure
from portal.formal.enclosures import check as check_enclosures
from portal.formal.forms import LetterForm
from portal.formal.presentation import address_of
from portal.formal.queries import FormalNotice
from portal.formal.words import rule_in_words
from portal.identity.permissions import Permission
from portal.identity.queries import access_seat
from portal.kit.errors import Forbidden, Invalid, NotFound
from portal.kit.ids import new_id
from portal.kit.text import paragraphs_of
from portal.shell import reply
from portal.shell.i18n import Sentence, mark
from tenants.context import Actor, Seat
from tenants.queries import standing_of

_POST = {"permission": Permission.FORMAL_POST}
_LOOK = _POST | {"repeats": True}
_PAGE = "formal/neu.html"
_FIELDS = {"angaben": "formal/_angaben.html"}  # beside them the chosen files stay chosen
_PREVIEWED = _FIELDS | {"vorschau": "formal/_vorschau.html"}
_BODY = 6 * LARGEST  # what is somewhat too large is said on the page, with all that was typed

_LEFT_OUT = mark(
    "In der Vorschau lag noch bei: %(names)s. Bitte wählen Sie die Anlagen noch einmal aus. Soll die Mitteilung ohne "
    "sie gehen, stellen Sie sie einfach noch einmal zu."
)

_POSTED_BEFORE = mark(
    "Mit diesem Formular haben Sie schon eine Mitteilung zugestellt: „%(subject)s“. Was jetzt hier steht, ist noch "
    "nicht verschickt. Soll es als weitere Mitteilung gehen, stellen Sie es bitte noch einmal zu."
)

AnyRequest = Request[Any, Any, Any]


class PostingController(Controller):
    """A new notice under a network's ``foermliche-mitteilungen``."""

    path = "/n/{network_slug:str}/foermliche-mitteilungen/neu"

    @get(opt=_POST, name="formal-new")
    async def show_new(self, request: AnyRequest, actor: Actor, network_slug: str) -> Response[str]:
        """The form of a new notice, to all members at first."""
        context = await _writing(actor, access_seat(actor, network_slug))
        chosen = [str(organisation_id) for organisation_id, _ in context["standing"].members]
        key = str(new_id())
        context |= {"chosen": chosen, "key": key}
        return await reply.page(request, _PAGE, form=LetterForm.blank(), **context)

    @post("/vorschau", opt=_LOOK, name="formal-preview", status_code=200, request_max_body_size=_BODY)
    async def preview(self, request: AnyRequest, actor: Actor, now: datetime, network_slug: str) -> Response[str]:
        """The letter beside its form; nothing is posted."""
        context = await _writing(actor, access_seat(actor, network_slug))
        form, files, sent = await _sent_in(request)
        context |= sent
        try:
            await check_enclosures(files)
        except Invalid as problem:
            form.refuse(problem)
        if not form.ok:
            return await reply.invalid(request, _PAGE, form=form, slots=_FIELDS, **context)
        context |= {"form": form, "letter": _letter(form, files, context, now)}
        if reply.from_htmx(request):
            return await reply.changed(request, to=context["base"], slots=_PREVIEWED, **context)
        return await reply.page(request, _PAGE, **context)

    @post(opt=_POST, name="formal-post", status_code=200, request_max_body_size=_BODY)
    async def post_notice(self, request: AnyRequest, actor: Actor, now: datetime, network_slug: str) -> Response[str]:
        """Post it; sent in twice, it is posted once."""
        seat = access_seat(actor, network_slug)
        context = await _writing(actor, seat)
        form, files, sent = await _sent_in(request)
        context |= sent
        if not files and (missing := (await request.form()).getall("dabei", [])):
            form.fail(None, Sentence(_LEFT_OUT, names=", ".join(map(str, missing))[:600]))
        notice_id = await _post(form, actor, now, context, files) if form.ok else None
        if notice_id is None:
            return await reply.invalid(request, _PAGE, form=form, slots=_FIELDS, **context)
        return await reply.changed(
            request, to=f"{address_of(seat)}/{notice_id}/zugaenge", flash="Die Mitteilung ist zugestellt."
        )


async def _writing(actor: Actor, seat: Seat) -> dict[str, Any]:
    if not may_post(actor, seat.network_id):
        raise Forbidden("Förmliche Mitteilungen verschickt nur die Geschäftsstelle dieses Netzwerks.")
    if (standing := await standing_of(seat.network_id)) is None:
        raise NotFound
    rule = rule_in_words(receipt_rule_of(standing.rulebook.receipt))
    found = {"seat": seat, "base": address_of(seat), "standing": standing, "rule": rule, "actor": actor}
    return found | {"letter": None, "enclosed": []}


async def _sent_in(request: AnyRequest) -> tuple[LetterForm, list[Enclosure], dict[str, Any]]:
    """The form, the files that came with it, and for the templates: whom it is for (``chosen``), the key that belongs
    to this form as it was shown, and what the files are called (``enclosed``)."""
    data = await request.form()
    form = await LetterForm.of(request)
    try:
        key = str(UUID(str(data.get("schluessel", ""))))
    except ValueError:
        key = str(new_id())
    # A browser sends an empty file where none was chosen.
    came = [found for found in data.getall("anlagen", []) if isinstance(found, UploadFile) and found.filename]
    files = [Enclosure(file.filename.replace("\\", "/").rpartition("/")[2], await file.read()) for file in came]
    chosen = [str(text) for text in data.getall("an", [])]
    return form, files, {"chosen": chosen, "key": key, "enclosed": [file.name for file in files]}


def _letter(form: LetterForm, files: list[Enclosure], context: dict[str, Any], now: datetime) -> dict[str, Any]:
    """What the preview shows."""
    return {
        "subject": form.subject,
        "paragraphs": paragraphs_of(form.body),
        "names": [name for each, name in context["standing"].members if str(each) in context["chosen"]],
        "enclosures": [(file.name, len(file.content)) for file in files],
        "at": now,
    }


async def _post(
    form: LetterForm, actor: Actor, now: datetime, context: dict[str, Any], attachments: list[Enclosure]
) -> UUID | None:
    """The notice's id; None when something is wrong, which the form then says."""
    try:
        given = form.value | {"recipients": {UUID(text) for text in context["chosen"]}, "attachments": attachments}
        place = {"network_id": context["seat"].network_id, "standing": context["standing"]}
        notice = await actions.post(actor=actor, now=now, key=f"letter:{context['key']}", **place, **given)
        if not _says(notice, **given):  # somebody went back to the form and wrote another letter
            context["key"] = str(new_id())
            form.fail(None, _POSTED_BEFORE, subject=notice.subject)
            return None
    except ValueError:
        form.fail(None, "Bitte wählen Sie die Mitglieder aus der Liste.")
    except Invalid as problem:
        form.refuse(problem)
    else:
        return notice.id
    return None


def _says(
    notice: FormalNotice, *, subject: str, body: str, recipients: set[UUID], attachments: list[Enclosure]
) -> bool:
    """Whether a notice is what was sent in, and not what was posted before with the same form."""
    enclosed = [(each.name, each.sha256) for each in notice.attachments]
    return (notice.subject, notice.body, {each.organisation_id for each in notice.receipts}, enclosed) == (
        subject,
        body,
        recipients,
        [(file.name, sha256(file.content).hexdigest()) for file in attachments],
    )
