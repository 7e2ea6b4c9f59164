"""Whether each part the portal stands on works, and if not, what to do: for `hilfenetz doctor` and ``/health/ready``.

Each check opens and closes its own connection, so that it says something about the part and not about a pool.
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import aiosmtplib
import asyncpg
import httpx
from kombu.connection import Connection
from redis.asyncio import Redis
from redis.exceptions import RedisError

from migrations import runner
from portal.files.storage import store_of
from portal.kit.errors import Unavailable
from portal.kit.malware import is_there
from portal.settings import Settings, SettingsProblem
from tenants.database import connection_config

PATIENCE = 3.0
_KEPT = 2.0
_SILENCE = "SELECT clock_timestamp() - max(at) FROM heartbeat WHERE name = $1"
_STALE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found. ``words`` says what is wrong, ``remedy`` how to mend it; both for people."""

    part: str
    works: bool
    words: str
    remedy: str = ""
    seconds: float = 0.0


class Broken(Exception):
    """The part does not work."""

    def __init__(self, words: str, remedy: str) -> None:
        super().__init__(words)
        self.words = words
        self.remedy = remedy


Check = Callable[[Settings], Awaitable[str]]


async def database(settings: Settings) -> str:
    """PostgreSQL answers."""
    version = await _ask(settings.database_url, "SHOW server_version")
    return f"PostgreSQL {version} antwortet."


async def migrations(settings: Settings) -> str:
    """The tables are those this program was written for."""
    try:
        applied = set(await runner.applied(settings.database_url))
    except (OSError, asyncpg.PostgresError) as problem:
        raise _unreachable(settings.database_url, problem) from None
    missing = [name for name in runner.known() if name not in applied]
    if missing:
        raise Broken(f"{len(missing)} Änderung(en) an den Tabellen fehlen.", "Führen Sie `hilfenetz migrate` aus.")
    return "Die Tabellen sind auf dem neuesten Stand."


async def worker(settings: Settings) -> str:
    """Work in the background was done lately; the worker writes it down at the end of each round."""
    return await _sign_of_life(
        settings,
        "relay",
        "Starten Sie `hilfenetz worker` und `hilfenetz beat`; läuft beides, lesen Sie ihre Protokolle.",
    )


async def sending(settings: Settings) -> str:
    """Mails were worked off lately, or would have been."""
    return await _sign_of_life(
        settings,
        "mail",
        "Starten Sie `hilfenetz worker --queues mail`; läuft es, steht unter „Mail“, ob der Mailserver hängt.",
    )


async def reading(settings: Settings) -> str:
    """Files were worked off lately, or would have been."""
    return await _sign_of_life(
        settings,
        "documents",
        "Starten Sie `hilfenetz worker --queues documents`; ohne ihn gibt es zu neuen Dateien keine Vorschau.",
    )


async def files(settings: Settings) -> str:
    """What is uploaded can be kept, read and deleted again."""
    try:
        await store_of(settings).try_out()
    except (Unavailable, SettingsProblem, OSError, ValueError):
        raise Broken(
            "In der Ablage für Dateien lässt sich nichts speichern.",
            "Prüfen Sie STORAGE_URL, bei S3 auch STORAGE_ENDPOINT, STORAGE_ACCESS_KEY und STORAGE_SECRET_KEY.",
        ) from None
    return "Die Ablage für Dateien nimmt an und gibt zurück."


async def scanner(settings: Settings) -> str:
    """The virus scanner answers, if there is to be one."""
    if not settings.clamav_url:
        return "Es ist keiner eingerichtet (CLAMAV_URL); Dateien werden nicht geprüft."
    if not await is_there(settings.clamav_url):
        raise Broken(
            f"Der Virenscanner ist unter {_place(settings.clamav_url)} nicht erreichbar.",
            "Prüfen Sie CLAMAV_URL; neue Dateien warten so lange und sind nur für die da, die sie hochgeladen haben.",
        )
    return "Der Virenscanner antwortet."


async def cache(settings: Settings) -> str:
    """Redis answers."""
    client = Redis.from_url(settings.redis_url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)
    try:
        await client.ping()
    except (RedisError, OSError):
        raise Broken(
            f"Redis ist unter {_place(settings.redis_url)} nicht erreichbar.",
            "Prüfen Sie REDIS_URL und ob der Dienst läuft.",
        ) from None
    finally:
        await client.aclose()
    return "Redis antwortet."


async def broker(settings: Settings) -> str:
    """The broker takes tasks."""
    try:
        await asyncio.to_thread(_knock, settings.broker_url)
    except Exception:  # noqa: BLE001 - each transport has its own errors
        raise Broken(
            f"Der Auftragsverteiler ist unter {_place(settings.broker_url)} nicht erreichbar.",
            "Prüfen Sie BROKER_URL und ob der Dienst läuft.",
        ) from None
    return "Der Auftragsverteiler nimmt Aufträge an."


async def directory(settings: Settings) -> str:
    """Every directory people sign in with can be discovered and calls itself what the settings say."""
    async with httpx.AsyncClient(timeout=PATIENCE) as client:
        for provider in settings.providers:
            try:
                usual = f"{provider.issuer}/.well-known/openid-configuration"
                answer = await client.get(provider.discovery_url or usual)
                issuer = str(answer.raise_for_status().json()["issuer"])
            except (httpx.HTTPError, json.JSONDecodeError, KeyError, TypeError):
                raise Broken(
                    f"Das Verzeichnis „{provider.label}“ antwortet unter {provider.issuer} nicht.",
                    "Prüfen Sie OIDC_ISSUER und ob das Verzeichnis läuft; bis dahin kann sich niemand neu anmelden.",
                ) from None
            if issuer.rstrip("/") != provider.issuer:
                raise Broken(
                    f"Das Verzeichnis „{provider.label}“ nennt sich {issuer}.",
                    f"Tragen Sie in OIDC_ISSUER genau diese Adresse ein (jetzt: {provider.issuer}).",
                )
    return "Die Anmeldung ist möglich."


