"""The whole portal on free loopback ports: database, cache, directory, mail, web, worker, beat, each a process."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from portal.demo.directory import directory_people
from portal.local.child import Child
from portal.local.directory import DirectoryPerson
from portal.local.state import free_port
from portal.local.surroundings import Services, assemble
from tests.database import Database
from tests.folder import fleeting_folder

NAME = "hilfenetz"
# One machine plays a whole office here, so everybody comes from the same address.
_LIMITS = {"SIGN_IN_LIMIT_PER_MINUTE": "1000", "RATE_LIMIT_PER_MINUTE": "2000"}
# The director of an organisation that is nobody's member yet.
NEWCOMER = DirectoryPerson(
    *("grete.hollmann", "Grete", "Hollmann", "vorstand@waermestube.example", ("hilfenetz:waermestube-nord:director",))
)
_CHECKOUT = Path(__file__).resolve().parents[2]
_PROGRAMS = ("serve", "worker", "beat")


@dataclass(frozen=True)
class Stage:
    """The running portal."""

    services: Services
    address: str
    environment: dict[str, str]
    programs: dict[str, Child]

    @property
    def settings(self) -> dict[str, str]:
        """What its processes were told."""
        return {name.lower(): value for name, value in self.environment.items()}

    @property
    def database(self) -> Database:
        """Its database, with the clock in it."""
        return Database(self.services.database, NAME)


@contextmanager
def set_up() -> Iterator[Stage]:
    """Start everything in a fresh folder with the demo world, and end it."""
    with fleeting_folder("hilfenetz-stage-") as folder, ExitStack() as stack:
        port = free_port()
        address = f"http://localhost:{port}"
        services = assemble(Path(folder), durable=False)
        environment = services.environment(public_url=address, port=port) | _LIMITS
        with ThreadPoolExecutor(1) as beside:
            people = (*directory_people(), NEWCOMER)
            accounts = beside.submit(services.directory.prepare, people, public_url=address)
            _start_services(services, stack)
            for command in ("migrate", "seed"):
                _run(command, environment)
            accounts.result()
        programs = {name: _program(services, name, environment) for name in _PROGRAMS}
        for part in (services.directory, *(_Started(child) for child in programs.values())):
            stack.callback(part.stop)
            part.launch()
        services.directory.settle()
        programs["serve"].wait_until(lambda: _is_ready(port), seconds=120)
        yield Stage(services, address, environment, programs)


async def until(holds: Callable[[], bool], *, within: float) -> float:
    """Wait until something outside the browser is so; gives back how long it took.

    Raises:
        AssertionError: it was not in time.
    """
    begun = time.monotonic()
    while not holds():
        assert time.monotonic() < begun + within, f"not within {within} seconds"
        await asyncio.sleep(0.1)
    return time.monotonic() - begun


def _start_services(services: Services, stack: ExitStack) -> None:
    parts = (services.mailbox, services.cache, services.database)
    for part in parts:
        stack.callback(part.stop)
        part.launch()
    for part in parts:
        part.settle()


def _program(services: Services, name: str, environment: dict[str, str]) -> Child:
    """A process starts elsewhere and would run whatever checkout is installed: it is told which one is tested."""
    told = environment | {"PYTHONPATH": str(_CHECKOUT)}
    return Child(name, _command(name), log=services.state.log(name), environment=told)


@dataclass(frozen=True)
class _Started:
    """A program of ours under the names the services use."""

    child: Child

    def launch(self) -> None:
        self.child.start()

    def stop(self) -> None:
        self.child.stop()


def _run(command: str, environment: dict[str, str]) -> None:
    result = subprocess.run(
        _command(command), env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, f"hilfenetz {command}: {result.stdout[-2000:]}{result.stderr[-4000:]}"


def _command(name: str) -> list[str]:
    return [sys.executable, "-m", "portal.cli", name]


def _is_ready(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/health/ready", trust_env=False, timeout=5).status_code == 200
    except httpx.HTTPError:
        return False
