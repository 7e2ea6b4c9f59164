"""The command: quick to answer, German in what it says, exact in its exit codes."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from portal.local.state import free_port
from portal.local.surroundings import Services
from portal.settings import Settings

NOTHING = {name: value for name, value in os.environ.items() if name.lower() not in Settings.model_fields}


def hilfenetz(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    state = {"HILFENETZ_STATE": "/nonexistent/hilfenetz"}
    return subprocess.run(
        [sys.executable, "-m", "portal.cli", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**NOTHING, **state, **environment},
    )


@pytest.mark.parametrize(
    ("numbers", "code", "words"),
    [
        (["--members", "8", "--yes", "7"], 0, "Angenommen"),
        (["--members", "8", "--yes", "6"], 1, "6 von 8 Mitgliedern dafür (75 %), nötig: mehr als 75 %"),
        (["--members", "8", "--yes", "9"], 2, "9 Stimmen sind mehr"),
        (["--members", "8", "--yes", "-1"], 2, "nicht negativ"),
        (["--members", "acht"], 2, "„acht“ ist keine ganze Zahl"),
        ([], 2, "Es fehlt --members"),
        (["--members", "8", "--rulebook", "hannover"], 2, "Es gibt: bielefeld, duesseldorf"),
    ],
)
def test_tally_says_result_and_arithmetic(numbers: list[str], code: int, words: str):
    result = hilfenetz("tally", "--rule", "exclusion", *numbers)
    assert result.returncode == code
    said, silent = (result.stderr, result.stdout) if code == 2 else (result.stdout, result.stderr)
    assert words in said
    assert silent == ""


def test_a_broken_rulebook_is_told_with_file_and_key(tmp_path: Path):
    broken = tmp_path / "hannover.toml"
    broken.write_text('name = "Hannover"\nslug = 7\n')
    result = hilfenetz("tally", "--rule", "exclusion", "--members", "8", "--rulebook", str(broken))
    assert result.returncode == 2
    assert "hannover.toml" in result.stderr
    assert "Traceback" not in result.stderr


def test_help_is_german_and_quick():
    begun = time.monotonic()
    result = hilfenetz()
    assert time.monotonic() - begun < 2
    assert result.returncode == 0
    for command in ("up", "serve", "worker", "beat", "migrate", "seed", "doctor", "reset", "tally", "audit", "secrets"):
        assert f"  {command} " in result.stdout
    assert "Alles auf diesem Rechner starten" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nichts"], "Den Befehl „nichts“ gibt es nicht."),
        (["tally", "--nichts"], "Die Option --nichts gibt es nicht."),
        (["audit", "nichts"], "Den Befehl „nichts“ gibt es nicht."),
    ],
)
def test_misuse_is_told_in_german(arguments: list[str], words: str):
    result = hilfenetz(*arguments)
    assert result.returncode == 2
    assert words in result.stderr


@pytest.mark.parametrize(
    ("command", "missing"),
    [
        ("serve", "DATABASE_URL"),
        ("worker", "WORKER_DATABASE_URL"),
        ("beat", "BROKER_URL"),
        ("migrate", "OWNER_DATABASE_URL"),
        ("seed", "DATABASE_URL"),
        ("doctor", "DATABASE_URL"),
    ],
)
def test_missing_settings_are_named(command: str, missing: str):
    result = hilfenetz(command)
    assert result.returncode == 1
    assert f"Die Einstellung {missing} fehlt." in result.stderr + result.stdout
    assert "Traceback" not in result.stderr


def test_a_database_that_is_away_is_told_without_its_password():
    urls = {
        name: f"postgresql://hilfenetz_owner:geheim@127.0.0.1:1/{name.lower()}"
        for name in ("OWNER_DATABASE_URL", "DATABASE_URL", "WORKER_DATABASE_URL", "AUDITOR_DATABASE_URL")
    }
    result = hilfenetz("migrate", **urls)
    assert result.returncode == 1
    assert "Die Datenbank ist unter 127.0.0.1:1 nicht erreichbar" in result.stderr
    assert "geheim" not in result.stderr


def nobody_answers() -> dict[str, str]:
    """All settings, each address without anybody behind it."""
    databases = ("DATABASE_URL", "WORKER_DATABASE_URL", "AUDITOR_DATABASE_URL")
    urls = dict.fromkeys(databases, "postgresql://hilfenetz_app:geheim@127.0.0.1:1/hilfenetz")
    sign_in = {"OIDC_ISSUER": "http://localhost:1", "OIDC_CLIENT_ID": "a", "OIDC_CLIENT_SECRET": "b"}
    others = {"REDIS_URL": "redis://127.0.0.1:1/0", "MAIL_URL": "smtp://127.0.0.1:1", "SECRET_KEY": "x" * 40}
    others["STORAGE_URL"] = "s3://eimer"
    return urls | sign_in | others | {"PORT": str(free_port())}


@pytest.mark.parametrize(
    ("arguments", "variable"),
    [
        (["serve"], "DATABASE_URL"),
        (["seed"], "WORKER_DATABASE_URL"),
        (["audit", "verify"], "AUDITOR_DATABASE_URL"),
    ],
)
def test_whoever_needs_a_database_that_is_away_says_so_and_ends(arguments: list[str], variable: str):
    result = hilfenetz(*arguments, **nobody_answers())
    assert result.returncode == 1
    assert "Die Datenbank ist unter 127.0.0.1:1 nicht erreichbar" in result.stderr
    assert f"Prüfen Sie {variable} " in result.stderr
    assert "Traceback" not in result.stderr
    assert "geheim" not in result.stderr + result.stdout


def test_a_queue_that_does_not_exist_is_told_before_anything_waits_for_it():
    urls = {"WORKER_DATABASE_URL": "postgresql://hilfenetz_worker:geheim@127.0.0.1:1/hilfenetz"}
    result = hilfenetz("worker", "--queues", "mail,briefe", **(nobody_answers() | urls))
    assert result.returncode == 1
    assert "Die Warteschlange „briefe“ gibt es nicht. Es gibt: tick, events, mail, documents." in result.stderr
    assert "Traceback" not in result.stderr


def test_the_web_does_not_start_under_a_role_that_sees_past_the_wall(surroundings: Services):
    urls = {"DATABASE_URL": surroundings.database.url("admin", "postgres")}
    result = hilfenetz("serve", **(nobody_answers() | urls))
    assert result.returncode == 1
    assert "umgeht die Zugriffsregeln" in result.stderr
    assert "hilfenetz_app" in result.stderr


def test_reset_drops_the_local_installation_and_nothing_else(tmp_path: Path):
    state = tmp_path / "state"
    state.mkdir()
    (state / "secrets.json").write_text("{}")
    assert "Es gibt nichts zu löschen" in hilfenetz("reset", "--yes", HILFENETZ_STATE=str(tmp_path / "other")).stdout
    result = hilfenetz("reset", "--yes", HILFENETZ_STATE=str(state))
    assert result.returncode == 0
    assert not state.exists()


def test_reset_asks_first(tmp_path: Path):
    (tmp_path / "secrets.json").write_text("{}")
    assert hilfenetz("reset", HILFENETZ_STATE=str(tmp_path)).returncode != 0
    assert (tmp_path / "secrets.json").exists()
