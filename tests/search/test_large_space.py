"""A search without words reads little of a space, and no more of one twice as large; what it lists is right still."""

import json
from datetime import date, timedelta

import pytest

import portal.search.queries
from portal.search.listing import FEW, LITTLE, WALK
from portal.search.queries import SearchQuery, search_items
from tenants.database import execute

MANY = 12_000
FAR = MANY - 1_000  # from here on, of those that were there first, stands what is neither rare nor common
# One large space, and beside it so many small ones that no space is expected to be large. Without triggers: what they
# keep beside the items is written below, as they would.
GROW = """
SET session_replication_role = replica;
INSERT INTO item (space_id, id, parent_id, path, type, title, tags, state, readers, writers, position, created_at,
                  changed_at, published_at, owner_name, changed_by)
SELECT p.space_id, gen_random_uuid(), p.id, ('e' || n)::text::ltree, CASE WHEN r.rare THEN 'link' ELSE 'page' END,
       'Eintrag ' || md5(n::text), ARRAY['Alle'] || CASE WHEN r.rare THEN ARRAY['Selten']
           WHEN n BETWEEN {far} AND {many} THEN ARRAY['Fern'] WHEN n > {walk} THEN ARRAY['Alt']
           ELSE ARRAY[]::text[] END, CASE WHEN r.rare THEN 'retracted' ELSE 'published' END, 16, 28, n, now(),
       now() - make_interval(mins => n), now(),
       CASE WHEN r.rare THEN 'Jo Selten' ELSE 'Mira Oft ' || n % 30 END, 'Mira Oft'
FROM item p CROSS JOIN generate_series({first}, {last}) n
CROSS JOIN LATERAL (SELECT n IN (1000, 4000, 8000, 10000) AS rare) r
WHERE p.space_id = '{space}' AND p.parent_id IS NULL;
INSERT INTO item_tag SELECT i.space_id, lower(tag), i.id FROM item i, unnest(i.tags) tag ON CONFLICT DO NOTHING;
"""
BESIDE = """
SET session_replication_role = replica;
INSERT INTO item (space_id, id, parent_id, path, type, title, state, readers, writers, position, created_at, changed_at)
SELECT s.id, gen_random_uuid(), s.id, ('e' || n)::text::ltree, 'page', 'Nebenan', 'published', 63, 28, n, now(), now()
FROM (SELECT gen_random_uuid() AS id FROM generate_series(1, 500)) s CROSS JOIN generate_series(1, 6) n;
"""
TODAY = date.today()  # noqa: DTZ011 - the same day in Berlin or the one beside it
RARE = (
    ({"types": ("link",)}, 4),
    ({"types": ("link", "image")}, 4),
    ({"states": ("retracted",)}, 4),
    ({"types": ("page",), "states": ("retracted",)}, 0),
    ({"types": ("link",), "person": "mira oft", "tags": ("alle",)}, 4),
    ({"person": "JO SELTEN"}, 4),
    ({"person": "niemand", "types": ("page",)}, 0),
    ({"tags": ("Selten",), "states": ("retracted", "published")}, 4),
    ({"tags": ("gibt es nicht",)}, 0),
)
COMMON = (
    {"types": ("page",)},
    {"states": ("published", "private")},
    {"person": "Mira Oft"},
    {"types": ("page",), "person": "mira oft", "tags": ("ALLE",)},
    {"changed_from": TODAY - timedelta(days=400)},
    {"changed_until": TODAY - timedelta(days=1), "types": ("page",)},
    {"tags": ("fern",)},
)


@pytest.fixture
async def large(library):
    """A large space that Ada manages and Bert reads nothing of."""
    await library.add("Ablage", kind="folder")
    await library.add("In der Ablage", "<p>x</p>", folder="Ablage", publish=False)
    async with library.as_("Ada") as (actor, _):
        library.space = (await library.folder(actor, None, None)).space.id
    await library.staff.database.as_superuser(BESIDE)
    await grow(library, 1, MANY)
    return library


async def grow(library, first: int, last: int) -> None:
    sql = GROW.format(space=library.space, first=first, last=last, many=MANY, far=FAR, walk=WALK)
    await library.staff.database.as_superuser(sql)
    await library.staff.database.as_superuser("ANALYZE item")
    await library.staff.database.as_superuser("ANALYZE item_tag")


