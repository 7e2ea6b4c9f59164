"""Has a file read by a process that may die of it, and brings back what it found."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from portal.files.reader import SECONDS
from portal.files.rules import Reading

_PATIENCE = SECONDS + 3
_NAMES = ("klein.webp", "mittel.webp", *(f"seite-{number}.webp" for number in range(1, 6)))
_KILLED = {-9, -14, -24}  # by us, by its own clock, by the kernel's


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found. ``previews``: name and content."""

    reading: Reading
    words: str = ""
    pages: int | None = None
    width: int | None = None
    height: int | None = None
    previews: dict[str, bytes] = field(default_factory=dict)


async def examine(content: AsyncIterator[bytes], media_type: str, folder: Path) -> Findings:
    """Read a file in a process of its own; ``folder`` is empty, and removed by the caller."""
    path, results = folder / "file", folder / "results"
    results.mkdir()
    with path.open("wb") as file:
        async for piece in content:
            file.write(piece)
    return _findings(results, await _run(path, media_type, results))


async def _run(path: Path, media_type: str, results: Path) -> int:
    """The exit code. No setting and no secret is handed on."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-m", "portal.files.reader", str(path), media_type, str(results)),
        cwd=results,
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": str(results), "OMP_NUM_THREADS": "1"},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(_PATIENCE):
            return await process.wait()
    except TimeoutError:
        return -9
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


def _findings(results: Path, code: int) -> Findings:
    """What lies in the folder, looked at as something anybody may have written."""
    try:
        found: dict[str, Any] = json.loads((results / "found.json").read_text())
        words = (results / "words.txt").read_text(encoding="utf-8") if (results / "words.txt").exists() else ""
        reading = Reading(found["reading"])
        names = [name for name in found["previews"] if name in _NAMES]
        previews = {name: (results / name).read_bytes() for name in names}
        whole = {name: int(found[name]) if found[name] else None for name in ("pages", "width", "height")}
    except (OSError, ValueError, KeyError, TypeError):
        return Findings(Reading.TOO_BIG if code in _KILLED else Reading.BROKEN)
    if code and reading is not Reading.READ:
        reading = Reading.TOO_BIG if code in _KILLED else Reading.BROKEN
    return Findings(reading, words.replace("\x00", "")[:400_000], previews=previews, **whole)
