"""What a person finds. Every hit passed the wall and the grants of its item; nothing else is ever counted or shown."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal
from uuid import UUID

from markupsafe import Markup, escape

from portal.search.listing import ASKED, MOST_HITS, ORDERS, listing
from portal.search.rules import Term, beginning, plain, terms_of
from portal.spaces.fields import midnight
from portal.spaces.queries_lists import ROW, SEEN, Entry, entry_of, who
from tenants.context import Actor
from tenants.database import execute

PAGE_SIZE = 20
MOST_COUNTED = 100  # beyond that the exact number tells nobody anything
Order = Literal["relevance", "newest", "title"]

BEGIN, END = "\ue000", "\ue001"  # stand around what was found; letters that no text has
_CANDIDATES = 2_000  # looked at in each space, however common a word is
_MOST_CANDIDATES = 50_000  # a limit so that they are joined in their order, as many as are needed
_LONG_READ = 200_000  # characters of a text in which a passage is looked for

_MARKS = """
WITH mark AS MATERIALIZED (SELECT * FROM access_marks((SELECT reach_spaces()), {}::text[])),
     asked AS MATERIALIZED (
         SELECT {}::text[] AS terms, {}::text[] AS kinds,
                ARRAY(SELECT s.id FROM space s CROSS JOIN (SELECT {}::uuid[] AS ids) AS a
                      WHERE s.id = ANY ((SELECT reach_spaces())::uuid[])
                        AND (a.ids IS NULL OR a.ids && ARRAY[s.id, s.organisation_id, s.network_id])) AS spaces)
"""
_CANDIDATE = f"""
(SELECT * FROM search_candidates((SELECT spaces FROM asked), (SELECT terms FROM asked), (SELECT kinds FROM asked),
                                 {{in_titles}}, {_CANDIDATES}) ORDER BY place LIMIT {_MOST_CANDIDATES}) AS c
JOIN item i ON i.space_id = c.space_id AND i.id = c.item_id
"""  # noqa: S608 - put together from constants
_ORDERS = {"relevance": "c.place", **ORDERS}

# A passage around the first of the words, the words in it marked.
_PASSAGE = f"""
SELECT {ROW}, (SELECT count(*) FROM visible) AS found,
       ts_headline('pg_catalog.german', translate(i.title, '{BEGIN}{END}', ''), q.marked,
                   'HighlightAll=true, StartSel={BEGIN}, StopSel={END}') AS marked_title,
       ts_headline('pg_catalog.german', translate(concat_ws(' – ', nullif(i.summary, ''),
                       nullif(substr(i.words, greatest(p.at - 120, 1), 1200), '')), E'\\n{BEGIN}{END}', ' '), q.marked,
                   'MaxFragments=2, MinWords=8, MaxWords=24, FragmentDelimiter=" … ", StartSel={BEGIN}, StopSel={END}'
       ) AS marked_text
FROM ranked r
JOIN item i ON i.space_id = r.space_id AND i.id = r.id
JOIN space s ON s.id = i.space_id
CROSS JOIN search_query((SELECT terms FROM asked), (SELECT kinds FROM asked)) AS q
CROSS JOIN LATERAL (SELECT regexp_instr(left(i.words, {_LONG_READ}), q.pattern, 1, 1, 0, 'i') AS at) AS p
ORDER BY r.rank DESC, r.place
"""  # noqa: S608 - put together from constants
_RANKED = """
SELECT v.space_id, v.id, v.place, k.rank FROM visible v
JOIN search_ranks((SELECT array_agg(space_id ORDER BY place) FROM visible),
                  (SELECT array_agg(id ORDER BY place) FROM visible), (SELECT terms FROM asked),
                  (SELECT kinds FROM asked), hilfenetz_now()) AS k ON k.space_id = v.space_id AND k.item_id = v.id
"""
_BELOW = """EXISTS (SELECT FROM item f WHERE f.space_id = i.space_id AND f.id = {} AND f.bin_id IS NULL AND f.id <> i.id
    AND (f.address = '' OR (i.address > f.address || '/' AND i.address < f.address || '0')))"""


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What is looked for: words and conditions, each of which may be left out. A saved search keeps exactly this.

    Attributes:
        text: words, "phrases", -exclusions, beginnings*, oder.
        spaces, types, states: one of these, if any are given. A space may be named by the organisation or the network
            it belongs to.
        tags: all of these, however they are capitalised.
        person: a part of the name of who made the item or changed it last.
        changed_from, changed_until: days in Berlin, both included.
        below: an item; what lies below it.
        order: without words "relevance" means the newest first.
    """

    text: str = ""
    spaces: tuple[UUID, ...] = ()
    types: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    person: str = ""
    changed_from: date | None = None
    changed_until: date | None = None
    below: UUID | None = None
    order: Order = "relevance"


