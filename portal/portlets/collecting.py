"""What collections list, as a part of the one statement of a front page: only constants, put together.

Around it stand ``me`` (person, organisation), ``mark`` (of queries_lists) and ``box`` (portlets with their ``number``).
However large a space is, little of it is read. Under each condition of a collection it is counted, along an index, how
much meets it, up to FEW. Where one is met by fewer, what meets it is looked up and the rest asked of that. Where all
are met by more, the space is walked through in the order of the list until enough is found, at most WALK entries far;
a row without an id then says that there was more to look through.
"""

import re

from portal.portlets.rules import PortletKind
from portal.spaces.queries_lists import SEEN

FEW = 3000
WALK = 5000
_MOST_NAMES = 2000

_WHO = iter(("(SELECT person FROM me)", "(SELECT organisation FROM me)"))
SEEN_BY_ME = re.sub(r"\{\}", lambda _: next(_WHO), SEEN)  # asked several times in one statement, answered once
_SEEN_COLLECTION = re.sub(r"\bi\.", "c.", SEEN_BY_ME)


def _names(column: str, unless: str) -> str:
    """The names in a column of the space in which what was typed stands: from name to name along its index."""
    of_space = f"SELECT x.{column} FROM item x WHERE x.space_id = c.space_id AND x.bin_id IS NULL"  # noqa: S608
    return f"""
    CASE WHEN coalesce(c.fields ->> 'person', '') = '' THEN NULL
         WHEN c.fields ->> 'person_as' = '{unless}' THEN ARRAY[]::text[]
         ELSE ARRAY(
            WITH RECURSIVE known (name) AS (
                ({of_space} ORDER BY x.{column} LIMIT 1)
                UNION ALL
                SELECT ({of_space} AND x.{column} > k.name ORDER BY x.{column} LIMIT 1)
                FROM known k WHERE k.name IS NOT NULL
            ) SELECT k.name FROM (SELECT * FROM known LIMIT {_MOST_NAMES}) AS k
            WHERE strpos(lower(k.name), lower(c.fields ->> 'person')) > 0
         ) END"""  # noqa: S608 - constants


_OF_SPACE = "x.space_id = c.space_id AND x.bin_id IS NULL"


def _is(column: str, value: str) -> str:
    """Equality, said so that the index of the column is taken however common its values seem to be."""
    return f"x.{column} BETWEEN {value} AND {value}"


def _by(column: str, names: str) -> str:
    of_one = f"SELECT x.id FROM item x WHERE {_OF_SPACE} AND {_is(column, 'n.name')} LIMIT {FEW}"  # noqa: S608
    return f"unnest({names}) AS n (name) CROSS JOIN LATERAL ({of_one}) AS x"


def _items(condition: str) -> str:
    return f"item x WHERE {_OF_SPACE} AND {condition}"


# (name, when a collection asks for it, what then is looked up)
_WAYS = (
    ("both", "c.kind <> '' AND c.state <> ''", _items(f"x.type = c.kind AND {_is('state', 'c.state')}")),
    ("kind", "c.kind <> '' AND c.state = ''", _items(_is("type", "c.kind"))),
    ("state", "c.kind = '' AND c.state <> ''", _items(_is("state", "c.state"))),
    ("folder", "c.folder IS NOT NULL", _items("x.address > c.folder || '/' AND x.address < c.folder || '0'")),
    ("coming", "c.until IS NOT NULL", _items("x.begins_at >= hilfenetz_now() AND x.begins_at < c.until")),
    ("changed", "c.since IS NOT NULL", _items("x.changed_at >= c.since")),
)
_BY_OWNER, _BY_CHANGER = _by("owner_name", "c.owners"), _by("changed_by", "c.changers")
_TAGGED = f"item_tag x WHERE x.space_id = c.space_id AND {_is('tag', '@')}"


def _counted(source: str) -> str:
    return f"(SELECT count(*) FROM (SELECT FROM {source} LIMIT {FEW}) AS met)"  # noqa: S608


_COUNTS = " UNION ALL ".join(
    (
        *(f"SELECT '{name}', NULL, {_counted(source)} WHERE {asks}" for name, asks, source in _WAYS),
        f"SELECT 'person', NULL, {_counted(_BY_OWNER)} + {_counted(_BY_CHANGER)} WHERE c.owners IS NOT NULL",
        f"SELECT 'tag', t.tag, {_counted(_TAGGED.replace('@', 't.tag'))} FROM unnest(c.tags) AS t (tag)",  # noqa: S608
    )
)
_LOOKED_UP = " UNION ".join(
    (
        *(f"SELECT x.id FROM {source} AND c.way = '{name}'" for name, _, source in _WAYS),  # noqa: S608
        *(f"SELECT x.id FROM {source} WHERE c.way = 'person'" for source in (_BY_OWNER, _BY_CHANGER)),  # noqa: S608
        f"SELECT x.item_id FROM {_TAGGED.replace('@', 'c.tag')} AND c.way = 'tag'",  # noqa: S608
    )
)

