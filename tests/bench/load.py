"""A plain HTTP/1.1 client over a few kept connections: cheap enough not to be what is measured."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

CONNECTIONS = 4


async def requests_a_second(port: int, path: str, *, seconds: float, cookie: str = "") -> float:
    """How many answers of status 200 a second the server gives.

    Raises:
        RuntimeError: an answer had another status.
    """
    head = f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nAccept: text/html\r\nCookie: {cookie}\r\n\r\n".encode()
    end = time.perf_counter() + seconds
    begun = time.perf_counter()
    counts = await asyncio.gather(*(_ask(port, head, end) for _ in range(CONNECTIONS)))
    return sum(counts) / (time.perf_counter() - begun)


@asynccontextmanager
async def line(port: int, path: str, *, cookie: str = "") -> AsyncIterator[Callable[[], Awaitable[float]]]:
    """A kept connection; each call asks once and says how many seconds the answer took."""
    head = f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nAccept: text/html\r\nCookie: {cookie}\r\n\r\n".encode()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)

    async def ask() -> float:
        begun = time.perf_counter()
        writer.write(head)
        await _answer(reader)
        return time.perf_counter() - begun

    yield ask
    writer.close()


async def body(port: int, path: str, *, cookie: str = "") -> bytes:
    """One answer's body."""
    head = f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nAccept: text/html\r\nCookie: {cookie}\r\n\r\n".encode()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(head)
    found, _ = await _answer(reader)
    writer.close()
    return found


async def first_cookie(port: int, path: str) -> str:
    """The cookie a browser gets with its first page and then sends with every request."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n".encode())
    _, fields = await _answer(reader)
    writer.close()
    return fields["set-cookie"].split(";")[0]


async def _ask(port: int, head: bytes, end: float) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answers = 0
    while time.perf_counter() < end:
        writer.write(head)
        await _answer(reader)
        answers += 1
    writer.close()
    return answers


async def _answer(reader: asyncio.StreamReader) -> tuple[bytes, dict[str, str]]:
    header = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    status = header.split(" ", 2)[1]
    if status != "200":
        raise RuntimeError(f"status {status}: {header.splitlines()[0]}")
    lines = [line.split(": ", 1) for line in header.split("\r\n")[1:] if ": " in line]
    fields = {name.lower(): value for name, value in lines}
    if "content-length" in fields:
        return await reader.readexactly(int(fields["content-length"])), fields
    found = b""
    while size := int(await reader.readline(), 16):
        found += await reader.readexactly(size)
        await reader.readline()
    await reader.readline()
    return found, fields
