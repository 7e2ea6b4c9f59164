"""What changes or checks the database once and then ends."""

import asyncio

import asyncpg
import click

from portal.cli.borrowed import borrow_settings
from portal.local.problem import LocalProblem
from portal.settings import SettingsProblem, settings
from tenants.database import connection_config

_ROLES = ("database_url", "worker_database_url", "auditor_database_url")


def bring_up_to_date() -> list[str]:
    """Roles, migrations, policies; gives back what was applied."""
    from migrations import runner

    found = settings()
    found.require("owner_database_url", *_ROLES)
    try:
        return asyncio.run(runner.migrate(found.owner_database_url, *(getattr(found, name) for name in _ROLES)))
    except (OSError, asyncpg.PostgresConnectionError, asyncpg.InvalidAuthorizationSpecificationError):
        place = connection_config(found.owner_database_url)
        raise SettingsProblem(
            f"Die Datenbank ist unter {place['host']}:{place['port']} nicht erreichbar oder lässt die Rolle "
            f"„{place['user']}“ nicht ein. Prüfen Sie OWNER_DATABASE_URL und ob der Dienst läuft."
        ) from None
    except runner.MigrationFailed as problem:
        raise LocalProblem(f"Die Tabellen konnten nicht geändert werden; es ist nichts geändert. {problem}") from None


def seed_demo() -> None:
    """The demo world, once."""
    from portal.demo.seed import seed

    settings().require(*_ROLES[:2], "redis_url")
    asyncio.run(seed())


def verify_audit() -> bool:
    """Recompute every organisation's chain; prints a line for each."""
    from portal.audit.verify import verify

    borrow_settings()
    settings().require("auditor_database_url")
    report = asyncio.run(verify(settings().auditor_database_url))
    click.echo(report.words)
    return report.holds
