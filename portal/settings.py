"""Everything that differs between installations: environment variables, or files of the same (lower case) name.

A secret is best a file in ``/run/secrets``. Values a process cannot start without are asked for with ``require``,
because each process is given only what it needs: the web never sees the owner's database password.
"""

import os
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

SECRETS_DIR = "/run/secrets"


class SettingsProblem(Exception):
    """Settings that cannot work; the message is German, names each variable and says how to mend it."""


def _address(text: str, schemes: tuple[str, ...]) -> SplitResult:
    parts = urlsplit(text)
    if parts.scheme not in schemes or not (parts.hostname or parts.scheme == "unix"):
        raise ValueError(f"ist keine Adresse der Form {schemes[0]}://rechner …")
    return parts


def _postgresql(text: str) -> str:
    parts = _address(text, ("postgresql", "postgres"))
    if not parts.username or len(parts.path) < 2:  # noqa: PLR2004 - more than the slash
        raise ValueError("nennt keine Rolle oder keine Datenbank")
    return text


def _redis(text: str) -> str:
    _address(text, ("redis", "rediss", "unix"))
    return text


def _broker(text: str) -> str:
    _address(text, ("redis", "rediss", "sentinel", "amqp", "amqps"))
    return text


def _mail(text: str) -> str:
    _address(text, ("smtp", "smtps"))
    return text


def _is_local(host: str) -> bool:
    return host in {"localhost", "127.0.0.1", "::1"} or host.endswith(".localhost")


def _web(text: str) -> str:
    parts = _address(text, ("https", "http"))
    if parts.scheme == "http" and not _is_local(parts.hostname or ""):
        raise ValueError("ist unverschlüsselt; http:// ist nur für diesen Rechner erlaubt, sonst https://")
    return text.rstrip("/")


def _inner(text: str) -> str:
    """An address the portal itself calls, perhaps inside the data centre: http is allowed. Empty: the usual one."""
    if text:
        _address(text, ("https", "http"))
    return text


def _group_pattern(text: str) -> str:
    if text.count("{organisation}") != 1 or text.count("{role}") != 1:
        raise ValueError("muss {organisation} und {role} je einmal enthalten")
    return text


def _long(text: str) -> str:
    if len(text) < 32:  # noqa: PLR2004 - 192 bits as base64
        raise ValueError("ist zu kurz; nötig sind mindestens 32 zufällige Zeichen")
    return text


