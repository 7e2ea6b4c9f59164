"""Of every table of content there is: nobody writes a row about an item they may not write."""

from dataclasses import replace
from uuid import UUID

import asyncpg
import pytest

from portal.spaces import actions, actions_sharing
from portal.spaces.queries import access_item
from portal.spaces.rules import Access
from tenants.context import Role
from tenants.database import execute
from tests.client import person
from tests.isolation.places import DENIED, me, root_of

# What a row needs besides what follows from its columns; a table that needs nothing is not named here.
NEEDED = {
    "item_draft.purpose": "'edit'",
    "item_lock.locked_until": "now() + interval '1 hour'",
    "portlet.side": "'breit'",
    "blob_use.blob_id": "(SELECT b.id FROM blob b)",
    "item_version.version": "99",
    "item_redirect.address": "i.id::text",
    "rule.moment": "'added'",
    "rule.state": "'on'",
    "rule.set_state": "'x'",
    "rule_run.rule_id": "(SELECT r.id FROM rule r WHERE r.item_id = i.id)",
    "rule_run.outcome": "'nothing'",
    "rule_run.done_at": "now()",
}
BY_TYPE = {
    "uuid": "gen_random_uuid()", "text": "'x'", "integer": "1", "smallint": "1", "bigint": "1", "boolean": "true",
    "timestamp with time zone": "now()", "date": "now()", "jsonb": "jsonb_build_object()",
    "text[]": "ARRAY['x']", "uuid[]": "ARRAY[i.id]",
}  # fmt: skip
WHOSE = {
    "space_id": "i.space_id", "item_id": "i.id",
    **dict.fromkeys(("person_id", "by_id", "author_id"), "'{person}'::uuid"),
    **dict.fromkeys(("organisation_id", "by_organisation_id", "author_organisation_id"), "'{organisation}'::uuid"),
}  # fmt: skip
# Tables of content whose rows belong to no item, each with what holds them instead.
OF_NO_ITEM = {
    "item": "its own triggers: see the tests above",
    "blob": "a row is its sender's own and says nothing until a version names it",
}
# Where reading is enough for a row of one's own.
OPEN_TO_READERS = {
    "comment": "who reads may answer",
    "follower": "who reads may want to know more",
    "read_confirmation": "who reads says so",
}
WRITTEN = """
SELECT c.relname AS tbl, a.attname AS col, format_type(a.atttypid, NULL) AS type,
       a.attnotnull AND NOT a.atthasdef OR a.attname = ANY ($1) AS is_needed,
       has_column_privilege('hilfenetz_app', c.oid, a.attnum, 'INSERT') AS inserts,
       has_column_privilege('hilfenetz_app', c.oid, a.attnum, 'UPDATE') AS updates,
       has_table_privilege('hilfenetz_app', c.oid, 'DELETE') AS deletes
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND EXISTS (
    SELECT FROM pg_attribute s WHERE s.attrelid = c.oid AND s.attname = 'space_id')
ORDER BY c.relname, a.attnum
"""


@pytest.fixture
async def world_database(place_database):
    return place_database


@pytest.fixture
async def place(cast, one_place):
    return replace(one_place, cast=cast)


async def test_no_table_of_content_is_written_without_the_right_on_the_item(place):
    """Of every table there is: one that comes later is tried without being named here."""
    readable = await a_page_to_read(place)
    mine, theirs = me_at(place, "gfs"), me_at(place, "bgw")
    await place.cast.database.as_superuser(
        "INSERT INTO blob (space_id, id, folder, name, media_type, size, sha256, scan, by_name, at) "
        f"VALUES ('{place.space_id}', gen_random_uuid(), 'x', 'x', 'x/x', 1, repeat('a', 64), 'clean', 'x', now())"
    )
    tables = await tables_of_content(place)
    assert {"item_version", "upload", "item_draft", "comment", "portlet"} <= tables.keys()
    without = {name for name, columns in tables.items() if "item_id" not in {column["col"] for column in columns}}
    assert without == OF_NO_ITEM.keys(), "a table of content names its item; or say here what holds its rows"
    wrong = []
    for table in sorted(tables.keys() - without):
        for item, tried in ((place.page, True), (readable, table not in OPEN_TO_READERS)):
            if tried and any(column["inserts"] for column in tables[table]):
                wrong += await what_it_did(place, row_of(table, tables[table], item, *mine))
            await place.cast.database.as_superuser(row_of(table, tables[table], item, *theirs))
            wrong += await changes_of(place, table, tables[table], item)
    assert wrong == [], "somebody who may not write this item did"


