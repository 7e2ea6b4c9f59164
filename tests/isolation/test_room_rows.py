"""What PostgreSQL itself lets out of a room and into it, table by table and function by function."""

from uuid import uuid4

import asyncpg
import pytest

from portal.spaces import actions
from portal.spaces.places import SpaceKey
from portal.spaces.queries import access_item, find_address
from tenants.context import Role
from tenants.database import execute
from tenants.scope import scope
from tests.client import person
from tests.isolation.places import DENIED
from tests.isolation.places import me as myself
from tests.isolation.test_room_writes import WRITER, found_room
from tests.isolation.test_space_writes import OF_NO_ITEM, me_at, row_of, tables_of_content
from tests.rooms.house import House

OUTSIDE, FORMER = "bethel-regional", "bgw"
CLERK = Role.REPRESENTATIVE
OF_SPACES = """
SELECT c.relname AS tbl, bool_or(has_table_privilege('hilfenetz_app', c.oid, 'SELECT')) AS portal,
       bool_or(has_table_privilege('hilfenetz_worker', c.oid, 'SELECT')) AS worker
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname IN ('space_id', 'room_id')
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') GROUP BY c.relname ORDER BY c.relname
"""

# What somebody outside would put into a room, or carry there; ``mine`` is an item of theirs elsewhere.
CARRIED = (
    """INSERT INTO item (space_id, id, parent_id, path, type, title, state, readers, created_at, changed_at, owner_id,
           owner_organisation_id)
       SELECT '{room}', gen_random_uuid(), '{page}', 'protokoll.x', 'page', 'x', 'private', 63, now(), now(), '{me}',
           '{us}'""",
    """INSERT INTO blob (space_id, id, folder, name, media_type, size, sha256, scan, by_id, by_name, at)
       SELECT '{room}', gen_random_uuid(), 'y', 'x', 'x/x', 1, repeat('a', 64), 'clean', '{me}', 'x', now()""",
    "UPDATE item SET space_id = '{room}' WHERE id = '{mine}'",
)
_SEARCH = "ARRAY['nordlicht'], ARRAY['word']"
# Functions that see more than their caller, with the answer of one that has nothing to say.
ASKED = (
    ("SELECT my_access('{room}', '{page}') AS answer", 0),
    ("SELECT may_lead('{room}', 'frei') AS answer", False),
    ("SELECT count(*) AS answer FROM readings_of('{room}', '{page}')", 0),
    (f"SELECT count(*) AS answer FROM search_candidates(ARRAY['{{room}}']::uuid[], {_SEARCH}, false, 10)", 0),
    (
        f"""SELECT count(*) AS answer
            FROM search_ranks(ARRAY['{{room}}']::uuid[], ARRAY['{{page}}']::uuid[], {_SEARCH}, now())""",
        0,
    ),
    ("SELECT count(*) AS answer FROM search_similar(ARRAY['nordlich'], ARRAY['nordlicht'], 5)", 0),
    ("SELECT array_position(closed_spaces(), '{room}') AS answer", None),
    ("SELECT array_position(reach_spaces(), '{room}') AS answer", None),
    ("SELECT count(*) AS answer FROM access_marks(ARRAY['{room}']::uuid[], ARRAY['everyone'])", 0),
)
# Rows that name a room: whether it is there makes no difference to the answer.
NAMED = (
    "INSERT INTO room_participation (room_id, id, organisation_id) VALUES ('{room}', gen_random_uuid(), '{us}')",
    "INSERT INTO space (id, kind, room_id, title) VALUES ('{room}', 'room', '{room}', 'x')",
    """INSERT INTO follower (space_id, item_id, organisation_id, person_id, since_at)
       VALUES ('{room}', '{page}', '{us}', '{me}', now())""",
    """INSERT INTO comment (space_id, id, item_id, body, by_id, by_organisation_id, by_name, by_organisation, at)
       VALUES ('{room}', gen_random_uuid(), '{page}', 'x', '{me}', '{us}', 'x', 'x', now())""",
    "INSERT INTO item_redirect (space_id, address, item_id, made_at) VALUES ('{room}', 'protokoll', '{page}', now())",
    """INSERT INTO room (id, network_id, slug, name, purpose, opened_by, opened_at)
       VALUES (gen_random_uuid(), '{network}', '{slug}', 'x', 'x', 'x', now())""",
)


@pytest.fixture
async def place(cast):
    """A room with a row in every table: of the office, ``gfs`` and, until now, ``bgw``."""
    made = await found_room(cast, WRITER, FORMER, writer=WRITER)
    for table, columns in sorted((await tables_of_content(made)).items()):
        if table not in OF_NO_ITEM:
            await cast.database.as_superuser(row_of(table, columns, made.page, *me_at(made, WRITER)))
    house = House(cast)
    await house.end(FORMER)
    return made


