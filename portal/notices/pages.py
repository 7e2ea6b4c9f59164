"""A person's inbox: the list, a notice, the count in the header and the stream that keeps open pages fresh."""

from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.exceptions import TooManyRequestsException
from litestar.response import ServerSentEvent

from portal.identity.assembly import Identity
from portal.identity.permissions import Permission
from portal.identity.sessions import Session
from portal.kit.errors import Conflict
from portal.notices import actions, queries, stream
from portal.notices.pages_deliveries import DELIVERIES_COUNT, DeliveriesController
from portal.shell import reply
from portal.shell.feature import Feature, NavItem
from tenants.context import Actor
from tenants.kept import Matter

ADDRESS = "/mitteilungen"
_READ = {"permission": Permission.NOTICE_READ}
_BACKGROUND = _READ | {"background": True}
_MARK = {"permission": Permission.NOTICE_MARK}

AnyRequest = Request[Any, Any, Any]


class InboxController(Controller):
    """Everything under ``/mitteilungen``."""

    path = ADDRESS

    @get(opt=_READ, name="inbox")
    async def show_inbox(self, request: AnyRequest, vor: UUID | None = None) -> Response[str]:
        """Unread first, then read ones, page by page."""
        inbox = await queries.inbox_of(before=vor)
        return await reply.page(request, "notices/inbox.html", inbox=inbox, is_first=vor is None)

    @get("/liste", opt=_BACKGROUND, name="inbox-list")
    async def show_list(self, request: AnyRequest) -> Response[str]:
        """The list as a fragment, for a page that was told that it changed."""
        inbox = await queries.inbox_of()
        return await reply.part(request, "notices/_inbox.html", inbox=inbox, is_first=True)

    @get("/anzahl", opt=_BACKGROUND, name="inbox-count")
    async def show_count(self, request: AnyRequest) -> Response[str]:
        """The number in the header, and those in the navigation: much that is told waits there too."""
        return await reply.waiting(request)

    @get("/strom", opt=_BACKGROUND | {"scope": False}, name="inbox-stream")
    async def listen(self, request: AnyRequest, actor: Actor, identity: Identity, session: Session) -> ServerSentEvent:
        """Server-sent events; without a transaction, since it stays open for hours."""
        if stream.has_enough(actor):
            raise TooManyRequestsException
        last = request.headers.get("last-event-id", "")
        if stream.is_elsewhere(actor, last):
            raise Conflict
        return ServerSentEvent(stream.events(actor, session, identity.sessions, is_return=bool(last)))

    # To open a notice *is* to read it, so this GET declares that it records a reading. The link in the mail leads here;
    # nothing but the person's own browser, signed in, can follow it.
    @get("/{notice_id:uuid}", opt=_READ | {"records_reading": True}, name="notice")
    async def show_notice(self, request: AnyRequest, actor: Actor, now: datetime, notice_id: UUID) -> Response[str]:
        """One notice."""
        notice = await actions.open_notice(actor=actor, now=now, notice_id=notice_id)
        return await reply.page(request, "notices/notice.html", notice=notice)

    @post("/{notice_id:uuid}/lesevermerk", opt=_MARK, name="notice-mark", status_code=200)
    async def mark(self, request: AnyRequest, actor: Actor, now: datetime, notice_id: UUID) -> Response[str]:
        """Put one away without opening it."""
        await actions.mark_read(actor=actor, now=now, notice_id=notice_id)
        return await _changed(request, "Die Mitteilung ist als gelesen vermerkt.")

    @post("/lesevermerke", opt=_MARK, name="notices-mark", status_code=200)
    async def mark_all(self, request: AnyRequest, actor: Actor, now: datetime) -> Response[str]:
        """Put all away."""
        await actions.mark_all_read(actor=actor, now=now)
        return await _changed(request, "Alle Mitteilungen sind als gelesen vermerkt.")


async def _changed(request: AnyRequest, flash: str) -> Response[str]:
    inbox = await queries.inbox_of()
    slots = {"mitteilungen": "notices/_inbox.html"}
    return await reply.changed(request, to=ADDRESS, flash=flash, slots=slots, inbox=inbox, is_first=True)


FEATURE = Feature(
    name="notices",
    handlers=(InboxController, DeliveriesController),
    navigation=(
        NavItem(
            "Mitteilungen",
            ADDRESS,
            group="inbox",
            permission=Permission.NOTICE_READ,
            badge_sql=queries.UNREAD_COUNT,
            badge_of=frozenset({Matter.NOTICES}),
        ),
        NavItem(
            "Zustellungen",
            DeliveriesController.path,
            group="organisation",
            permission=Permission.DELIVERY_READ,
            badge_sql=DELIVERIES_COUNT,
            badge_of=frozenset({Matter.EVERYTHING}),
        ),
    ),
    templates=Path(__file__).parent / "templates",
)
