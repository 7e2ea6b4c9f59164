"""A process that cannot outlive the one that started it."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from portal.local.problem import LocalProblem

_PR_SET_PDEATHSIG = 1


class Child:
    """A long-running program with its own session, so that Ctrl-C reaches only us and we end it in good order.

    Trap: Linux ties the death signal to the *thread* that started the child. Start children from the main thread.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        log: Path,
        environment: Mapping[str, str] | None = None,
        user: str | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
    ) -> None:
        self.name = name
        self.command = [*command]
        self.log = log
        self.environment = environment
        self.user = user
        self.stop_signal = stop_signal
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        """Whether the process is alive."""
        return self.process is not None and self.process.poll() is None

    @property
    def pid(self) -> int:
        """The process id of the running child."""
        if self.process is None:
            raise LocalProblem(f"{self.name} läuft nicht.")
        return self.process.pid

    def start(self) -> None:
        """Start the program; its output is appended to the log. One that runs already is left alone."""
        if self.running:
            return
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=None if self.environment is None else {**os.environ, **self.environment},
                start_new_session=True,
                preexec_fn=death_signal(self.stop_signal),  # noqa: PLW1509 - only a system call, no lock
                cwd="/",
                **identity(self.user),
            )

    def wait_until(self, answers: Callable[[], bool], *, seconds: float = 30) -> None:
        """Wait until the program answers.

        Raises:
            LocalProblem: it ended, or did not answer in time; the message carries the end of its log.
        """
        deadline = time.monotonic() + seconds
        while not answers():
            if not self.running:
                raise LocalProblem(f"{self.name} hat sich beim Start beendet. {self._last_words()}")
            if time.monotonic() > deadline:
                self.kill()
                raise LocalProblem(f"{self.name} antwortet nach {seconds:.0f} Sekunden nicht. {self._last_words()}")
            time.sleep(0.05)

    def stop(self, *, seconds: float = 10) -> None:
        """Ask the program to end, and end it if it does not."""
        if self.process is None:
            return
        if self.running:
            self.process.send_signal(self.stop_signal)
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
        self.process = None

    def kill(self) -> None:
        """End the program at once, without a chance to tidy up."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def _last_words(self) -> str:
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-8:] if self.log.exists() else []
        return f"Letzte Zeilen aus {self.log}:\n" + "\n".join(f"  {line}" for line in lines)


def identity(user: str | None) -> dict[str, Any]:
    """``subprocess`` arguments to run as a user; its group too, or root's group would decide what it may open."""
    return {"user": user, "group": user, "extra_groups": []} if user else {}


def death_signal(number: signal.Signals) -> Callable[[], None] | None:
    """A function to call in the child between fork and exec: it gets ``number`` when its parent dies (Linux only)."""
    if sys.platform != "linux":
        return None
    prctl, parent = _prctl(), os.getpid()

    def tie() -> None:
        prctl(_PR_SET_PDEATHSIG, int(number))
        if os.getppid() != parent:  # the parent died in between
            os.kill(os.getpid(), signal.SIGKILL)

    return tie


@cache
def _prctl() -> Any:
    return ctypes.CDLL(None, use_errno=True).prctl
