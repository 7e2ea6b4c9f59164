"""The formal inbox of an organisation in a network, a notice as a letter, and for the sender its receipts."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from litestar import Controller, MediaType, Request, Response, get, post
from litestar.params import Parameter

from portal.formal import actions
from portal.formal.abilities import may_post
from portal.formal.export import receipts_as_csv, receipts_as_pdf
from portal.formal.pages_posting import PostingController
from portal.formal.presentation import address_of, view_of
from portal.formal.queries import (
    UNOPENED_COUNT,
    FormalNotice,
    access_notice,
    attachment_content,
    list_received,
    list_sent,
)
from portal.formal.words import still_nobody
from portal.identity.permissions import Permission
from portal.identity.queries import access_seat
from portal.kit.errors import Forbidden, NotFound
from portal.notices.actions import mark_subject_read
from portal.shell import reply
from portal.shell.feature import Feature, NavItem, NavTopic
from portal.shell.i18n import Sentence
from tenants.context import Actor
from tenants.kept import Matter

_READ = {"permission": Permission.FORMAL_READ}
_POST = {"permission": Permission.FORMAL_POST}
_ACKNOWLEDGE = {"permission": Permission.FORMAL_ACKNOWLEDGE}

AnyRequest = Request[Any, Any, Any]
PageNumber = Annotated[int, Parameter(query="seite", ge=1, le=10_000)]


class FormalController(Controller):
    """Everything under a network's ``foermliche-mitteilungen``."""

    path = "/n/{network_slug:str}/foermliche-mitteilungen"

    @get(opt=_READ, name="formal-notices")
    async def show_received(
        self, request: AnyRequest, actor: Actor, network_slug: str, page: PageNumber = 1
    ) -> Response[str]:
        """What the organisation received, newest first."""
        seat = access_seat(actor, network_slug)
        received, has_older = await list_received(seat.network_id, page=page)
        if page > 1 and not received:
            raise NotFound
        lists: dict[str, Any] = {"received": received, "page": page, "has_older": has_older, "base": address_of(seat)}
        return await reply.page(
            request, "formal/posteingang.html", seat=seat, may_post=may_post(actor, seat.network_id), **lists
        )

    @get("/gesendet", opt=_POST, name="formal-sent")
    async def show_sent(
        self, request: AnyRequest, actor: Actor, network_slug: str, page: PageNumber = 1
    ) -> Response[str]:
        """What the office posted, newest first."""
        seat = access_seat(actor, network_slug)
        if not may_post(actor, seat.network_id):
            raise Forbidden
        sent, has_older = await list_sent(seat.network_id, page=page)
        if page > 1 and not sent:
            raise NotFound
        lists: dict[str, Any] = {"sent": sent, "page": page, "has_older": has_older, "base": address_of(seat)}
        return await reply.page(request, "formal/gesendet.html", seat=seat, **lists)

    # To fetch a letter *is* to open it, so this GET declares that it records a reading.
    @get("/{formal_notice_id:uuid}", opt=_READ | {"records_reading": True}, name="formal-notice")
    async def show_notice(
        self, request: AnyRequest, actor: Actor, now: datetime, network_slug: str, formal_notice_id: UUID
    ) -> Response[str]:
        """One notice as a letter."""
        seat = access_seat(actor, network_slug)
        notice = await actions.open_notice(actor=actor, now=now, network_id=seat.network_id, notice_id=formal_notice_id)
        return await reply.page(request, "formal/mitteilung.html", **view_of(actor, seat, notice, now))

    # Part of the letter: to fetch it is to open that.
    @get(
        "/{formal_notice_id:uuid}/anlagen/{number:int}",
        opt=_READ | {"records_reading": True},
        name="formal-attachment",
        media_type=MediaType.TEXT,
    )
    async def fetch_attachment(
        self, actor: Actor, now: datetime, network_slug: str, formal_notice_id: UUID, number: int
    ) -> Response[Any]:
        """What is enclosed, to be saved."""
        seat = access_seat(actor, network_slug)
        notice = await actions.open_notice(actor=actor, now=now, network_id=seat.network_id, notice_id=formal_notice_id)
        found, content = await attachment_content(notice, number)
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(found.name)}"}
        return Response(content, media_type="application/pdf", headers=headers | {"Cache-Control": "no-store"})

    @post("/{formal_notice_id:uuid}/bestaetigung", opt=_ACKNOWLEDGE, name="formal-acknowledge", status_code=200)
    async def acknowledge(
        self, request: AnyRequest, actor: Actor, now: datetime, network_slug: str, formal_notice_id: UUID
    ) -> Response[str]:
        """Confirm that it arrived."""
        seat = access_seat(actor, network_slug)
        notice = await actions.acknowledge(actor=actor, now=now, network_id=seat.network_id, notice_id=formal_notice_id)
        await mark_subject_read(actor=actor, now=now, subject_id=formal_notice_id)
        view = view_of(actor, seat, notice, now)
        slots = {"zugang": "formal/_zugang.html"}
        return await reply.changed(request, to=view["address"], flash="Der Empfang ist bestätigt.", slots=slots, **view)

    @get("/{formal_notice_id:uuid}/zugaenge", opt=_POST, name="formal-receipts")
    async def show_receipts(
        self, request: AnyRequest, actor: Actor, now: datetime, network_slug: str, formal_notice_id: UUID
    ) -> Response[str]:
        """Who received it when, for the sender."""
        view = await _sent(actor, now, network_slug, formal_notice_id)
        return await reply.page(request, "formal/zugaenge.html", **view)

    @post(
        "/{formal_notice_id:uuid}/zugaenge/{organisation_id:uuid}/zustellung",
        opt=_POST,
        name="formal-again",
        status_code=200,
    )
    async def post_again(
        self,
        request: AnyRequest,
        *,
        actor: Actor,
        now: datetime,
        network_slug: str,
        formal_notice_id: UUID,
        organisation_id: UUID,
    ) -> Response[str]:
        """Try a posting that failed once more."""
        view = await _sent(actor, now, network_slug, formal_notice_id)
        network_id, notice_id = view["seat"].network_id, view["notice"].id
        whom = {"network_id": network_id, "notice_id": notice_id, "organisation_id": organisation_id}
        found = (tried := await actions.post_again(actor=actor, now=now, **whom)).receipt(organisation_id)
        if found is not None and found.posted_at is None:
            view |= {"notice": tried}
            return await reply.refused(request, "formal/zugaenge.html", sentence=still_nobody(found.name), **view)
        return await reply.changed(request, to=f"{view['address']}/zugaenge", flash="Die Mitteilung ist zugestellt.")

    @get("/{formal_notice_id:uuid}/zugaenge/tabelle", opt=_POST, name="formal-table", media_type=MediaType.TEXT)
    async def export_receipts(
        self, actor: Actor, now: datetime, network_slug: str, formal_notice_id: UUID
    ) -> Response[Any]:
        """The receipts as a table for a spreadsheet programme."""
        view = await _sent(actor, now, network_slug, formal_notice_id)
        return _saved(view["notice"], receipts_as_csv(view["notice"]), "csv", "text/csv")

    @get("/{formal_notice_id:uuid}/zugaenge/nachweis", opt=_POST, name="formal-proof", media_type=MediaType.TEXT)
    async def export_proof(
        self, actor: Actor, now: datetime, network_slug: str, formal_notice_id: UUID
    ) -> Response[Any]:
        """Letter and receipts as a document to be kept or handed over."""
        view = await _sent(actor, now, network_slug, formal_notice_id)
        document = await receipts_as_pdf(view["notice"], view["seat"].name)
        return _saved(view["notice"], document, "pdf", "application/pdf")


async def _sent(actor: Actor, now: datetime, network_slug: str, notice_id: UUID) -> dict[str, Any]:
    """A notice for who sees all its receipts; out of reach it is not there, whoever asks."""
    seat = access_seat(actor, network_slug)
    notice = await access_notice(seat.network_id, notice_id)
    view = view_of(actor, seat, notice, now)
    if not view["may"].sees_receipts:
        raise Forbidden(Sentence("Wem eine Mitteilung zugegangen ist, sieht die Geschäftsstelle dieses Netzwerks."))
    return view


def _saved(notice: FormalNotice, content: bytes, ending: str, kind: str) -> Response[Any]:
    name = f"zugaenge-{notice.number}-{notice.year}.{ending}"
    return reply.saved(content, name, kind)


FEATURE = Feature(
    name="formal",
    handlers=(FormalController, PostingController),
    navigation=(
        NavItem(
            "Förmliche Mitteilungen",
            "/n/{network}/foermliche-mitteilungen",
            group="network",
            topic=NavTopic.DECIDING,
            permission=Permission.FORMAL_READ,
            badge_sql=UNOPENED_COUNT,
            badge_of=frozenset({Matter.LETTERS}),
        ),
    ),
    templates=Path(__file__).parent / "templates",
)
