"""The municipal directory for one machine: Canaille, a real OpenID Connect server with its own accounts and sessions.

``prepare`` writes everything the server needs into a folder and fills its database; ``command`` serves it. Both run
Canaille in a process of its own (``directory_process``), because it changes the logging of the process it lives in.
"""

import hashlib
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from portal.local.problem import LocalProblem

HOST = "127.0.0.1"
CONFIGURATION = "directory.json"
DATABASE = "directory.sqlite"
DEMO_PASSWORD = "Hilfenetz-2026"  # noqa: S105 - told on the sign-in page of the demo world

_FINGERPRINT = "directory.prepared"


@dataclass(frozen=True, slots=True)
class DirectoryPerson:
    """An account; ``groups`` are full names such as ``hilfenetz:<organisation>:<role>``."""

    user_name: str
    given_name: str
    family_name: str
    email: str
    groups: tuple[str, ...] = ()


def issuer(port: int) -> str:
    """What the directory calls itself; the portal asks it for everything else."""
    return f"http://{HOST}:{port}"


def prepare(
    state_dir: Path,
    port: int,
    *,
    public_url: str,
    client_id: str,
    client_secret: str,
    people: Sequence[DirectoryPerson],
    password: str = DEMO_PASSWORD,
) -> None:
    """Make the folder hold a directory with exactly these people, groups and this client; quick when it does already.

    Raises:
        LocalProblem: Canaille refused; its own words are in ``directory.log`` beside the database.
    """
    state_dir.mkdir(parents=True, exist_ok=True)
    state_dir.chmod(0o700)
    wanted: dict[str, Any] = {
        "canaille": version("canaille"),
        "port": port,
        "public_url": public_url.rstrip("/"),
        "client_id": client_id,
        "client_secret": client_secret,
        "people": [asdict(person) for person in people],
        "password": password,
    }
    fingerprint = hashlib.sha256(json.dumps(wanted, sort_keys=True).encode()).hexdigest()
    prepared = state_dir / _FINGERPRINT
    filled = prepared.exists() and (state_dir / DATABASE).exists()
    if filled and prepared.read_text() == fingerprint:
        return
    write_secret(state_dir / CONFIGURATION, wanted | {"secret_key": secrets.token_urlsafe(48)})
    _run_filling(state_dir)
    prepared.write_text(fingerprint)


def command(state_dir: Path, port: int) -> list[str]:
    """The server's own process, in the foreground; it needs nothing from the environment."""
    return [sys.executable, "-m", "portal.local.directory_process", "serve", str(state_dir), str(port)]


def write_secret(path: Path, content: dict[str, Any]) -> None:
    """Write JSON that only this user may read."""
    path.touch(mode=0o600)
    path.write_text(json.dumps(content))


def _run_filling(state_dir: Path) -> None:
    log = state_dir / "directory.log"
    with log.open("w") as output:
        filling = [sys.executable, "-m", "portal.local.directory_process", "fill", str(state_dir)]
        finished = subprocess.run(filling, stdout=output, stderr=subprocess.STDOUT, env=_environment(), check=False)
    if finished.returncode != 0:
        raise LocalProblem(f"Das Verzeichnis ließ sich nicht einrichten. Näheres steht in {log}.")


def _environment() -> dict[str, str]:
    here = str(Path(__file__).resolve().parents[2])
    return {"PATH": os.environ.get("PATH", ""), "HOME": os.environ.get("HOME", ""), "PYTHONPATH": here}
