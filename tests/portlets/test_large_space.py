"""In a large space no list reads through all of it: plans follow indexes, though everything stands behind the wall."""

import json
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

import portal.portlets.queries
import portal.portlets.queries_ways
import portal.search.queries
import portal.spaces.queries_lists
from portal.portlets.queries import collected, front_page
from portal.portlets.queries_ways import list_tags, recently_changed
from portal.search.queries import SearchQuery, search_items
from portal.spaces.queries import SpaceKey, access_item, find_address
from tenants.context import Role
from tenants.database import execute
from tests.calendar.conftest import HOME
from tests.isolation.planting import as_person
from tests.portlets.conftest import put

MANY = 20_000
TAGS = 40
# Without triggers: what they keep beside the items is written below, as they would.
GROW = """
SET session_replication_role = replica;
INSERT INTO item (space_id, id, parent_id, path, type, title, tags, state, readers, writers, position, created_at,
                  changed_at, published_at)
SELECT p.space_id, gen_random_uuid(), p.id, ('e' || n)::text::ltree, 'page', 'Eintrag ' || md5(n::text),
       ARRAY['Alle', 'Haus ' || n % {tags}] || CASE WHEN n % ({many} / 4) = 0 THEN ARRAY['Selten'] ELSE '{{}}' END,
       'published', 63, 28, n, now(), now() - make_interval(hours => n), now()
FROM item p JOIN space s ON s.id = p.space_id JOIN organisation o ON o.id = s.organisation_id
CROSS JOIN generate_series(1, {many}) n WHERE o.slug = '{home}' AND p.parent_id IS NULL;
INSERT INTO item_tag SELECT i.space_id, lower(tag), i.id FROM item i, unnest(i.tags) tag WHERE i.title ~ '^Eintrag '
ON CONFLICT DO NOTHING;
ANALYZE item, item_tag;
"""


@pytest.fixture
async def read(monkeypatch):
    """How many rows of items and their tags were read inside a block."""
    rows = {"read": 0}

    async def measured(sql: str, *values: object):
        if "item" in sql:
            (plan,) = await execute(f"EXPLAIN (ANALYZE, FORMAT JSON, TIMING OFF) {sql}", *values)
            rows["read"] += _read_by(json.loads(plan["QUERY PLAN"])[0]["Plan"])
        return await execute(sql, *values)

    for module in (portal.portlets.queries, portal.portlets.queries_ways, portal.search.queries):
        monkeypatch.setattr(module, "execute", measured)
    monkeypatch.setattr(portal.spaces.queries_lists, "execute", measured)

    @contextmanager
    def at_most(most: int, what: str):
        rows["read"] = 0
        yield
        assert 0 < rows["read"] <= most, f"{what} reads {rows['read']} rows of {MANY}"

    return at_most


def _read_by(node: dict) -> float:
    here = 0
    if node.get("Relation Name") in ("item", "item_tag"):
        passed = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
        here = (passed + node.get("Rows Removed by Index Recheck", 0)) * node["Actual Loops"]
    return here + sum(_read_by(inner) for inner in node.get("Plans", ()))


async def test_no_list_reads_through_a_large_space(cast, diary, editor, read):
    await cast.database.as_superuser(GROW.format(many=MANY, tags=TAGS, home=HOME))
    made = {
        (order, tags): await diary.add("Sammlung", kind="collection", order=order, with_tags=list(tags))
        for order in ("newest", "title", "begins")
        for tags in ((), ("Selten",), ("alle", "SELTEN"))
    }
    for days in (400, 3, 2):
        await diary.add(f"Termin in {days} Tagen", begins_at=(datetime.now(UTC) + timedelta(days=days)).isoformat())
    by_title = [f"Termin in {days} Tagen" for days in (2, 3, 400)]
    soon = {
        await diary.add("Sammlung", kind="collection", order="title", coming_days=30): by_title[:2],
        await diary.add("Sammlung", kind="collection", order="begins", coming_days=30, changed_days=2): by_title[:2],
        await diary.add("Sammlung", kind="collection", order="title", changed_days=1): by_title,
    }
    old = [
        await diary.add("Sammlung", kind="collection", order=order, changed_days=3650) for order in ("newest", "title")
    ]
    await diary.add("Bis dahin", kind="task", publish=False, due_at="2099-01-02T10:00:00+01:00")
    await put(editor, "fristen", number="20")
    async with as_person(cast, cast.who(HOME, Role.CASEWORKER), HOME) as actor:
        root = await find_address(actor, SpaceKey.of_organisation(actor, HOME), "")
        for (order, tags), item_id in made.items():
            collection = await access_item(actor, item_id)
            with read(1_500, f"a collection by {order} of {tags}"):
                found = await collected(actor, collection)
            assert len(found) == (4 if tags else 101)
        for item_id, titles in soon.items():
            collection = await access_item(actor, item_id)
            with read(400, f"a collection of {len(titles)} by their days"):
                found = [entry.title for entry in await collected(actor, collection)]
            assert [title for title in found if title.startswith("Termin ")] == titles
            assert len(found) < 60
        for item_id in old:
            collection = await access_item(actor, item_id)
            with read(2_500, "a collection of most of the space by their days"):
                assert len(await collected(actor, collection)) == 101
        with read(50, "a box of deadlines"):
            (box,) = await front_page(actor, root)
        assert [each.title for each in box.deadlines][-1:] == ["Bis dahin"]
        with read(200, "what changed last"):
            assert len((await recently_changed(actor, root, page=1))[0]) == 30
        with read((TAGS + 4) * 210, "the tags"):
            found = {tag.name: tag.items for tag in await list_tags(actor, root)}
        assert found["Selten"] == 4
        assert found["Alle"] == found["Haus 1"] == 100, "of more than 99 it is only said that there are more"
        for query in (SearchQuery(tags=("selten",)), SearchQuery(tags=("ALLE", "Selten"))):
            with read(100, f"the search for {query.tags}"):
                assert (await search_items(actor, query)).found == 4
        with read(1_500, "a search in the order of titles"):
            assert (await search_items(actor, SearchQuery(types=("page",), order="title"))).hits
