"""A migration is a Piccolo migration whose statements stand in the SQL file of the same name."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from migrations.piccolo_conf import DB


def raw(file: str, identifier: str, description: str) -> Callable[[], Awaitable[MigrationManager]]:
    """The ``forwards`` coroutine of a migration module."""
    statements = Path(file).with_suffix(".sql").read_text(encoding="utf-8")

    async def forwards() -> MigrationManager:
        manager = MigrationManager(migration_id=identifier, app_name="hilfenetz", description=description)

        async def run() -> None:
            if (transaction := DB.current_transaction.get()) is None:
                raise RuntimeError("Migrations run inside the transaction of migrations.runner.")
            await transaction.connection.execute(statements)

        manager.add_raw(run)
        return manager

    return forwards
