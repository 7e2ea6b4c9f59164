"""The calendar of a space, and one event for a calendar of one's own."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.params import Parameter

from portal.calendar.content import EVENT
from portal.calendar.export import CALENDAR_TYPE, calendar_of
from portal.calendar.pages_feeds import FEEDS
from portal.calendar.queries import event_of, weeks_of
from portal.calendar.rules import Month
from portal.calendar.words import WEEKDAYS, month_name, remark
from portal.identity.permissions import Permission
from portal.kit.clock import local_day
from portal.kit.errors import NotFound
from portal.settings import settings
from portal.shell import reply
from portal.shell.feature import Feature, NavItem, NavTopic
from portal.spaces.places import SpaceKey
from portal.spaces.queries import Item, access_item, find_address
from tenants.context import Actor

_READ = {"permission": Permission.CONTENT_READ}
_BACK, _AHEAD = 12, 24  # months that can be chosen at once, around the one that is shown
AnyRequest = Request[Any, Any, Any]
Code = Annotated[str, Parameter(query="monat", max_length=20)]


@get("/o/{organisation:str}/kalender", name="organisation-calendar", opt=_READ)
async def show_of_organisation(
    request: AnyRequest, actor: Actor, now: datetime, organisation: str, code: Code = ""
) -> Response[str]:
    """A month of the organisation's own space."""
    space = SpaceKey.of_organisation(actor, organisation)
    month = Month.read(code, otherwise=local_day(now))
    shown = await _shown(actor, await find_address(actor, space, ""), space, month, now)
    base = f"/o/{organisation}"
    return await reply.page(request, "calendar/monat.html", title=actor.organisation_name, base=base, **shown)


@get("/n/{network:str}/kalender", name="network-calendar", opt=_READ)
async def show_of_network(
    request: AnyRequest, actor: Actor, now: datetime, network: str, code: Code = ""
) -> Response[str]:
    """A month of the space of a network."""
    space = SpaceKey.of_network(actor, network)
    seat = actor.seat_by_slug(network)
    month = Month.read(code, otherwise=local_day(now))
    base = f"/n/{network}"
    shown = await _shown(actor, await find_address(actor, space, ""), space, month, now, base=base)
    return await reply.page(request, "calendar/monat.html", title=seat.name if seat else "", base=base, **shown)


@get("/r/{room:str}/kalender", name="room-calendar", opt=_READ)
async def show_of_room(request: AnyRequest, actor: Actor, now: datetime, room: str, code: Code = "") -> Response[str]:
    """A month of a room."""
    root = await find_address(actor, SpaceKey.of_room(actor, room), "")
    if root is None:
        raise NotFound
    month, base = Month.read(code, otherwise=local_day(now)), root.space.base
    shown = await _shown(actor, root, SpaceKey.of_room(actor, room), month, now, base=base)
    return await reply.page(request, "calendar/monat.html", title=root.space.title, base=base, **shown)


@get("/inhalte/{item_id:uuid}/termin", name="event-file", opt=_READ)
async def fetch_event(request: AnyRequest, actor: Actor, item_id: UUID) -> Response[bytes]:  # noqa: ARG001
    """One event as a file that calendars read."""
    item = await access_item(actor, item_id)
    event = event_of(item)
    content = calendar_of([event], title=event.space_title, public_url=settings().public_url)
    name = f"{item.slug or 'termin'}.ics"
    return Response(
        content, media_type=CALENDAR_TYPE, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


async def _shown(
    actor: Actor, root: Item | None, space: SpaceKey, month: Month, now: datetime, *, base: str = ""
) -> Mapping[str, Any]:
    """What the page of a month shows."""
    today = local_day(now)
    weeks = await weeks_of(actor, space, month, today, base=base)
    around = [month.plus(number) for number in range(-_BACK, _AHEAD + 1)]
    return {
        "month": month,
        "names": {each: month_name(each) for each in around},
        "today": Month.of(today),
        "weekdays": WEEKDAYS,
        "weeks": weeks,
        "remark": remark,
        "busy": [day for week in weeks for day in week if day.is_inside and day.events],
        "root": root if root is not None and root.may.may_add else None,
    }


FEATURE = Feature(
    name="calendar",
    handlers=(show_of_organisation, show_of_network, show_of_room, fetch_event, *FEEDS),
    navigation=(
        NavItem("Kalender", "/o/{organisation}/kalender", group="organisation", permission=Permission.CONTENT_READ),
        NavItem(
            "Kalender",
            "/n/{network}/kalender",
            group="network",
            topic=NavTopic.WORKING,
            permission=Permission.CONTENT_READ,
        ),
    ),
    templates=Path(__file__).parent / "templates",
    content=(EVENT,),
)