async def test_no_row_of_any_table_is_read_by_who_does_not_take_part(place):
    cast, read, filled = place.cast, [], set()
    tables = await cast.database.as_superuser(OF_SPACES)
    by_room = ("body", "room_participation", "space")
    keys = {row["tbl"]: "room_id" if row["tbl"] in by_room else "space_id" for row in tables}
    for table, key in keys.items():
        if await cast.database.as_superuser(f"SELECT FROM {table} WHERE {key} = $1 LIMIT 1", place.space_id):
            filled.add(table)
    assert len(filled) > 18, "there must be something to find"
    for role, may in (("app", "portal"), ("worker", "worker")):
        async with cast.database.role(role):
            for organisation in (OUTSIDE, FORMER, "caritas-duesseldorf"):
                who = person(cast.who(organisation, CLERK))
                async with scope(organisation_id=cast.organisations[organisation], person_id=who):
                    for table in (row["tbl"] for row in tables if row[may] and row["tbl"] in filled):
                        rows = await execute(f"SELECT FROM {table} WHERE {keys[table]} = {{}}", place.space_id)
                        read += [(table, organisation, role)] if rows else []
    assert read == []


async def test_nothing_is_put_into_a_room_of_others_or_moved_there(place):
    """A row of one's own is not carried over, wherever one may write it now."""
    cast = place.cast
    outside = me_at(place, OUTSIDE)
    async with place.as_(OUTSIDE, CLERK) as opened:
        actor = await myself()
        root = await find_address(actor, SpaceKey("network", cast.networks["bielefeld"]), "")
        mine = await actions.add_item(actor=actor, now=opened.now, parent=root, kind="page", values={"title": "Meine"})
    names = {"room": place.space_id, "page": place.page, "mine": mine, "me": outside[0], "us": outside[1]}
    done = [each for statement in CARRIED for each in await _did(place, OUTSIDE, statement.format(**names))]
    for table, columns in sorted((await tables_of_content(place)).items()):
        if table in OF_NO_ITEM or not all(c["updates"] for c in columns if c["col"] in ("space_id", "item_id")):
            continue
        await cast.database.as_superuser(row_of(table, columns, mine, *outside) + " ON CONFLICT DO NOTHING")
        done += await _did(
            place,
            OUTSIDE,
            f"UPDATE {table} SET space_id = '{place.space_id}', item_id = '{place.page}' WHERE item_id = '{mine}'",
        )
    assert done == []


async def test_the_functions_that_see_more_say_nothing_of_a_room_to_who_does_not_take_part(place):
    cast = place.cast
    await cast.database.as_superuser("UPDATE item SET title = 'Geheimplan Nordlicht' WHERE id = $1", place.page)
    asked = {statement.format(room=place.space_id, page=place.page): nothing for statement, nothing in ASKED}
    for organisation in (OUTSIDE, FORMER):
        for statement, nothing in asked.items():
            async with place.as_(organisation, CLERK):
                assert (await execute(statement))[0]["answer"] == nothing, (organisation, statement)
    async with place.as_(WRITER, CLERK):
        told = [(await execute(statement))[0]["answer"] for statement in asked]
    assert told[0]
    assert told[5] > 0, "otherwise this proves nothing"


async def test_that_something_happened_in_a_room_does_not_end_what_others_keep(place):
    """What is kept stands for a member outside, whatever is written in the room."""
    async with place.as_(OUTSIDE, CLERK):
        (kept,) = await execute(
            "SELECT pg_current_snapshot()::text AS seen, pg_postmaster_start_time() AS server, whereabouts() AS place"
        )
    async with place.as_(WRITER, CLERK) as opened:
        actor = await myself()
        item = await access_item(actor, place.page)
        values = {"title": "Anders"}
        await actions.save_item(actor=actor, now=opened.now, item=item, values=values, version=item.version)
    for organisation, stands in ((OUTSIDE, True), (WRITER, False)):
        async with place.as_(organisation, CLERK):
            (row,) = await execute("SELECT whereabouts() AS place")
            where = kept["place"] if organisation == OUTSIDE else row["place"]
            asked = kept["seen"], kept["server"], where
            (row,) = await execute("SELECT nothing_changed({}::text::pg_snapshot, {}, {}) AS stands", *asked)
            (now,) = await execute("SELECT changed_since({}::text::pg_snapshot, {}, {}) AS changed", *asked)
        assert row["stands"] is stands, organisation
        assert [matter for matter in now["changed"] if matter != "work"] == ([] if stands else ["items"]), organisation
        assert bool(now["changed"]) is not stands, organisation


async def test_a_room_that_is_there_is_refused_as_one_that_is_not(place):
    """By rows that name it: who is outside learns from no error that it exists."""
    me, us = me_at(place, OUTSIDE)
    for statement in NAMED:
        said = set()
        for room, page, slug in ((place.space_id, place.page, "kreis"), (uuid4(), uuid4(), "keiner")):
            names = {"room": room, "page": page, "slug": slug, "me": me, "us": us}
            with pytest.raises(asyncpg.PostgresError) as refused:
                async with place.as_(OUTSIDE, CLERK):
                    await execute(statement.format(**names, network=place.cast.networks["bielefeld"]))
            said.add((type(refused.value), str(refused.value)))
        assert len(said) == 1, said


async def _did(place, organisation: str, statement: str) -> list[str]:
    try:
        async with place.as_(organisation, CLERK):
            return [statement] if await execute(f"{statement} RETURNING 1") else []
    except DENIED:
        return []
    except asyncpg.PostgresError as refused:
        return [f"{statement}: {refused}"]
