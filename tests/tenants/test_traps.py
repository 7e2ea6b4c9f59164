"""Each trap that was measured on PostgreSQL with Piccolo, so that nobody falls in again (architecture, section 4)."""

import asyncio
import contextlib
from uuid import UUID, uuid4

import asyncpg
import pytest

from tenants.database import DB, NotCommitted, OutsideScope, connection_config, execute
from tenants.scope import current_scope, scope
from tenants.tables import Organisation

SECRET = "Organisation C"


async def names_seen(database, sql: str, organisation: UUID) -> list[str]:
    async with scope(organisation_id=organisation):
        return sorted(row["name"] for row in await execute(sql))


async def test_trap_the_owner_is_bound_by_force(networks, empty_database):
    async with empty_database.role("owner"), scope(organisation_id=networks.a):
        assert await execute("SELECT name FROM organisation") == []


async def test_trap_a_plain_view_sees_every_tenant_and_a_security_invoker_view_does_not(networks, empty_database):
    await empty_database.as_superuser(
        "CREATE VIEW leaky AS SELECT name FROM organisation;"
        "CREATE VIEW walled WITH (security_invoker = true) AS SELECT name FROM organisation;"
        "CREATE MATERIALIZED VIEW frozen AS SELECT name FROM organisation;"
        "GRANT SELECT ON leaky, walled, frozen TO hilfenetz_app;"
    )
    assert SECRET in await names_seen(empty_database, "SELECT name FROM leaky", networks.a)
    assert SECRET in await names_seen(empty_database, "SELECT name FROM frozen", networks.a)
    assert SECRET not in await names_seen(empty_database, "SELECT name FROM walled", networks.a)


