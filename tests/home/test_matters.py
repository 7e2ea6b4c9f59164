"""Who somebody is, is asked anew after each change that may matter to it, and after no other (docs/decisions/0092)."""

import asyncio
import re
from datetime import timedelta
from uuid import UUID

import pytest

from portal.app import FEATURES
from portal.identity.queries import load_actor_to_keep
from tenants import kept
from tenants.context import Role
from tenants.database import DB, execute
from tenants.kept import Matter
from tenants.scope import scope
from tests.home.plans import Statement, asked, tables_of

WHO_ASKS = re.compile(r"^\s*SELECT hilfenetz_now\(\) AS now, a\.organisation_id, a\.person_id, a\.name")
COUNTS = re.compile(r"\bAS waiting_\d")
FRAME = re.compile(
    r"^BEGIN|^COMMIT|^\s*SELECT hilfenetz_now\(\) AS now, pg_current_snapshot|\) AS (?:bearbeitung|gespraech)\b"
)
DOCUMENT, FOLDER = "/n/bielefeld/vereinbarung/wozu-wir-zusammenarbeiten", "/n/bielefeld/vereinbarung"
# Changes nothing in the rows, but is a change all the same.
TOUCH = "UPDATE {table} SET {column} = {column}"
COPY = "INSERT INTO {table} SELECT (jsonb_populate_record(t, {new})).* FROM {table} t LIMIT 1"
# Of each table a column that may be written: what matters to who somebody is, and what is content.
WHO = {
    "affiliation": "name",
    "membership": "is_office",
    "network": "name",
    "organisation": "name",
    "role_assignment": "valid_until",
    "room": "name",
    "room_participation": "ends_at",
    "rulebook": "put_for",
    "space": "title",
}
WHAT = {
    "ballot": "late",
    "contact_person": "phone",
    "directory_version": "note",
    "formal_receipt": "opened_at",
    "inbox_entry": "read_at",
    "item": "position",
    "item_grant": "granted_by",
    "must_read": "until_at",
    "read_confirmation": "version",
    "vote": "question",
    "vote_option": "title",
    "voter": "due_at",
}


async def _vote(browser) -> str:
    return re.search(r'href="(/n/bielefeld/abstimmungen/[0-9a-f-]{36})"', (await browser.get("/")).text)[1]


async def _me(cast) -> dict[str, UUID]:
    (row,) = await cast.database.as_superuser(
        "SELECT a.organisation_id, a.person_id FROM affiliation a JOIN organisation o ON o.id = a.organisation_id "
        "JOIN role_assignment r ON r.organisation_id = a.organisation_id AND r.person_id = a.person_id "
        "WHERE o.slug = 'bgw' AND r.role = 'representative' LIMIT 1"
    )
    return dict(row)


async def _touch(cast, table: str, column: str) -> None:
    """A change of all rows by nobody; what else such a row is guarded by is shown elsewhere."""
    await cast.database.as_superuser(_touched(table, column))


def _touched(table: str, column: str) -> str:
    touched = TOUCH.format(table=table, column=column)
    if table in ("ballot", "directory_version"):  # they stay as they are
        kept_so = f"ALTER TABLE {table} {{}} TRIGGER {table}_fixed"
        touched = f"{kept_so.format('DISABLE')}; {touched}; {kept_so.format('ENABLE')};"
    return touched


