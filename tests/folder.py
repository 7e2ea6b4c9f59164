"""Where the services of a run keep their files: in memory if there is plenty, since a run copies a database a test."""

import shutil
import tempfile
from pathlib import Path

_MEMORY = Path("/dev/shm")
_PLENTY = 4_000_000_000


def fleeting_folder(prefix: str) -> tempfile.TemporaryDirectory[str]:
    """A folder for a ``with``; what it holds goes with it.

    Not pytest's own folder: PostgreSQL runs as a user who could not look into it.
    """
    is_roomy = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _PLENTY
    return tempfile.TemporaryDirectory(prefix=prefix, dir=_MEMORY if is_roomy else None, ignore_cleanup_errors=True)
