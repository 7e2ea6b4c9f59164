"""What pages ask the database, and the tables that statements read, as their plans and the functions in them say."""

import json
import re

from tenants.database import DB, execute
from tests.database import POOL

RELATIONS = re.compile(r"\b(?:FROM|JOIN|UPDATE|INTO)[\s(]+(?:public\.)?([a-z_]+)|public\.([a-z_]+)", re.IGNORECASE)
Statement = tuple[str, tuple]


async def asked(browser, path: str) -> list[Statement]:
    """The statements of a page with their arguments."""
    seen: list[Statement] = []
    connections = [await DB.pool.acquire() for _ in range(POOL)]
    for connection in connections:
        connection.add_query_logger(lambda record: seen.append((record.query, record.args or ())))
    for connection in connections:
        await DB.pool.release(connection)
    assert (await browser.get(path)).status_code == 200
    return seen


async def tables_of(statement: Statement) -> set[str]:
    """The tables a statement reads in the open scope."""
    sql, arguments = statement
    connection = DB.current_transaction.get().connection
    plan = await connection.fetchval(f"EXPLAIN (VERBOSE, FORMAT JSON) {sql}", *arguments)
    return set(re.findall(r'"Relation Name": "(\w+)"', plan)) | await _read_inside(json.dumps(plan))


async def _read_inside(plan: str) -> set[str]:
    """The tables that functions of ours named in a plan read, and those these call."""
    tables = {row["name"] for row in await execute("SELECT relname AS name FROM pg_class WHERE relkind = 'r'")}
    rows = await execute(
        "SELECT proname, COALESCE(pg_get_function_sqlbody(oid), prosrc) AS body FROM pg_proc "
        "WHERE pronamespace = 'public'::regnamespace AND prorettype <> 'trigger'::regtype"
    )
    bodies = {row["proname"]: row["body"] for row in rows}
    found: set[str] = set()
    waiting, seen = {name for name in bodies if f"{name}(" in plan}, set()
    while waiting:
        name = waiting.pop()
        seen.add(name)
        found |= {either for names in RELATIONS.findall(bodies[name]) for either in names} & tables
        waiting |= {other for other in bodies if f"{other}(" in bodies[name]} - seen
    return found
