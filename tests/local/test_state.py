"""The folder of an installation: secrets stay secret, ports stay the same, one start at a time."""

import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from portal.local import state as state_module
from portal.local.problem import LocalProblem
from portal.local.state import State, free_port, require_free


def test_secrets_are_made_once_and_for_our_eyes_only(state: State):
    first = state.secrets()
    assert State(state.folder).secrets() == first
    assert stat.S_IMODE((state / "secrets.json").stat().st_mode) == 0o600
    assert all(len(secret) >= 32 for secret in first.values())
    assert len(set(first.values())) == len(first)


def test_a_port_is_remembered(state: State, monkeypatch: pytest.MonkeyPatch):
    first = state.port("directory", variable="DIRECTORY_PORT")
    assert State(state.folder).port("directory", variable="DIRECTORY_PORT") == first
    wanted = free_port()
    monkeypatch.setenv("DIRECTORY_PORT", str(wanted))
    assert state.port("directory", variable="DIRECTORY_PORT") == wanted


def test_a_port_is_one_that_no_connection_is_given_and_that_nobody_holds(monkeypatch):
    port = free_port()
    assert 20_000 <= port < 32_760
    assert port % 8 == 0, "its neighbours are nobody else's"
    with socket.create_server(("127.0.0.1", port)):
        monkeypatch.setattr(state_module, "_PORTS", range(port, port + 80, 8))
        assert port not in {free_port() for _ in range(30)}
        monkeypatch.setattr(state_module, "_PORTS", range(port, port + 8, 8))
        with pytest.raises(LocalProblem, match="kein freier Port"):
            free_port()


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "::1"])
def test_a_port_in_use_is_named_with_its_variable(host: str):
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as other:
        other.bind((host, 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(LocalProblem, match=rf"Der Port {port} ist belegt.*PORT={port + 1} make run"):
            require_free(port, variable="PORT")


def test_a_second_start_in_the_same_folder_is_refused(state: State):
    again = "import sys, pathlib, portal.local.state as s\nwith s.State(pathlib.Path(sys.argv[1])).locked(): pass"
    command = [sys.executable, "-c", again, state.folder]
    with state.locked():
        result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert "läuft in" in result.stderr
    with state.locked():
        pass


def test_a_folder_we_may_not_use_is_told(folder: Path):
    (folder / "file").write_text("")
    with pytest.raises(LocalProblem, match="HILFENETZ_STATE"):
        State(folder / "file")
