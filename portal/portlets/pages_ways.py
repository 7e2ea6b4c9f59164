"""Ways through a space beside its folders: site map, what changed last, tags."""

from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.params import Parameter

from portal.identity.permissions import Permission
from portal.kit.errors import NotFound
from portal.portlets.queries_ways import list_tags, recently_changed, site_map
from portal.shell import reply
from portal.spaces.queries import Item, SpaceKey, find_address
from tenants.context import Actor

_READ = {"permission": Permission.CONTENT_READ}
AnyRequest = Request[Any, Any, Any]
PageNumber = Annotated[int, Parameter(query="seite", ge=1, le=1000)]


def _paths(name: str) -> list[str]:
    return [f"/o/{{organisation:str}}/{name}", f"/n/{{network:str}}/{name}"]


@get(_paths("uebersicht"), name="site-map", opt=_READ)
async def show_site_map(request: AnyRequest, actor: Actor, organisation: str = "", network: str = "") -> Response[str]:
    """All folders of a space."""
    root = await _root(actor, organisation, network)
    return await reply.page(request, "portlets/uebersicht.html", item=root, branches=await site_map(actor, root))


@get(_paths("neues"), name="recently-changed", opt=_READ)
async def show_changes(
    request: AnyRequest, actor: Actor, organisation: str = "", network: str = "", page: PageNumber = 1
) -> Response[str]:
    """What changed last in a space."""
    root = await _root(actor, organisation, network)
    entries, has_more = await recently_changed(actor, root, page=page)
    context: dict[str, Any] = {"item": root, "entries": entries, "has_more": has_more, "page": page}
    return await reply.page(request, "portlets/neues.html", **context)


@get(_paths("schlagwoerter"), name="tags", opt=_READ)
async def show_tags(request: AnyRequest, actor: Actor, organisation: str = "", network: str = "") -> Response[str]:
    """The tags of a space."""
    root = await _root(actor, organisation, network)
    return await reply.page(request, "portlets/schlagwoerter.html", item=root, tags=await list_tags(actor, root))


async def _root(actor: Actor, organisation: str, network: str) -> Item:
    """The root of the space that is meant.

    Raises:
        NotFound: it is out of reach, or not for the actor to read.
    """
    key = SpaceKey.of_network(actor, network) if network else SpaceKey.of_organisation(actor, organisation)
    root = await find_address(actor, key, "")
    if root is None:
        raise NotFound
    return root


WAYS = (show_site_map, show_changes, show_tags)
