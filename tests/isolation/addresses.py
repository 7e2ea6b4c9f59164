"""All addresses of the portal, filled with other people's identifiers."""

import itertools
import re
from collections.abc import Iterator

from litestar import Litestar
from litestar.handlers import HTTPRouteHandler

from tenants.policies import PROTECTED
from tests.database import Database

PARAMETER = re.compile(r"\{(\w+):(\w+)\}")
ROWS_A_TABLE = 2
# A stream never ends by itself; its isolation is tested where it is built.
ENDLESS = {"/mitteilungen/strom"}


def routes(application: Litestar, method: str) -> Iterator[str]:
    """Route templates that answer this method."""
    for route in application.routes:
        for handler in getattr(route, "route_handlers", ()):
            if isinstance(handler, HTTPRouteHandler) and method in handler.http_methods and route.path not in ENDLESS:
                yield route.path


async def values(database: Database, owners: set[str]) -> dict[str, list[str]]:
    """What to fill parameters with, by kind: identifiers of the owners' rows, and their addresses."""
    identifiers: set[str] = set()
    for entry in PROTECTED:
        tenant = entry.tenant or "id"
        columns = {row["column_name"] for row in await _columns(database, entry.table)}
        if "id" not in columns or tenant not in columns:
            continue
        rows = await database.as_superuser(
            f"SELECT id::text FROM {entry.table} WHERE {tenant}::text = ANY ($1) LIMIT {ROWS_A_TABLE}", sorted(owners)
        )
        identifiers |= {row["id"] for row in rows}
    slugs = await database.as_superuser(
        "SELECT slug FROM organisation WHERE id::text = ANY ($1) "
        "UNION SELECT slug FROM network WHERE id::text = ANY ($1)",
        sorted(owners),
    )
    return {"uuid": sorted(identifiers), "str": sorted(row["slug"] for row in slugs)}


def filled(template: str, known: dict[str, list[str]]) -> Iterator[str]:
    """The template with every combination of the values."""
    parameters = PARAMETER.findall(template)
    choices = [known.get(kind) or ["1"] for _, kind in parameters]
    for chosen in itertools.product(*choices):
        path = template
        for (name, kind), value in zip(parameters, chosen, strict=True):
            path = path.replace(f"{{{name}:{kind}}}", value)
        yield path


async def _columns(database: Database, table: str) -> list:
    return await database.as_superuser(
        "SELECT column_name FROM information_schema.columns WHERE table_name = $1", table
    )
