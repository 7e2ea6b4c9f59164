"""A setting that is missing or wrong is told in a German sentence that names it and says how to mend it."""

import json
from pathlib import Path

import pytest

from portal.settings import Settings, SettingsProblem, load, settings

SECRET = "x" * 40


@pytest.fixture(autouse=True)
def empty(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Nothing is set, whatever the machine or other tests set."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("SECRETS_DIR", str(tmp_path / "secrets"))


def problem_with(monkeypatch: pytest.MonkeyPatch, **values: str) -> str:
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsProblem) as found:
        load()
    return str(found.value)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("DATABASE_URL", "mysql://geheim@db/x", "keine Adresse der Form postgresql://"),
        ("DATABASE_URL", "postgresql://db", "keine Rolle oder keine Datenbank"),
        ("REDIS_URL", "geheim", "keine Adresse der Form redis://"),
        ("BROKER_URL", "http://geheim", "keine Adresse der Form redis://"),
        ("PUBLIC_URL", "http://geheim.example", "unverschlüsselt"),
        ("PUBLIC_URL", "geheim", "keine Adresse der Form https://"),
        ("OIDC_ISSUER", "http://geheim.example", "unverschlüsselt"),
        ("OIDC_DISCOVERY_URL", "geheim", "keine Adresse"),
        ("MAIL_URL", "geheim:25", "keine Adresse der Form smtp://"),
        ("MAIL_FROM", "Geheim", "keine E-Mail-Adresse"),
        ("STORAGE_URL", "/geheim", "keine Ablage der Form file:///ordner"),
        ("STORAGE_URL", "s3:///geheim", "keine Ablage der Form file:///ordner"),
        ("STORAGE_ENDPOINT", "geheim", "keine Adresse"),
        ("CLAMAV_URL", "http://geheim", "keine Adresse der Form tcp://"),
        ("CLAMAV_URL", "tcp://geheim", "nennt keinen Port"),
        ("SPACE_QUOTA_GB", "0", "zu klein; mindestens 1"),
        ("SECRET_KEY", "geheim", "zu kurz"),
        ("PORT", "geheim", "keine ganze Zahl"),
        ("PORT", "70000", "zu groß; höchstens 65535"),
        ("TICK_SECONDS", "0", "zu klein; mindestens 0.1"),
        ("TICK_SECONDS", "geheim", "keine Zahl"),
        ("LOG_LEVEL", "geheim", "keiner der erlaubten Werte 'DEBUG', 'INFO', 'WARNING' oder 'ERROR'"),
        ("OIDC_PROVIDERS", "[geheim", "kein gültiges JSON"),
        ("OIDC_PROVIDERS", '[{"label": "geheim"}]', "Eintrag 1: „key“ fehlt"),
    ],
)
def test_a_wrong_value_is_named_and_never_repeated(monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str):
    said = problem_with(monkeypatch, **{name: value})
    assert f"Die Einstellung {name} " in said
    assert words in said
    assert "geheim" not in said.lower()
    assert "Gemeint ist" in said
    assert f"/run/secrets/{name.lower()}" in said


def test_all_wrong_values_are_told_at_once(monkeypatch: pytest.MonkeyPatch):
    said = problem_with(monkeypatch, PORT="x", MAIL_FROM="x", LOG_LEVEL="x")
    assert len(said.splitlines()) == 3


def test_all_missing_values_are_told_at_once():
    with pytest.raises(SettingsProblem) as found:
        load().require("database_url", "secret_key", "port")
    first, second, remedy = str(found.value).splitlines()
    assert first.startswith("Die Einstellung DATABASE_URL fehlt.")
    assert second.startswith("Die Einstellung SECRET_KEY fehlt.")
    assert "DATABASE_URL=…" in remedy


def test_secrets_come_from_files_and_the_environment_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    folder = tmp_path / "secrets"
    folder.mkdir()
    (folder / "secret_key").write_text(f"{SECRET}\n")
    (folder / "redis_url").write_text("redis://file/0")
    monkeypatch.setenv("REDIS_URL", "redis://environment/0")
    found = load()
    assert found.secret_key == SECRET
    assert found.redis_url == found.broker_url == "redis://environment/0"
    assert SECRET not in repr(found)
    assert "redis://" not in repr(found)


def test_the_first_directory_comes_from_single_variables_and_more_from_the_list(monkeypatch: pytest.MonkeyPatch):
    another = {
        "key": "caritas",
        "label": "Caritas",
        "issuer": "https://a.example",
        "client_id": "b",
        "client_secret": "c",
    }
    values = {"OIDC_ISSUER": "https://stadt.example/", "OIDC_CLIENT_ID": "hilfenetz", "OIDC_CLIENT_SECRET": "x"}
    for name, value in (values | {"OIDC_PROVIDERS": json.dumps([another])}).items():
        monkeypatch.setenv(name, value)
    first, second = load().providers
    assert (first.key, first.issuer) == ("verzeichnis", "https://stadt.example")
    assert (second.key, second.groups_claim) == ("caritas", "groups")


def test_every_setting_is_described_and_no_address_with_a_password_is_shown():
    for name, field in Settings.model_fields.items():
        assert field.description, name
        if name.endswith(("_secret", "_key", "database_url", "redis_url", "broker_url", "mail_url", "providers")):
            assert field.repr is False, name


def test_settings_are_read_once():
    settings.cache_clear()
    assert settings() is settings()
    settings.cache_clear()
