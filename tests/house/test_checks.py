"""Form, lint, types and import ways: the same commands as `make check`, so that one command tells everything."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent

CHECKS = {
    "format": (["ruff", "format", "--check", "--no-cache", "."], "run `make format`"),
    "lint": (["ruff", "check", "--no-cache", "."], "ruff names file, line and rule"),
    "imports": (["lint-imports", "--no-cache"], "upward needs go through events in the outbox, not through imports"),
    "types": (["mypy"], "mypy names file and line"),
}


@pytest.mark.parametrize("name", CHECKS)
def test_the_code_passes_its_own_checks(name):
    (program, *arguments), mend = CHECKS[name]
    result = subprocess.run([BIN / program, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, f"{mend}\n{result.stdout[-6000:]}{result.stderr[-2000:]}"
