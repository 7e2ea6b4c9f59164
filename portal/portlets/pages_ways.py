"""Ways through a space beside its folders: site map, what changed last, tags."""

from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.params import Parameter

from portal.identity.permissions import Permission
from portal.kit.errors import NotFound
from portal.portlets.queries_ways import list_tags, recently_changed, site_map
from portal.shell import reply
from portal.spaces.places import SpaceKey
from portal.spaces.queries import Item, find_address
from tenants.context import Actor

_READ = {"permission": Permission.CONTENT_READ}
AnyRequest = Request[Any, Any, Any]
PageNumber = Annotated[int, Parameter(query="seite", ge=1, le=1000)]


def _paths(name: str) -> list[str]:
    return [f"/o/{{organisation:str}}/{name}", f"/n/{{network:str}}/{name}", f"/r/{{room:str}}/{name}"]


@get(_paths("uebersicht"), name="site-map", opt=_READ)
async def show_site_map(
    request: AnyRequest, actor: Actor, organisation: str = "", network: str = "", room: str = ""
) -> Response[str]:
    """All folders of a space."""
    root = await _root(actor, organisation=organisation, network=network, room=room)
    return await reply.page(request, "portlets/uebersicht.html", item=root, branches=await site_map(actor, root))


@get(_paths("neues"), name="recently-changed", opt=_READ)
async def show_changes(
    request: AnyRequest,
    actor: Actor,
    *,
    organisation: str = "",
    network: str = "",
    room: str = "",
    page: PageNumber = 1,
) -> Response[str]:
    """What changed last in a space."""
    root = await _root(actor, organisation=organisation, network=network, room=room)
    entries, has_more = await recently_changed(actor, root, page=page)
    context: dict[str, Any] = {"item": root, "entries": entries, "has_more": has_more, "page": page}
    return await reply.page(request, "portlets/neues.html", **context)


@get(_paths("schlagwoerter"), name="tags", opt=_READ)
async def show_tags(
    request: AnyRequest, actor: Actor, organisation: str = "", network: str = "", room: str = ""
) -> Response[str]:
    """The tags of a space."""
    root = await _root(actor, organisation=organisation, network=network, room=room)
    return await reply.page(request, "portlets/schlagwoerter.html", item=root, tags=await list_tags(actor, root))


async def _root(actor: Actor, **named: str) -> Item:
    """The root of the space that is meant.

    Raises:
        NotFound: it is out of reach, or not for the actor to read.
    """
    root = await find_address(actor, SpaceKey.of(actor, **named), "")
    if root is None:
        raise NotFound
    return root


WAYS = (show_site_map, show_changes, show_tags)
