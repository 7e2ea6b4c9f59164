"""Folders to choose from, and what lies in them."""

from portal.spaces.queries import Item
from portal.spaces.queries_lists import PAGE_SIZE, Entry, EntryPage, list_entries
from portal.spaces.rules import range_below
from portal.spaces.types import all_types
from tenants.context import Actor
from tenants.database import execute

_MOST_SPACES = 100


async def list_folders(actor: Actor, folder: Item, *, page: int = 1, size: int = PAGE_SIZE) -> EntryPage:
    """The folders directly in a folder, by title."""
    found = await list_entries(
        actor,
        condition="i.parent_id = {} AND i.type = ANY ({}::text[])",
        values=(folder.id, [declared.name for declared in all_types() if declared.is_folder]),
        order="lower(i.title), i.id",
        limit=size + 1,
        offset=(page - 1) * size,
        spaces=[folder.space.id],
    )
    return EntryPage(found[:size], page, len(found) > size)


async def list_roots(actor: Actor) -> list[Entry]:
    """The front pages of all spaces within reach."""
    return await list_entries(
        actor, condition="i.parent_id IS NULL", values=(), order="lower(s.title), i.id", limit=_MOST_SPACES
    )


async def count_below(item: Item) -> int:
    """How many items lie below one, whoever sees them: all of them go with it."""
    low, high = range_below(item.address)
    rows = await execute(
        "SELECT count(*) AS items FROM item WHERE space_id = {} AND bin_id IS NULL AND address >= {} AND address < {}",
        item.space.id,
        low,
        high,
    )
    return int(rows[0]["items"])
