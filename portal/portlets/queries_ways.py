"""Ways through a space: its folders as a tree, what changed last, its tags with how much each leads to."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from portal.spaces.queries import Item
from portal.spaces.queries_lists import MARKS, SEEN, Entry, list_entries, who
from portal.spaces.types import all_types
from tenants.context import Actor
from tenants.database import execute

PAGE_SIZE = 30
MOST_FOLDERS, MOST_TAGS = 1000, 300
MOST_COUNTED = 99  # items of a tag; of more it is said that there are more


@dataclass(frozen=True, slots=True)
class Branch:
    """A folder with the folders in it."""

    entry: Entry
    branches: list["Branch"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag and how many items a person finds by it, at most one more than ``MOST_COUNTED``."""

    name: str
    items: int

    most: ClassVar[int] = MOST_COUNTED

    @property
    def is_common(self) -> bool:
        """Whether there are more than were counted."""
        return self.items > MOST_COUNTED


async def site_map(actor: Actor, root: Item) -> list[Branch]:
    """The folders the actor sees, each under the nearest one above it that they see as well."""
    folders = [declared.name for declared in all_types() if declared.is_folder]
    entries = await list_entries(
        actor,
        condition="i.type = ANY ({}::text[]) AND i.parent_id IS NOT NULL",
        values=(folders,),
        order="i.path",
        limit=MOST_FOLDERS,
        spaces=[root.space.id],
    )
    return as_tree(entries)


async def recently_changed(actor: Actor, root: Item, *, page: int) -> tuple[list[Entry], bool]:
    """A page of what changed last, and whether more follows."""
    entries = await list_entries(
        actor,
        condition="i.parent_id IS NOT NULL",
        values=(),
        order="i.changed_at DESC, i.id DESC",
        limit=PAGE_SIZE + 1,
        offset=(page - 1) * PAGE_SIZE,
        spaces=[root.space.id],
    )
    return entries[:PAGE_SIZE], len(entries) > PAGE_SIZE


async def list_tags(actor: Actor, root: Item) -> list[Tag]:
    """The tags of what the actor sees, by name, however they are capitalised; the most frequent if there are many.

    From tag to tag along their index; of each no more items are asked for than are counted.
    """
    principals, person, organisation = who(actor)
    rows = await execute(
        f"""
        {MARKS.replace("WITH", "WITH RECURSIVE")}, met AS (
            (SELECT t.tag FROM item_tag t WHERE t.space_id = {{}} ORDER BY t.tag LIMIT 1)
            UNION ALL
            SELECT (SELECT t.tag FROM item_tag t WHERE t.space_id = {{}} AND t.tag > met.tag ORDER BY t.tag LIMIT 1)
            FROM met WHERE met.tag IS NOT NULL
        )
        SELECT found.name, found.items FROM met CROSS JOIN LATERAL (
            SELECT min((SELECT min(tag) FROM unnest(seen.tags) AS tag WHERE lower(tag) = met.tag)) AS name,
                   count(*) AS items
            FROM (
                SELECT i.tags FROM item_tag t CROSS JOIN LATERAL (
                    SELECT i.tags FROM item i WHERE i.space_id = t.space_id AND i.id = t.item_id AND {SEEN} OFFSET 0
                ) AS i WHERE t.space_id = {{}} AND t.tag = met.tag ORDER BY t.item_id LIMIT {MOST_COUNTED + 1}
            ) AS seen
        ) AS found
        WHERE found.items > 0 ORDER BY found.items DESC, found.name LIMIT {MOST_TAGS}
        """,  # noqa: S608 - put together from constants
        [root.space.id],
        principals,
        root.space.id,
        root.space.id,
        person,
        organisation,
        root.space.id,
    )
    return sorted((Tag(**row) for row in rows), key=lambda tag: tag.name.lower())


def as_tree(entries: Sequence[Entry]) -> list[Branch]:
    """Folders in the order of their paths as a tree."""
    top: list[Branch] = []
    way: list[Branch] = []
    for entry in entries:
        while way and not entry.address.startswith(f"{way[-1].entry.address}/"):
            way.pop()
        branch = Branch(entry)
        (way[-1].branches if way else top).append(branch)
        way.append(branch)
    return top
