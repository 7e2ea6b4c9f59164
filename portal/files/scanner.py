"""The virus scanner: ClamAV's own protocol over TCP. The file goes through in pieces; nothing of it is kept here."""

import asyncio
import re
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

_GREETING = 5.0
_PATIENCE = 45.0
_LONGEST_ANSWER = 4096
_NAME = re.compile(r"[^A-Za-z0-9._ -]")


class ScannerAway(Exception):
    """The scanner did not answer, or not as one."""


async def find_malware(url: str, content: AsyncIterator[bytes]) -> str:
    """The name of what was found; empty when nothing was.

    Raises:
        ScannerAway: it cannot be said; never taken for clean.
    """
    answer = await _ask(url, b"zINSTREAM\0", content)
    if answer == "stream: OK":
        return ""
    if answer.endswith(" FOUND"):
        return _NAME.sub("_", answer.removeprefix("stream: ").removesuffix(" FOUND"))[:200] or "unbekannt"
    raise ScannerAway(answer[:100])


async def is_there(url: str) -> bool:
    """Whether a scanner answers at that address."""
    try:
        return await _ask(url, b"zPING\0", None) == "PONG"
    except ScannerAway:
        return False


async def _ask(url: str, command: bytes, content: AsyncIterator[bytes] | None) -> str:
    parts = urlsplit(url)
    try:
        async with asyncio.timeout(_GREETING):
            reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    except (OSError, TimeoutError) as error:
        raise ScannerAway(type(error).__name__) from None
    try:
        async with asyncio.timeout(_PATIENCE):
            writer.write(command)
            if content is not None:
                await _stream(writer, content)
            return (await reader.readuntil(b"\0")).rstrip(b"\0").decode("ascii", "replace")[:_LONGEST_ANSWER]
    except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
        raise ScannerAway(type(error).__name__) from None
    finally:
        writer.close()


async def _stream(writer: asyncio.StreamWriter, content: AsyncIterator[bytes]) -> None:
    """Each piece behind its length; nothing ends it."""
    async for piece in content:
        writer.write(len(piece).to_bytes(4, "big") + piece)
        await writer.drain()
    writer.write(b"\0\0\0\0")
    await writer.drain()
