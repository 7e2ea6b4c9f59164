"""What is reached is worked out once a transaction: for whom, for how long, and when anew."""

from uuid import uuid4

import asyncpg

from tenants import provisioning
from tenants.database import DB, execute
from tenants.scope import current_scope, scope

REACH = (
    "SELECT reach_networks() AS networks, reach_organisations() AS organisations, reach_spaces() AS spaces, "
    "my_principals() AS principals"
)


async def reach() -> dict[str, list]:
    return (await execute(REACH))[0]


async def networks_seen() -> set:
    return {row["id"] for row in await execute("SELECT id FROM network")}


async def test_a_transaction_works_it_out_once(networks):
    async with scope(organisation_id=networks.a):
        first = await reach()
        assert await networks_seen() == {networks.first}
        kept = (await execute("SELECT current_setting('app.reached_networks') AS kept"))[0]["kept"]
        assert kept == "{" + str(networks.first) + "}"
        assert await reach() == first


async def test_it_ends_with_the_transaction(networks):
    async with scope(organisation_id=networks.a):
        assert await networks_seen() == {networks.first}
    async with scope(organisation_id=networks.c):
        assert await networks_seen() == {networks.second}
    async with scope():
        assert await networks_seen() == set()


async def test_in_another_organisation_it_is_worked_out_for_that_one(networks):
    async with scope(organisation_id=networks.a):
        before = await reach()
        await current_scope().switch(organisation_id=networks.c)
        after = await reach()
        assert await networks_seen() == {networks.second}
    assert before["networks"] == [networks.first]
    assert after["networks"] == [networks.second]
    assert after["organisations"] == [networks.c]
    assert not set(before["spaces"]) & set(after["spaces"])


async def test_for_another_person_it_is_worked_out_for_that_one(networks):
    async with scope(organisation_id=networks.a, person_id=uuid4()):
        await execute("SELECT my_principals()")
        await execute("SELECT set_config('app.reached_principals', '{everyone}', true)")
        assert (await reach())["principals"] == ["everyone"]  # kept for this person
        await execute("SELECT set_config('app.person', {}, true)", str(uuid4()))
        assert (await reach())["principals"] == []


async def test_who_leaves_reaches_nothing_from_the_next_statement_on(networks, empty_database):
    async with empty_database.role("worker"), scope(organisation_id=networks.c, network_id=networks.second):
        assert networks.c in (await reach())["organisations"]
    async with empty_database.role("worker"), scope(organisation_id=networks.c):
        assert await networks_seen() == {networks.second}
        await execute("UPDATE membership SET ends_at = hilfenetz_now() WHERE organisation_id = {}", networks.c)
        assert await networks_seen() == set()
        assert (await reach())["spaces"] == [space["id"] for space in await execute("SELECT id FROM space")]


async def test_who_comes_in_reaches_it_in_the_same_transaction(networks, empty_database):
    async with empty_database.role("worker"), scope(organisation_id=networks.b, network_id=networks.second) as opened:
        before = await reach()
        await provisioning.admit_member(
            network_id=networks.second, organisation_id=networks.b, is_office=False, begins_at=opened.now
        )
        after = await reach()
    assert networks.b not in [o for o in before["organisations"] if before["networks"] == [networks.second]]
    assert set(after["networks"]) == {networks.first, networks.second}
    assert {networks.a, networks.b, networks.c} <= set(after["organisations"])


async def test_what_is_undone_is_not_reached(networks, empty_database):
    async with empty_database.role("worker"), scope(organisation_id=networks.c):
        assert await networks_seen() == {networks.second}
        await execute("SAVEPOINT before")
        await execute("UPDATE membership SET ends_at = hilfenetz_now() WHERE organisation_id = {}", networks.c)
        assert await networks_seen() == set()
        await execute("ROLLBACK TO SAVEPOINT before")
        assert await networks_seen() == {networks.second}


async def test_while_only_read_it_is_kept_too(networks):
    async with scope(organisation_id=networks.a, read_only=True):
        assert await networks_seen() == {networks.first}
        assert (await reach())["networks"] == [networks.first]


async def test_outside_a_transaction_nothing_stays(networks):
    assert DB.pool is not None
    connection: asyncpg.Connection
    async with DB.pool.acquire() as connection:
        await connection.execute("SELECT set_config('app.organisation', $1, true), reach_networks()", str(networks.a))
        assert await connection.fetchval("SELECT coalesce(current_setting('app.reached_networks', true), '')") == ""
        assert await connection.fetchval("SELECT reach_networks()") == []


async def test_what_a_session_was_made_to_keep_counts_for_nobody_after_it(networks):
    """Settings that outlive a transaction answer for no later one on the same connection, whoever set them."""
    whose = f"{networks.c}//"
    assert DB.pool is not None
    held = [await DB.pool.acquire() for _ in range(DB.pool.get_max_size())]
    for connection in held:
        await connection.execute(
            "SELECT set_config('app.reached_as', $1, false), set_config('app.reached_networks', $2, false)",
            whose,
            f"{{{networks.first}}}",
        )
    for connection in held:
        await DB.pool.release(connection)
    try:
        async with scope(organisation_id=networks.c):
            assert await networks_seen() == {networks.second}
            assert (await reach())["networks"] == [networks.second]
    finally:
        await DB.pool.expire_connections()
