"""A mail server that delivers to nobody: it keeps what it gets as files and shows them on a page for developers.

Never part of the production app. Two domains misbehave on purpose, so that failing deliveries can be seen:
``unzustellbar.example`` is refused for good, ``besetzt.example`` for now.
"""

import asyncio
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from threading import Thread
from typing import Any, cast

from aiosmtpd.smtp import SMTP, Envelope
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from portal.kit.clock import german_instant
from portal.local.child import Child
from portal.local.program import Program
from portal.local.state import State, free_port, listens

HOST = "127.0.0.1"
_REFUSALS = {
    "unzustellbar.example": "550 5.1.1 Dieses Postfach gibt es nicht",
    "besetzt.example": "451 4.3.0 Bitte spaeter noch einmal",
}
_BIGGEST = 10_000_000


@dataclass(frozen=True)
class Mail:
    """A message and the name of its file, which is also its address on the page."""

    name: str
    message: EmailMessage

    @property
    def arrived(self) -> str:
        """When it came, in German."""
        return german_instant(datetime.fromtimestamp(int(self.name.partition("-")[0]) / 1e9, UTC))

    @property
    def text(self) -> str:
        """The plain text part."""
        part = self.message.get_body(("plain", "html"))
        return "" if part is None else str(part.get_content())


class Mailbox(Program):
    """The running mail server and what it received."""

    def __init__(self, state: State, *, page_port: int | None = None) -> None:
        self.folder = state.sub("mails")
        self.port = free_port()
        self.page_port = page_port or free_port()
        self.child = Child("Mailserver", self.command, log=state.log("mail"))

    @property
    def command(self) -> list[str]:
        """The server's own process, in the foreground."""
        return [sys.executable, "-m", "portal.local.mailbox", str(self.folder), str(self.port), str(self.page_port)]

    @property
    def url(self) -> str:
        """Where to send."""
        return f"smtp://{HOST}:{self.port}"

    @property
    def page(self) -> str:
        """Where to read."""
        return f"http://localhost:{self.page_port}/"

    def answers(self) -> bool:
        """Whether it takes mail and shows it."""
        return listens(self.port) and listens(self.page_port)

    def mails(self) -> list[Mail]:
        """What was received, oldest first."""
        return list(read(self.folder))

    def clear(self) -> None:
        """Throw everything away."""
        for path in self.folder.glob("*.eml"):
            path.unlink()


def read(folder: Path) -> Iterator[Mail]:
    """The mails of a folder, oldest first."""
    for path in sorted(folder.glob("*.eml")):
        with suppress(FileNotFoundError):  # cleared meanwhile
            message = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
            yield Mail(path.stem, message)


class _Keeper:
    """Writes each message to a file as it came; the name sorts by the time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.numbers = count()

    # The library calls these by name and position.

    async def handle_RCPT(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if refusal := _REFUSALS.get(address.rpartition("@")[2].lower()):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802
        path = self.folder / f"{time.time_ns():020d}-{next(self.numbers):06d}.eml"
        partial = path.with_suffix(".part")
        partial.write_bytes(
            f"X-Envelope-To: {', '.join(envelope.rcpt_tos)}\r\n".encode() + cast("bytes", envelope.content)
        )
        partial.rename(path)
        return "250 OK"


class _Page(BaseHTTPRequestHandler):
    """The list at ``/``, one mail at ``/<name>``."""

    folder: Path
    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined
    )

    def do_GET(self) -> None:
        """Answer the browser."""
        mails = {mail.name: mail for mail in read(self.folder)}
        name = self.path.strip("/")
        if not name:
            self._answer(HTTPStatus.OK, "mails.html", mails=[*reversed(mails.values())])
        elif name in mails:
            self._answer(HTTPStatus.OK, "mail.html", mail=mails[name])
        else:
            self._answer(HTTPStatus.NOT_FOUND, "mails.html", mails=[*reversed(mails.values())])

    def _answer(self, status: HTTPStatus, template: str, **context: object) -> None:
        body = self.templates.get_template(template).render(**context).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Keep quiet."""


async def _serve(folder: Path, port: int, page_port: int) -> None:
    page = ThreadingHTTPServer((HOST, page_port), type("Page", (_Page,), {"folder": folder}))
    Thread(target=page.serve_forever, daemon=True).start()
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    keeper = _Keeper(folder)
    server = await loop.create_server(
        lambda: SMTP(keeper, hostname="hilfenetz.local", enable_SMTPUTF8=True, data_size_limit=_BIGGEST), HOST, port
    )
    await ended.wait()
    server.close()
    page.shutdown()


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