async def test_trap_no_plain_or_materialised_view_exists(empty_database):
    rows = await empty_database.as_superuser(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND (relkind = 'm' OR (relkind = 'v' "
        "AND NOT COALESCE('security_invoker=true' = ANY (reloptions), false)))"
    )
    assert rows == [], "views over tenant data need WITH (security_invoker = true); materialised ones cannot be walled"


async def test_trap_a_finished_local_setting_reads_as_empty_and_still_means_nobody(networks):
    async with DB.transaction(), asyncio.timeout(5):
        await execute("SELECT set_config('app.organisation', {}, true)", str(networks.a))
    connection = await DB.pool.acquire()
    try:
        async with connection.transaction():
            await connection.execute("SELECT set_config('app.organisation', $1, true)", str(networks.a))
        assert await connection.fetchval("SELECT current_setting('app.organisation', true)") == ""
        assert await connection.fetchval("SELECT current_organisation()") is None
        assert await connection.fetch("SELECT 1 FROM organisation") == []
    finally:
        await DB.pool.release(connection)


async def test_trap_a_single_column_foreign_key_is_accepted_for_a_hidden_row_and_a_composite_one_is_not(
    networks, empty_database
):
    await empty_database.as_superuser(
        "CREATE TABLE parent (organisation_id uuid, id uuid UNIQUE, PRIMARY KEY (organisation_id, id));"
        "CREATE TABLE loose (id uuid REFERENCES parent (id));"
        "CREATE TABLE tight (organisation_id uuid, id uuid, FOREIGN KEY (organisation_id, id) REFERENCES parent);"
        "GRANT INSERT ON loose, tight TO hilfenetz_app;"
    )
    hidden = uuid4()
    await empty_database.as_superuser("INSERT INTO parent VALUES ($1, $2)", networks.c, hidden)
    async with scope(organisation_id=networks.a):
        await execute("INSERT INTO loose VALUES ({})", hidden)
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        async with scope(organisation_id=networks.a):
            await execute("INSERT INTO tight VALUES ({}, {})", networks.a, hidden)


async def test_trap_a_query_outside_a_scope_is_an_error_and_not_an_empty_answer(networks):
    with pytest.raises(OutsideScope):
        await Organisation.select()
    with pytest.raises(OutsideScope):
        await execute("SELECT 1")
    with pytest.raises(OutsideScope):
        current_scope()


async def test_trap_batches_are_refused_because_they_take_another_connection(networks):
    async with scope(organisation_id=networks.a):
        with pytest.raises(OutsideScope):
            async with await Organisation.select().batch(batch_size=1) as batch:
                await anext(batch)


async def test_trap_gathered_queries_fail_loudly(networks):
    async with scope(organisation_id=networks.a):
        answers = await asyncio.gather(*(execute("SELECT pg_sleep(0.01)") for _ in range(3)), return_exceptions=True)
    assert any(isinstance(answer, asyncpg.InterfaceError) for answer in answers)


async def test_trap_policy_functions_run_once_a_statement(networks):
    async with scope(organisation_id=networks.a):
        plan = await execute("EXPLAIN SELECT * FROM membership")
    text = "\n".join(row["QUERY PLAN"] for row in plan)
    assert "InitPlan" in text, text
    assert "Filter: (network_id = ANY (reach_networks()))" not in text


async def test_trap_full_text_under_policies_cannot_use_its_index(networks, empty_database):
    """``@@`` is not leakproof: under a policy it may only look at rows that passed it, so the index is of no use."""
    await empty_database.as_superuser(
        "CREATE TABLE page (organisation_id uuid, words tsvector);"
        "CREATE INDEX page_words ON page USING gin (words);"
        "ALTER TABLE page ENABLE ROW LEVEL SECURITY;"
        "CREATE POLICY own ON page USING (organisation_id = (SELECT current_organisation()));"
        "GRANT SELECT ON page TO hilfenetz_app;"
        "INSERT INTO page SELECT gen_random_uuid(), to_tsvector('simple', 'wort' || n) FROM generate_series(1, 5000) n;"
        "ANALYZE page;"
    )
    question = "EXPLAIN SELECT * FROM page WHERE words @@ to_tsquery('simple', 'wort7')"
    async with scope(organisation_id=networks.a):
        await execute("SELECT set_config('enable_seqscan', 'off', true)")
        walled = str(await execute(question))
    beyond = str([dict(row) for row in await empty_database.as_superuser(question)])
    assert "page_words" not in walled
    assert "page_words" in beyond


async def test_trap_a_second_scope_inside_a_scope_is_refused(networks):
    async with scope(organisation_id=networks.a):
        with pytest.raises(RuntimeError, match="open already"):
            async with scope(organisation_id=networks.b):
                pass
        assert current_scope().organisation_id == networks.a


async def test_trap_a_failed_commit_gives_its_connection_back(networks, empty_database):
    await empty_database.as_superuser(
        "CREATE TABLE strict (id int UNIQUE DEFERRABLE INITIALLY DEFERRED);"
        "GRANT SELECT, INSERT ON strict TO hilfenetz_app;"
    )
    for _ in range(12):
        with pytest.raises(asyncpg.UniqueViolationError):
            async with asyncio.timeout(5), scope(organisation_id=networks.a):
                await execute("INSERT INTO strict VALUES (1), (1)")
    async with scope(organisation_id=networks.a):
        assert await execute("SELECT id FROM strict") == []


async def test_trap_a_killed_connection_is_an_error_once_and_then_replaced(networks, empty_database):
    gone = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, ConnectionError)
    with pytest.raises(gone):
        async with scope(organisation_id=networks.a):
            await empty_database.as_superuser(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1", "hilfenetz_app"
            )
            await execute("SELECT 1")
    async with scope(organisation_id=networks.a):
        assert len(await execute("SELECT 1 FROM organisation")) == 2


async def test_reading_scopes_cannot_write(networks):
    with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
        async with scope(organisation_id=networks.a, read_only=True):
            await execute("UPDATE outbox SET attempts = 0")


def test_addresses_of_databases_are_understood():
    assert connection_config("postgresql://u:p%40@h:6543/n") == {
        "host": "h", "port": 6543, "user": "u", "password": "p@", "database": "n",
    }  # fmt: skip
    assert connection_config("postgresql://u@/n?host=/run/pg")["host"] == "/run/pg"


async def test_trap_commit_after_a_swallowed_failure_is_a_rollback_and_is_said_so(networks):
    with pytest.raises(NotCommitted):
        async with scope(organisation_id=networks.a):
            with contextlib.suppress(asyncpg.UndefinedTableError):
                await execute("SELECT 1 FROM nowhere")


async def test_a_request_id_cannot_end_the_beginning_of_a_transaction(networks):
    hostile = "'; SET LOCAL app.organisation = '" + str(networks.c)
    async with scope(organisation_id=networks.a, request_id=hostile):
        rows = await execute("SELECT current_organisation() AS id, current_setting('app.request') AS request")
    assert rows == [{"id": networks.a, "request": hostile}]
