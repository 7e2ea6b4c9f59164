"""Where the bytes are: a folder or an S3 bucket, by STORAGE_URL. Nothing here knows rights.

What is written is there as a whole or not at all. Streams are never held in memory: at most two pieces of five
megabytes are on their way at once.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from functools import cache
from pathlib import Path
from secrets import token_hex
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

import obstore
import structlog
from obstore.exceptions import BaseError
from obstore.store import LocalStore, S3Store

from portal.files.rules import Range
from portal.kit.errors import Unavailable
from portal.settings import Settings, settings

T = TypeVar("T")

_PIECE = 5 * 1024 * 1024  # S3 takes no smaller ones
_AT_ONCE = 2
_CHUNK = 256 * 1024
_RETRY: Any = {"max_retries": 3, "retry_timeout": timedelta(seconds=10)}
_TIMES: Any = {"connect_timeout": "3s", "timeout": "60s"}

log = structlog.get_logger("files")


class Missing(Exception):
    """Nothing is kept under that key."""


class Storage:
    """One store. Every method raises ``Unavailable`` when it does not answer."""

    def __init__(self, store: Any) -> None:
        self._store = store

    async def write(self, key: str, content: AsyncIterator[bytes]) -> None:
        """Keep a stream. What the stream itself raises is passed on, and nothing is kept."""
        trouble: list[BaseException] = []

        async def watched() -> AsyncIterator[bytes]:
            try:
                async for piece in content:
                    yield piece
            except BaseException as error:
                trouble.append(error)
                raise

        try:
            await obstore.put_async(
                self._store, key, watched(), use_multipart=True, chunk_size=_PIECE, max_concurrency=_AT_ONCE
            )
        except Exception as error:  # noqa: BLE001 - each kind of store has its own
            if trouble:
                raise trouble[0] from None
            raise _away(error) from None

    async def write_bytes(self, key: str, content: bytes) -> None:
        """Keep a little."""
        await _answered(lambda: obstore.put_async(self._store, key, content, use_multipart=False))

    async def read(self, key: str, part: Range | None = None) -> AsyncIterator[bytes]:
        """The content as a stream; asked for now, so that what is missing is known before the first byte.

        Raises:
            Missing: nothing is there.
        """
        options: Any = {"range": (part.start, part.end)} if part is not None else None
        found = await _answered(lambda: obstore.get_async(self._store, key, options=options))
        return _pieces(found)

    async def read_bytes(self, key: str, part: Range) -> bytes:
        """A small part at once.

        Raises:
            Missing: nothing is there.
        """
        if part.end <= part.start:
            return b""
        return bytes(await _answered(lambda: obstore.get_range_async(self._store, key, start=part.start, end=part.end)))

    async def copy(self, source: str, target: str) -> None:
        """Keep the same once more.

        Raises:
            Missing: the source is not there.
        """
        await _answered(lambda: obstore.copy_async(self._store, source, target))

    async def delete(self, folder: str) -> None:
        """Forget everything in a folder; what is not there is forgotten already."""
        for key in await self.keys(folder):
            await self.discard(key)

    async def discard(self, key: str) -> None:
        """Forget one thing; a second time changes nothing."""
        with suppress(Missing):
            await _answered(lambda: obstore.delete_async(self._store, key))

    async def try_out(self) -> None:
        """Keep something, read it and forget it again."""
        key = f"probe/{token_hex(8)}"
        await self.write_bytes(key, b"hilfenetz")
        await self.read_bytes(key, Range(0, 9))
        await self.discard(key)

    async def keys(self, folder: str) -> list[str]:
        """What lies in a folder."""
        found: list[str] = []
        try:
            async for batch in obstore.list(self._store, prefix=f"{folder}/"):
                found += [entry["path"] for entry in batch]
        except Exception as error:  # noqa: BLE001 - each kind of store has its own
            raise _away(error) from None
        return found


def storage() -> Storage:
    """The store of this installation."""
    return store_of(settings())


def store_of(found: Settings) -> Storage:
    """The store these settings name; opened once a process."""
    found.require("storage_url")
    return _opened(
        found.storage_url,
        found.storage_endpoint,
        found.storage_region,
        found.storage_access_key,
        found.storage_secret_key,
    )


@cache
def _opened(url: str, endpoint: str, region: str, access_key: str, secret_key: str) -> Storage:
    parts = urlsplit(url)
    if parts.scheme == "file":
        folder = Path(unquote(parts.path))
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return Storage(LocalStore(folder, automatic_cleanup=True))
    given = {"endpoint": endpoint, "region": region, "access_key_id": access_key, "secret_access_key": secret_key}
    config: Any = {name: value for name, value in given.items() if value}
    return Storage(
        S3Store(
            parts.netloc,
            prefix=parts.path.strip("/") or None,
            client_options=_TIMES | {"allow_http": endpoint.startswith("http://")},
            retry_config=_RETRY,
            **config,
        )
    )


async def _answered(ask: Callable[[], Awaitable[T]]) -> T:
    try:
        return await ask()
    except FileNotFoundError:
        raise Missing from None
    except (BaseError, OSError, ValueError) as error:
        raise _away(error) from None


async def _pieces(found: Any) -> AsyncIterator[bytes]:
    async for piece in found.stream(min_chunk_size=_CHUNK):
        yield bytes(piece)


def _away(error: BaseException) -> Unavailable:
    """The store's own words may hold keys; only their kind is written down."""
    log.error("storage_away", error=type(error).__name__)
    return Unavailable(
        "Die Ablage für Dateien antwortet gerade nicht. Bitte versuchen Sie es in einigen Minuten noch einmal."
    )
