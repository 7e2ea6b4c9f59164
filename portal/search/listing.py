"""What a search without words lists, as its one statement: only constants, put together.

However large a space is, little of it is read. Under each condition it is counted, along an index, how much meets it.
Where one is met by fewer than LITTLE, what meets it is looked up and the rest asked of that. Else the space is walked
through in the order of the list until there are enough hits, at most WALK entries far. Where that does not lead to the
end, what is met by fewer than FEW is looked up after all; where nothing is, not everything was looked at, and
``is_cut`` says so. Spaces that are small are always looked through to their end.
"""

from collections.abc import Iterator
from functools import cache

from portal.spaces.queries_lists import ROW, SEEN

MOST_HITS = 500
LITTLE, FEW, WALK = 50, 3_000, 3_000
ORDERS = {"newest": "i.changed_at DESC, i.id DESC", "title": "lower(i.title), i.id"}
_MOST_NAMES = 2_000  # in a space with more people what somebody made is not looked up

# (name, type); None: it is not asked for. "below" is an item.
ASKED = (
    ("types", "text[]"),
    ("states", "text[]"),
    ("tags", "text[]"),
    ("name", "text"),
    ("since", "timestamptz"),
    ("until", "timestamptz"),
    ("below", "uuid"),
)
_OF_SPACE = "x.space_id = p.id AND x.bin_id IS NULL"
_SEEN = SEEN.replace("{}", "(SELECT person FROM asked)", 1).replace("{}", "(SELECT organisation FROM asked)", 1)
_MEETS = {
    "types": "i.type = ANY ((SELECT types FROM asked)::text[])",
    "states": "i.state = ANY ((SELECT states FROM asked)::text[])",
    "tags": "(SELECT tags FROM asked) <@ ARRAY(SELECT lower(t) FROM unnest(i.tags) AS t)",
    "name": "(strpos(lower(i.owner_name), (SELECT name FROM asked)) > 0"
    " OR strpos(lower(i.changed_by), (SELECT name FROM asked)) > 0)",
    "since": "i.changed_at >= (SELECT since FROM asked)",
    "until": "i.changed_at < (SELECT until FROM asked)",
    "below": "i.id <> p.below AND (p.folder = '' OR (i.address > p.folder || '/' AND i.address < p.folder || '0'))",
}
_PEOPLE = (("owners", "owner_name"), ("changers", "changed_by"))
_TAGGED = "item_tag x WHERE x.space_id = p.id AND x.tag BETWEEN @ AND @"
_NAMES = f"""
    (WITH RECURSIVE known (name) AS (
        (SELECT x.@ FROM item x WHERE x.space_id = s.id AND x.bin_id IS NULL ORDER BY x.@ LIMIT 1)
        UNION ALL
        SELECT (SELECT x.@ FROM item x WHERE x.space_id = s.id AND x.bin_id IS NULL AND x.@ > k.name
                ORDER BY x.@ LIMIT 1)
        FROM known k WHERE k.name IS NOT NULL
     ) SELECT coalesce(array_agg(k.name) FILTER (WHERE strpos(lower(k.name), (SELECT name FROM asked)) > 0),
                       ARRAY[]::text[])
       FROM (SELECT * FROM known LIMIT {_MOST_NAMES} + 1) AS k HAVING count(*) <= {_MOST_NAMES})
"""  # noqa: S608 - constants


