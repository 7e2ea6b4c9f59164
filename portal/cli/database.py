"""What changes or checks the database once and then ends."""

import asyncio

import click

from portal.cli.borrowed import borrow_settings
from portal.cli.reachable import require_database, told
from portal.local.problem import LocalProblem
from portal.settings import settings

_ROLES = ("database_url", "worker_database_url", "auditor_database_url")


def bring_up_to_date() -> list[str]:
    """Roles, migrations, policies; gives back what was applied."""
    from migrations import runner

    found = settings()
    found.require("owner_database_url", *_ROLES)
    try:
        with told(found.owner_database_url, variable="OWNER_DATABASE_URL"):
            return asyncio.run(runner.migrate(found.owner_database_url, *(getattr(found, name) for name in _ROLES)))
    except runner.MigrationFailed as problem:
        raise LocalProblem(f"Die Tabellen konnten nicht geändert werden; es ist nichts geändert. {problem}") from None


def seed_demo() -> None:
    """The demo world, once."""
    from portal.demo.seed import seed

    settings().require(*_ROLES[:2], "redis_url")
    require_database("worker_database_url")
    asyncio.run(seed())


def verify_audit() -> bool:
    """Recompute every organisation's chain; prints a line for each."""
    from portal.audit.verify import verify

    borrow_settings()
    settings().require("auditor_database_url")
    require_database("auditor_database_url")
    report = asyncio.run(verify(settings().auditor_database_url))
    click.echo(report.words)
    return report.holds
