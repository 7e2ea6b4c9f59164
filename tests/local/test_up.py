"""`hilfenetz up` as a person meets it: from nothing to ready, again with the data kept, and nothing left behind."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg
import psutil
import pytest

from portal.local.state import free_port
from portal.settings import Settings
from tests.local.processes import eventually, mentioning

pytestmark = pytest.mark.slow
UP = "portal.cli"


def read(address: str) -> str:
    with urllib.request.urlopen(address, timeout=5) as answer:
        return str(answer.read().decode())


@dataclass
class Installation:
    """A folder and a port in which the portal is started several times."""

    folder: Path
    port: int = field(default_factory=free_port)
    metrics_port: int = field(default_factory=free_port)

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name.lower() not in Settings.model_fields}
        ours = {"PORT": str(self.port), "METRICS_PORT": str(self.metrics_port)}
        return kept | {"HILFENETZ_STATE": str(self.folder)} | ours

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", UP, *arguments], env=self.environment, capture_output=True, text=True, check=False
        )

    def start(self) -> subprocess.Popen[str]:
        """Start it and wait until it says that it is ready."""
        started = subprocess.Popen(
            [sys.executable, "-m", UP, "up"],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        assert eventually(lambda: self.answers() or started.poll() is not None, seconds=150)
        assert started.poll() is None, started.communicate()[0]
        return started

    def answers(self) -> bool:
        try:
            return bool(read(f"http://localhost:{self.port}/health/ready"))
        except (urllib.error.URLError, OSError):
            return False

    def ours(self) -> list[psutil.Process]:
        return mentioning(str(self.folder))

    async def organisations(self) -> int:
        """Counted by the server's administrator, past the wall."""
        secrets = json.loads((self.folder / "secrets.json").read_text())
        url = json.loads((self.folder / "environment.json").read_text())["DATABASE_URL"]
        port = url.rpartition(":")[2].partition("/")[0]
        connection = await asyncpg.connect(f"postgresql://postgres:{secrets['admin']}@127.0.0.1:{port}/hilfenetz")
        try:
            return int(await connection.fetchval("SELECT count(*) FROM organisation"))
        finally:
            await connection.close()


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    with TemporaryDirectory(prefix="hilfenetz-up-", ignore_cleanup_errors=True) as name:
        found = Installation(Path(name) / "state")
        yield found
        for process in found.ours():
            process.kill()


async def test_from_nothing_to_ready_and_ctrl_c_leaves_nothing(installation: Installation):
    started = installation.start()
    assert await installation.organisations() >= 11
    doctor = installation.run("doctor")
    assert doctor.returncode == 0, doctor.stdout
    assert "Alles in Ordnung" in doctor.stdout
    assert installation.run("audit", "verify").returncode == 0
    web, worker, _ = (read(f"http://127.0.0.1:{installation.metrics_port + number}/metrics") for number in range(3))
    assert 'hilfenetz_request_seconds_count{method="GET",route="/health/ready",status="200"}' in web
    assert 'hilfenetz_outbox_rows{state="dead"} 0.0' in worker
    queues = Counter(words[-1] for process in installation.ours() if "--queues" in (words := process.cmdline()))
    assert queues == {"tick,events": 3, "mail": 1, "documents": 1}, "mails and documents have a process of their own"
    assert "läuft in" in installation.run("up").stderr
    elsewhere = Installation(installation.folder.with_name("other"), port=installation.port)
    assert f"Der Port {installation.port} ist belegt" in elsewhere.run("up").stderr
    os.killpg(started.pid, signal.SIGINT)  # as the terminal does
    said, _ = started.communicate(timeout=30)
    assert started.returncode == 0
    assert "Hilfenetz ist bereit (nach" in said
    assert f"http://localhost:{installation.port}" in said
    assert "Kennwort für alle" in said
    assert installation.ours() == []
    assert not (installation.folder / "environment.json").exists()


async def test_a_second_start_is_quick_and_keeps_the_data_and_a_dead_part_ends_all(installation: Installation):
    begun = time.monotonic()
    started = installation.start()
    assert time.monotonic() - begun < 25
    assert await installation.organisations() >= 11
    (web,) = [process for process in installation.ours() if process.cmdline()[-1:] == ["serve"] and _is_first(process)]
    web.kill()
    said, _ = started.communicate(timeout=30)
    assert started.returncode == 1
    assert "„web“ hat sich beendet, darum auch alles andere" in said
    assert eventually(lambda: installation.ours() == [])


def test_when_it_is_killed_nothing_lives_on_and_the_next_start_works(installation: Installation):
    started = installation.start()
    started.kill()
    started.communicate()
    assert eventually(lambda: installation.ours() == [], seconds=20), installation.ours()
    started = installation.start()
    started.terminate()
    said, _ = started.communicate(timeout=30)
    assert started.returncode == 0, said
    assert installation.ours() == []


def _is_first(process: psutil.Process) -> bool:
    """Granian's workers carry their parent's command line."""
    parent = process.parent()
    return parent is None or parent.cmdline() != process.cmdline()
