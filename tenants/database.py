"""The one engine of a process, and the rule that nothing is asked of it outside a scope.

Piccolo would quietly take another connection for a query outside a transaction. That connection carries no
organisation, so the wall would answer with no rows at all: a silent wrong answer. Here it is a loud one.
"""

from functools import lru_cache
from typing import Any, Self
from urllib.parse import parse_qsl, unquote, urlsplit

import asyncpg
from piccolo.engine.postgres import PostgresEngine, PostgresTransaction
from piccolo.querystring import QueryString


class OutsideScope(RuntimeError):
    """A query was made without ``async with scope(...)``: it would not belong to any organisation."""

    def __init__(self) -> None:
        super().__init__("No scope is open. Wrap the call in `async with tenants.scope.scope(organisation_id=...)`.")


class QuietEngine(PostgresEngine):
    """Piccolo's engine without the connection it makes when it is constructed: importing a module asks nobody."""

    async def check_version(self) -> None:
        """Nothing: the doctor checks the server's version."""

    async def prep_database(self) -> None:
        """Nothing: migrations create extensions."""


class NotCommitted(RuntimeError):
    """PostgreSQL answered COMMIT with a rollback: a statement had failed and somebody went on nevertheless."""


class WalledTransaction(PostgresTransaction):
    """Piccolo's transaction, with three things mended.

    It always gives its connection back; Piccolo keeps it when BEGIN or COMMIT fails, and a pool of connections that
    were kept is a process that waits forever. It begins with all that belongs to its beginning in one message. And it
    does not take a rollback for a commit.
    """

    def __init__(self, engine: PostgresEngine, *, allow_nested: bool = False, begin: str = "BEGIN") -> None:
        super().__init__(engine, allow_nested=allow_nested)
        self._begin = begin

    async def begin(self) -> None:
        await self.connection.execute(self._begin)

    async def commit(self) -> None:
        if await self.connection.execute("COMMIT") != "COMMIT":
            raise NotCommitted
        self._committed = True

    async def rollback(self) -> None:
        if not self.connection.is_closed():
            await self.connection.execute("ROLLBACK")
        self._rolled_back = True

    async def __aenter__(self) -> Self:
        try:
            await super().__aenter__()
        except BaseException:
            if getattr(self, "connection", None) is not None:
                await self._give_back()
            raise
        return self

    async def __aexit__(self, exception_type: Any, exception: Any, traceback: Any) -> bool:
        try:
            if exception is not None:
                await self.rollback()
            else:
                await self.commit()
        finally:
            self.engine.current_transaction.reset(self.context)
            await self._give_back()
        return False

    async def _give_back(self) -> None:
        if self.engine.pool is not None:
            await self.engine.pool.release(self.connection)
        else:
            await self.connection.close()


class WalledEngine(QuietEngine):
    """Piccolo's engine that answers only inside a transaction opened by ``tenants.scope``."""

    def transaction(self, allow_nested: bool = False, *, begin: str = "BEGIN") -> WalledTransaction:
        return WalledTransaction(self, allow_nested=allow_nested, begin=begin)

    async def run_querystring(self, querystring: QueryString, in_pool: bool = True) -> list[dict[str, Any]]:
        if self.current_transaction.get() is None:
            raise OutsideScope
        return await super().run_querystring(querystring, in_pool=in_pool)

    async def run_ddl(self, ddl: str, in_pool: bool = True) -> list[dict[str, Any]]:
        if self.current_transaction.get() is None:
            raise OutsideScope
        return await super().run_ddl(ddl, in_pool=in_pool)

    async def batch(self, *_: object, **__: object) -> Any:
        """Refused: Piccolo opens another connection for it, which carries no organisation."""
        raise OutsideScope


DB = WalledEngine(config={})

# Shorter than a change is remembered (tenants.kept): none is forgotten before it is committed.
LONGEST_TRANSACTION = "45min"


def connection_config(url: str) -> dict[str, Any]:
    """asyncpg's keywords for a ``postgresql://`` address; ``?host=/folder`` names a socket folder."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    config: dict[str, Any] = {
        "host": query.get("host") or unquote(parts.hostname or "localhost"),
        "port": parts.port or int(query.get("port", 5432)),
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password) if parts.password else None,
        "database": parts.path.lstrip("/"),
    }
    return {key: value for key, value in config.items() if value is not None}


async def connect(url: str, *, max_size: int = 10, min_size: int = 1) -> None:
    """Point the engine at a database and open its pool."""
    DB.config = connection_config(url)
    if DB.pool is not None:
        raise RuntimeError("A pool is open already; disconnect first.")
    settings = {"timezone": "UTC", "application_name": "hilfenetz", "statement_timeout": "30s"}
    # To compile a statement takes longer than any of ours.
    settings |= {"transaction_timeout": LONGEST_TRANSACTION, "jit": "off"}
    await DB.start_connection_pool(min_size=min_size, max_size=max_size, server_settings=settings, reset=_reset)


async def disconnect() -> None:
    """Close the pool; a second call does nothing."""
    if DB.pool is not None:
        await DB.close_connection_pool()


async def execute(sql: str, *arguments: object) -> list[dict[str, Any]]:
    """Run raw SQL with ``{}`` placeholders inside the open scope; rows as dictionaries.

    Each ``{}`` is a placeholder, in a quoted text too: an empty JSON object or array is written ``'{ }'``.

    The same text is the same prepared statement, so it is worked out once and not bound anew by Piccolo each time.

    Raises:
        OutsideScope: no scope is open.
    """
    if (transaction := DB.current_transaction.get()) is None:
        raise OutsideScope
    return [dict(row) for row in await transaction.connection.fetch(_numbered(sql), *arguments)]


@lru_cache(maxsize=1024)
def _numbered(sql: str) -> str:
    """'a = {} AND b = {}' as PostgreSQL wants it: 'a = $1 AND b = $2'."""
    first, *rest = sql.split("{}")
    return first + "".join(f"${number}{part}" for number, part in enumerate(rest, start=1))


async def _reset(connection: asyncpg.Connection) -> None:
    """Leave a returned connection clean. Every setting of ours is local to its transaction and falls with it, so the
    round trip that asyncpg makes by default would reset nothing."""
    if connection.is_in_transaction():
        await connection.execute("ROLLBACK")
