"""How processes share a run."""

from pathlib import Path

import pytest

from tests.shares import LONGEST

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("part", LONGEST)
def test_what_begins_first_is_there(part: str):
    assert (ROOT / part).exists()