async def _fill(cast, me: dict[str, UUID]) -> None:
    """Of each table a row that concerns them: a notice, something read, a proposal, a room in which they take part."""
    await cast.database.as_superuser(
        "WITH page AS (SELECT v.space_id, v.item_id, v.version FROM item_version v JOIN space s ON s.id = v.space_id "
        "WHERE s.network_id = $3 AND v.version = 1 LIMIT 1), "
        "asked AS (INSERT INTO must_read (space_id, item_id, version, by_id, by_organisation_id, by_name, "
        "by_organisation, asked_at) SELECT p.*, $2, $1, '', '', now() FROM page p) "
        "INSERT INTO read_confirmation (space_id, item_id, version, organisation_id, person_id, name, at) "
        "SELECT p.*, $1, $2, '', now() FROM page p",
        *me.values(),
        cast.networks["bielefeld"],
    )
    await cast.database.as_superuser(
        "WITH told AS (INSERT INTO notice (organisation_id, id, kind, subject_id, address, params, key, created_at) "
        "VALUES ($1, gen_random_uuid(), 'vote_opened', gen_random_uuid(), '/n', '{}', 'k', now()) RETURNING id) "
        "INSERT INTO inbox_entry (organisation_id, notice_id, person_id) SELECT $1, id, $2 FROM told",
        *me.values(),
    )
    await cast.database.as_superuser(
        "INSERT INTO vote_option (network_id, vote_id, id, place, title) "
        "SELECT network_id, id, gen_random_uuid(), 50, 'Ja' FROM vote WHERE network_id = $1 LIMIT 1",
        cast.networks["bielefeld"],
    )
    room = f"jsonb_build_object('id', gen_random_uuid(), 'slug', 'neu', 'network_id', '{cast.networks['bielefeld']}')"
    await cast.database.as_superuser(COPY.format(table="room", new=room))
    await cast.database.as_superuser(
        "INSERT INTO room_participation SELECT (jsonb_populate_record(p, jsonb_build_object('id', gen_random_uuid(), "
        "'room_id', (SELECT id FROM room WHERE slug = 'neu'), 'organisation_id', $1::uuid, 'begins_at', now(), "
        "'ends_at', NULL))).* FROM room_participation p LIMIT 1",
        cast.organisations["bgw"],
    )


def test_each_table_that_is_listened_to_is_touched_here():
    assert WHAT.keys() == kept.MATTERS.keys()
    assert WHO.keys() | WHAT.keys() == kept.LISTENED.keys()


async def test_a_table_says_what_its_changes_are_about_and_one_that_says_nothing_is_about_everything(cast):
    names = [*kept.LISTENED, "anything_else"]
    rows = await cast.database.as_superuser(
        "SELECT name, matter_of(name::name) AS matter FROM unnest($1::text[]) AS name", names
    )
    expected = {name: kept.MATTERS.get(name, Matter.EVERYTHING) for name in names}
    assert {row["name"]: row["matter"] for row in rows} == expected


async def _heard(cast, me: dict[str, UUID], change: str) -> set[Matter]:
    """What somebody hears of a change."""
    async with scope(**me, read_only=True):
        held = kept.kept_of((await execute(f"SELECT {kept.COLUMNS}"))[0], until=None)
    await cast.database.as_superuser(change)
    async with scope(**me, read_only=True, reads_clock=False):
        return set((await held.changed())[0])


async def test_each_change_is_heard_as_what_it_is_about(cast):
    me = await _me(cast)
    await _fill(cast, me)
    for table, column in (WHO | WHAT).items():
        heard = await _heard(cast, me, _touched(table, column))
        assert heard - ({Matter.WORK} if table == "item" else set()) == {kept.MATTERS.get(table, Matter.EVERYTHING)}, (
            table
        )