@cache
def listing(asked: frozenset[str], order: str) -> str:
    """The statement for these conditions and this order. It takes principals, a value for each of ``ASKED``, person,
    organisation, spaces (None: all), limit and offset, and gives at least one row; one without an id is no entry."""
    by = ORDERS[order]
    return f"""
    WITH mark AS MATERIALIZED (SELECT * FROM access_marks((SELECT reach_spaces()), {{}}::text[])),
    asked AS MATERIALIZED (
        SELECT {", ".join(f"{{}}::{kind} AS {name}" for name, kind in ASKED)},
               {{}}::uuid AS person, {{}}::uuid AS organisation, {{}}::uuid[] AS spaces
    ), place AS MATERIALIZED (
        SELECT s.id, f.id AS below, f.address AS folder, {_names("name" in asked)}
        FROM asked a CROSS JOIN space s
        LEFT JOIN item f ON f.space_id = s.id AND f.id = a.below AND f.bin_id IS NULL
        WHERE s.id = ANY ((SELECT reach_spaces())::uuid[]) AND (a.below IS NULL OR f.id IS NOT NULL)
          AND (a.spaces IS NULL OR a.spaces && ARRAY[s.id, s.organisation_id, s.network_id])
    ), early AS MATERIALIZED (
        SELECT p.*, w.way, w.tag FROM place p {_fewest(asked, order, LITTLE)}
    ), walked AS MATERIALIZED ({_walked(asked, order)}
    ), large AS MATERIALIZED (
        SELECT p.* FROM place p WHERE EXISTS (SELECT FROM walked i WHERE i.space_id = p.id AND i.id IS NULL)
    ), late AS MATERIALIZED (
        SELECT p.*, w.way, w.tag FROM large p {_fewest(asked, order, FEW)}
    ), visible AS MATERIALIZED (
        SELECT * FROM ({_looked_up(asked, order)} UNION ALL
            SELECT * FROM walked i WHERE i.id IS NOT NULL
            AND NOT EXISTS (SELECT FROM late p WHERE p.id = i.space_id AND p.way IS NOT NULL)) AS i
        ORDER BY {by} LIMIT {MOST_HITS}
    ), wanted AS (SELECT i.space_id, i.id FROM visible i ORDER BY {by} LIMIT {{}} OFFSET {{}})
    SELECT t.*, r.* FROM (
        SELECT (SELECT count(*) FROM visible) AS found, EXISTS (SELECT FROM late p WHERE p.way IS NULL) AS is_cut
    ) AS t LEFT JOIN LATERAL (
        SELECT {ROW}
        FROM wanted w JOIN item i ON i.space_id = w.space_id AND i.id = w.id JOIN space s ON s.id = i.space_id
    ) AS r ON true ORDER BY {by.replace("i.", "r.")}
    """  # noqa: S608 - put together from constants


def _names(is_asked: bool) -> str:
    return ", ".join(
        f"{_NAMES.replace('@', column) if is_asked else 'NULL::text[]'} AS {names}" for names, column in _PEOPLE
    )


def _few(number: int) -> str:
    """A limit the planner does not know: expecting no more rows than that it would read and sort all there are."""
    return f"LIMIT (SELECT {number})"


def _is(column: str, value: str) -> str:
    """Equality, said so that the index of the column is taken however common its values seem to be."""
    return f"x.{column} BETWEEN {value} AND {value}"


def _ways(asked: frozenset[str], order: str, most: int) -> Iterator[tuple[str, str, str]]:
    """(name, when it is one, what of it is looked up): conditions along whose index not everything has to be read."""

    def each(values: str, condition: str, more: str = "") -> str:
        of_one = f"SELECT x.id FROM item x WHERE {_OF_SPACE} AND {condition} {_few(most)}"  # noqa: S608
        return f"unnest({values}) AS v (one) {more} CROSS JOIN LATERAL ({of_one}) AS x WHERE true"

    types, states = "(SELECT types FROM asked)", "(SELECT states FROM asked)"
    if {"types", "states"} <= asked:
        both = f"x.type = v.one AND {_is('state', 'u.one')}"
        yield "both", "true", each(types, both, f"CROSS JOIN unnest({states}) AS u (one)")
    elif "types" in asked:
        yield "types", "true", each(types, _is("type", "v.one"))
    elif "states" in asked:
        yield "states", "true", each(states, _is("state", "v.one"))
    if "name" in asked:
        found = [each(f"p.{names}", _is(column, "v.one")) for names, column in _PEOPLE]
        parts = " UNION ALL ".join(f"SELECT x.id FROM {source}" for source in found)  # noqa: S608
        yield "name", "p.owners IS NOT NULL AND p.changers IS NOT NULL", f"({parts}) AS x WHERE true"
    if "below" in asked:
        within = "x.address > p.folder || '/' AND x.address < p.folder || '0'"
        yield "below", "p.folder <> ''", f"item x WHERE {_OF_SPACE} AND {within}"
    if order != "newest" and (period := [_MEETS[name] for name in ("since", "until") if name in asked]):
        yield "changed", "true", f"item x WHERE {_OF_SPACE} AND {' AND '.join(period).replace('i.', 'x.')}"


