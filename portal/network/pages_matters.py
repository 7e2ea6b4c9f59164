"""What members that left have left behind, for the office to assign anew."""

from typing import Any

from litestar import Request, Response, get

from portal.identity.permissions import Permission
from portal.identity.queries import access_seat
from portal.kit.errors import Forbidden
from portal.network.presentation import address_of
from portal.network.queries_matters import list_matters
from portal.shell import reply
from tenants.context import Actor

AnyRequest = Request[Any, Any, Any]


@get("/n/{network:str}/verfahren/neu-zuordnen", name="matters", opt={"permission": Permission.PROCEDURE_RUN})
async def show_matters(request: AnyRequest, actor: Actor, network: str) -> Response[str]:
    """What waits for somebody who is no member any more, and seats that fell vacant."""
    seat = access_seat(actor, network)
    if not actor.is_office_of(seat.network_id):
        raise Forbidden("Was neu zuzuordnen ist, sieht die Geschäftsstelle dieses Netzwerks.")
    matters = await list_matters(actor, seat)
    context: dict[str, Any] = {"seat": seat, "base": address_of(seat), "matters": matters}
    return await reply.page(request, "network/neu_zuordnen.html", **context)
