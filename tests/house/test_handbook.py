"""The handbook speaks the words of the interface, and its pages lead to each other."""

import re
from pathlib import Path

import pytest

from portal.shell.extraction import texts

HANDBOOK = Path(__file__).resolve().parents[2] / "docs" / "handbuch"
PAGES = sorted(HANDBOOK.glob("*.md"))
QUOTED = re.compile(r"\*\*„([^“]+)“\*\*")
EXPLAINED = {"Anführungszeichen"}  # says what the quotes mean


@pytest.fixture(scope="module")
def labels() -> set[str]:
    return {text if isinstance(text, str) else text[0] for text in texts()}


def test_there_are_words_to_compare():
    assert sum(len(QUOTED.findall(path.read_text(encoding="utf-8"))) for path in PAGES) > 30


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_words_in_quotes_stand_in_the_interface(path, labels):
    unknown = set(QUOTED.findall(path.read_text(encoding="utf-8"))) - labels - EXPLAINED
    assert not unknown, f"{path.name} quotes what no page says: {sorted(unknown)}"


def test_every_page_is_listed_and_every_link_leads_somewhere():
    contents = (HANDBOOK / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"\]\(([\w-]+\.md)\)", contents)) == {path.name for path in PAGES} - {"README.md"}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_page_is_short(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 60
    assert max(map(len, lines)) <= 130
