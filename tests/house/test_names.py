"""Names say what a thing is; folders that could hold anything hold everything sooner or later."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("portal", "tenants", "workers", "migrations")
FORBIDDEN = {"utils", "util", "helpers", "helper", "core", "common", "misc", "service", "services", "manager", "data"}
FEATURE_FILES = {
    "__init__", "abilities", "actions", "events", "forms", "pages", "queries", "rules", "tables",
}  # fmt: skip
FEATURES = ("audit", "home", "notices", "votes")


def modules() -> list[Path]:
    return [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


def test_no_file_or_folder_has_a_name_that_says_nothing():
    for path in modules():
        parts = {part.removesuffix(".py") for part in path.relative_to(ROOT).parts}
        assert not parts & FORBIDDEN, f"{path.relative_to(ROOT)}: name it after what it knows"


@pytest.mark.parametrize("feature", FEATURES)
def test_features_are_made_of_the_same_files(feature):
    files = {path.stem for path in (ROOT / "portal" / feature).glob("*.py")}
    rest = {name for name in files if name.split("_")[0] not in FEATURE_FILES and name != "__init__"}
    assert len(rest) <= 3, f"{feature} has grown files no other feature has: {sorted(rest)}"
    assert {"__init__", "pages", "queries"} <= files


def test_packages_begin_with_what_they_are_for_and_hold_no_code():
    for path in modules():
        if path.name != "__init__.py":
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert ast.get_docstring(tree), f"{path.relative_to(ROOT)}: purpose, words, states"


def test_modules_and_classes_explain_themselves():
    for path in modules():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert ast.get_docstring(tree), f"{path.relative_to(ROOT)} has no docstring"


def test_times_end_in_at_and_dates_in_on():
    for path in [*sorted(ROOT.glob("portal/*/tables.py")), ROOT / "tenants" / "tables.py"]:
        for name, kind in re.findall(
            r"^    (\w+) = (Timestamptz|Date)\(", path.read_text(encoding="utf-8"), re.MULTILINE
        ):
            ending = "at" if kind == "Timestamptz" else "on"
            assert name == ending or name.endswith((f"_{ending}", "_until", "_from")), f"{path}: {name}"


def test_actions_and_queries_begin_with_verbs_and_take_keywords():
    for path in sorted(ROOT.glob("portal/*/actions.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.AsyncFunctionDef) and not node.name.startswith("_"):
                assert not node.args.args, f"{path.parent.name}.actions.{node.name}: arguments are keyword-only"
