"""The databases of tests: whoever writes has one for themselves, whoever only reads may leave it to the next."""

import asyncpg

from tenants.database import connection_config, execute
from tenants.scope import scope
from tests.database import connected_copy


async def test_what_was_only_read_is_given_to_the_next(empty_template):
    async with connected_copy(empty_template) as first, scope():
        assert await execute("SELECT 1 AS one")
    async with connected_copy(empty_template) as second:
        assert second == first


async def test_what_was_written_to_is_given_to_nobody(empty_template):
    async with connected_copy(empty_template) as first:
        connection = await asyncpg.connect(**connection_config(first.url("owner")))
        undone = connection.transaction()
        await undone.start()
        await connection.execute("CREATE TABLE left_behind ()")
        await undone.rollback()
        await connection.close()
    async with connected_copy(empty_template) as second:
        assert second != first


async def test_where_somebody_stayed_nobody_else_comes(empty_template):
    async with connected_copy(empty_template) as first:
        stays = await asyncpg.connect(**connection_config(first.url("app")))
    async with connected_copy(empty_template) as second:
        assert second != first
    await stays.close()
