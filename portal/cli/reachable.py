"""Whether a database can be worked with at all, said in a sentence before anything is begun."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

from portal.settings import SettingsProblem, settings
from tenants import database
from tenants.database import connection_config
from tenants.guard import WallBroken, assert_wall

_AWAY = (
    OSError,
    asyncpg.CannotConnectNowError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.PostgresConnectionError,
)


def require_database(name: str) -> None:
    """Connect once under the role of this setting and let go again.

    Raises:
        SettingsProblem: nobody answers, the role is not let in, or it could see past the wall.
    """
    url: str = getattr(settings(), name)
    with told(url, variable=name.upper()):
        asyncio.run(_look(url))


@contextmanager
def told(url: str, *, variable: str) -> Iterator[None]:
    """Turn what a driver says of a database it cannot reach into a sentence."""
    try:
        yield
    except _AWAY:
        place = connection_config(url)
        raise SettingsProblem(
            f"Die Datenbank ist unter {place['host']}:{place['port']} nicht erreichbar oder lässt die Rolle "
            f"„{place['user']}“ nicht ein. Prüfen Sie {variable} und ob der Dienst läuft."
        ) from None
    except WallBroken as problem:
        raise SettingsProblem(str(problem)) from None


async def _look(url: str) -> None:
    await database.connect(url, max_size=1)
    try:
        await assert_wall()
    finally:
        await database.disconnect()
