"""Each part that does not work is named, with what to do; a part that works says so."""

import asyncio
from collections.abc import Iterator

import asyncpg
import pytest

from portal import health
from portal.health import Finding, Readiness
from portal.local.surroundings import Services
from portal.settings import Settings
from tenants.database import connection_config
from tests.database import Database

NOWHERE = "127.0.0.1:9"  # nobody listens there
WORKERS = {"Worker", "Versand", "Dokumente"}


@pytest.fixture(scope="module")
def outside(surroundings: Services, settings: Settings) -> Iterator[None]:
    """Directory and mail server run."""
    surroundings.directory.prepare((), public_url=settings.public_url)
    for program in (surroundings.mailbox, surroundings.directory):
        program.launch()
    for program in (surroundings.mailbox, surroundings.directory):
        program.settle()
    yield
    surroundings.mailbox.stop()
    surroundings.directory.stop()


@pytest.fixture
def whole(outside: None, settings: Settings, empty_database: Database) -> Settings:
    """Settings under which everything answers but the worker, who has never worked."""
    return settings.model_copy(update={"database_url": empty_database.url("app")})


async def broken(settings: Settings) -> dict[str, Finding]:
    return {finding.part: finding for finding in await health.examine(settings) if not finding.works}


async def test_everything_works_but_the_workers_that_never_worked(whole: Settings, empty_database: Database):
    found = await broken(whole)
    assert list(found) == ["Worker", "Versand", "Dokumente"]
    assert "noch nie" in found["Worker"].words
    assert "hilfenetz worker" in found["Worker"].remedy
    await empty_database.as_superuser("INSERT INTO heartbeat SELECT unnest(ARRAY['relay', 'mail', 'documents']), now()")
    assert await broken(whole) == {}
    parts = {"relay": "Worker", "mail": "Versand", "documents": "Dokumente"}
    for name, part in parts.items():  # the one does not vouch for the other
        await empty_database.as_superuser("UPDATE heartbeat SET at = now()")
        await empty_database.as_superuser(
            "UPDATE heartbeat SET at = now() - interval '5 minutes' WHERE name = $1", name
        )
        found = await broken(whole)
        assert list(found) == [part]
        assert "seit 300 Sekunden nicht" in found[part].words
    assert "hilfenetz worker --queues documents" in found["Dokumente"].remedy


@pytest.mark.parametrize(
    ("changed", "parts", "words", "remedy"),
    [
        (
            {"database_url": f"postgresql://hilfenetz_app:geheim@{NOWHERE}/x"},
            {"Datenbank", "Tabellen", *WORKERS},
            f"unter {NOWHERE} nicht erreichbar",
            "DATABASE_URL",
        ),
        ({"redis_url": f"redis://:geheim@{NOWHERE}/0"}, {"Redis"}, f"unter {NOWHERE} nicht erreichbar", "REDIS_URL"),
        (
            {"broker_url": f"redis://:geheim@{NOWHERE}/0"},
            {"Aufträge"},
            f"unter {NOWHERE} nicht erreichbar",
            "BROKER_URL",
        ),
        ({"oidc_issuer": f"http://{NOWHERE}"}, {"Verzeichnis"}, f"http://{NOWHERE} nicht", "OIDC_ISSUER"),
        ({"mail_url": f"smtp://{NOWHERE}"}, {"Mail"}, f"unter {NOWHERE} nicht erreichbar", "MAIL_URL"),
        ({"storage_url": "file:///proc/geheim"}, {"Dateien"}, "lässt sich nichts speichern", "STORAGE_URL"),
        ({"storage_url": ""}, {"Dateien"}, "lässt sich nichts speichern", "STORAGE_URL"),
        ({"clamav_url": f"tcp://{NOWHERE}"}, {"Virenscanner"}, f"unter {NOWHERE} nicht erreichbar", "CLAMAV_URL"),
    ],
    ids=["database", "cache", "broker", "directory", "mail", "storage", "no storage", "scanner"],
)
async def test_a_part_that_is_away_is_named_without_its_password(
    whole: Settings, changed: dict[str, str], parts: set[str], words: str, remedy: str
):
    found = await broken(whole.model_copy(update=changed))
    assert set(found) - WORKERS == parts - WORKERS
    first = next(finding for part, finding in found.items() if part in parts)
    assert words in first.words
    assert remedy in first.remedy
    assert not any("geheim" in finding.words + finding.remedy for finding in found.values())


async def test_missing_packages_tables_and_roles_are_named(whole: Settings, surroundings: Services, tmp_path):
    assert (
        "@kern-ux/native und htmx.org"
        in (await broken(whole.model_copy(update={"frontend_dir": tmp_path})))["Oberfläche"].words
    )
    surroundings.database.create("unmigrated")
    fresh = whole.model_copy(update={"database_url": surroundings.database.url("owner", "unmigrated")})
    assert "hilfenetz migrate" in (await broken(fresh))["Tabellen"].remedy
    wrong = whole.model_copy(update={"database_url": whole.database_url.replace("hilfenetz_app:", "hilfenetz_app:x")})
    assert "lässt die Rolle „hilfenetz_app“ nicht ein" in (await broken(wrong))["Datenbank"].words


async def test_a_directory_that_calls_itself_something_else_is_told(whole: Settings):
    other = whole.oidc_issuer.replace("127.0.0.1", "localhost")
    where = f"{whole.oidc_issuer}/.well-known/openid-configuration"
    found = (await broken(whole.model_copy(update={"oidc_issuer": other, "oidc_discovery_url": where})))["Verzeichnis"]
    assert f"nennt sich {whole.oidc_issuer}" in found.words
    assert other in found.remedy


async def test_a_check_that_hangs_counts_as_broken(whole: Settings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(health, "PATIENCE", 0.05)

    async def hang(_: Settings) -> str:
        await asyncio.sleep(60)
        return ""

    (finding,) = await health.examine(whole, {"Teil": hang})
    assert not finding.works
    assert "Keine Antwort" in finding.words


async def test_asking_often_costs_one_check(whole: Settings, monkeypatch: pytest.MonkeyPatch):
    asked = []

    async def count(settings: Settings, *_: object) -> list[Finding]:
        asked.append(settings)
        return [Finding("Teil", True, "gut")]

    monkeypatch.setattr(health, "examine", count)
    readiness = Readiness(whole)
    await asyncio.gather(*(readiness.findings() for _ in range(50)))
    assert len(asked) == 1


async def test_a_role_that_sees_past_the_wall_is_told(
    whole: Settings, surroundings: Services, empty_database: Database
):
    from portal.cli.report import _wall
    from tenants import database

    await database.disconnect()
    url = surroundings.database.url("admin", empty_database.name)
    (finding,) = await health.examine(whole, {"Schutzwall": _wall(url)})
    assert not finding.works
    assert "umgeht die Zugriffsregeln" in finding.words
    (finding,) = await health.examine(whole, {"Schutzwall": _wall(whole.database_url)})
    assert finding.works, finding.words
    connection = await asyncpg.connect(**connection_config(url))
    await connection.close()
