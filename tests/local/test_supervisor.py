"""One ends, all end; and whoever ends them, nothing is left."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.local.processes import eventually, mentioning

# Two processes, each with a child of its own; the first is deaf, the second ends when its file appears.
SUPERVISING = """
import sys
from pathlib import Path
from portal.local import supervisor as parts

parts._GRACE_SECONDS = 1
folder = Path(sys.argv[1])
program = '''
import signal, subprocess, sys, time
from pathlib import Path
if sys.argv[2] == "first":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)", sys.argv[1]])
print("started", flush=True)
while not (Path(sys.argv[1]) / sys.argv[2]).exists():
    time.sleep(0.05)
print("going", flush=True)
'''
with (folder / "log").open("w") as log:
    supervisor = parts.Supervisor(log, started=lambda: (folder / "started").touch())
    for name in ("first", "second"):
        supervisor.add(name, [sys.executable, "-c", program, str(folder), name], {})
    supervisor.loop()
print(supervisor.told_to_stop, supervisor.ended)
"""


@pytest.fixture
def supervised(folder: Path):
    with subprocess.Popen([sys.executable, "-c", SUPERVISING, folder], stdout=subprocess.PIPE, text=True) as process:
        assert eventually(lambda: (folder / "log").exists() and (folder / "log").read_text().count("| started") == 2)
        assert len(mentioning(str(folder))) >= 5
        yield process
        process.kill()
    for left in mentioning(str(folder)):
        left.kill()


def test_when_one_ends_all_end_and_its_name_is_known(supervised: subprocess.Popen, folder: Path):
    (folder / "second").touch()
    said, _ = supervised.communicate(timeout=15)
    assert said.split() == ["False", "second"]
    assert (folder / "started").exists()
    assert not mentioning(str(folder))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_a_signal_ends_all(supervised: subprocess.Popen, folder: Path, number: signal.Signals):
    supervised.send_signal(number)
    said, _ = supervised.communicate(timeout=15)
    assert said.split() == ["True"]
    assert not mentioning(str(folder))


def test_when_the_supervisor_is_killed_nothing_lives_on(supervised: subprocess.Popen, folder: Path):
    """One of the programs does not listen, and neither has told its own child to end."""
    supervised.kill()
    supervised.wait()
    assert eventually(lambda: not mentioning(str(folder)))
