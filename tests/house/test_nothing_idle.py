"""What nobody uses is taken out: templates, macros, styles, permissions, settings, files beside the import ways."""

import re
from pathlib import Path

import pytest

from portal.identity.permissions import Permission
from portal.network.rules import ProcedureKind
from portal.notices.rules import DeliveryState, MailProblem, NoticeKind
from portal.settings import Settings
from portal.shell.errors import _PAGES
from portal.votes.rules import VoteState

ROOT = Path(__file__).resolve().parents[2]
PORTAL = ROOT / "portal"
PRODUCT = [path for package in ("portal", "tenants", "workers") for path in sorted((ROOT / package).rglob("*.py"))]
TEMPLATES = {
    str(path.relative_to(folder)): path.read_text(encoding="utf-8")
    for folder in sorted(PORTAL.glob("*/templates"))
    for path in sorted(folder.rglob("*.*"))
}
CODE = {path: path.read_text(encoding="utf-8") for path in PRODUCT}
WORDS = "\n".join([*CODE.values(), *TEMPLATES.values()])
# One file for each value, included by its name.
BY_VALUE = {
    "network/kind": set(ProcedureKind),
    "notices/kind": {f"{kind}{part}" for kind in NoticeKind for part in ("", "_title")},
    "notices/problem": set(MailProblem),
    "notices/state": set(DeliveryState),
    "shell/errors": {str(status) for status in _PAGES},
    "votes/state": {*VoteState, "decided", "no_result", "rejected"} - {VoteState.CLOSED},
}
# The shell's offer to the features to come; tests/shell shows and tries them.
OFFERED = {"dialog", "dialog_link", "progress"}


@pytest.mark.parametrize("folder", BY_VALUE)
def test_a_folder_has_a_template_for_each_value_and_no_other(folder: str):
    there = {Path(name).stem for name in TEMPLATES if str(Path(name).parent) == folder}
    assert there == {str(value) for value in BY_VALUE[folder]}


def test_every_other_template_is_named_where_it_is_shown():
    for name in TEMPLATES:
        if str(Path(name).parent) in BY_VALUE or name.startswith("ui/"):
            continue
        assert f'"{name}"' in WORDS, f"{name}: nobody shows it"


def test_every_macro_is_used():
    pages = "\n".join(TEMPLATES.values())
    macros = {name for text in TEMPLATES.values() for name in re.findall(r"{%-? macro (\w+)\(", text)}
    assert len(macros) > 15
    idle = {name for name in macros if len(re.findall(rf"\b{name}\(", pages)) < 2}
    assert idle == OFFERED


def test_every_class_we_style_is_worn():
    style = re.sub(r"/\*.*?\*/", "", (PORTAL / "shell/static/app.css").read_text(encoding="utf-8"), flags=re.DOTALL)
    worn = WORDS + (PORTAL / "shell/static/app.js").read_text(encoding="utf-8")
    for name in sorted(set(re.findall(r"\.([a-z][\w-]*)", style))):
        stem = name.rpartition("--")[0] + "--" if "--" in name else name  # "tally__cell--{{ kind }}"
        assert name in worn or stem in worn or name.startswith(("kern-", "htmx-")), f".{name} is worn by nothing"


def test_every_permission_guards_an_address():
    for permission in Permission:
        used = sum(f"Permission.{permission.name}" in text for path, text in CODE.items() if path.stem != "permissions")
        assert used, f"{permission}: no address asks for it"


def test_every_setting_is_read():
    described = (PORTAL / "settings.py").read_text(encoding="utf-8")
    others = "\n".join(text for path, text in CODE.items() if path.name != "settings.py")
    for name in Settings.model_fields:
        assert re.search(rf"\.{name}\b|\"{name}\"", others) or f"self.{name}" in described, f"{name} changes nothing"


def test_a_file_that_was_split_off_stands_in_the_import_ways():
    ways = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for path in sorted(PORTAL.glob("*/*.py")):
        if re.match(r"(abilities|actions|forms|pages|queries|tables)_", path.stem):
            assert f"({path.stem})" in ways, f"{path.relative_to(ROOT)}: give it its place in [tool.importlinter]"
