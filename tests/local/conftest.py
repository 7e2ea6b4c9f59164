"""Folders for services of a test's own: those that are restarted, killed or filled belong to nobody else."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from portal.local.state import State


@pytest.fixture
def folder() -> Iterator[Path]:
    """Not pytest's own: as root, PostgreSQL runs as a user who could not look into it."""
    with TemporaryDirectory(prefix="hilfenetz-local-", ignore_cleanup_errors=True) as name:
        yield Path(name)


@pytest.fixture
def state(folder: Path) -> State:
    return State(folder / "state")