async def what_it_did(place, statement: str) -> list[str]:
    """The statement, if it touches a row when ``gfs`` executes it."""
    try:
        async with place.as_("gfs", Role.REPRESENTATIVE):
            return [statement] if await execute(f"{statement} RETURNING 1") else []
    except DENIED:
        return []
    except asyncpg.PostgresError:  # refused for another reason is not refused by the wall
        return [statement]


async def changes_of(place, table: str, columns, item: UUID) -> list[str]:
    """What goes through of changing column by column, of making it one's own, and of deleting."""
    said = {c["col"]: WHOSE.get(c["col"], c["col"]) for c in columns if c["updates"] and c["col"] not in KEYS}
    changes = [f"UPDATE {table} SET {column} = {column}" for column in said]
    changes += [f"UPDATE {table} SET {column} = {value}" for column, value in said.items() if value != column]
    changes += [f"DELETE FROM {table}"] * columns[0]["deletes"]
    mine = dict(zip(PERSON, me_at(place, "gfs"), strict=True))
    return [
        done
        for change in changes
        for done in await what_it_did(place, f"{change.format(**mine)} WHERE item_id = '{item}'")
    ]


KEYS, PERSON = {"space_id", "item_id"}, ("person", "organisation")


def me_at(place, organisation: str) -> tuple[UUID, UUID]:
    return person(place.cast.who(organisation, Role.REPRESENTATIVE)), place.cast.organisations[organisation]


def row_of(table: str, columns, item: UUID, *whose: UUID) -> str:
    """The statement for a row about this item, by this person."""
    values = {
        column["col"]: NEEDED.get(f"{table}.{column['col']}")
        or WHOSE.get(column["col"], BY_TYPE.get(column["type"], "NULL"))
        for column in columns
        if column["is_needed"] or f"{table}.{column['col']}" in NEEDED
    }
    said = ", ".join(values.values()).format(**dict(zip(PERSON, whose, strict=True)))
    return f"INSERT INTO {table} ({', '.join(values)}) SELECT {said} FROM item i WHERE i.id = '{item}'"


async def tables_of_content(place) -> dict[str, list]:
    """The columns of each table with rows of a space that the portal may write, or could if somebody let it."""
    found: dict[str, list] = {}
    for column in await place.cast.database.as_superuser(WRITTEN, list(WHOSE)):
        found.setdefault(column["tbl"], []).append(column)
    return {
        table: columns
        for table, columns in found.items()
        if columns[0]["deletes"] or any(column["inserts"] or column["updates"] for column in columns)
    }


async def a_page_to_read(place) -> UUID:
    """A page of ``bgw`` that ``gfs`` may read, and nothing else."""
    async with place.as_("bgw", Role.REPRESENTATIVE) as opened:
        actor, now = await me(), opened.now
        values = {"title": "Zum Lesen"}
        made = await actions.add_item(actor=actor, now=now, parent=await root_of(actor), kind="page", values=values)
        await actions_sharing.set_inheritance(actor=actor, now=now, item=await access_item(actor, made), inherits=False)
        gfs = f"organisation:{place.cast.organisations['gfs']}"
        item = await access_item(actor, made)
        await actions_sharing.grant(actor=actor, now=now, item=item, principal=gfs, access=Access.READER)
        await actions.change_state(actor=actor, now=now, item=item, transition="publish")
    async with place.as_("gfs", Role.REPRESENTATIVE):
        assert (await access_item(await me(), made)).access == Access.READER
    return made
