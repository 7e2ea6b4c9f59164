"""What README says about the house is what the house is."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")


def test_it_names_every_package():
    packages = {path.parent.name for path in (ROOT / "portal").glob("*/__init__.py")}
    (table,) = re.findall(r"\| where \| what \|\n(.*?)\n\n", README, re.DOTALL)
    named = set(re.findall(r"`(?:portal/)?(\w+)`", table))
    assert packages - named == set()


def test_its_way_of_imports_is_the_one_that_is_held():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    layers = project["tool"]["importlinter"]["contracts"][0]["layers"]
    held = [sorted(re.findall(r"\((?:portal\.)?(\w+)\)", layer)) for layer in layers]
    (said,) = re.findall(r"`(workers → .*? → tenants)`", README, re.DOTALL)
    written = [sorted(re.split(r",\s+", step.removeprefix("portal."))) for step in re.split(r"\s+→\s+", said)]
    assert written == held
