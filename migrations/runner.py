"""Bring a database up to date: roles, migrations, then the wall; all of it in one transaction, one runner at a time."""

import contextlib
import io
import os
from pathlib import Path
from typing import Any

import asyncpg
from piccolo.apps.migrations.commands.forwards import run_forwards

from migrations.piccolo_conf import DB
from tenants import policies, protection
from tenants.database import connection_config

_LOCK = 0x48696C66656E6574  # 'Hilfenet': two replicas may start at once, one of them migrates
# Whoever waits for a table makes everybody else wait behind it: better to give up and be run again.
_PATIENCE = "5s"


class MigrationFailed(RuntimeError):
    """A migration could not be applied; the database is as it was."""


async def migrate(owner_url: str, *role_urls: str) -> list[str]:
    """Apply what is missing.

    Args:
        owner_url: address under the owning role, which may create roles.
        role_urls: addresses of the app, worker and auditor roles; their passwords are set from here.

    Returns:
        The identifiers of the migrations that were applied now.

    Raises:
        MigrationFailed: nothing was changed.
    """
    os.environ["PICCOLO_CONF"] = "migrations.piccolo_conf"
    DB.config = connection_config(owner_url)
    before = await applied(owner_url)
    async with DB.transaction() as transaction:
        connection = transaction.connection
        await connection.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
        await connection.execute("SELECT set_config('lock_timeout', $1, true)", _PATIENCE)
        try:
            await _bring_forward(connection, [connection_config(url) for url in role_urls])
        except asyncpg.LockNotAvailableError:
            raise MigrationFailed(
                "Eine Tabelle war zu lange in Benutzung. Führen Sie `hilfenetz migrate` etwas später noch einmal aus."
            ) from None
    return sorted(set(await applied(owner_url)) - set(before))


async def _bring_forward(connection: asyncpg.Connection, roles: list[dict[str, Any]]) -> None:
    await _ensure_roles(connection, roles)
    await connection.execute(f"GRANT CREATE ON SCHEMA public TO {protection.REACH}")
    if set(known()) - set(await _applied(connection)):
        await _let_owner_see(connection)
    with contextlib.redirect_stdout(io.StringIO()):
        result = await run_forwards("hilfenetz")
    if not result.success:
        raise MigrationFailed(result.message)
    await connection.execute(f"REVOKE CREATE ON SCHEMA public FROM {protection.REACH}")
    await apply_policies(connection)


async def _let_owner_see(connection: asyncpg.Connection) -> None:
    """Behind the wall the owner of the tables would mend no row and find none to copy, and nobody would hear of it.
    It is put up again by ``apply_policies``, in the same transaction."""
    walled = await connection.fetch(
        "SELECT oid::regclass::text AS name FROM pg_class "
        "WHERE relforcerowsecurity AND relnamespace = 'public'::regnamespace"
    )
    for table in walled:
        await connection.execute(f"ALTER TABLE {table['name']} NO FORCE ROW LEVEL SECURITY")


async def apply_policies(connection: asyncpg.Connection) -> None:
    """Make grants and policies equal to the declaration in ``tenants.policies``."""
    rows = await connection.fetch("SELECT tablename, policyname FROM pg_policies WHERE schemaname = 'public'")
    for statement in policies.statements((row["tablename"], row["policyname"]) for row in rows):
        await connection.execute(statement)
    await connection.execute(f"GRANT SELECT ON migration TO {', '.join(protection.LOGIN_ROLES)}")


async def applied(url: str) -> list[str]:
    """Identifiers of the migrations a database already has."""
    connection = await asyncpg.connect(**connection_config(url))
    try:
        return await _applied(connection)
    finally:
        await connection.close()


async def _applied(connection: asyncpg.Connection) -> list[str]:
    if await connection.fetchval("SELECT to_regclass('public.migration')") is None:
        return []
    rows = await connection.fetch("SELECT name FROM migration WHERE app_name = 'hilfenetz' ORDER BY name")
    return [row["name"] for row in rows]


def known() -> list[str]:
    """Identifiers of the migrations in this package, oldest first."""
    names = sorted(path.stem for path in Path(__file__).parent.glob("[0-9]*.py"))
    return [_identifier(name) for name in names]


def _identifier(name: str) -> str:
    """'2026_11_22_01_tenants' -> '2026-11-22T01:00:00:000000'."""
    year, month, day, number, _ = name.split("_", 4)
    return f"{year}-{month}-{day}T{number}:00:00:000000"


async def _ensure_roles(connection: asyncpg.Connection, configs: list[dict[str, Any]]) -> None:
    await _ensure_role(connection, protection.REACH, "NOLOGIN", None)
    await connection.execute(f"GRANT {protection.REACH} TO CURRENT_USER WITH INHERIT FALSE, SET TRUE")
    passwords = {config["user"]: config.get("password") for config in configs}
    for role in protection.LOGIN_ROLES:
        await _ensure_role(connection, role, "LOGIN", passwords.get(role))


async def _ensure_role(connection: asyncpg.Connection, role: str, login: str, password: str | None) -> None:
    if not await connection.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", role):
        await connection.execute(f"CREATE ROLE {role} {login}")
    if password is not None:
        quoted = await connection.fetchval("SELECT quote_literal($1::text)", password)
        await connection.execute(f"ALTER ROLE {role} PASSWORD {quoted}")
