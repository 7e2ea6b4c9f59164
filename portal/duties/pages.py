"""What has to be done until when."""

from pathlib import Path
from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.params import Parameter

from portal.duties import queries
from portal.duties.rules import Whose
from portal.identity.permissions import Permission
from portal.kit.errors import NotFound
from portal.ladders.words import PARTIES
from portal.shell import reply
from portal.shell.feature import Feature, NavItem
from portal.shell.i18n import mark
from tenants.context import Actor, Seat

ADDRESS = "/fristen"
_READ = {"permission": Permission.DEADLINE_READ}
AnyRequest = Request[Any, Any, Any]
PageNumber = Annotated[int, Parameter(query="seite", ge=1, le=500)]
Code = Annotated[str, Parameter(query="wer", max_length=20)]
NetworkSlug = Annotated[str, Parameter(query="netz", max_length=80)]


@get(ADDRESS, name="duties", opt=_READ)
async def show_open(
    request: AnyRequest, actor: Actor, code: Code = "", network: NetworkSlug = "", page: PageNumber = 1
) -> Response[str]:
    """What is overdue, and what is due next."""
    whose, seat = _whose(actor, code, network)
    duties = await queries.open_duties(actor, whose, seat=seat, page=page)
    shown = _shown(actor, ADDRESS, whose, seat)
    return await reply.page(request, "duties/fristen.html", duties=duties, page=page, parties=PARTIES, **shown)


@get(f"{ADDRESS}/erledigt", name="duties-ended", opt=_READ)
async def show_ended(
    request: AnyRequest, actor: Actor, code: Code = "", network: NetworkSlug = "", page: PageNumber = 1
) -> Response[str]:
    """What was done, and what nobody has to do any more."""
    whose, seat = _whose(actor, code, network)
    duties = await queries.ended_duties(actor, whose, seat=seat, page=page)
    shown = _shown(actor, f"{ADDRESS}/erledigt", whose, seat)
    return await reply.page(request, "duties/erledigt.html", duties=duties, page=page, parties=PARTIES, **shown)


def _whose(actor: Actor, code: str, network: str) -> tuple[Whose, Seat | None]:
    """Whose deadlines are asked for; one's own where the words say nothing one could choose.

    Raises:
        NotFound: that network is out of reach.
    """
    whose = next((each for each in Whose if each == code), Whose.MINE)
    if whose is Whose.NETWORK:
        seat = actor.seat_by_slug(network)
        if seat is None:
            raise NotFound
        return whose, seat
    if whose is Whose.TEAM and not actor.has(*queries.LEADING):
        return Whose.MINE, None
    return whose, None


def _shown(actor: Actor, address: str, whose: Whose, seat: Seat | None) -> dict[str, Any]:
    """What can be chosen, each as (label, question mark and words of the address, whether it is this)."""
    choices: list[tuple[str, str, bool]] = [(mark("Meine"), "", whose is Whose.MINE)]
    if actor.has(*queries.LEADING):
        choices.append((mark("Mein Team"), f"?wer={Whose.TEAM}", whose is Whose.TEAM))
    choices.append((mark("Organisation"), f"?wer={Whose.ORGANISATION}", whose is Whose.ORGANISATION))
    choices += [(each.name, f"?wer={Whose.NETWORK}&netz={each.slug}", each == seat) for each in actor.seats]
    chosen = next(words for _, words, is_this in choices if is_this)
    further = f"{address}{chosen}{'&' if chosen else '?'}seite="
    return {"whose": whose, "choices": choices, "chosen": chosen, "address": address, "further": further}


FEATURE = Feature(
    name="duties",
    handlers=(show_open, show_ended),
    navigation=(NavItem("Fristen", ADDRESS, group="work", permission=Permission.DEADLINE_READ),),
    templates=Path(__file__).parent / "templates",
)
