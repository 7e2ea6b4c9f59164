"""Front pages with all they list in one statement, and what a collection lists."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from markupsafe import Markup

from portal.kit.errors import NotFound
from portal.portlets.collecting import COLLECTED, COLLECTIONS, SEEN_BY_ME
from portal.portlets.rules import EXPIRING_DAYS, MOST_ENTRIES, Link, PortletKind, Side
from portal.shell.fields import Options
from portal.shell.i18n import mark
from portal.spaces.markup import shown
from portal.spaces.queries import Item
from portal.spaces.queries_lists import NEAREST, ROW, Entry, entry_of, list_entries, who
from portal.spaces.rules import Access
from portal.tasks.content import TASK
from portal.votes.queries_lists import WAITING_VOTES, waiting_vote
from tenants.context import Actor
from tenants.database import execute

MOST_LISTED = 100

# (kind, condition, order): each along an index of its own.
_LISTS = (
    (PortletKind.NEWS, "WHERE i.type = 'news' AND i.state = 'published' AND", "i.published_at DESC, i.id DESC"),
    (
        PortletKind.EVENTS,
        """WHERE i.type = 'event' AND i.state = 'published' AND i.begins_at >= hilfenetz_now() - interval '366 days'
           AND coalesce(i.ends_at, i.begins_at) >= hilfenetz_now() - interval '1 day' AND""",
        "i.begins_at, i.id",
    ),
    (
        PortletKind.TASKS,
        "WHERE i.type = 'task' AND i.state IN ('open', 'in_work') AND",
        "i.ends_at, i.changed_at, i.id",
    ),
    (
        PortletKind.DEADLINES,
        "WHERE i.type = 'task' AND i.state IN ('open', 'in_work') AND i.ends_at IS NOT NULL AND",
        "i.ends_at, i.id",
    ),
    (
        PortletKind.DEADLINES,
        f"""WHERE i.state = 'published' AND i.expires_at > hilfenetz_now()
            AND i.expires_at < hilfenetz_now() + interval '{EXPIRING_DAYS} days'
            AND ({NEAREST} & {Access.EDITOR | Access.MANAGER:d}) <> 0 AND""",
        "i.expires_at, i.id",
    ),
    (PortletKind.RECENT, "WHERE i.parent_id IS NOT NULL AND", "i.changed_at DESC, i.id DESC"),
)


def _listed(kind: PortletKind, condition: str, order: str) -> str:
    """The items of one kind of portlet ``p``, numbered in their order."""
    return f"""
    SELECT w.id, w.rank FROM (
        SELECT i.id, row_number() OVER (ORDER BY {order}) AS rank FROM item i {condition}
        p.kind = '{kind.value}' AND i.space_id = p.space_id AND i.bin_id IS NULL AND {SEEN_BY_ME}
        ORDER BY {order} LIMIT p.number
    ) AS w
    """  # noqa: S608 - put together from constants


_EACH = (*(_listed(*each) for each in _LISTS), *COLLECTED)
# Where a box shows deadlines: the votes that wait for the own organisation, of the space's network or of all its own.
_VOTES = f"""
    SELECT o.* FROM ({WAITING_VOTES}) AS o
    WHERE EXISTS (SELECT FROM box p JOIN space s ON s.id = p.space_id WHERE p.kind = '{PortletKind.DEADLINES.value}'
                  AND (s.network_id = o.network_id OR s.organisation_id = (SELECT organisation FROM me)))
    ORDER BY o.due_at, o.id LIMIT {MOST_ENTRIES}
"""  # noqa: S608 - put together from constants
_FRONT = f"""
WITH me AS MATERIALIZED (SELECT {{}}::uuid AS person, {{}}::uuid AS organisation),
mark AS MATERIALIZED (SELECT * FROM access_marks(ARRAY[{{}}::uuid], {{}}::text[])),
box AS MATERIALIZED (/* boxes */), {COLLECTIONS}, vote_due AS MATERIALIZED ({_VOTES})
SELECT p.id AS portlet_id, p.kind AS portlet_kind, p.side AS portlet_side, p.title AS portlet_title,
       p.settings AS portlet_settings, e.rank, i.expires_at,
       CASE p.kind WHEN '{PortletKind.DEADLINES.value}' THEN (SELECT json_agg(v) FROM vote_due v) END AS votes, {ROW}
FROM box p
LEFT JOIN LATERAL ({" UNION ALL ".join(_EACH)}) AS e ON true
LEFT JOIN LATERAL (SELECT * FROM item i WHERE i.space_id = p.space_id AND i.id = e.id LIMIT 1) AS i ON true
LEFT JOIN space s ON s.id = i.space_id
ORDER BY p.position, p.id, e.rank
"""  # noqa: S608 - put together from constants
_BOXES = f"""
    SELECT b.*, least(coalesce((b.settings ->> 'number')::integer, 5), {MOST_ENTRIES}) AS number
    FROM portlet b WHERE b.space_id = {{}} AND b.item_id = {{}}
"""  # noqa: S608 - the same
_ONE_BOX = f"""
    SELECT {{}}::uuid AS space_id, {{}}::uuid AS id, '{PortletKind.COLLECTION.value}' AS kind, '' AS side, '' AS title,
           jsonb_build_object('collection', {{}}::text) AS settings, {MOST_LISTED + 1} AS number, 0 AS position