@dataclass(frozen=True, slots=True)
class Hit:
    """An item that was found. ``title`` and ``snippet`` are safe, with what was found in <mark>."""

    entry: Entry
    title: Markup
    snippet: Markup


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Some of the hits. ``found`` counts all of them up to MOST_HITS; ``is_cut``: of those entries of each space alone
    that come first in the order."""

    hits: list[Hit]
    found: int = 0
    offset: int = 0
    is_cut: bool = False

    @property
    def has_more(self) -> bool:
        """Whether hits follow after these."""
        return self.found > self.offset + len(self.hits) and bool(self.hits)


async def search_items(actor: Actor, query: SearchQuery, *, limit: int = PAGE_SIZE, offset: int = 0) -> SearchResult:
    """What the actor may see of what was looked for, the best first; one statement."""
    terms = terms_of(query.text)
    if terms:
        return await search_terms(actor, query, terms, limit=limit, offset=offset)
    if plain(query.text):
        return SearchResult([])
    return await _list_items(actor, query, limit, offset)


async def search_terms(
    actor: Actor, query: SearchQuery, terms: Sequence[Term], *, limit: int, offset: int = 0
) -> SearchResult:
    """The same for terms instead of the query's text."""
    principals, person, organisation = who(actor)
    conditions, values = _conditions(query)
    order = _ORDERS[query.order]
    is_ranked = query.order == "relevance"
    rows = await execute(
        f"""
        {_MARKS}, visible AS MATERIALIZED (
            SELECT i.space_id, i.id, {"c.place" if is_ranked else f"row_number() OVER (ORDER BY {order})"} AS place
            FROM {_CANDIDATE.replace("{in_titles}", "false")}
            WHERE i.bin_id IS NULL {conditions} AND {SEEN} ORDER BY {order} LIMIT {MOST_HITS}
        ), ranked AS (
            {_RANKED if is_ranked else "SELECT space_id, id, place, 0 AS rank FROM visible"}
            ORDER BY rank DESC, place LIMIT {{}} OFFSET {{}}
        )
        {_PASSAGE}
        """,  # noqa: S608 - put together from constants
        principals,
        [term.text for term in terms],
        [term.kind.value for term in terms],
        list(query.spaces) or None,
        *values,
        person,
        organisation,
        limit,
        offset,
    )
    return SearchResult([_hit(row) for row in rows], found=rows[0]["found"] if rows else 0, offset=offset)


async def suggest_items(actor: Actor, text: str, *, limit: int = 8) -> list[Entry]:
    """Items with these words in their title, the last of which may go on; what changed last comes first."""
    terms = beginning(text)
    if not terms:
        return []
    principals, person, organisation = who(actor)
    rows = await execute(
        f"""
        {_MARKS} SELECT {ROW} FROM {_CANDIDATE.replace("{in_titles}", "true")} JOIN space s ON s.id = i.space_id
        WHERE i.bin_id IS NULL AND {SEEN} ORDER BY c.place LIMIT {{}}
        """,  # noqa: S608 - put together from constants
        principals,
        [term.text for term in terms],
        [term.kind.value for term in terms],
        None,
        person,
        organisation,
        limit,
    )
    return [entry_of(row) for row in rows]


async def _list_items(actor: Actor, query: SearchQuery, limit: int, offset: int) -> SearchResult:
    """What meets the conditions, without words."""
    principals, person, organisation = who(actor)
    order = "title" if query.order == "title" else "newest"
    asked: dict[str, object] = {
        "types": list(query.types),
        "states": list(query.states),
        "tags": sorted({tag.lower() for tag in query.tags}),
        "name": query.person.lower(),
        "since": query.changed_from and midnight(query.changed_from),
        "until": query.changed_until and midnight(query.changed_until + timedelta(days=1)),
        "below": query.below,
    }
    rows = await execute(
        listing(frozenset(name for name, value in asked.items() if value), order),
        principals,
        *(asked[name] or None for name, _ in ASKED),
        person,
        organisation,
        list(query.spaces) or None,
        limit,
        offset,
    )
    entries = [entry_of(row) for row in rows if row["id"]]
    hits = [Hit(entry, escape(entry.title), escape(entry.summary)) for entry in entries]
    return SearchResult(hits, found=rows[0]["found"], offset=offset, is_cut=rows[0]["is_cut"])


def _conditions(query: SearchQuery) -> tuple[str, list[Any]]:
    found = list(_each_condition(query))
    return "".join(f" AND {condition}" for condition, _ in found), [value for _, values in found for value in values]


def _each_condition(query: SearchQuery) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Constants with a placeholder for each value."""
    if query.types:
        yield "i.type = ANY ({}::text[])", (list(query.types),)
    if query.states:
        yield "i.state = ANY ({}::text[])", (list(query.states),)
    for tag in {tag.lower() for tag in query.tags}:
        yield "(i.space_id, i.id) IN (SELECT t.space_id, t.item_id FROM item_tag t WHERE t.tag = {})", (tag,)
    if query.person:
        name = query.person.lower()
        yield "(strpos(lower(i.owner_name), {}) > 0 OR strpos(lower(i.changed_by), {}) > 0)", (name, name)
    if query.changed_from:
        yield "i.changed_at >= {}", (midnight(query.changed_from),)
    if query.changed_until:
        yield "i.changed_at < {}", (midnight(query.changed_until + timedelta(days=1)),)
    if query.below:
        yield _BELOW, (query.below,)


def _hit(row: Mapping[str, Any]) -> Hit:
    return Hit(entry_of(row), _marked(row["marked_title"]), _marked(row["marked_text"]))


def _marked(text: str) -> Markup:
    """Text from the database as HTML: escaped, and only then what was found in <mark>."""
    return Markup(str(escape(text)).replace(BEGIN, "<mark>").replace(END, "</mark>"))  # noqa: S704