@pytest.mark.parametrize(
    ("before", "after", "is_work"),
    [
        ("state = 'published'", "title = 'Anders'", False),
        ("state = 'published'", "state = 'pending'", True),
        ("state = 'pending'", "state = 'published'", True),
        ("state = 'published'", "assignee = 'everyone'", True),
        ("assignee = 'everyone'", "assignee = NULL", True),
        ("state = 'published'", "inherits = false", True),
        ("inherits = false", "inherits = true", True),
    ],
)
async def test_a_text_is_heard_as_work_when_it_is_or_was_some(cast, before, after, is_work):
    plain = "state = 'published', assignee = NULL, inherits = true"
    (text,) = await cast.database.as_superuser(
        "SELECT i.id FROM item i JOIN space s ON s.id = i.space_id WHERE s.network_id = $1 AND i.address = $2",
        cast.networks["bielefeld"],
        DOCUMENT.removeprefix("/n/bielefeld/"),
    )
    update = f"UPDATE item SET {{}} WHERE id = '{text['id']}'"
    await cast.database.as_superuser(update.format(plain))
    await cast.database.as_superuser(update.format(before))
    heard = await _heard(cast, await _me(cast), update.format(after))
    assert heard == ({Matter.ITEMS, Matter.WORK} if is_work else {Matter.ITEMS})


async def test_what_waits_is_counted_from_texts_that_are_work_alone(cast):
    """With no other text in the world everybody's counts are the same."""
    counting = [
        item.badge_sql
        for feature in FEATURES
        for item in feature.navigation
        if item.badge_sql and item.badge_of == {Matter.WORK}
    ]
    assert len(counting) == 2
    people = await cast.database.as_superuser("SELECT organisation_id, person_id FROM affiliation")
    await cast.database.as_superuser(
        "UPDATE item SET assignee = 'everyone', state = 'open' WHERE ctid IN (SELECT ctid FROM item "
        "WHERE type = 'task' LIMIT 5)"
    )

    async def counts() -> list[tuple]:
        found = []
        for person in people:
            async with scope(**person, read_only=True):
                (row,) = await execute(f"SELECT ({counting[0]}) AS one, ({counting[1]}) AS other")
            found.append(tuple(row.values()))
        return found

    before = await counts()
    assert any(map(sum, before))
    await cast.database.as_superuser(
        "SET session_replication_role = replica; "
        "DELETE FROM item WHERE assignee IS NULL AND state <> 'pending' AND NOT marked;"
    )
    assert await counts() == before


async def test_who_asks_is_asked_after_each_change_that_may_matter_and_after_no_other(cast):
    browser = await cast.as_role("bgw", Role.REPRESENTATIVE)
    await _fill(cast, await _me(cast))
    await cast.database.move_clock(timedelta(minutes=1))  # nothing is kept while a job has only just begun
    for _ in range(2):
        await browser.get(DOCUMENT)
    asked_for = set()
    for table, column in (WHO | WHAT).items():
        await _touch(cast, table, column)
        if any(WHO_ASKS.search(sql) for sql, _ in await asked(browser, DOCUMENT)):
            asked_for.add(table)
    assert asked_for == WHO.keys()


async def test_a_role_that_is_taken_is_gone_with_the_next_page(cast):
    office = await cast.as_role("stadt-bielefeld", Role.OFFICE)
    new = "/n/bielefeld/abstimmungen/neu"
    for _ in range(3):
        assert (await office.get(new)).status_code == 200
    await _touch(cast, "item", "position")
    assert (await office.get(new)).status_code == 200
    await cast.database.as_superuser(
        "UPDATE role_assignment SET valid_until = now() - interval '1 second', valid_from = now() - interval '1 day' "
        "WHERE role = 'office' AND organisation_id = $1",
        cast.organisations["stadt-bielefeld"],
    )
    assert (await office.get(new)).status_code == 403


async def test_a_seat_that_ends_by_the_clock_ends_while_only_texts_change(cast):
    """The snapshot goes on with each change of a text; when the seat ends was said by the first answer."""
    browser = await cast.as_role("bgw", Role.REPRESENTATIVE)
    await cast.database.as_superuser(
        "UPDATE membership SET ends_at = now() + interval '2 minutes' WHERE organisation_id = $1",
        cast.organisations["bgw"],
    )
    for _ in range(3):
        await _touch(cast, "item", "position")
        assert (await browser.get("/n/bielefeld/inhalte")).status_code == 200
    await cast.database.move_clock(timedelta(minutes=3))
    assert (await browser.get("/n/bielefeld/inhalte")).status_code == 404


