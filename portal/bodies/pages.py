"""The bodies of a network, one body with its meetings, and the register of its resolutions."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from litestar import Controller, Request, Response, get, post
from litestar.di import Provide
from litestar.params import Parameter

from portal.bodies.actions_space import ORDERS, open_space
from portal.bodies.pages_meetings import MeetingsController
from portal.bodies.pages_members import SeatsController
from portal.bodies.pages_minutes import MinutesController
from portal.bodies.presentation import body_view, seats_of
from portal.bodies.queries import BodySheet, access_body, list_bodies, list_seats
from portal.bodies.queries_meetings import list_meetings, list_resolutions, meetings_at_hand
from portal.bodies.rules import Stage
from portal.bodies.words import NEXT, STAGES
from portal.identity.permissions import Permission
from portal.identity.queries import access_seat
from portal.kit.clock import local_day
from portal.kit.errors import NotFound
from portal.shell import reply
from portal.shell.feature import Feature, NavItem, NavTopic
from tenants.context import Actor

_READ = {"permission": Permission.BODY_READ}
_RUN = {"permission": Permission.BODY_RUN}
_AT = {"sheet": Provide(access_body)}

AnyRequest = Request[Any, Any, Any]
PageNumber = Annotated[int, Parameter(query="seite", ge=1, le=10_000)]


class BodiesController(Controller):
    """Everything about bodies that is not one meeting."""

    path = "/n/{network_slug:str}/gremien"

    @get(opt=_READ, name="bodies")
    async def show_bodies(self, request: AnyRequest, actor: Actor, now: datetime, network_slug: str) -> Response[str]:
        """The bodies of the network that are for the actor's organisation."""
        seat = access_seat(actor, network_slug)
        bodies = await list_bodies(seat, actor.organisation_id)
        at_hand = await meetings_at_hand(seat.network_id)
        lines = [(sheet, [(each, each.stage(now)) for each in at_hand.get(sheet.id, [])]) for sheet in bodies]
        words: dict[str, Any] = {"stages": STAGES, "next": NEXT}
        return await reply.page(request, "bodies/gremien.html", seat=seat, lines=lines, **words)

    @get("/{body_slug:str}", opt=_READ, name="body", dependencies=_AT)
    async def show_body(
        self, request: AnyRequest, actor: Actor, now: datetime, sheet: BodySheet, page: PageNumber = 1
    ) -> Response[str]:
        """Its meetings, who sits there, its space, what the rulebook says."""
        meetings, has_older = await list_meetings(sheet, page=page)
        if page > 1 and not meetings:
            raise NotFound
        lines = [(meeting, meeting.stage(now)) for meeting in meetings]
        ahead = any(stage in (Stage.PLANNED, Stage.INVITED, Stage.RUNNING) for _, stage in lines)
        seats = seats_of(sheet, await list_seats(sheet), local_day(now)) if sheet.rule.is_named else []
        lists: dict[str, Any] = {"lines": lines, "page": page, "has_older": has_older, "seats": seats, "ahead": ahead}
        return await reply.page(request, "bodies/gremium.html", orders=ORDERS, **lists, **body_view(actor, sheet))

    @get("/{body_slug:str}/beschluesse", opt=_READ, name="resolutions", dependencies=_AT)
    async def show_resolutions(
        self, request: AnyRequest, actor: Actor, sheet: BodySheet, page: PageNumber = 1
    ) -> Response[str]:
        """The register of what was resolved."""
        resolutions, has_older = await list_resolutions(sheet, page=page)
        if page > 1 and not resolutions:
            raise NotFound
        lists: dict[str, Any] = {"resolutions": resolutions, "page": page, "has_older": has_older}
        return await reply.page(request, "bodies/beschluesse.html", **lists, **body_view(actor, sheet))

    @post("/{body_slug:str}/raum", opt=_RUN, name="body-space", status_code=200, dependencies=_AT)
    async def open_space(self, request: AnyRequest, actor: Actor, now: datetime, sheet: BodySheet) -> Response[str]:
        """Open its room."""
        await open_space(actor=actor, now=now, body=sheet)
        return await reply.changed(request, to=sheet.address, flash="Der Raum des Gremiums ist eröffnet.")


FEATURE = Feature(
    name="bodies",
    handlers=(BodiesController, MeetingsController, MinutesController, SeatsController),
    navigation=(
        NavItem(
            "Gremien", "/n/{network}/gremien", group="network", topic=NavTopic.MEETING, permission=Permission.BODY_READ
        ),
    ),
    templates=Path(__file__).parent / "templates",
)