@pytest.fixture
async def looking(monkeypatch):
    """Somebody's search, and how many rows and entries of indexes were read for it."""
    seen = {"rows": 0}

    async def measured(sql: str, *values: object):
        (plan,) = await execute(f"EXPLAIN (ANALYZE, FORMAT JSON, TIMING OFF) {sql}", *values)
        seen["rows"] += _read_by(json.loads(plan["QUERY PLAN"])[0]["Plan"])
        return await execute(sql, *values)

    monkeypatch.setattr(portal.search.queries, "execute", measured)

    async def look(library, by: str, query: SearchQuery):
        seen["rows"] = 0
        async with library.as_(by) as (actor, _):
            return await search_items(actor, query, limit=1_000), seen["rows"]

    return look


def _read_by(node: dict) -> float:
    here = 0
    if node.get("Relation Name") in ("item", "item_tag") or node["Node Type"] == "Bitmap Index Scan":
        passed = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
        here = (passed + node.get("Rows Removed by Index Recheck", 0)) * node["Actual Loops"]
    return here + sum(_read_by(inner) for inner in node.get("Plans", ()))


async def test_a_search_without_words_reads_no_more_of_a_larger_space(large, looking):
    queries = [
        (SearchQuery(**conditions, order=order), expected)
        for order in ("newest", "title")
        for conditions, expected in (*RARE, *((each, None) for each in COMMON), ({"spaces": (large.space,)}, None))
    ]
    below = SearchQuery(below=large.ids["Ablage"], types=("page",), person="Ada")
    queries += [(below, 1), (SearchQuery(changed_from=TODAY - timedelta(days=1), types=("link",), order="title"), None)]
    before = {}
    for query, expected in queries:
        result, before[query] = await looking(large, "Ada", query)
        assert not result.is_cut, query
        if expected is None:
            assert result.hits, query
        else:
            assert (result.found, len(result.hits)) == (expected, expected), query
            assert before[query] <= 8 * LITTLE + 200, (query, before[query])
    await grow(large, MANY + 1, 2 * MANY)
    for query, _ in queries:
        _, rows = await looking(large, "Ada", query)
        assert rows <= before[query] + 100, (query, before[query], rows)


async def test_what_stands_far_behind_is_found_or_it_is_said_that_not_all_was_looked_at(large, looking):
    found, rows = await looking(large, "Ada", SearchQuery(tags=("Fern",)))
    assert (found.found, found.is_cut) == (500, False)
    assert rows <= WALK + 3 * 1_000 + 700
    common, rows = await looking(large, "Ada", SearchQuery(tags=("Alt",), person="Mira Oft"))
    assert (common.hits, common.is_cut) == ([], True)
    assert rows <= WALK + 3 * FEW + 700
    for order in ("newest", "title"):  # Bert reads none of it
        hidden, rows = await looking(large, "Bert", SearchQuery(types=("page",), order=order))
        assert (hidden.hits, hidden.is_cut) == ([], True)
        assert rows <= WALK + FEW + 700
        rare, _ = await looking(large, "Bert", SearchQuery(types=("link",), order=order))
        assert (rare.hits, rare.found, rare.is_cut) == ([], 0, False)
        await the_pages_follow_each_other(large, looking, order)


async def the_pages_follow_each_other(large, looking, order):
    query = SearchQuery(types=("page",), order=order)
    everything, _ = await looking(large, "Ada", query)
    async with large.as_("Ada") as (actor, _):
        pages = [(await search_items(actor, query, limit=20, offset=at)).hits for at in (0, 20, 480)]
    shown = [hit.entry for hit in everything.hits]
    assert [[hit.entry.id for hit in page] for page in pages] == [
        [entry.id for entry in shown[at : at + 20]] for at in (0, 20, 480)
    ]
    in_order = sorted(shown, key=lambda each: each.title.lower() if order == "title" else -each.changed_at.timestamp())
    assert [entry.title for entry in shown] == [entry.title for entry in in_order]


async def test_what_was_written_last_costs_no_search_anything(empty_database):
    """A list of what is still to be sorted in would be read by every search until the next vacuum."""
    kept = await empty_database.as_superuser(
        "SELECT i.relname, i.reloptions FROM pg_class i JOIN pg_am m ON m.oid = i.relam WHERE m.amname = 'gin'"
    )
    assert {row["relname"] for row in kept} >= {"search_entry_keys", "search_word_like"}
    assert [row["relname"] for row in kept if "fastupdate=off" not in (row["reloptions"] or ())] == []