# ``collection``: those of the boxes that may be seen. ``way``: by which condition its entries are looked up, if by any.
COLLECTIONS = f"""
asked AS MATERIALIZED (
    SELECT p.id AS box, c.id, c.space_id,
           coalesce(c.fields ->> 'kind', '') AS kind, coalesce(c.fields ->> 'state', '') AS state,
           ARRAY(SELECT DISTINCT lower(t) FROM jsonb_array_elements_text(
               coalesce(nullif(c.fields -> 'with_tags', 'null'), '[]')) AS t) AS tags,
           coalesce(nullif(c.fields ->> 'order', ''), 'newest') AS sorting,
           CASE WHEN c.fields ->> 'within' = 'folder' AND f.address <> '' THEN f.address END AS folder,
           hilfenetz_now() - make_interval(days => (c.fields ->> 'changed_days')::integer) AS since,
           hilfenetz_now() + make_interval(days => (c.fields ->> 'coming_days')::integer) AS until,
           {_names("owner_name", "changer")} AS owners, {_names("changed_by", "owner")} AS changers
    FROM box p JOIN item c ON c.space_id = p.space_id AND c.id = (p.settings ->> 'collection')::uuid
    JOIN item f ON f.space_id = c.space_id AND f.id = c.parent_id
    WHERE p.kind = '{PortletKind.COLLECTION.value}' AND c.type = 'collection' AND c.bin_id IS NULL
      AND {_SEEN_COLLECTION}
), collection AS MATERIALIZED (
    SELECT c.*, w.way, w.tag FROM asked c LEFT JOIN LATERAL (
        SELECT n.way, n.tag FROM ({_COUNTS}) AS n (way, tag, met) WHERE n.met < {FEW} ORDER BY n.met LIMIT 1
    ) AS w ON true
)"""  # noqa: S608 - put together from constants

_MEETS = f"""
    c.kind IN ('', i.type) AND c.state IN ('', i.state) AND i.id <> c.id AND i.parent_id IS NOT NULL
    AND (c.folder IS NULL OR (i.address > c.folder || '/' AND i.address < c.folder || '0'))
    AND CASE WHEN c.since IS NULL AND c.until IS NULL THEN true ELSE
        (c.since IS NULL OR i.changed_at >= c.since)
        AND (c.until IS NULL OR (i.begins_at >= hilfenetz_now() AND i.begins_at < c.until)) END
    AND (c.owners IS NULL OR i.owner_name = ANY (c.owners) OR i.changed_by = ANY (c.changers))
    AND (cardinality(c.tags) = 0 OR c.tags <@ ARRAY(SELECT lower(t) FROM unnest(i.tags) AS t))
    AND {SEEN_BY_ME}
"""  # noqa: S608
_ORDERS = {"newest": "i.changed_at DESC, i.id DESC", "title": "lower(i.title), i.id", "begins": "i.begins_at, i.id"}
_BY_SORTING = """
    CASE c.sorting WHEN 'title' THEN lower(i.title) END, CASE c.sorting WHEN 'begins' THEN i.begins_at END,
    CASE c.sorting WHEN 'newest' THEN i.changed_at END DESC, i.id DESC
"""


def _walked(name: str, order: str) -> str:
    """From the front along the index of the order."""
    return f"""
    SELECT w.id, w.rank FROM collection c CROSS JOIN LATERAL (
        SELECT CASE WHEN i.rank <= {WALK} THEN i.id END AS id, i.rank FROM (
            SELECT i.*, lower(i.title) AS small, row_number() OVER (ORDER BY {order}) AS rank FROM item i
            WHERE i.space_id = c.space_id AND i.bin_id IS NULL ORDER BY {order} LIMIT {WALK} + 1
        ) AS i WHERE i.rank > {WALK} OR ({_MEETS}) ORDER BY {order.replace("lower(i.title)", "i.small")} LIMIT p.number
    ) AS w WHERE c.box = p.id AND c.way IS NULL AND c.sorting = '{name}'
    """  # noqa: S608 - put together from constants


# What the collection of a portlet ``p`` lists: (id, rank).
COLLECTED = (
    *(_walked(name, order) for name, order in _ORDERS.items()),
    f"""
    SELECT w.id, w.rank FROM collection c CROSS JOIN LATERAL (
        SELECT i.id, row_number() OVER (ORDER BY {_BY_SORTING}) AS rank FROM ({_LOOKED_UP} LIMIT {FEW} * 2) AS f
        CROSS JOIN LATERAL (SELECT * FROM item i WHERE i.space_id = c.space_id AND i.id = f.id LIMIT 1) AS i
        WHERE {_MEETS} ORDER BY {_BY_SORTING} LIMIT p.number
    ) AS w WHERE c.box = p.id AND c.way IS NOT NULL
    """,  # noqa: S608 - put together from constants
)
