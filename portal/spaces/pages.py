"""Reading content under the addresses people know, and the permanent one."""

from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.params import Parameter

from portal.identity.permissions import Permission
from portal.kit.errors import NotFound
from portal.shell import reply
from portal.shell.feature import Feature, NavItem, NavTopic
from portal.spaces import clipboard
from portal.spaces.content import TYPES
from portal.spaces.old_addresses import LUGGAGE
from portal.spaces.pages_bin import BIN, BIN_CONTENT
from portal.spaces.pages_copies import COPIES
from portal.spaces.pages_drafts import DRAFTS, EDITING_CONTENT
from portal.spaces.pages_editing import EDITING
from portal.spaces.pages_history import HISTORY, HISTORY_CONTENT
from portal.spaces.pages_schedule import SCHEDULE, SCHEDULE_CONTENT
from portal.spaces.pages_several import SEVERAL, SEVERAL_CONTENT
from portal.spaces.pages_sharing import SHARING, SHARING_CONTENT
from portal.spaces.pages_steps import STEPS, STEPS_CONTENT, view_of
from portal.spaces.pages_tree import TREE, TREE_CONTENT
from portal.spaces.places import SpaceKey
from portal.spaces.queries import Item, access_item, find_address, redirect_of
from portal.spaces.queries_lists import list_in_review
from portal.spaces.queries_reviews import REVIEW_COUNT
from tenants.context import Actor
from tenants.kept import TEXTS, Matter, kept_answer
from tenants.scope import current_scope

_READ = {"permission": Permission.CONTENT_READ}
AnyRequest = Request[Any, Any, Any]
PageNumber = Annotated[int, Parameter(query="seite", ge=1, le=10_000)]


@get(["/o/{organisation:str}/inhalte", "/o/{organisation:str}/{address:path}"], name="organisation-content", opt=_READ)
async def show_of_organisation(
    request: AnyRequest, actor: Actor, organisation: str, address: str = "", page: PageNumber = 1
) -> Response[str]:
    """Something in the organisation's own space."""
    return await _show(request, actor, SpaceKey.of_organisation(actor, organisation), address, page)


@get(["/n/{network:str}/inhalte", "/n/{network:str}/{address:path}"], name="network-content", opt=_READ)
async def show_of_network(
    request: AnyRequest, actor: Actor, network: str, address: str = "", page: PageNumber = 1
) -> Response[str]:
    """Something in the space of a network."""
    return await _show(request, actor, SpaceKey.of_network(actor, network), address, page)


@get(["/r/{room:str}/inhalte", "/r/{room:str}/{address:path}"], name="room-content", opt=_READ)
async def show_of_room(
    request: AnyRequest, actor: Actor, room: str, address: str = "", page: PageNumber = 1
) -> Response[str]:
    """Something in a room."""
    return await _show(request, actor, SpaceKey.of_room(actor, room), address, page)


@get("/inhalte/{item_id:uuid}", name="content", opt=_READ)
async def lead_to_item(request: AnyRequest, actor: Actor, item_id: UUID) -> Response[str]:
    """The address that stays, wherever the item is moved."""
    item = await access_item(actor, item_id)
    return await reply.redirect(request, item.url)


@get("/zur-pruefung", name="review-list", opt={"permission": Permission.CONTENT_REVIEW})
async def show_review_list(request: AnyRequest, actor: Actor) -> Response[str]:
    """What waits for a review that I may give."""
    return await reply.page(request, "spaces/pruefung.html", entries=await list_in_review(actor))


async def _show(request: AnyRequest, actor: Actor, space: SpaceKey, address: str, page: int) -> Response[str]:
    address = address.strip("/")
    item = await kept_answer(
        f"item {space} {address}",
        lambda: find_address(actor, space, address),
        of=TEXTS,
        is_light=_is_light,
    )
    if item is None:
        moved = await redirect_of(actor, space, address)
        if moved is None:
            raise NotFound
        return await reply.redirect(request, moved)
    context = await view_of(actor, item, current_scope().now, page=page)
    context["clipboard"] = clipboard.clipboard_of(request) if item.may.may_add else None
    return await reply.page(request, "spaces/item.html", **context)


def _is_light(item: Item | None) -> bool:
    """What is not there is asked for anew: nobody fills the memory with it."""
    return item is not None and item.is_light


FEATURE = Feature(
    name="spaces",
    handlers=(
        show_of_organisation,
        show_of_network,
        show_of_room,
        lead_to_item,
        show_review_list,
        *STEPS,
        *EDITING,
        *DRAFTS,
        *COPIES,
        *SHARING,
        *HISTORY,
        *TREE,
        *SEVERAL,
        *BIN,
        *SCHEDULE,
    ),
    navigation=(
        NavItem(
            "Zur Prüfung",
            "/zur-pruefung",
            group="work",
            permission=Permission.CONTENT_REVIEW,
            badge_sql=REVIEW_COUNT,
            badge_of=frozenset({Matter.WORK}),
            only_waiting=True,
        ),
        NavItem(
            "Inhalte",
            "/o/{organisation}/inhalte",
            group="organisation",
            permission=Permission.CONTENT_READ,
            below="/o/{organisation}",
        ),
        NavItem(
            "Inhalte",
            "/n/{network}/inhalte",
            group="network",
            topic=NavTopic.WORKING,
            permission=Permission.CONTENT_READ,
            below="/n/{network}",
        ),
    ),
    templates=Path(__file__).parent / "templates",
    content=(
        *TYPES,
        *STEPS_CONTENT,
        *SHARING_CONTENT,
        *EDITING_CONTENT,
        *HISTORY_CONTENT,
        *TREE_CONTENT,
        *SEVERAL_CONTENT,
        *BIN_CONTENT,
        *SCHEDULE_CONTENT,
        LUGGAGE,
    ),
)
