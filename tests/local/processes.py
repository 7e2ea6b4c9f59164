"""Looking at processes from outside."""

import time
from collections.abc import Callable

import psutil


def alive(pid: int) -> bool:
    """Whether a process runs; a dead one that nobody buried does not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def mentioning(text: str) -> list[psutil.Process]:
    """Running processes whose command line or environment names a text (a state folder, say)."""
    found = []
    for process in psutil.process_iter():
        try:
            words = [*process.cmdline(), *process.environ().values()]
        except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
            continue
        if any(text in word for word in words) and alive(process.pid):
            found.append(process)
    return found


def eventually(is_so: Callable[[], bool], *, seconds: float = 10) -> bool:
    """Wait until something is so."""
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
