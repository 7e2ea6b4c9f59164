"""The office writes a notice, looks at it as the members will, and posts it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.datastructures import UploadFile

from portal.deadlines.agreement import receipt_rule_of
from portal.formal import actions
from portal.formal.abilities import may_post
from portal.formal.enclosures import Enclosure
from portal.formal.forms import LetterForm
from portal.formal.presentation import address_of
from portal.formal.words import rule_in_words
from portal.identity.permissions import Permission
from portal.identity.queries import access_seat
from portal.kit.errors import Forbidden, Invalid, NotFound
from portal.kit.ids import new_id
from portal.kit.text import paragraphs_of
from portal.shell import reply
from tenants.context import Actor, Seat
from tenants.queries import standing_of

_POST = {"permission": Permission.FORMAL_POST}
_PAGE = "formal/neu.html"

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
        return await reply.page(request, _PAGE, form=LetterForm.blank(), chosen=chosen, key=key, letter=None, **context)

    @post("/vorschau", opt=_POST, name="formal-preview", status_code=200)
    async def preview(self, request: AnyRequest, actor: Actor, now: datetime, network_slug: str) -> Response[str]:
        """The form again with the letter above it; nothing is posted."""
        context = await _writing(actor, access_seat(actor, network_slug))
        form, chosen, key = await _sent_in(request)
        context |= {"chosen": chosen, "key": key, "letter": None}
        if not form.ok:
            return await reply.invalid(request, _PAGE, form=form, **context)
        names = [name for organisation_id, name in context["standing"].members if str(organisation_id) in chosen]
        letter = {"subject": form.subject, "paragraphs": paragraphs_of(form.body), "names": names, "at": now}
        return await reply.page(request, _PAGE, form=form, **context | {"letter": letter})

    @post(opt=_POST, name="formal-post", status_code=200)
    async def post_notice(self, request: AnyRequest, actor: Actor, now: datetime, network_slug: str) -> Response[str]:
        """Post it; sent in twice, it is posted once."""
        seat = access_seat(actor, network_slug)
        context = await _writing(actor, seat)
        form, chosen, key = await _sent_in(request)
        context |= {"chosen": chosen, "key": key, "letter": None}
        notice_id = await _post(form, actor, now, context, await _enclosed(request)) if form.ok else None
        if notice_id is None:
            return await reply.invalid(request, _PAGE, form=form, **context)
        return await reply.changed(
            request, to=f"{address_of(seat)}/{notice_id}/zugaenge", flash="Die Mitteilung ist zugestellt."
        )


async def _writing(actor: Actor, seat: Seat) -> dict[str, Any]:
    if not may_post(actor, seat.network_id):
        raise Forbidden("Förmliche Mitteilungen verschickt nur die Geschäftsstelle dieses Netzwerks.")
    if (standing := await standing_of(seat.network_id)) is None:
        raise NotFound
    rule = rule_in_words(receipt_rule_of(standing.rulebook.receipt))
    return {"seat": seat, "base": address_of(seat), "standing": standing, "rule": rule, "actor": actor}


async def _sent_in(request: AnyRequest) -> tuple[LetterForm, list[str], str]:
    """The form, whom it is for, and the key that belongs to this form as it was shown."""
    data = await request.form()
    form = await LetterForm.of(request)
    try:
        key = str(UUID(str(data.get("schluessel", ""))))
    except ValueError:
        key = str(new_id())
    return form, [str(text) for text in data.getall("an", [])], key


async def _enclosed(request: AnyRequest) -> list[Enclosure]:
    """The files that came with the form; a browser sends an empty one where none was chosen."""
    data = await request.form()
    files = [found for found in data.getall("anlagen", []) if isinstance(found, UploadFile) and found.filename]
    return [Enclosure(file.filename.replace("\\", "/").rpartition("/")[2], await file.read()) for file in files]


async def _post(
    form: LetterForm, actor: Actor, now: datetime, context: dict[str, Any], attachments: list[Enclosure]
) -> UUID | None:
    """The notice's id; None when something is wrong, which the form then says."""
    try:
        given = form.value | {"recipients": {UUID(text) for text in context["chosen"]}, "attachments": attachments}
        place = {"network_id": context["seat"].network_id, "standing": context["standing"]}
        notice = await actions.post(actor=actor, now=now, key=f"letter:{context['key']}", **place, **given)
    except ValueError:
        form.fail(None, "Bitte wählen Sie die Mitglieder aus der Liste.")
    except Invalid as problem:
        form.refuse(problem)
    else:
        return notice.id
    return None
