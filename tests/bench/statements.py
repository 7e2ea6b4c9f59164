"""How many SQL statements a page costs, counted at the driver: BEGIN, COMMIT and everything between."""

import asyncpg

from portal.app import create_app
from portal.settings import load
from tenants import database
from tests.client import browser_for
from tests.database import Database


async def statements_of(base: Database, path: str, cookie: str) -> int:
    """Statements of one request to a warmed-up application in this process."""
    seen: list[str] = []

    async def watch(connection: asyncpg.Connection) -> None:
        connection.add_query_logger(lambda record: seen.append(record.query))

    await database.connect(base.url("app"), max_size=1)
    try:
        pool = database.DB.pool
        assert pool is not None
        async with pool.acquire() as connection:
            await watch(connection)
        browser = browser_for(create_app(load()))
        async with browser.http:
            for _ in range(2):  # who asks is known with the first page, and what waits for them kept with the second
                await browser.http.get(path, headers={"Cookie": cookie})
            seen.clear()
            response = await browser.http.get(path, headers={"Cookie": cookie})
            assert response.status_code == 200, response.status_code
        return len(seen)
    finally:
        await database.disconnect()
