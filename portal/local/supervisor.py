"""Several processes as one: honcho starts them, passes their output on, and ends all as soon as one ends."""

import functools
import os
import signal
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TextIO

from honcho.compat import ProcessManager
from honcho.manager import Manager
from honcho.printer import Message, Printer
from honcho.process import Popen, Process

from portal.local.child import death_signal


class Supervisor(Manager):
    """Runs commands until one of them ends or we are told to stop. ``ended`` is the name of the first that ended."""

    def __init__(self, output: TextIO, *, started: Callable[[], None]) -> None:
        self._log = _Log(output)
        super().__init__(self._log)
        self._process_ctor = _Tied
        self._procmgr = _Polite()
        self._started = started

    def add(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> None:
        """Add a process; ``environment`` is added to ours."""
        self.add_process(name, [*command], env={**os.environ, **environment})

    @property
    def told_to_stop(self) -> bool:
        """Whether a signal ended the loop, and not a process that failed."""
        return self._log.first_ended is None

    @property
    def ended(self) -> str:
        """The process that ended first."""
        return self._log.first_ended or ""

    def _start(self) -> None:
        super()._start()
        self._started()  # only now: a thread must not exist before honcho forks


class _Log(Printer):
    """Writes everything to the log and notes who ended first without being asked."""

    def __init__(self, output: TextIO) -> None:
        super().__init__(output, colour=False)
        self.first_ended: str | None = None
        self._asked = False

    def write(self, message: Message) -> None:
        words = message.data if isinstance(message.data, str) else ""
        self._asked = self._asked or " received" in words
        if message.name == "system" and " stopped (rc=" in words and not self._asked and not self.first_ended:
            self.first_ended = words.split(" ", 1)[0]
        super().write(message)


class _Tied(Process):
    """A chain that breaks from above: we die, the runner is killed; the runner dies, the program is told to end."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._tie = death_signal(signal.SIGKILL)

    def run(self, events: Any = None, ignore_signals: bool = False) -> None:
        if self._tie:
            self._tie()
        self._child_ctor = functools.partial(Popen, shell=False, preexec_fn=death_signal(signal.SIGTERM))
        super().run(events, ignore_signals)


class _Polite(ProcessManager):
    """Asks only the program itself, which then ends its own children in good order; kills the whole group."""

    def terminate(self, pid: int) -> None:
        try:
            os.kill(pid, signal.SIGTERM)
        except ProcessLookupError:
            return
