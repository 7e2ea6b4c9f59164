"""One command to Redis at a time, over connections that are kept ready for it.

For what every request asks. The client's own way takes a connection from its pool, looks whether something lies unread
on it, gives it back and counts each step; together that costs twice as much as the question itself.
"""

from typing import Any

from redis.asyncio import Redis
from redis.asyncio.connection import AbstractConnection
from redis.exceptions import ConnectionError as Broken


class KeptConnections:
    """Connections of a client, which closes them when it is closed."""

    def __init__(self, redis: Redis) -> None:
        self._pool = redis.connection_pool
        self._ready: list[AbstractConnection] = []

    async def ask(self, *command: Any) -> Any:
        """The answer to a command that does no harm when it is sent twice."""
        if self._ready:
            try:
                return await self._over(self._ready.pop(), command)
            except Broken:  # it was closed while nobody used it, as all others may have been
                while self._ready:
                    await self._drop(self._ready.pop())
        return await self._over(self._pool.get_available_connection(), command)

    async def _over(self, connection: AbstractConnection, command: tuple[Any, ...]) -> Any:
        try:
            await connection.connect()
            await connection.send_command(*command)
            answer = await connection.read_response()
        except BaseException:  # an answer that is still on its way must not become the next one's
            await self._drop(connection)
            raise
        self._ready.append(connection)
        return answer

    async def _drop(self, connection: AbstractConnection) -> None:
        await connection.disconnect(nowait=True)
        await self._pool.release(connection)
