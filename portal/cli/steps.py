"""What a person sees while the portal starts: numbered steps with their times, then where to go."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
import httpx

_PATIENCE_SECONDS = 120


class Steps:
    """Numbered lines with the time each step took."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.number = 0
        self.started = time.monotonic()

    @contextmanager
    def step(self, words: str) -> Iterator[None]:
        """Announce, do, and say how long it took."""
        self.number += 1
        begun = time.monotonic()
        click.echo(f"{self.number}/{self.total}  {words} … ", nl=False)
        try:
            yield
        except BaseException:
            click.echo("")
            raise
        click.echo(f"fertig ({in_seconds(time.monotonic() - begun)})")

    @property
    def elapsed(self) -> str:
        """The time since the beginning."""
        return in_seconds(time.monotonic() - self.started)


def announce(port: int, steps: Steps, words: str, welcome: Callable[[], str]) -> None:
    """Wait for readiness beside the main thread, which belongs to the supervisor; then say the welcome."""

    def wait() -> None:
        with steps.step(words):
            missing = _missing_after_waiting(f"http://127.0.0.1:{port}/health/ready")
        click.echo(_excuse(missing) if missing else welcome())

    threading.Thread(target=wait, daemon=True).start()


def in_seconds(seconds: float) -> str:
    """'1,2 s'."""
    return f"{seconds:.1f} s".replace(".", ",")


def _missing_after_waiting(address: str) -> list[str]:
    """The parts that still do not answer; empty when all do."""
    deadline, missing = time.monotonic() + _PATIENCE_SECONDS, ["Web"]
    while missing and time.monotonic() < deadline:
        try:
            parts = httpx.get(address, timeout=10, trust_env=False).json()["parts"]
            missing = [name for name, works in parts.items() if not works]
        except (httpx.HTTPError, ValueError, KeyError):
            missing = ["Web"]
        if missing:
            time.sleep(0.2)
    return missing


def _excuse(missing: list[str]) -> str:
    return (
        f"\nNoch nicht bereit: {', '.join(missing)}. "
        "In einem zweiten Fenster sagt `hilfenetz doctor`, was fehlt und wie es behoben wird."
    )
