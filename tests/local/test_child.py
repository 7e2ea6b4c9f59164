"""No process outlives the one that started it."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from portal.local.child import Child
from portal.local.problem import LocalProblem
from tests.local.processes import alive, eventually

PARENT = """
import sys, time
from pathlib import Path
from portal.local.child import Child
child = Child("x", [sys.executable, "-c", "import time; time.sleep(600)"], log=Path(sys.argv[1]))
child.start()
print(child.pid, flush=True)
time.sleep(600)
"""


def test_a_child_ends_with_a_parent_that_was_killed(folder: Path):
    with subprocess.Popen([sys.executable, "-c", PARENT, folder / "log"], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert alive(child)
        parent.send_signal(signal.SIGKILL)
    assert eventually(lambda: not alive(child))


def test_a_program_that_ends_at_once_says_its_last_words(folder: Path):
    child = Child("Das Programm", [sys.executable, "-c", "raise SystemExit('kein Platz')"], log=folder / "log")
    child.start()
    with pytest.raises(LocalProblem, match="Das Programm hat sich beim Start beendet") as problem:
        child.wait_until(lambda: False)
    assert "kein Platz" in str(problem.value)


def test_a_program_that_never_answers_is_ended(folder: Path):
    child = Child("Das Programm", [sys.executable, "-c", "import time; time.sleep(600)"], log=folder / "log")
    child.start()
    pid = child.pid
    with pytest.raises(LocalProblem, match="antwortet nach 0 Sekunden nicht"):
        child.wait_until(lambda: False, seconds=0.2)
    assert not alive(pid)


def test_a_program_that_will_not_end_is_ended(folder: Path):
    stubborn = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('da', flush=True); time.sleep(600)"
    )
    child = Child("Das Programm", [sys.executable, "-c", stubborn], log=folder / "log")
    child.start()
    assert eventually(lambda: "da" in (folder / "log").read_text())
    pid = child.pid
    child.stop(seconds=0.2)
    assert not alive(pid)
    child.stop()  # a second time does nothing


def test_a_program_that_runs_already_is_not_started_a_second_time(folder: Path):
    child = Child("Das Programm", [sys.executable, "-c", "import time; time.sleep(600)"], log=folder / "log")
    child.start()
    pid = child.pid
    child.start()
    assert child.pid == pid
    child.stop()
