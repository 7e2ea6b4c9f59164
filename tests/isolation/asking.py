"""People of an organisation who ask for everything, without what makes a browser slow."""

import asyncio
import io
import zipfile
from dataclasses import dataclass, field
from functools import cache
from http.cookies import SimpleCookie
from urllib.parse import quote, unquote, urlencode, urlsplit

from litestar import Litestar

from portal.shell.security import CSRF_COOKIE
from tests.client import Browser

# One for all requests, as a proxy may give it: the same answer is the same text.
REQUEST_ID = "0" * 32
_KEPT = "/:@!$&'()*+,;=~-._%?"
# What forms of the portal send, so that a refusal is one of rights and not of an empty field.
SENT = {
    "organisation": "bethel-regional", "choice": "yes", "question": "?", "title": "Meins", "body": "Meins",
    "version": "1", "schritt": "publish", "who": "everyone", "principal": "everyone", "access": "16", "inherits": "ja",
    "note": "?",
}  # fmt: skip


@cache
def _form(token: str) -> bytes:
    return urlencode({**SENT, "_csrf_token": token}).encode()


@dataclass
class Answer:
    """Everything that reaches whoever asked."""

    status_code: int = 0
    headers: list[tuple[str, str]] = field(default_factory=list)
    content: bytearray = field(default_factory=bytearray)

    @property
    def text(self) -> str:
        return self.content.decode(errors="replace")

    @property
    def seen(self) -> str:
        """The body and every header; of a ZIP file what is packed in it, for nobody sees words through the packing."""
        held = unpacked(bytes(self.content)) if self.content.startswith(b"PK\x03\x04") else self.text
        return held + "\n" + "\n".join(f"{name}: {value}" for name, value in self.headers)


def unpacked(content: bytes) -> str:
    """Names and contents of all files in a ZIP file, and of those in a ZIP file in it."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        held = [(name, package.read(name)) for name in package.namelist()]
    return "\n".join(
        f"{name}\n{unpacked(part) if part.startswith(b'PK') else part.decode(errors='replace')}" for name, part in held
    )


class Asker:
    """Asks the application itself, with the cookies of a browser; keeps those it is given."""

    def __init__(self, application: Litestar, browser: Browser) -> None:
        self.application = application
        self.cookies = {cookie.name: cookie.value or "" for cookie in browser.http.cookies.jar}

    async def get(self, address: str) -> Answer:
        return await self._ask("GET", address)

    async def post(self, address: str) -> Answer:
        if CSRF_COOKIE not in self.cookies:
            await self.get("/anmelden")
        return await self._ask("POST", address, _form(self.cookies[CSRF_COOKIE]))

    async def _ask(self, method: str, address: str, body: bytes = b"") -> Answer:
        parts = urlsplit(address)
        headers = {"host": "hilfenetz.test", "x-request-id": REQUEST_ID, "accept": "*/*"}
        headers |= {"cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body:
            headers |= {"content-type": "application/x-www-form-urlencoded", "content-length": str(len(body))}
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "https",
            "path": unquote(parts.path), "raw_path": quote(parts.path, safe=_KEPT).encode(), "root_path": "",
            "query_string": quote(parts.query, safe=_KEPT).encode(),
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            "server": ("hilfenetz.test", 443), "client": ("127.0.0.1", 123),
        }  # fmt: skip
        answer, is_sent, is_over = Answer(), False, asyncio.Event()

        async def receive() -> dict:
            nonlocal is_sent
            if is_sent:
                await is_over.wait()
                return {"type": "http.disconnect"}
            is_sent = True
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: dict) -> None:
            if message["type"] == "http.response.start":
                answer.status_code = message["status"]
                answer.headers = [(name.decode(), value.decode("latin-1")) for name, value in message["headers"]]
            else:
                answer.content += message.get("body", b"")
                if not message.get("more_body"):
                    is_over.set()

        await self.application(scope, receive, send)
        self._keep(answer)
        return answer

    def _keep(self, answer: Answer) -> None:
        for name, value in answer.headers:
            if name.lower() == "set-cookie":
                for cookie in SimpleCookie(value).values():
                    self.cookies[cookie.key] = cookie.value
                    if cookie["max-age"] == "0":
                        del self.cookies[cookie.key]


async def people_of(cast, organisation: str) -> list[tuple[str, Asker]]:
    """Everybody who works there."""
    names = [name for name, entry in cast.people.items() if any(g.split(":")[1] == organisation for g in entry.groups)]
    return [(name, Asker(cast.application, await cast.browser(name, organisation))) for name in names]


def nobody(cast) -> tuple[str, Asker]:
    """Somebody who is not signed in."""
    return "nobody", Asker(cast.application, cast.nobody())
