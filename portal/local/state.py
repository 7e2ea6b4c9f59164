"""The folder that holds everything of one local installation: data, secrets, ports, logs."""

import errno
import fcntl
import json
import os
import secrets
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portal.local.problem import LocalProblem

CHECKOUT = Path(__file__).resolve().parents[2]
_SECRETS = ("admin", "owner", "app", "worker", "auditor", "redis", "secret_key", "oidc_client")

_PORTS = range(20_000, 32_760, 8)


def default_folder() -> Path:
    """HILFENETZ_STATE, or ``.hilfenetz`` in the checkout."""
    return Path(os.environ.get("HILFENETZ_STATE") or CHECKOUT / ".hilfenetz").absolute()


class State:
    """One folder, used by one ``hilfenetz up`` or one test run at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        # PostgreSQL refuses root and then runs as a user of its own, who must get through to its data.
        self._make(folder, 0o711 if os.geteuid() == 0 else 0o700)

    def __truediv__(self, name: str) -> Path:
        return self.folder / name

    def sub(self, name: str) -> Path:
        """A subfolder for nobody else's eyes."""
        self._make(self / name, 0o700)
        return self / name

    def log(self, name: str) -> Path:
        """Where a service writes its log."""
        return self.sub("logs") / f"{name}.log"

    def _make(self, folder: Path, mode: int) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(mode)
        except (PermissionError, FileExistsError):
            raise LocalProblem(
                f"Der Ordner {folder} ist keiner, oder er gehört jemand anderem. "
                "Löschen Sie ihn, oder nennen Sie mit HILFENETZ_STATE einen eigenen Ordner."
            ) from None

    def secrets(self) -> dict[str, str]:
        """Passwords and keys of this installation, made once."""
        path = self / "secrets.json"
        known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
        missing = [name for name in _SECRETS if name not in known]
        if missing:
            known |= {name: secrets.token_urlsafe(36) for name in missing}
            path.touch(mode=0o600)
            path.write_text(json.dumps(known, indent=2))
        return known

    def port(self, name: str, *, variable: str) -> int:
        """A port that stays the same from start to start: links and sign-ins go to it.

        Raises:
            LocalProblem: it is in use.
        """
        path = self / "ports.json"
        known: dict[str, int] = json.loads(path.read_text()) if path.exists() else {}
        port = int(os.environ.get(variable) or known.get(name) or free_port())
        require_free(port, variable=variable)
        if known.get(name) != port:
            path.write_text(json.dumps(known | {name: port}))
        return port

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep a second start out of the folder.

        Raises:
            LocalProblem: another process uses it.
        """
        with (self / "lock").open("a+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.seek(0)
                raise LocalProblem(
                    f"Hilfenetz läuft in {self.folder} schon (Prozess {file.read() or 'unbekannt'}). "
                    "Beenden Sie es dort mit Strg+C, oder nennen Sie mit HILFENETZ_STATE einen anderen Ordner."
                ) from None
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
            yield

    def remove(self) -> None:
        """Drop the folder with everything in it."""
        shutil.rmtree(self.folder)


def free_port() -> int:
    """A port nobody listens on now, with a few beside it that nobody is given: the metrics of several workers stand on
    neighbours. It lies below those that the system gives to connections, which come and go.

    Raises:
        LocalProblem: none was found.
    """
    for _ in range(200):
        port = secrets.choice(_PORTS)
        try:
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return port
    raise LocalProblem("Es ist kein freier Port zu finden. Beenden Sie Programme, die Sie nicht brauchen.")


def require_free(port: int, *, variable: str) -> None:
    """Refuse a port that somebody listens on.

    Raises:
        LocalProblem: names the port and the variable that changes it.
    """
    for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            with socket.socket(family) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((host, port))
        except OSError as problem:
            if problem.errno == errno.EADDRINUSE:  # a machine without IPv6 is fine
                raise LocalProblem(
                    f"Der Port {port} ist belegt. Beenden Sie das Programm, das ihn benutzt, "
                    f"oder wählen Sie mit {variable} einen anderen, zum Beispiel: {variable}={port + 1} make run"
                ) from None


def listens(port: int) -> bool:
    """Whether somebody answers on this machine's port."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0
