"""What a process keeps stands exactly as long as nothing has changed for whoever asks."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import pytest

from migrations import runner
from portal.identity.queries import load_actor_to_keep
from tenants import kept
from tenants.database import connection_config, execute
from tenants.kept import Kept, kept_answer, kept_of
from tenants.scope import current_scope, scope

PERSON = UUID("0b0b0b0b-0000-4000-8000-000000000001")
TRIGGERS = """
SELECT c.relname AS table, t.tgname AS name, t.tgargs AS arguments FROM pg_trigger t
JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid WHERE p.proname = $1 AND t.tgenabled = 'O'
"""


async def _employ(database, organisation: UUID) -> None:
    await database.as_superuser(
        "INSERT INTO person (id, provider, subject, created_at, last_sign_in_at) VALUES ($1, 'x', 'ada', now(), now())",
        PERSON,
    )
    await database.as_superuser(
        "INSERT INTO affiliation (organisation_id, person_id, name, email, begins_at) "
        "VALUES ($1, $2, 'Ada', '', now())",
        organisation,
        PERSON,
    )


async def begun(organisation: UUID) -> Kept:
    """What is kept for somebody of the organisation from now on."""
    async with scope(organisation_id=organisation, person_id=PERSON, read_only=True):
        return kept_of((await execute(f"SELECT {kept.COLUMNS}"))[0], until=None)


async def stands(held: Kept, organisation: UUID) -> bool:
    async with scope(organisation_id=organisation, person_id=PERSON, read_only=True, reads_clock=False):
        return await nothing_changed(held)


async def nothing_changed(held: Kept) -> bool:
    changed, kept_on = await held.changed()
    assert (kept_on is held) is (not changed or changed == kept.ANY)
    return not changed


async def test_it_stands_while_nothing_happens(networks):
    held = await begun(networks.a)
    assert await stands(held, networks.a)
    assert await stands(held, networks.a)


async def test_what_a_session_has_learnt_in_a_quiet_hour_does_not_read_all_of_a_busy_one(networks, empty_database):
    """A plan kept from when there were few changes would read them all."""
    await empty_database.as_superuser("TRUNCATE recent_change")
    await empty_database.as_superuser("VACUUM ANALYZE recent_change")
    held = await begun(networks.a)
    async with scope(organisation_id=networks.a, person_id=PERSON, read_only=True, reads_clock=False):
        for _ in range(8):  # after five the plan is kept
            assert await nothing_changed(held)
        await empty_database.as_superuser(
            "INSERT INTO recent_change (concerns, xid) "
            "SELECT gen_random_uuid(), '10'::xid8 FROM generate_series(1, 3000)"
        )
        before = await _rows_read()
        assert await nothing_changed(held)
        assert await _rows_read() - before < 10


async def _rows_read() -> int:
    (found,) = await execute(
        "SELECT seq_tup_read + coalesce(idx_tup_fetch, 0) AS rows FROM pg_stat_xact_all_tables "
        "WHERE relname = 'recent_change'"
    )
    return found["rows"]


async def test_a_change_to_any_table_that_is_listened_to_is_noticed_by_those_it_concerns(networks, empty_database):
    held = {organisation: await begun(organisation) for organisation in (networks.a, networks.b, networks.c)}
    await empty_database.as_superuser(
        "UPDATE membership SET is_office = is_office WHERE organisation_id = $1", networks.a
    )
    assert not await stands(held[networks.a], networks.a)
    assert not await stands(held[networks.b], networks.b)  # in the same network
    assert await stands(held[networks.c], networks.c)


async def test_a_change_of_one_person_concerns_them_in_each_organisation_and_nobody_elsewhere(networks, empty_database):
    held = {organisation: await begun(organisation) for organisation in (networks.a, networks.b, networks.c)}
    await _employ(empty_database, networks.a)
    assert not await stands(held[networks.a], networks.a)
    assert not await stands(held[networks.b], networks.b)
    stranger = await begun(networks.c)
    await empty_database.as_superuser("UPDATE affiliation SET name = 'Ada B.' WHERE organisation_id = $1", networks.a)
    async with scope(organisation_id=networks.c, person_id=uuid4(), read_only=True):
        assert await nothing_changed(stranger)


async def test_what_began_before_and_is_committed_afterwards_is_noticed(networks, empty_database):
    other = await asyncpg.connect(**connection_config(empty_database.url("admin")))
    try:
        transaction = other.transaction()
        await transaction.start()
        await other.execute("UPDATE organisation SET name = 'Neuer Name' WHERE id = $1", networks.a)
        held = await begun(networks.a)
        assert await stands(held, networks.a)  # not committed: the old name is the answer
        await transaction.commit()
        assert not await stands(held, networks.a)
        assert await stands(await begun(networks.a), networks.a)
    finally:
        await other.close()


async def test_what_is_rolled_back_never_was(networks, empty_database):
    held = await begun(networks.a)
    other = await asyncpg.connect(**connection_config(empty_database.url("admin")))
    try:
        transaction = other.transaction()
        await transaction.start()
        await other.execute("UPDATE organisation SET name = 'Neuer Name' WHERE id = $1", networks.a)
        await transaction.rollback()
    finally:
        await other.close()
    assert await stands(held, networks.a)


async def test_what_a_membership_begins_or_ends_by_the_clock_is_noticed(networks, empty_database):
    await empty_database.as_superuser(
        "UPDATE membership SET ends_at = now() + interval '1 minute' WHERE organisation_id = $1", networks.b
    )
    held = await begun(networks.b)
    assert await stands(held, networks.b)
    await empty_database.move_clock(timedelta(minutes=2))
    assert not await stands(held, networks.b)


async def test_it_stands_no_longer_than_until(networks, empty_database):
    held = await begun(networks.a)
    await empty_database.move_clock(kept.LONGEST - timedelta(seconds=30))
    assert await stands(held, networks.a)
    await empty_database.move_clock(kept.LONGEST + timedelta(seconds=1))
    assert not await stands(held, networks.a)


async def test_it_stands_for_nobody_else_and_on_no_other_server(networks):
    held = await begun(networks.a)
    assert not await stands(held, networks.b)
    assert not await stands(held, networks.c)
    assert not await stands(replace(held, server=held.server + timedelta(seconds=1)), networks.a)


async def test_the_portal_can_neither_read_nor_write_what_has_changed(networks):
    for attempt in ("SELECT * FROM recent_change", "INSERT INTO recent_change (concerns) VALUES (gen_random_uuid())"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with scope(organisation_id=networks.a):
                await execute(attempt)


async def test_only_what_no_answer_can_be_older_than_is_forgotten(networks, empty_database):
    await empty_database.as_superuser("UPDATE organisation SET name = name")
    async with empty_database.role("worker"), scope():
        await kept.forget_changes()
    assert await empty_database.as_superuser("SELECT 1 FROM recent_change")
    await empty_database.move_clock(kept.REMEMBERED + timedelta(seconds=1))
    async with empty_database.role("worker"), scope():
        await kept.forget_changes()
    assert not await empty_database.as_superuser("SELECT 1 FROM recent_change")
    assert kept.REMEMBERED > kept.LONGEST


async def test_an_answer_is_asked_for_once_in_a_place_and_each_time_elsewhere(networks):
    asked = []

    async def ask() -> int:
        asked.append(1)
        return len(asked)

    held = await begun(networks.a)
    async with scope(organisation_id=networks.a, read_only=True):
        assert [await kept_answer("it", ask), await kept_answer("it", ask)] == [1, 2]
        current_scope().kept = held
        assert [await kept_answer("it", ask), await kept_answer("it", ask)] == [3, 3]
        early = current_scope().now + timedelta(minutes=1)
        assert [await kept_answer("that", ask, until=lambda _: early) for _ in range(2)] == [4, 4]
        current_scope().now = early
        assert await kept_answer("that", ask, until=lambda _: early) == 5
        assert await kept_answer("it", ask) == 3
        for number in range(40):
            await kept_answer(str(number), ask)
        assert len(held.answers) <= 8
        assert await kept_answer("heavy", ask, is_light=lambda _: False)
        assert "heavy" not in held.answers


async def test_what_is_read_before_a_change_and_kept_after_it_is_kept_for_nobody(networks, empty_database):
    """Two requests of one person: the slower read the old text, the other has found out that it changed."""
    texts = iter(("alt", "neu"))

    async def ask() -> str:
        return next(texts)

    held = await begun(networks.a)
    other = await asyncpg.connect(**connection_config(empty_database.url("admin")))
    async with scope(organisation_id=networks.a, person_id=PERSON, read_only=True):
        current_scope().kept = held
        assert await kept_answer("votes", ask, of={kept.Matter.VOTES}) == "alt"
        await other.execute(
            "INSERT INTO recent_change (concerns, matter) SELECT id, 'items' FROM organisation WHERE id = $1",
            networks.a,
        )
        changed, after = await held.changed()
        await kept_answer("text", ask, of={kept.Matter.ITEMS})  # the slower
    await other.close()
    assert changed == {kept.Matter.ITEMS}
    assert after.answers.keys() == {"votes"}
    assert await stands(after, networks.a)


async def test_what_was_an_end_while_it_was_read_is_not_kept(networks, empty_database):
    """The clock goes on inside a statement: an end between two readings of it must not be overlooked."""
    await _employ(empty_database, networks.a)
    await empty_database.as_superuser(
        "INSERT INTO role_assignment (organisation_id, person_id, id, role, source, valid_from, valid_until) VALUES "
        f"('{networks.a}', '{PERSON}', gen_random_uuid(), 'caseworker', 'x', now() - interval '1 day', NULL), "
        f"('{networks.a}', '{PERSON}', gen_random_uuid(), 'office', 'x', now() - interval '1 day', "
        "clock_timestamp() - interval '1 second')"
    )
    async with scope(organisation_id=networks.a, person_id=PERSON, read_only=True) as opened:
        found = await load_actor_to_keep("")
        assert found is not None
        assert found[3].until < opened.now


async def test_no_transaction_lasts_as_long_as_a_change_is_remembered(networks):
    async with scope(organisation_id=networks.a):
        (row,) = await execute("SELECT current_setting('transaction_timeout')::interval AS longest")
    assert timedelta(0) < row["longest"] < kept.REMEMBERED - kept.LONGEST


async def test_no_statement_is_compiled_however_much_there_is(networks):
    async with scope(organisation_id=networks.a):
        (row,) = await execute("SELECT current_setting('jit') AS jit")
    assert row["jit"] == "off"


async def test_a_later_migration_of_the_same_run_may_change_what_is_listened_to(empty_database):
    """Rights are declared anew after all migrations; what the database itself notes down needs them before."""
    source = (Path(runner.__file__).parent / "2026_11_22_53_recent_changes.sql").read_text(encoding="utf-8")
    assert "GRANT SELECT, INSERT ON recent_change TO hilfenetz_reach" in source


async def test_two_transactions_that_concern_the_same_never_wait_for_each_other(networks, empty_database):
    one, other = [await asyncpg.connect(**connection_config(empty_database.url("admin"))) for _ in range(2)]
    try:
        async with one.transaction(), asyncio.timeout(5):
            await one.execute("UPDATE organisation SET name = 'Eins' WHERE id = $1", networks.a)
            await other.execute("UPDATE membership SET is_office = is_office WHERE organisation_id = $1", networks.a)
    finally:
        await one.close()
        await other.close()


async def test_every_table_that_is_listened_to_notes_its_changes(empty_database):
    rows = await empty_database.as_superuser(TRIGGERS, "change_noted")
    found: dict[str, set[tuple[str, ...]]] = {}
    for row in rows:
        found.setdefault(row["table"], set()).add(tuple(row["arguments"].decode().split("\0")[:-1]))
    assert found == {table: {columns} for table, columns in kept.LISTENED.items()}
    assert len(rows) == 3 * len(kept.LISTENED)  # inserted, changed, deleted
    dead = await empty_database.as_superuser(TRIGGERS, "death_noted")
    assert {row["table"] for row in dead} == kept.ONLY_DEAD