async def mail(settings: Settings) -> str:
    """The mail server greets."""
    parts = urlsplit(settings.mail_url)
    client = aiosmtplib.SMTP(
        hostname=parts.hostname or "",
        port=parts.port or (465 if parts.scheme == "smtps" else 25),
        use_tls=parts.scheme == "smtps",
        timeout=PATIENCE,
    )
    try:
        async with client:
            pass
    except (aiosmtplib.SMTPException, OSError):
        raise Broken(
            f"Der Mailserver ist unter {_place(settings.mail_url)} nicht erreichbar.",
            "Prüfen Sie MAIL_URL; E-Mails warten so lange und gehen nicht verloren.",
        ) from None
    return "Der Mailserver antwortet."


async def frontend(settings: Settings) -> str:
    """The packages the pages are made with are there."""
    missing = [name for name in ("@kern-ux/native", "htmx.org") if not (settings.frontend_dir / name).is_dir()]
    if missing:
        raise Broken(
            f"In {settings.frontend_dir} fehlt {' und '.join(missing)}.",
            "Führen Sie `npm ci` aus oder setzen Sie FRONTEND_DIR.",
        )
    return "Die Oberflächen-Pakete sind da."


CHECKS: dict[str, Check] = {
    "Datenbank": database,
    "Tabellen": migrations,
    "Redis": cache,
    "Aufträge": broker,
    "Verzeichnis": directory,
    "Mail": mail,
    "Oberfläche": frontend,
    "Worker": worker,
    "Versand": sending,
    "Dateien": files,
    "Dokumente": reading,
    "Virenscanner": scanner,
}


async def examine(settings: Settings, checks: dict[str, Check] | None = None) -> list[Finding]:
    """Make all checks at the same time; one that hangs counts as broken."""
    return await asyncio.gather(*(_find(part, check, settings) for part, check in (checks or CHECKS).items()))


class Readiness:
    """The findings for ``/health/ready``, kept for a moment so that asking often costs nothing."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = asyncio.Lock()
        self._findings: list[Finding] = []
        self._until = 0.0

    async def findings(self) -> list[Finding]:
        """What was found within the last seconds."""
        async with self._lock:
            if time.monotonic() > self._until:
                self._findings = await examine(self._settings)
                self._until = time.monotonic() + _KEPT
            return self._findings


async def _find(part: str, check: Check, settings: Settings) -> Finding:
    started = time.perf_counter()
    try:
        async with asyncio.timeout(2 * PATIENCE):
            words, remedy, works = await check(settings), "", True
    except Broken as broken:
        words, remedy, works = broken.words, broken.remedy, False
    except TimeoutError:
        words, remedy, works = "Keine Antwort.", "Prüfen Sie, ob der Dienst überlastet ist oder hängt.", False
    return Finding(part, works, words, remedy, time.perf_counter() - started)


async def _sign_of_life(settings: Settings, name: str, remedy: str) -> str:
    try:
        silence = await _ask(settings.database_url or settings.worker_database_url, _SILENCE, name)
    except asyncpg.PostgresError:
        raise Broken("Das Lebenszeichen des Workers ist nicht lesbar.", "Führen Sie `hilfenetz migrate` aus.") from None
    if silence is None or silence > _STALE:
        since = "noch nie" if silence is None else f"seit {silence.total_seconds():.0f} Sekunden nicht"
        raise Broken(f"Der Worker hat {since} gearbeitet.", remedy)
    return f"Zuletzt vor {max(silence.total_seconds(), 0):.0f} Sekunden gearbeitet."


async def _ask(url: str, sql: str, *values: object) -> Any:
    if not url:
        raise Broken("Es ist keine Datenbank genannt.", "Setzen Sie DATABASE_URL.")
    try:
        connection = await asyncpg.connect(**connection_config(url), timeout=PATIENCE)
    except (OSError, asyncpg.PostgresError, TimeoutError) as problem:
        raise _unreachable(url, problem) from None
    try:
        return await connection.fetchval(sql, *values, timeout=PATIENCE)
    finally:
        await connection.close()


def _unreachable(url: str, problem: BaseException) -> Broken:
    place = _place(url)
    if isinstance(problem, (asyncpg.InvalidPasswordError, asyncpg.InvalidAuthorizationSpecificationError)):
        return Broken(
            f"Die Datenbank unter {place} lässt die Rolle „{urlsplit(url).username}“ nicht ein.",
            "Prüfen Sie das Kennwort in DATABASE_URL, oder führen Sie `hilfenetz migrate` aus, das die Rollen anlegt.",
        )
    return Broken(
        f"Die Datenbank ist unter {place} nicht erreichbar.", "Prüfen Sie DATABASE_URL und ob der Dienst läuft."
    )


def _knock(url: str) -> None:
    with Connection(url, connect_timeout=PATIENCE, transport_options={"socket_timeout": PATIENCE}) as connection:
        connection.ensure_connection(max_retries=1, timeout=PATIENCE)
        if connection.transport.driver_type == "redis":
            connection.default_channel.client.ping()


def _place(url: str) -> str:
    """Host and port of an address, without its password."""
    parts = urlsplit(url)
    return f"{parts.hostname or parts.path}{f':{parts.port}' if parts.port else ''}"
