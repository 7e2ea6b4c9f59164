"""The directory's own process: ``fill`` brings its database to what was asked for, ``serve`` answers.

Traps of Canaille 0.3.6: it knows neither back-channel logout nor ``sid``; PKCE and nonce are required; it reads
``BROKER_URL``, ``DEBUG`` and a ``.env`` file of whoever starts it, so its configuration is passed as values, which win;
it makes the same access token for the same person twice in one second and then fails over its own unique key; its
session lives in a cookie that each answer renews, so a late picture of the login page undid the login that came before.
"""

import asyncio
import json
import logging
import secrets
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import canaille
from canaille.app import models
from canaille.backends import Backend
from canaille.backends.sql import backend as sql_backend
from canaille.hypercorn.app import create_app
from canaille.oidc import provider
from hypercorn.asyncio import serve
from hypercorn.config import Config
from joserfc.jwk import RSAKey

from portal.local.directory import CONFIGURATION, DATABASE, HOST, write_secret
from portal.local.directory_words import please_wait, write_words

SCOPES = ("openid", "profile", "email", "groups")

_KEY = "directory-key.json"
_WORDS = "directory-words"


def _configuration(state_dir: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """What was asked for, and how Canaille words it."""
    wanted: dict[str, Any] = json.loads((state_dir / CONFIGURATION).read_text())
    write_words(state_dir / _WORDS)
    trusted = {"localhost", HOST, urlsplit(wanted["public_url"]).hostname}
    return wanted, {
        "SECRET_KEY": wanted["secret_key"],
        "SERVER_NAME": f"{HOST}:{wanted['port']}",
        "PREFERRED_URL_SCHEME": "http",
        "TRUSTED_HOSTS": [HOST],
        "BABEL_TRANSLATION_DIRECTORIES": f"translations;{(state_dir / _WORDS).resolve()}",
        "BROKER_URL": None,
        "DEBUG": False,
        "SESSION_REFRESH_EACH_REQUEST": False,
        "CANAILLE": {
            "NAME": "Verzeichnis der Stadt",
            "DATABASE": "sql",
            "LANGUAGE": "de",
            "TIMEZONE": "Europe/Berlin",
            "JAVASCRIPT": False,
            "HTMX": False,  # it styles inline, which Canaille's own content policy forbids: noise in the console
            "SMTP": None,
            "CAPTCHA_ENABLED": False,
            "ENABLE_INTRUDER_LOCKOUT": True,
            "ENABLE_PASSWORD_RECOVERY": False,
            "LOGGING": _logging(),
            "ACL": {"DEFAULT": {"PERMISSIONS": ["use_oidc"], "READ": ["user_name", "groups"], "WRITE": []}},
        },
        "CANAILLE_SQL": {"DATABASE_URI": f"sqlite:///{(state_dir / DATABASE).resolve()}"},
        "CANAILLE_OIDC": {
            "ACTIVE_JWKS": [_signing_key(state_dir)],
            "REQUIRE_NONCE": True,
            "TRUSTED_DOMAINS": sorted(host for host in trusted if host),
        },
    }


def _logging() -> dict[str, Any]:
    """Warnings only: Canaille logs each sign-in with the account's name."""
    console = {"class": "logging.StreamHandler"}
    root = {"level": "WARNING", "handlers": ["console"]}
    return {"version": 1, "disable_existing_loggers": False, "handlers": {"console": console}, "root": root}


def _signing_key(state_dir: Path) -> dict[str, Any]:
    """The RSA key of the ID tokens; kept, so that tokens outlive a restart."""
    path = state_dir / _KEY
    if not path.exists():
        write_secret(path, dict(RSAKey.generate_key(2048, auto_kid=True).as_dict(private=True)))
    key: dict[str, Any] = json.loads(path.read_text())
    return key


def _fill(state_dir: Path) -> None:
    """Bring the database to its newest form and make accounts, groups and client what was asked for."""
    wanted, configuration = _configuration(state_dir)
    application = canaille.create_app(config=configuration, env_file=None, init_backend=True)
    with application.app_context():
        backend = Backend.instance
        accounts = {person["user_name"]: _account(backend, person, wanted) for person in wanted["people"]}
        _groups(backend, wanted["people"], accounts)
        for leftover in backend.query(models.User):
            if leftover.user_name not in accounts:
                backend.delete(leftover)
        _client(backend, wanted)


def _account(backend: Any, person: dict[str, Any], wanted: dict[str, Any]) -> Any:
    account = backend.get(models.User, user_name=person["user_name"]) or models.User(user_name=person["user_name"])
    account.given_name = person["given_name"]
    account.family_name = person["family_name"]
    account.formatted_name = f"{person['given_name']} {person['family_name']}"
    account.display_name = account.formatted_name
    account.emails = [person["email"]]
    account.preferred_language = "de"
    if account.password is None or account.password != wanted["password"]:
        account.password = wanted["password"]
    backend.save(account)
    return account


def _groups(backend: Any, people: list[dict[str, Any]], accounts: dict[str, Any]) -> None:
    members: dict[str, list[Any]] = {}
    for person in people:
        for name in person["groups"]:
            members.setdefault(name, []).append(accounts[person["user_name"]])
    for group in backend.query(models.Group):
        if group.display_name not in members:
            backend.delete(group)
    for name, belonging in members.items():
        group = backend.get(models.Group, display_name=name) or models.Group(display_name=name)
        group.members = belonging
        group.owner = belonging[0]
        backend.save(group)


def _client(backend: Any, wanted: dict[str, Any]) -> None:
    public_url = wanted["public_url"]
    for other in backend.query(models.Client):
        if other.client_id != wanted["client_id"]:
            backend.delete(other)
    client = backend.get(models.Client, client_id=wanted["client_id"]) or models.Client(client_id=wanted["client_id"])
    client.client_secret = wanted["client_secret"]
    client.client_name = "Hilfenetz"
    client.client_uri = public_url
    client.redirect_uris = [f"{public_url}/anmelden/antwort"]
    client.post_logout_redirect_uris = [f"{public_url}/abgemeldet"]
    client.grant_types = ["authorization_code"]
    client.response_types = ["code"]
    client.scope = list(SCOPES)
    client.token_endpoint_auth_method = "client_secret_basic"  # noqa: S105 - a method, no secret
    client.id_token_signed_response_alg = "RS256"  # noqa: S105 - an algorithm, no secret
    backend.save(client)
    client.audience = [client]
    backend.save(client)


def _serve(state_dir: Path, port: int) -> None:
    configuration = Config()
    configuration.bind = [f"{HOST}:{port}"]
    configuration.graceful_timeout = 1
    configuration.errorlog = logging.getLogger("hypercorn.error")
    provider.generate_access_token = _access_token
    sql_backend.get_lockout_delay_message = please_wait
    application = create_app(config=_configuration(state_dir)[1], env_file=None)
    asyncio.run(serve(application, configuration))


def _access_token(*_: object, **__: object) -> str:
    return secrets.token_urlsafe(48)


if __name__ == "__main__":
    if sys.argv[1] == "fill":
        _fill(Path(sys.argv[2]))
    else:
        _serve(Path(sys.argv[2]), int(sys.argv[3]))
