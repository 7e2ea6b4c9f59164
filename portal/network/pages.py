"""The procedures of a network, and one of them with what happened, what is next, when and why."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.params import Parameter

from portal.identity.permissions import Permission
from portal.identity.queries import access_seat
from portal.kit.errors import NotFound
from portal.network import pages_office
from portal.network.abilities import may_speak
from portal.network.forms import StatementForm
from portal.network.pages_exclusion import move, open_vote, put_away, show_motion, state, take_back
from portal.network.pages_matters import show_matters
from portal.network.pages_withdrawal import check_withdrawal, declare, show_departure, show_withdrawal
from portal.network.presentation import address_of, title_of, view_of
from portal.network.queries import access_procedure, list_procedures
from portal.network.words import number_of, waiting_in_words
from portal.shell import reply
from portal.shell.feature import Feature, NavItem, NavTopic
from tenants.context import Actor
from tenants.rulebook_words import Procedure as Switch

_READ = {"permission": Permission.PROCEDURE_READ}

AnyRequest = Request[Any, Any, Any]
PageNumber = Annotated[int, Parameter(query="seite", ge=1, le=10_000)]


@get("/n/{network:str}/verfahren", name="procedures", opt=_READ)
async def show_procedures(request: AnyRequest, actor: Actor, network: str, page: PageNumber = 1) -> Response[str]:
    """Those that run, oldest first; those that ended, newest first."""
    seat = access_seat(actor, network)
    running, ended, has_older = await list_procedures(seat.network_id, page=page)
    if page > 1 and not ended:
        raise NotFound
    lists: dict[str, Any] = {"running": running, "ended": ended, "page": page, "has_older": has_older}
    lists |= {"title_of": title_of, "number_of": number_of, "waiting_in_words": waiting_in_words}
    switched_on = seat.procedures if may_speak(actor) else ()
    lists |= {"runs": actor.is_office_of(seat.network_id)}
    lists |= {"may_move": Switch.EXCLUSION in switched_on, "may_withdraw": Switch.WITHDRAWAL in switched_on}
    lists |= {"may_settle": Switch.OFFICE_SEAT in switched_on}
    base = address_of(seat)
    return await reply.page(request, "network/verfahren.html", seat=seat, base=base, **lists)


@get("/n/{network:str}/verfahren/{procedure_id:uuid}", name="procedure", opt=_READ)
async def show_procedure(
    request: AnyRequest, actor: Actor, now: datetime, network: str, procedure_id: UUID
) -> Response[str]:
    """One procedure."""
    seat = access_seat(actor, network)
    procedure = await access_procedure(seat.network_id, procedure_id)
    form = StatementForm.blank(statement=procedure.statement or "")
    view = view_of(actor, seat, procedure, now) | {"form": form} | await pages_office.office_view(actor, procedure)
    return await reply.page(request, "network/ein_verfahren.html", **view)


FEATURE = Feature(
    name="network",
    handlers=(
        show_procedures,
        show_procedure,
        show_matters,
        show_motion,
        move,
        open_vote,
        take_back,
        put_away,
        state,
        show_withdrawal,
        check_withdrawal,
        declare,
        show_departure,
        *pages_office.HANDLERS,
    ),
    navigation=(
        NavItem(
            "Verfahren",
            "/n/{network}/verfahren",
            group="network",
            topic=NavTopic.DECIDING,
            permission=Permission.PROCEDURE_READ,
            procedures=frozenset({Switch.ADMISSION, Switch.EXCLUSION, Switch.OFFICE_SEAT, Switch.WITHDRAWAL}),
            also="/n/{network}/aufnahmen",  # for members to whom that is no place of its own
        ),
    ),
    templates=Path(__file__).parent / "templates",
)
