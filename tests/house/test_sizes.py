"""Files stay small enough to be read in one go (style: size and order)."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("portal", "tenants", "workers", "migrations", "tests")
PYTHON = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
TEMPLATES = [path for path in sorted((ROOT / "portal").rglob("*.html")) if "templates" in path.parts]


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_there_is_something_to_measure():
    assert len(PYTHON) > 50
    assert len(TEMPLATES) > 20


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: str(path.relative_to(ROOT)))
def test_python_files_have_at_most_400_lines(path):
    assert lines(path) <= 400, "split it along a border of the domain, not into 'helpers'"


def test_most_python_files_have_at_most_150_lines():
    long = [path for path in PYTHON if lines(path) > 150]
    assert len(long) < len(PYTHON) * 0.3, sorted((lines(path), path.name) for path in long)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_templates_have_at_most_80_lines_and_fragments_40(path):
    limit = 40 if path.name.startswith("_") else 80
    assert lines(path) <= limit, "a fragment shows one thing; move a part into a fragment of its own"


def test_handlers_have_at_most_15_lines():
    for path in sorted((ROOT / "portal").rglob("pages*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef):
                first = node.body[0]
                start = node.body[1].lineno if ast.get_docstring(node) and len(node.body) > 1 else first.lineno
                length = (node.end_lineno or 0) - start + 1
                assert length <= 15, (
                    f"{path.name}:{node.name} has {length} lines: what it decides belongs into an action"
                )
