"""A process that reads one file and ends: ``python -m portal.files.reader <file> <media type> <folder>``.

Whatever the file does to its reader, it does it here: with little memory, little time, no secrets in the environment
and nothing but its own folder to write to. What was found lies in the folder as ``found.json`` and ``words.txt``;
written after each step, so that text is kept when drawing fails.
"""

import json
import resource
import signal
import sys
from pathlib import Path
from typing import Any

MEMORY = 1536 * 1024 * 1024
CPU_SECONDS, SECONDS = 25, 35
_LARGEST_RESULT = 32 * 1024 * 1024


def limit() -> None:
    """Bind this process; it cannot undo that."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, _LARGEST_RESULT),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    signal.alarm(SECONDS)


def read(path: Path, media_type: str, folder: Path) -> None:
    """Extract the text, then draw; note what was found after each."""
    from portal.files import drawing, extraction, gathering  # noqa: PLC0415 - after the limits

    found: dict[str, Any] = {"reading": "empty", "pages": None, "width": None, "height": None, "previews": []}
    try:
        words = extraction.extract(path, media_type)
        (folder / "words.txt").write_text(words, encoding="utf-8", errors="replace")
        found["reading"] = "read" if words else "empty"
        _note(folder, found)
        if media_type == "application/pdf":
            found["pages"] = extraction.count_pages(path)
            found["previews"] = drawing.draw_pages(path, folder, pages=found["pages"])
        elif media_type.startswith("image/"):
            found["width"], found["height"], found["previews"] = drawing.draw_sizes(path, folder)
    except gathering.Locked:
        found["reading"] = "locked"
    except (gathering.TooBig, MemoryError, RecursionError):
        found["reading"] = "too_big"
    except Exception:  # noqa: BLE001 - whatever it was, the file is what is wrong
        found["reading"] = found["reading"] if found["reading"] == "read" else "broken"
    _note(folder, found)


def _note(folder: Path, found: dict[str, Any]) -> None:
    (folder / "found.json").write_text(json.dumps(found))


if __name__ == "__main__":
    limit()
    read(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
