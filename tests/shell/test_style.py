"""The layer over KERN uses what KERN really has: its tokens and its classes."""

import re
from pathlib import Path

import pytest

from portal.settings import Settings
from portal.shell.static import KERN, OWN

PORTAL = OWN.parents[1]
TEMPLATES = [
    path for path in sorted(PORTAL.glob("*/templates/**/*.html")) if path.relative_to(PORTAL).parts[0] != "local"
]
TOKEN = re.compile(r"--kern-[\w-]+")


@pytest.fixture(scope="module")
def kern(settings: Settings) -> str:
    return (Path(settings.frontend_dir) / KERN / "kern.css").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def own() -> str:
    return re.sub(r"/\*.*?\*/", "", (OWN / "app.css").read_text(encoding="utf-8"), flags=re.DOTALL)


def test_every_token_has_a_value(kern, own):
    """Some of KERN's tokens point at others that it does not declare."""
    values = dict(re.findall(r"(--kern-[\w-]+):\s*([^;]+);", kern))

    def has_value(token: str, seen: frozenset[str] = frozenset()) -> bool:
        below = set(TOKEN.findall(values.get(token, ""))) - seen
        return token in values and all(has_value(other, seen | {token}) for other in below)

    assert [token for token in sorted(set(TOKEN.findall(own))) if not has_value(token)] == []


def test_colours_come_from_tokens(own):
    assert re.findall(r"#[0-9a-f]{3,8}\b|\brgba?\(|\bhsla?\(|\boklch\(", own, flags=re.IGNORECASE) == []
    names = re.findall(r"(?:color|background|border[\w-]*):[^;]*(?<![-\w])(white|black|red|green|blue|gr[ae]y)\b", own)
    assert names == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(PORTAL)))
def test_every_class_exists(kern, own, path):
    text = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    styled = set(re.findall(r"\.([a-zA-Z][\w-]*)", kern + own))
    known = styled | {name.split("__")[0] for name in styled}  # a block may leave all styling to its parts
    for value in re.findall(r'class="([^"]*)"', re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "\0", text)):
        for name in value.split():
            assert "\0" in name or name in known, f"{path.name}: no style for the class {name}"


def test_htmx_is_known_in_one_place_only():
    """Handlers say what changed; how it travels is the shell's business."""
    found = [
        path.relative_to(PORTAL)
        for path in PORTAL.rglob("*.py")
        if re.search(r"HX-|hx-partial", path.read_text(encoding="utf-8")) and path.name not in ("reply.py", "errors.py")
    ]
    assert found == []


def test_days_in_a_sentence_are_plain_words():
    """A <time> put into a sentence is shown as its source: say german_day or plain_moment there."""
    marked = re.compile(
        r"\b_n?\((?:[^()]|%\(\w+\)s)*\|(short_day|short_deadline|day|moment|deadline|relative|remaining)\b"
    )
    found = [path.name for path in TEMPLATES if marked.search(path.read_text(encoding="utf-8"))]
    assert found == []
