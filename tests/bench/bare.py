"""The yardstick: a bare Litestar page with one asyncpg query and a template of a given size. No wall, no session."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from jinja2 import Environment
from litestar import Litestar, Response, get

from tenants.database import connection_config

# About as many expressions for its length as a page of the portal has.
TEMPLATE = """<!doctype html><html lang="de"><head><title>{{ title }}</title></head><body><table>
{% for row in rows %}<tr class="kern-table__row"><th scope="row" class="kern-table__header">{{ row.name }}</th>
<td class="kern-table__cell">{{ row.number }}</td>
<td class="kern-table__cell kern-table__cell--numeric">{{ row.text }}</td></tr>
{% endfor %}</table></body></html>"""
_template = Environment(autoescape=True).from_string(TEMPLATE)


def rows_for(size: int) -> int:
    """How many rows make a page of about that many bytes."""
    row = {"name": "Organisation 99", "number": 99, "text": "seit 99 Tagen"}
    empty, one = (len(_template.render(title="Hilfenetz", rows=rows)) for rows in ([], [row]))
    return max(1, (size - empty) // (one - empty))


@asynccontextmanager
async def _pool(application: Litestar) -> AsyncIterator[None]:
    async with asyncpg.create_pool(**connection_config(os.environ["DATABASE_URL"]), min_size=1, max_size=10) as pool:
        application.state.pool = pool
        application.state.rows = rows_for(int(os.environ["BARE_PAGE_BYTES"]))
        yield


@get("/")
async def page() -> Response[str]:
    """One query, one template."""
    rows = await app.state.pool.fetch(
        "SELECT n AS number, 'Organisation ' || n AS name, 'seit ' || n || ' Tagen' AS text "
        "FROM generate_series(1, $1) AS n",
        app.state.rows,
    )
    return Response(_template.render(title="Hilfenetz", rows=rows), media_type="text/html")


app = Litestar([page], lifespan=[_pool], openapi_config=None, logging_config=None)
