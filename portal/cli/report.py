"""What `hilfenetz doctor` prints."""

import asyncio
import time

import click

from portal import health
from portal.cli.borrowed import borrow_settings
from portal.health import Broken, Finding
from portal.settings import Settings, SettingsProblem, settings
from tenants import database
from tenants.guard import WallBroken, assert_wall

_WIDTH = 14


def examine_and_print(part: str = "") -> bool:
    """Check every part, or one, and print the findings; gives back whether all is well."""
    started = time.perf_counter()
    borrowed = borrow_settings()
    findings = _of_one(part) if part else _of_all(borrowed=borrowed)
    for finding in findings:
        _print(finding)
    broken = sum(not finding.works for finding in findings)
    seconds = f"{time.perf_counter() - started:.1f}".replace(".", ",")
    click.echo(f"\n{'Alles in Ordnung' if not broken else f'{broken} Teil(e) mit Problemen'} ({seconds} s).")
    return not broken


def _of_one(part: str) -> list[Finding]:
    """For a container that is given only what it needs."""
    checks = {name: check for name, check in health.CHECKS.items() if name.lower() == part.lower()}
    if not checks:
        raise SettingsProblem(f"Den Teil „{part}“ gibt es nicht. Es gibt: {', '.join(health.CHECKS).lower()}.")
    return asyncio.run(health.examine(settings(), checks))


def _of_all(*, borrowed: bool) -> list[Finding]:
    try:
        found = settings()
        found.require("database_url", "redis_url", "secret_key", "oidc_issuer", "oidc_client_id", "mail_url")
    except SettingsProblem as problem:
        return [Finding("Einstellungen", False, str(problem), "" if borrowed else _HINT)]
    source = " (aus der laufenden lokalen Installation)" if borrowed else ""
    first = Finding("Einstellungen", True, f"Alles Nötige ist gesetzt{source}.")
    return [first, *asyncio.run(_findings(found))]


_HINT = "Mit `make run` starten Sie eine lokale Installation; `hilfenetz doctor` prüft dann diese."


async def _findings(found: Settings) -> list[Finding]:
    """The wall is asked through the process's one engine, so it comes after the others and role by role."""
    findings = await health.examine(found)
    for part, url in (("Schutzwall", found.database_url), ("… Worker", found.worker_database_url)):
        if url:
            findings += await health.examine(found, {part: _wall(url)})
    return findings


def _wall(url: str) -> health.Check:
    async def check(_: Settings) -> str:
        try:
            await database.connect(url, max_size=1)
            role = await assert_wall()
        except WallBroken as problem:
            raise Broken(str(problem), "Mit einer solchen Rolle startet das Portal nicht.") from None
        except Exception:  # noqa: BLE001 - told by the check of the database
            raise Broken("Nicht prüfbar ohne Datenbank.", "Beheben Sie zuerst, was unter „Datenbank“ steht.") from None
        finally:
            await database.disconnect()
        return f"Die Rolle {role} ist an die Zugriffsregeln gebunden."

    return check


def _print(finding: Finding) -> None:
    mark = click.style("gut   ", fg="green") if finding.works else click.style("FEHLER", fg="red", bold=True)
    first, *rest = finding.words.splitlines()
    click.echo(f"{mark} {finding.part:<{_WIDTH}} {first}")
    for line in [*rest, *([f"→ {finding.remedy}"] if finding.remedy else [])]:
        click.echo(f"{'':<{_WIDTH + 8}}{line}")
