"""Searching, and titles while somebody types."""

from datetime import datetime
from operator import attrgetter
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.params import Parameter

from portal.identity.permissions import Permission
from portal.search.forms import SearchForm, is_empty
from portal.search.listing import MOST_HITS, WALK
from portal.search.queries import MOST_COUNTED, PAGE_SIZE, SearchQuery, search_items, suggest_items
from portal.search.queries_corrections import Help, correct
from portal.search.rules import LONGEST_QUERY
from portal.shell import reply
from portal.shell.feature import Feature
from portal.spaces.plugins import Panel
from portal.spaces.queries import Item, access_item
from tenants.context import Actor
from tenants.kept import TEXTS, kept_answer

_READ = {"permission": Permission.CONTENT_READ}
_MOST_PAGES = MOST_HITS // PAGE_SIZE
_LIMITS = {"most": MOST_COUNTED, "walk": WALK, "last": _MOST_PAGES}
AnyRequest = Request[Any, Any, Any]
PageNumber = Annotated[int, Parameter(query="seite", ge=1, le=_MOST_PAGES)]
Folder = Annotated[UUID | None, Parameter(query="unter")]


@get("/suche", name="search", opt=_READ)
async def show_search(
    request: AnyRequest, actor: Actor, folder_id: Folder = None, page: PageNumber = 1
) -> Response[str]:
    """What was found, or the form."""
    form = SearchForm.asked(actor, request.query_params)
    folder = await _folder(actor, folder_id) if folder_id else None
    context: dict[str, Any] = {"form": form, "folder": folder, "page": page, **_LIMITS}
    if not form.ok:
        return await reply.page(request, "search/suche.html", status=422, result=None, help=Help(), **context)
    found = await _found(actor, form.query(actor, below=folder_id), page)
    return await reply.page(request, "search/suche.html", **context, **found)


@get("/suche/vorschlaege", name="search-suggestions", opt=_READ)
async def show_suggestions(request: AnyRequest, actor: Actor) -> Response[str]:
    """Titles that begin as what is being typed."""
    typed = request.query_params.get("q", "")
    entries = await suggest_items(actor, typed) if len(typed) <= LONGEST_QUERY else []
    return await reply.part(request, "search/_vorschlaege.html", entries=entries)


async def _folder(actor: Actor, folder_id: UUID) -> Item:
    """Where is searched; kept, since one looks there more than once."""
    return await kept_answer(
        f"searched {folder_id}",
        lambda: access_item(actor, folder_id),
        of=TEXTS,
        is_light=attrgetter("is_light"),
    )


async def _found(actor: Actor, query: SearchQuery, page: int) -> dict[str, Any]:
    """What the page shows: the hits, or help when there are none."""
    if is_empty(query):
        return {"result": None, "help": Help()}
    result = await search_items(actor, query, offset=(page - 1) * PAGE_SIZE)
    needs_help = query.text and not result.hits and page == 1
    return {"result": result, "help": await correct(actor, query) if needs_help else Help()}


async def _box(actor: Actor, item: Item, now: datetime) -> dict[str, Any] | None:  # noqa: ARG001 - as every panel
    """A folder is searched by itself from its own page, and so is a room from its front page."""
    return {"folder": item, "room": item.space.base[1:] if item.is_root else ""}


def _is_searched(item: Item) -> bool:
    return item.declared.is_folder and (not item.is_root or item.space.is_room)


FEATURE = Feature(
    name="search",
    handlers=(show_search, show_suggestions),
    templates=Path(__file__).parent / "templates",
    content=(Panel("suche", "search/_ordner.html", _box, place=90, shows=_is_searched),),
)
