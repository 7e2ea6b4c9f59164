"""In a large space no list reads through all of it: plans follow indexes, though everything stands behind the wall."""

import json
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

import portal.portlets.queries
import portal.portlets.queries_ways
import portal.search.queries
import portal.spaces.queries_lists
from portal.portlets.collecting import FEW, WALK
from portal.portlets.queries import collected, front_page
from portal.portlets.queries_ways import list_tags, recently_changed
from portal.search.queries import SearchQuery, search_items
from portal.spaces.actions import save_item
from portal.spaces.places import SpaceKey
from portal.spaces.queries import access_item, find_address
from tenants.context import Role
from tenants.database import execute
from tenants.scope import current_scope
from tests.calendar.conftest import HOME
from tests.isolation.planting import as_person
from tests.portlets.conftest import put

MANY = 20_000
TAGS = 40
# Without triggers: what they keep beside the items is written below, as they would.
GROW = """
SET session_replication_role = replica;
INSERT INTO item (space_id, id, parent_id, path, type, title, tags, state, readers, writers, position, created_at,
                  changed_at, published_at, owner_name, changed_by)
SELECT p.space_id, gen_random_uuid(), p.id, ('e' || n)::text::ltree, CASE WHEN r.rare THEN 'link' ELSE 'page' END,
       'Eintrag ' || md5(n::text), ARRAY['Alle', 'Haus ' || n % {tags}] || CASE WHEN r.rare THEN ARRAY['Selten']
           WHEN n > {many} * 3 / 4 THEN ARRAY['Alt'] ELSE '{{}}' END,
       CASE WHEN r.rare THEN 'retracted' ELSE 'published' END, 63, 28, n, now(),
       now() - make_interval(hours => n), now(),
       CASE WHEN r.rare THEN 'Jo Selten' ELSE 'Mira Oft ' || n % 30 END,
       CASE WHEN n = {many} / 4 + 1 THEN 'Kim Selten' ELSE 'Mira Oft' END
FROM item p CROSS JOIN generate_series(1, {many}) n CROSS JOIN LATERAL (SELECT n % ({many} / 4) = 0 AS rare) r
JOIN space s ON s.id = p.space_id JOIN organisation o ON o.id = s.organisation_id WHERE o.slug = '{home}'
  AND p.parent_id IS NULL;
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


@pytest.fixture
async def large(cast):
    """A large space."""
    await cast.database.as_superuser(GROW.format(many=MANY, tags=TAGS, home=HOME))


async def test_no_list_reads_through_a_large_space(cast, diary, editor, large, read):
    await diary.add("Bis dahin", kind="task", publish=False, due_at="2099-01-02T10:00:00+01:00")
    await put(editor, "fristen", number="20")
    async with as_person(cast, cast.who(HOME, Role.CASEWORKER), HOME) as actor:
        root = await find_address(actor, SpaceKey.of_organisation(actor, HOME), "")
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


async def test_no_collection_reads_through_a_large_space(cast, diary, large, read):
    made = {
        (order, tags): await diary.add("Sammlung", kind="collection", order=order, with_tags=list(tags))
        for order in ("newest", "title", "begins")
        for tags in ((), ("Alle",), ("Selten",), ("alle", "SELTEN"))
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
    async with as_person(cast, cast.who(HOME, Role.CASEWORKER), HOME) as actor:
        for (order, tags), item_id in made.items():
            collection = await access_item(actor, item_id)
            with read(2 * FEW, f"a collection by {order} of {tags}"):
                found = (await collected(actor, collection)).entries
            assert len(found) == (4 if "Selten" in map(str.title, tags) else 101)
        for item_id, titles in soon.items():
            collection = await access_item(actor, item_id)
            with read(400, f"a collection of {len(titles)} by their days"):
                found = [entry.title for entry in (await collected(actor, collection)).entries]
            assert [title for title in found if title.startswith("Termin ")] == titles
            assert len(found) < 60
        for item_id in old:
            collection = await access_item(actor, item_id)
            with read(FEW + 500, "a collection of most of the space by their days"):
                assert len((await collected(actor, collection)).entries) == 101


# (conditions, how many meet them, how many of the conditions are common by themselves)
SELECTIVE = (
    ({"kind": "link"}, 4, 0),
    ({"state": "retracted"}, 4, 0),
    ({"kind": "page", "state": "retracted"}, 0, 0),
    ({"kind": "link", "state": "retracted", "with_tags": ["Alle"]}, 4, 1),
    ({"person": "jo selten"}, 4, 0),
    ({"person": "SELTEN"}, 5, 0),
    ({"person": "selten", "person_as": "owner"}, 4, 0),
    ({"person": "selten", "person_as": "changer"}, 1, 0),
    ({"person": "Niemand"}, 0, 0),
    ({"within": "folder"}, 1, 0),
    ({"within": "folder", "person": "Mira Oft", "state": "published"}, 0, 3),
)
COMMON = ({"kind": "page"}, {"state": "published"}, {"person": "mira oft"}, {"kind": "page", "person": "Mira Oft 7"})


@pytest.mark.parametrize("order", ["newest", "title"])
async def test_what_a_collection_selects_is_looked_up(cast, diary, large, read, order):
    folder = await diary.add("Ablage", kind="folder", publish=False)
    await diary.add("Termin in der Ablage", folder=folder)
    few = [(await _collection(diary, case[0], order, folder), *case) for case in SELECTIVE]
    many = [(await _collection(diary, asked, order), asked) for asked in COMMON]
    old = await _collection(diary, {"with_tags": ["Alt"]}, order)
    async with as_person(cast, cast.who(HOME, Role.CASEWORKER), HOME) as actor:
        for item_id, asked, expected, common in few:
            collection = await access_item(actor, item_id)
            with read(common * FEW + 400, f"a collection of {asked}"):
                box = await collected(actor, collection)
            found = [entry for entry in box.entries if entry.title.startswith(("Eintrag ", "Termin "))]
            assert (len(found), box.is_cut) == (expected, False), asked
        for item_id, asked in many:
            collection = await access_item(actor, item_id)
            with read(3 * FEW + 500, f"a collection of {asked}"):
                assert len((await collected(actor, collection)).entries) == 101
        with read(FEW + WALK + 500, "a collection of what stands far behind"):
            box = await collected(actor, await access_item(actor, old))
    assert (len(box.entries), box.is_cut) == ((0, True) if order == "newest" else (101, False))


async def _collection(diary, asked: dict, order: str, folder: UUID | None = None) -> UUID:
    """One with these conditions; its kind is a condition too, and not what ``add`` means by it."""
    made = await diary.add("Sammlung", kind="collection", folder=folder, order=order)
    async with as_person(diary.cast, diary.cast.who(HOME, Role.ADMINISTRATOR), HOME) as actor:
        item = await access_item(actor, made)
        values = {**item.values, **asked}
        await save_item(actor=actor, now=current_scope().now, item=item, version=item.version, values=values)
    return made