def _storage(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme == "file" and not parts.netloc and parts.path.startswith("/") and len(parts.path) > 1:
        return text
    if parts.scheme == "s3" and parts.netloc:
        return text.rstrip("/")
    raise ValueError("ist keine Ablage der Form file:///ordner oder s3://eimer")


def _scanner(text: str) -> str:
    if text and _address(text, ("tcp",)).port is None:
        raise ValueError("nennt keinen Port")
    return text


def _sender(text: str) -> str:
    name, _, domain = text.rpartition("@")
    if not name or not domain or any(letter.isspace() or letter in "<>," for letter in text):
        raise ValueError("ist keine E-Mail-Adresse")
    return text


PostgresUrl = Annotated[str, AfterValidator(_postgresql)]
RedisUrl = Annotated[str, AfterValidator(_redis)]
BrokerUrl = Annotated[str, AfterValidator(_broker)]
MailUrl = Annotated[str, AfterValidator(_mail)]
WebUrl = Annotated[str, AfterValidator(_web)]
InnerUrl = Annotated[str, AfterValidator(_inner)]
GroupPattern = Annotated[str, AfterValidator(_group_pattern)]
Secret = Annotated[str, AfterValidator(_long)]
Sender = Annotated[str, AfterValidator(_sender)]
StorageUrl = Annotated[str, AfterValidator(_storage)]
ScannerUrl = Annotated[str, AfterValidator(_scanner)]
Port = Annotated[int, Field(ge=1, le=65535)]


class OidcProvider(BaseModel):
    """One directory people sign in with, and how its claims are read.

    ``discovery_url`` is where the portal itself reaches the directory's description, if not below the issuer.
    ``organisations`` are the only ones (by address) this directory may speak for; empty means all. ``role_names``
    translates a directory's words for roles into the portal's.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str = Field(pattern=r"^[a-z0-9-]{1,64}$")
    label: str = Field(min_length=1)
    issuer: WebUrl
    client_id: str = Field(min_length=1)
    client_secret: str = Field(min_length=1, repr=False)
    discovery_url: InnerUrl = ""
    scopes: str = "openid profile email groups"
    claims_from: Literal["id_token", "userinfo"] = "id_token"
    name_claim: str = "name"
    email_claim: str = "email"
    groups_claim: str = "groups"
    group_pattern: GroupPattern = "hilfenetz:{organisation}:{role}"
    role_names: dict[str, str] = {}
    organisations: tuple[str, ...] = ()


def _field(default: Any, description: str, example: str = "", **more: Any) -> Any:
    return Field(default=default, description=description, examples=[example] if example else None, **more)


class Settings(BaseSettings):
    """The description of a field completes the German sentence "<VARIABLE> ist …"."""

    model_config = SettingsConfigDict(env_ignore_empty=True, extra="ignore", frozen=True, validate_default=False)

    # Database: one role for each duty.
    database_url: PostgresUrl = _field(
        "", "die Datenbank des Portals (Rolle hilfenetz_app)", "postgresql://hilfenetz_app:…@db/hilfenetz", repr=False
    )
    worker_database_url: PostgresUrl = _field(
        "",
        "die Datenbank für den Worker (Rolle hilfenetz_worker)",
        "postgresql://hilfenetz_worker:…@db/hilfenetz",
        repr=False,
    )
    owner_database_url: PostgresUrl = _field(
        "",
        "die Datenbank für `hilfenetz migrate` (Rolle hilfenetz_owner)",
        "postgresql://hilfenetz_owner:…@db/hilfenetz",
        repr=False,
    )
    auditor_database_url: PostgresUrl = _field(
        "",
        "die Datenbank für `hilfenetz audit` (Rolle hilfenetz_auditor)",
        "postgresql://hilfenetz_auditor:…@db/hilfenetz",
        repr=False,
    )
    database_pool_size: int = _field(10, "die Zahl der Datenbankverbindungen je Prozess", "10", ge=1, le=200)

    # Redis protocol: sessions, limits, live updates; the broker may be another.
    redis_url: RedisUrl = _field("", "Redis für Sitzungen und Zwischenspeicher", "redis://redis:6379/0", repr=False)
    broker_url: BrokerUrl = _field(
        "", "der Auftragsverteiler für Celery; ohne Angabe REDIS_URL", "redis://redis:6379/1", repr=False
    )

    # Web.
    public_url: WebUrl = _field(
        "http://localhost:8000", "die Adresse, unter der Menschen das Portal aufrufen", "https://hilfenetz.example"
    )
    http_host: str = _field("127.0.0.1", "die Netzwerkadresse, an der das Portal lauscht", "0.0.0.0")  # noqa: S104 - an example
    port: Port = _field(8000, "der Port, an dem das Portal lauscht", "8000")
    metrics_port: int = _field(0, "der innere Port für Prometheus; 0 schaltet ihn ab", "9100", ge=0, le=65535)
    web_workers: int = _field(1, "die Zahl der Web-Prozesse", "2", ge=1, le=64)
    secret_key: Secret = _field("", "der Schlüssel für Unterschriften des Portals", "64 zufällige Zeichen", repr=False)
    frontend_dir: Path = _field(
        Path(__file__).resolve().parents[1] / "node_modules", "der Ordner der Oberflächen-Pakete", "./node_modules"
    )
    max_body_bytes: int = _field(5_000_000, "die größte Eingabe in Bytes", "5000000", ge=10_000, le=1_000_000_000)
    rate_limit_per_minute: int = _field(
        300, "die Zahl der Anfragen, die eine Person je Minute stellen darf", "300", ge=1
    )
    trusted_proxies: str = _field(
        "", "die Adressen der vorgeschalteten Proxys, deren Angabe der Absenderadresse zählt", "10.0.0.0/8,192.0.2.7"
    )
    sign_in_limit_per_minute: int = _field(20, "die Zahl der Anmeldeversuche je Minute und Adresse", "20", ge=1)
    session_idle_minutes: int = _field(
        60, "die Zahl der Minuten ohne Tätigkeit, nach denen eine Sitzung endet", "60", ge=1
    )
    session_absolute_hours: int = _field(12, "die Zahl der Stunden, nach denen jede Sitzung endet", "12", ge=1, le=168)

    # Sign-in.
    oidc_issuer: WebUrl = _field(
        "", "das Verzeichnis, mit dem sich Menschen anmelden", "https://verzeichnis.example/realms/stadt"
    )
    oidc_client_id: str = _field("", "die Kennung des Portals im Verzeichnis", "hilfenetz")
    oidc_client_secret: str = _field(
        "", "das Geheimnis des Portals im Verzeichnis", "aus der Verzeichnisverwaltung", repr=False
    )
    oidc_label: str = _field("Dienstkonto", "der Name des Verzeichnisses auf der Anmeldeseite", "Dienstkonto")
    oidc_groups_claim: str = _field("groups", "die Angabe des Verzeichnisses, in der die Gruppen stehen", "groups")
    oidc_discovery_url: InnerUrl = _field(
        "",
        "wo das Portal selbst die Beschreibung des Verzeichnisses abruft, falls nicht unter OIDC_ISSUER",
        "http://keycloak:8080/realms/stadt/.well-known/openid-configuration",
    )
    oidc_scopes: str = _field(
        "openid profile email groups", "die Angaben, die das Portal vom Verzeichnis erbittet", "openid profile email"
    )
    oidc_providers: tuple[OidcProvider, ...] = _field(
        (),
        "eine JSON-Liste weiterer Verzeichnisse",
        '[{"key": "caritas", "label": "Caritas", "issuer": "https://…", "client_id": "…", "client_secret": "…"}]',
        repr=False,
    )

    # Mail.
    mail_url: MailUrl = _field("", "der Mailserver", "smtp://mail:25", repr=False)
    mail_from: Sender = _field("hilfenetz@localhost.localdomain", "die Absenderadresse", "hilfenetz@stadt.example")

    # Files.
    storage_url: StorageUrl = _field(
        "", "die Ablage für hochgeladene Dateien: ein Ordner oder ein S3-Eimer", "s3://hilfenetz"
    )
    storage_endpoint: InnerUrl = _field(
        "", "die Adresse des S3-Dienstes, falls es nicht der übliche ist", "https://s3.stadt.example"
    )
    storage_region: str = _field("", "die Region des S3-Dienstes", "eu-central-1")
    storage_access_key: str = _field("", "die Kennung des Portals beim S3-Dienst", "hilfenetz", repr=False)
    storage_secret_key: str = _field(
        "", "das Geheimnis des Portals beim S3-Dienst", "aus der Verwaltung des Dienstes", repr=False
    )
    space_quota_gb: int = _field(
        20, "die Zahl der Gigabyte, die ein Bereich an Dateien halten darf", "20", ge=1, le=1_000_000
    )
    clamav_url: ScannerUrl = _field(
        "", "der Virenscanner (ClamAV); ohne Angabe wird nicht geprüft", "tcp://clamav:3310"
    )

    # Work in the background.
    tick_seconds: float = _field(1.0, "der Abstand in Sekunden, in dem nach Fälligem gesehen wird", "1", ge=0.1, le=60)
    outbox_lease_seconds: int = _field(
        60, "die Zahl der Sekunden, nach denen ein liegengebliebener Auftrag neu vergeben wird", "60", ge=1
    )
    outbox_max_attempts: int = _field(
        16, "die Zahl der Versuche, bevor ein Auftrag als unzustellbar gilt", "16", ge=1, le=100
    )
    worker_concurrency: int = _field(2, "die Zahl der Arbeitsprozesse eines Workers", "2", ge=1, le=64)

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = _field(
        "INFO", "die Ausführlichkeit des Protokolls", "INFO"
    )

    @model_validator(mode="before")
    @classmethod
    def _broker_is_redis_by_default(cls, values: dict[str, Any]) -> dict[str, Any]:
        if not values.get("broker_url") and values.get("redis_url"):
            return {**values, "broker_url": values["redis_url"]}
        return values

    @property
    def providers(self) -> tuple[OidcProvider, ...]:
        """The directories offered for signing in: OIDC_ISSUER first, then OIDC_PROVIDERS."""
        if not self.oidc_issuer:
            return self.oidc_providers
        first = OidcProvider(
            key="verzeichnis",
            label=self.oidc_label,
            issuer=self.oidc_issuer,
            client_id=self.oidc_client_id,
            client_secret=self.oidc_client_secret,
            discovery_url=self.oidc_discovery_url,
            scopes=self.oidc_scopes,
            groups_claim=self.oidc_groups_claim,
        )
        return (first, *self.oidc_providers)

    def require(self, *names: str) -> None:
        """Refuse to go on without these.

        Raises:
            SettingsProblem: names every one that is missing.
        """
        missing = [name for name in names if not getattr(self, name)]
        if missing:
            raise SettingsProblem("\n".join([*(_missing(name) for name in missing), _remedy(missing[0])]))


def load() -> Settings:
    """Read the settings afresh.

    Raises:
        SettingsProblem: one sentence a line, one line a variable.
    """
    folder = os.environ.get("SECRETS_DIR", SECRETS_DIR)
    try:
        return Settings(_secrets_dir=folder if Path(folder).is_dir() else None)  # type: ignore[call-arg]
    except ValidationError as problem:
        sentences = dict.fromkeys(_sentence(error) for error in problem.errors())
        raise SettingsProblem("\n".join(sentences)) from None
    except SettingsError:  # the only setting that is parsed before it is validated
        raise SettingsProblem(_complaint("oidc_providers", "ist kein gültiges JSON")) from None


@cache
def settings() -> Settings:
    """The settings of this process, read once; tests call ``settings.cache_clear()``."""
    return load()


_WORDS = {
    "missing": "fehlt",
    "int_parsing": "ist keine ganze Zahl",
    "float_parsing": "ist keine Zahl",
    "greater_than_equal": "ist zu klein; mindestens {ge}",
    "less_than_equal": "ist zu groß; höchstens {le}",
    "literal_error": "ist keiner der erlaubten Werte {expected}",
    "extra_forbidden": "ist nicht vorgesehen",
    "value_error": "{error}",
}


def _sentence(error: Any) -> str:
    name, *inner = error["loc"]
    context = {key: str(value).replace(" or ", " oder ") for key, value in error.get("ctx", {}).items()}
    reason = _WORDS.get(error["type"], "hat nicht die erwartete Form").format_map(context)
    if not inner:
        return _complaint(name, reason)
    number, *keys = inner
    subject = f"„{'.'.join(map(str, keys))}“" if keys else "er"
    return _complaint(name, f"enthält einen Fehler in Eintrag {int(number) + 1}: {subject} {reason}")


def _complaint(name: str, reason: str) -> str:
    """Says what is wrong without the value: it may be a secret."""
    return f"Die Einstellung {name.upper()} {reason}. {_meaning(name)} {_remedy(name)}"


def _missing(name: str) -> str:
    return f"Die Einstellung {name.upper()} fehlt. {_meaning(name)}"


def _meaning(name: str) -> str:
    field = Settings.model_fields[name]
    example = f", zum Beispiel {field.examples[0]}" if field.examples else ""
    return f"Gemeint ist {field.description}{example}."


def _remedy(name: str) -> str:
    return (
        f"Setzen Sie die Umgebungsvariable (etwa {name.upper()}=…), "
        f"oder legen Sie eine Datei gleichen Namens an (etwa {SECRETS_DIR}/{name})."
    )
