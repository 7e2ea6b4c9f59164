"""Several processes as one: honcho starts them, passes their output on, and ends all as soon as one ends."""

import os
import signal
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from subprocess import TimeoutExpired
from typing import Any, TextIO

from honcho.compat import ProcessManager
from honcho.manager import Manager
from honcho.printer import Message, Printer
from honcho.process import Popen, Process

from portal.local.child import death_signal

_GRACE_SECONDS = 8
_ORPHANED = signal.SIGUSR1


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

    def loop(self) -> None:
        """Stay until all have ended; then nothing of theirs is left, whatever they started themselves."""
        try:
            super().loop()
        finally:
            for entry in self._processes.values():
                if "pid" in entry:
                    self._procmgr.kill(entry["pid"])

    def terminate(self) -> None:
        """Ask all to end, and make sure of it: honcho itself waits for ever for one that does not."""
        super().terminate()
        last_resort = threading.Timer(_GRACE_SECONDS, self.kill)
        last_resort.daemon = True
        last_resort.start()

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
    """A chain that breaks from above: we die, the runner hears of it and ends its program, with force if need be; the
    runner dies, the program is told to end."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._tie = death_signal(_ORPHANED)

    def run(self, events: Any = None, ignore_signals: bool = False) -> None:
        signal.signal(_ORPHANED, self._end)
        if self._tie:
            self._tie()
        self._child_ctor = _start_and_watch
        super().run(events, ignore_signals)

    def _end(self, *_: object) -> None:
        """Nobody reads any more what the runner says, so it ends without saying it."""
        program: Popen | None = getattr(self, "_child", None)
        if program is None:
            os._exit(1)
        threading.Thread(target=_end_program, args=(program,), daemon=True).start()


def _end_program(program: Popen) -> None:
    with suppress(ProcessLookupError):
        os.kill(program.pid, signal.SIGTERM)
    with suppress(TimeoutExpired):
        program.wait(_GRACE_SECONDS)
    with suppress(ProcessLookupError):
        os.killpg(program.pid, signal.SIGKILL)
    os._exit(1)


def _start_and_watch(command: Sequence[str], **options: Any) -> Popen:
    """Honcho believes a program to live as long as anybody holds its output; so its children must not outlive it."""
    program = Popen(command, shell=False, preexec_fn=death_signal(signal.SIGTERM), **options)

    def bury() -> None:
        program.wait()
        with suppress(ProcessLookupError):
            os.killpg(program.pid, signal.SIGKILL)

    threading.Thread(target=bury, daemon=True).start()
    return program


class _Polite(ProcessManager):
    """Asks only the program itself, which then ends its own children in good order; kills the whole group."""

    def terminate(self, pid: int) -> None:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
