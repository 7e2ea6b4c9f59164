"""All services of one local installation, started together: what `hilfenetz up` and the tests stand on."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from portal.local import directory
from portal.local.cache import Cache
from portal.local.child import Child
from portal.local.database import Database
from portal.local.mailbox import Mailbox
from portal.local.program import Program
from portal.local.state import State, free_port, listens

CLIENT_ID = "hilfenetz"


class Directory(Program):
    """The municipal directory with the people it is given; ``issuer`` is what OIDC_ISSUER wants."""

    def __init__(self, state: State, *, port: int | None = None) -> None:
        self.folder = state.sub("directory")
        self.port = port or free_port()
        self.client_secret = state.secrets()["oidc_client"]
        self.child = Child("Das Verzeichnis", self.command, log=state.log("directory"))

    @property
    def issuer(self) -> str:
        """What the directory calls itself."""
        return directory.issuer(self.port)

    @property
    def command(self) -> list[str]:
        """The server's own process, in the foreground."""
        return directory.command(self.folder, self.port)

    def prepare(self, people: Sequence[directory.DirectoryPerson], *, public_url: str) -> None:
        """Write the directory's configuration and its accounts."""
        directory.prepare(
            self.folder,
            self.port,
            public_url=public_url,
            client_id=CLIENT_ID,
            client_secret=self.client_secret,
            people=people,
        )

    def answers(self) -> bool:
        """Whether it takes connections."""
        return listens(self.port)


@dataclass
class Services:
    """The surroundings of one portal. Each part has ``start``, ``stop`` and the addresses it answers at."""

    state: State
    database: Database
    cache: Cache
    mailbox: Mailbox
    directory: Directory

    def environment(self, *, public_url: str, port: int, database: str = "hilfenetz") -> dict[str, str]:
        """The settings of a portal in these surroundings."""
        return {
            "DATABASE_URL": self.database.url("app", database),
            "WORKER_DATABASE_URL": self.database.url("worker", database),
            "OWNER_DATABASE_URL": self.database.url("owner", database),
            "AUDITOR_DATABASE_URL": self.database.url("auditor", database),
            "REDIS_URL": self.cache.url(0),
            "BROKER_URL": self.cache.url(1),
            "PUBLIC_URL": public_url,
            "PORT": str(port),
            "SECRET_KEY": self.state.secrets()["secret_key"],
            "OIDC_ISSUER": self.directory.issuer,
            "OIDC_CLIENT_ID": CLIENT_ID,
            "OIDC_CLIENT_SECRET": self.directory.client_secret,
            "MAIL_URL": self.mailbox.url,
            "MAIL_FROM": "hilfenetz@hilfenetz.example",
            "STORAGE_URL": (self.state / "files").as_uri(),
        }


def assemble(
    folder: Path, *, durable: bool, directory_port: int | None = None, page_port: int | None = None
) -> Services:
    """The services of a folder, none of them started."""
    state = State(folder)
    return Services(
        state,
        Database(state, durable=durable),
        Cache(state, durable=durable),
        Mailbox(state, page_port=page_port),
        Directory(state, port=directory_port),
    )


@contextmanager
def services(
    folder: Path,
    *,
    durable: bool = False,
    people: Sequence[directory.DirectoryPerson] = (),
    public_url: str = "http://localhost:8000",
) -> Iterator[Services]:
    """Everything started, everything stopped at the end. Without ``durable`` it is quick and forgets (for tests)."""
    found = assemble(folder, durable=durable)
    found.directory.prepare(people, public_url=public_url)
    parts: tuple[Program, ...] = (found.directory, found.mailbox, found.cache, found.database)
    with ExitStack() as stack:
        for part in parts:
            stack.callback(part.stop)
            part.launch()
        for part in reversed(parts):
            part.settle()
        yield found
