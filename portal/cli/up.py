"""`hilfenetz up`: the whole portal on one machine, from nothing to ready."""

import json
import os
import signal
import subprocess
import sys
from contextlib import ExitStack
from types import FrameType

import click

from portal.cli.steps import Steps, announce
from portal.demo import directory, world
from portal.local.child import death_signal
from portal.local.directory import DEMO_PASSWORD
from portal.local.problem import LocalProblem
from portal.local.state import State, default_folder, require_free
from portal.local.supervisor import Supervisor
from portal.local.surroundings import Services, assemble
from portal.settings import load

_SEEDING, _SEEDED = "demo-world.begun", "demo-world.done"
# Mails and files have processes of their own: however long they take, votes close in time.
_OURS = {
    "web": ("serve",),
    "worker": ("worker", "--queues", "tick,events"),
    "versand": ("worker", "--queues", "mail"),
    "dokumente": ("worker", "--queues", "documents"),
    "takt": ("beat",),
}
_METRICS_PORT_AFTER = {"worker": 1, "versand": 2, "dokumente": 3}


def run_everything() -> None:
    """Start all, stay until Ctrl-C or until one part fails, end all.

    Raises:
        LocalProblem: something is in the way, or a process ended by itself.
    """
    signal.signal(signal.SIGTERM, _interrupt)
    state = State(default_folder())
    try:
        with ExitStack() as stack:
            stack.enter_context(state.locked())
            _run(state, stack)
    except KeyboardInterrupt:
        click.echo("\nAbgebrochen.")
        sys.exit(130)
    click.echo("Hilfenetz ist beendet. Die Daten bleiben bis `make reset` erhalten.")


def _run(state: State, stack: ExitStack) -> None:
    wanted, steps = load(), Steps(5)
    require_free(wanted.port, variable="PORT")
    given = "public_url" in wanted.model_fields_set
    public_url = wanted.public_url if given else f"http://localhost:{wanted.port}"
    surroundings = _assemble(state)
    with steps.step("Datenbank und Zwischenspeicher starten"):
        for part in (surroundings.database, surroundings.cache):
            stack.callback(part.stop)
            part.launch()
        surroundings.database.settle()
        surroundings.cache.settle()
    environment = surroundings.environment(public_url=public_url, port=wanted.port)
    with steps.step("Tabellen und Zugriffsregeln einrichten"):
        _forget_half_a_world(surroundings)
        _call("migrate", environment, state)
    with steps.step("Demo-Welt anlegen (nur beim ersten Mal)"):
        _seed_once(environment, state)
    with steps.step("Verzeichnis mit den Demo-Menschen einrichten"):
        surroundings.directory.prepare(directory.directory_people(), public_url=public_url)
    _write_environment(state, environment, stack)
    _supervise(surroundings, environment, steps)


def _assemble(state: State) -> Services:
    return assemble(
        state.folder,
        durable=True,
        directory_port=state.port("directory", variable="DIRECTORY_PORT"),
        page_port=state.port("mails", variable="MAIL_PAGE_PORT"),
    )


def _forget_half_a_world(surroundings: Services) -> None:
    """A seed that was interrupted is thrown away with its database, so that the next one starts clean."""
    begun = surroundings.state / _SEEDING
    if begun.exists():
        surroundings.database.drop("hilfenetz")
        surroundings.database.create("hilfenetz")
        begun.unlink()


def _seed_once(environment: dict[str, str], state: State) -> None:
    if (state / _SEEDED).exists():
        return
    (state / _SEEDING).touch()
    _call("seed", environment, state)
    (state / _SEEDING).rename(state / _SEEDED)


def _call(command: str, environment: dict[str, str], state: State) -> None:
    """A command of ours in a process of its own; what it says goes to a log."""
    result = subprocess.run(  # noqa: S603 - our own command
        _command(command),
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=death_signal(signal.SIGKILL),
    )
    said = result.stdout + result.stderr
    state.log(command).write_text(said)
    if result.returncode:
        raise LocalProblem(f"`hilfenetz {command}` ist gescheitert:\n{said.strip()[-2000:]}")


def _command(*words: str) -> list[str]:
    return [sys.executable, "-m", "portal.cli", *words]


def _write_environment(state: State, environment: dict[str, str], stack: ExitStack) -> None:
    """So that `hilfenetz doctor` in another window asks this installation."""
    path = state / "environment.json"
    path.touch(mode=0o600)
    path.write_text(json.dumps(environment))
    stack.callback(path.unlink, missing_ok=True)


def _supervise(surroundings: Services, environment: dict[str, str], steps: Steps) -> None:
    path = surroundings.state.log("hilfenetz")
    with path.open("w", encoding="utf-8") as log:
        supervisor = Supervisor(
            log,
            started=lambda: announce(
                int(environment["PORT"]),
                steps,
                "Web, Worker, Takt, Verzeichnis und Mail starten",
                lambda: _welcome(surroundings, environment, steps),
            ),
        )
        supervisor.add("verzeichnis", surroundings.directory.command, {})
        supervisor.add("mail", surroundings.mailbox.command, {})
        for name, command in _OURS.items():
            supervisor.add(name, _command(*command), environment | _own_settings(name))
        supervisor.loop()
    click.echo("")
    if not supervisor.told_to_stop:
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if f" {supervisor.ended} " in line]
        raise LocalProblem(
            "\n".join([f"„{supervisor.ended}“ hat sich beendet, darum auch alles andere. Zuletzt:", *lines[-10:]])
        )


def _own_settings(name: str) -> dict[str, str]:
    """Web and workers each publish their figures; side by side they need a port each. One mail leaves at a time,
    one file is read at a time."""
    found, port = {}, load().metrics_port
    if port and name in _METRICS_PORT_AFTER:
        found["METRICS_PORT"] = str(port + _METRICS_PORT_AFTER[name])
    if name in ("versand", "dokumente"):
        found["WORKER_CONCURRENCY"] = "1"
    return found


def _welcome(surroundings: Services, environment: dict[str, str], steps: Steps) -> str:
    return "\n".join(
        [
            f"\nHilfenetz ist bereit (nach {steps.elapsed}):  {environment['PUBLIC_URL']}",
            f"E-Mails zum Nachlesen:  {surroundings.mailbox.page}",
            f"Protokoll:  {surroundings.state.log('hilfenetz')}",
            "",
            f"Anmelden (Kennwort für alle: {DEMO_PASSWORD})",
            *(f"  {name:<20} {what}" for name, what in world.demo_logins()),
            "",
            "Beenden mit Strg+C.",
        ]
    )


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