def _fewest(asked: frozenset[str], order: str, most: int) -> str:
    """By which condition ``w`` the entries of a place ``p`` are looked up, if one is met by fewer. Each counts once."""

    def counted(source: str) -> str:
        return f"(SELECT count(*) FROM (SELECT FROM {source} {_few(most)}) AS met)"  # noqa: S608

    counts = [
        f"SELECT '{name}', NULL, CASE WHEN {is_one} THEN {counted(source)} END"
        for name, is_one, source in _ways(asked, order, most)
    ]
    if "tags" in asked:
        each = "unnest((SELECT tags FROM asked)) AS t (tag)"
        counts.append(f"SELECT 'tags', t.tag, {counted(_TAGGED.replace('@', 't.tag'))} FROM {each}")  # noqa: S608
    met = " UNION ALL ".join(counts or ["SELECT NULL, NULL, NULL::bigint"])
    return f"""LEFT JOIN LATERAL (
        SELECT n.way, n.tag FROM (SELECT * FROM ({met}) AS n (way, tag, met) OFFSET 0) AS n
        WHERE n.met < {most} ORDER BY n.met LIMIT 1
    ) AS w ON true"""  # noqa: S608


def _meets(asked: frozenset[str]) -> str:
    return " AND ".join((*(condition for name, condition in _MEETS.items() if name in asked), _SEEN))


def _walked(asked: frozenset[str], order: str) -> str:
    """From the front along the index of the order, in the period asked for; a row without an id: there is more."""
    by = ORDERS[order]
    period = "".join(f" AND {_MEETS[name]}" for name in ("since", "until") if name in asked and order == "newest")
    return f"""
    SELECT i.* FROM early p CROSS JOIN LATERAL (
        SELECT i.space_id, CASE WHEN i.rank <= {WALK} THEN i.id END AS id, i.changed_at, i.title FROM (
            SELECT i.*, lower(i.title) AS small, row_number() OVER (ORDER BY {by}) AS rank FROM item i
            WHERE i.space_id = p.id AND i.bin_id IS NULL{period} ORDER BY {by} {_few(WALK + 1)}
        ) AS i WHERE i.rank > {WALK} OR ({_meets(asked)})
        ORDER BY {by.replace("lower(i.title)", "i.small")} LIMIT {MOST_HITS}
    ) AS i WHERE p.way IS NULL"""  # noqa: S608


def _looked_up(asked: frozenset[str], order: str) -> str:
    """By the condition that is met by the fewest."""
    by = ORDERS[order]
    ways = [f"SELECT x.id FROM {source} AND p.way = '{name}'" for name, _, source in _ways(asked, order, FEW)]  # noqa: S608
    if "tags" in asked:
        ways.append(f"SELECT x.item_id FROM {_TAGGED.replace('@', 'p.tag')} AND p.way = 'tags'")  # noqa: S608
    met = " UNION ".join(ways or ["SELECT NULL::uuid"])
    return f"""
    SELECT i.* FROM (SELECT * FROM early UNION ALL SELECT * FROM late) AS p CROSS JOIN LATERAL (
        SELECT i.space_id, i.id, i.changed_at, i.title FROM ({met} {_few(2 * FEW)}) AS f (id) CROSS JOIN LATERAL (
            SELECT * FROM item i WHERE i.space_id = p.id AND i.id = f.id AND i.bin_id IS NULL LIMIT 1
        ) AS i WHERE {_meets(asked)} ORDER BY {by} LIMIT {MOST_HITS}
    ) AS i WHERE p.way IS NOT NULL"""  # noqa: S608