async def test_who_somebody_is_is_read_from_tables_whose_changes_are_about_everything(cast):
    seen: list[Statement] = []
    async with scope(**await _me(cast), read_only=True):
        connection = DB.current_transaction.get().connection
        connection.add_query_logger(lambda record: seen.append((record.query, record.args or ())))
        assert await load_actor_to_keep("")
        await asyncio.sleep(0)  # the driver tells its loggers a little later
        (statement,) = seen
        read = await tables_of(statement)
    assert {"affiliation", "role_assignment", "membership", "rulebook", "room", "room_participation"} <= read
    assert read - (kept.LISTENED.keys() - kept.MATTERS.keys()) == set()


def _allowed(of: set[Matter]) -> set[str]:
    """What may be read for an answer of these matters."""
    matters = kept.MATTERS | kept.ALONG
    about_everything = kept.LISTENED.keys() - kept.MATTERS.keys()
    return about_everything | {table for table, matter in matters.items() if matter in of}


@pytest.mark.parametrize(
    ("page", "of"),
    [
        (DOCUMENT, kept.TEXTS),
        (FOLDER, kept.TEXTS),
        ("vote", {Matter.VOTES, Matter.LETTERS}),
        ("history", kept.TEXTS),
        ("/n/bielefeld/verzeichnis", {Matter.CONTACTS}),
    ],
)
async def test_what_a_page_keeps_is_read_from_the_matters_it_is_kept_by(cast, page, of):
    browser = await cast.as_role("bgw", Role.REPRESENTATIVE)
    if page == "vote":
        page = await _vote(browser)
    if page == "history":
        (item,) = await cast.database.as_superuser(
            "SELECT i.id FROM item i JOIN space s ON s.id = i.space_id WHERE s.network_id = $1 AND i.address = $2",
            cast.networks["bielefeld"],
            DOCUMENT.removeprefix("/n/bielefeld/"),
        )
        browser = await cast.as_role("stadt-bielefeld", Role.OFFICE)
        page = f"/inhalte/{item['id']}/verlauf"
    for _ in range(2):
        await browser.get(page)
    await _touch(cast, "organisation", "name")
    statements = [
        entry
        for entry in await asked(browser, page)
        if not FRAME.search(entry[0]) and not WHO_ASKS.search(entry[0]) and "pg_catalog." not in entry[0]
    ]
    assert statements
    async with scope(**await _me(cast), read_only=True):
        for statement in statements:
            assert await tables_of(statement) - _allowed(of) == set(), statement[0]


async def test_what_is_counted_is_read_from_the_matters_it_is_counted_anew_for(cast):
    counting = [item for feature in FEATURES for item in feature.navigation if item.badge_sql]
    assert len(counting) >= 6
    async with scope(**await _me(cast), read_only=True):
        for item in counting:
            read = await tables_of((f"SELECT * FROM ({item.badge_sql}) AS counted", ()))
            allowed = _allowed(set(item.badge_of))
            allowed |= kept.ONLY_DEAD if Matter.EVERYTHING in item.badge_of else set()
            allowed |= {"item"} if Matter.WORK in item.badge_of else set()  # of these those that are work
            assert read - allowed == set(), item.label


async def test_only_what_has_changed_is_counted_anew(cast):
    browser = await cast.as_role("bgw", Role.REPRESENTATIVE)
    await cast.database.move_clock(timedelta(minutes=1))
    for _ in range(2):
        await browser.get(DOCUMENT)
    await _touch(cast, "vote", "question")
    statements = await asked(browser, DOCUMENT)
    counts = [sql for sql, _ in statements if COUNTS.search(sql)]
    assert len(counts) == 1
    assert "FROM voter" in counts[0]
    assert "inbox_entry" not in counts[0]
    assert not any("i.address" in sql for sql, _ in statements)  # the document stands