"""


@dataclass(frozen=True, slots=True)
class Deadline:
    """Something that ends: a vote, a task, or what expires. ``what`` is its word."""

    due_at: datetime
    what: str
    icon: str
    title: str
    address: str


@dataclass(frozen=True)
class Portlet:
    """A box of a front page with what one person sees in it. ``is_cut``: not all of the space was looked through."""

    id: UUID
    kind: PortletKind
    side: Side
    title: str
    settings: Mapping[str, Any]
    entries: tuple[Entry, ...] = ()
    is_cut: bool = False
    deadlines: tuple[Deadline, ...] = ()
    stand: str = ""  # which of its states this is, where boxes are put together
    changed_by: str = ""

    @property
    def links(self) -> list[Link]:
        """Of a portlet with links."""
        return [Link(*pair) for pair in self.settings.get("links", ())]

    @property
    def body(self) -> Markup:
        """Of a portlet with a text, cleaned once more."""
        return shown(str(self.settings.get("body") or ""))


async def front_page(actor: Actor, root: Item) -> list[Portlet]:
    """The portlets of a space in their order with what the actor may see in them; one statement."""
    principals, person, organisation = who(actor)
    statement = _FRONT.replace("/* boxes */", _BOXES)
    rows = await execute(statement, person, organisation, root.space.id, principals, root.space.id, root.id)
    return [_with_deadlines(actor, portlet, rows) for portlet in _portlets(rows)]


async def collected(actor: Actor, collection: Item) -> Portlet:
    """What a collection lists for the actor, as a box; one entry more than ``MOST_LISTED`` when there are more."""
    principals, person, organisation = who(actor)
    space_id = collection.space.id
    statement = _FRONT.replace("/* boxes */", _ONE_BOX)
    rows = await execute(
        statement, person, organisation, space_id, principals, space_id, collection.id, str(collection.id)
    )
    return _portlets(rows)[0]


async def list_portlets(root: Item) -> list[Portlet]:
    """The portlets of a space in their order, without what they list."""
    rows = await execute(
        """
        SELECT id AS portlet_id, kind AS portlet_kind, side AS portlet_side, title AS portlet_title,
               settings AS portlet_settings,
               changed_at AS portlet_changed_at, changed_by AS portlet_changed_by, NULL AS id, NULL AS rank
        FROM portlet WHERE space_id = {} AND item_id = {} ORDER BY position, id
        """,
        root.space.id,
        root.id,
    )
    return _portlets(rows)


async def access_portlet(root: Item, portlet_id: UUID) -> Portlet:
    """A portlet of this front page.

    Raises:
        NotFound: it has none of that id.
    """
    for portlet in await list_portlets(root):
        if portlet.id == portlet_id:
            return portlet
    raise NotFound


async def list_collections(actor: Actor, root: Item) -> Options:
    """The collections of the space that the actor sees, as choices."""
    found = await list_entries(
        actor,
        condition="i.type = 'collection'",
        values=(),
        order="lower(i.title), i.id",
        limit=200,
        spaces=[root.space.id],
    )
    return tuple((str(entry.id), entry.title) for entry in found)


def _with_deadlines(actor: Actor, portlet: Portlet, rows: Sequence[Mapping[str, Any]]) -> Portlet:
    """A box of deadlines: what its rows say, by the day on which it ends, as many as it shows."""
    if portlet.kind is not PortletKind.DEADLINES:
        return portlet
    found = []
    own = [row for row in rows if row["portlet_id"] == portlet.id]
    for vote in map(waiting_vote, json.loads(own[0]["votes"] or "[]")):
        seat = actor.seat(vote.network_id)
        if seat is not None:
            address = f"/n/{seat.slug}/abstimmungen/{vote.id}"
            found.append(Deadline(vote.due_at, mark("Abstimmung"), "calendar-today", vote.question, address))
    for row in (row for row in own if row["id"] is not None):
        entry = entry_of(row)
        is_task = entry.declared is TASK
        due_at = row["ends_at"] if is_task else row["expires_at"]
        found.append(
            Deadline(due_at, TASK.title if is_task else mark("Läuft ab"), entry.declared.icon, entry.title, entry.url)
        )
    found.sort(key=lambda each: (each.due_at, each.title))
    return replace(portlet, deadlines=tuple(found[: portlet.settings.get("number", 5)]))


def _portlets(rows: Sequence[Mapping[str, Any]]) -> list[Portlet]:
    found: dict[UUID, list[Mapping[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["portlet_id"], []).append(row)
    return [_portlet(own) for own in found.values() if own[0]["portlet_kind"] in set(PortletKind)]


def _portlet(rows: Sequence[Mapping[str, Any]]) -> Portlet:
    row = rows[0]
    return Portlet(
        id=row["portlet_id"],
        kind=PortletKind(row["portlet_kind"]),
        side=Side(row["portlet_side"] or Side.MAIN),
        title=row["portlet_title"],
        settings=json.loads(row["portlet_settings"]),
        entries=tuple(entry_of(each) for each in rows if each["id"] is not None),
        is_cut=any(each["id"] is None and each["rank"] is not None for each in rows),
        stand=row["portlet_changed_at"].isoformat() if "portlet_changed_at" in row else "",
        changed_by=row.get("portlet_changed_by", ""),
    )
