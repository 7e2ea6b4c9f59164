"""What the comparison with Plone claims of this portal is so: its labels, pages, types, keys and numbers exist."""

import re
from pathlib import Path

import pytest

from portal.shell.extraction import texts
from portal.transfer import plone_items
from portal.transfer.limits import MB, Limits
from tests.transfer.site import site

DOCS = Path(__file__).resolve().parents[2] / "docs"
TEXT = (DOCS / "plone.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## (.+)\n((?:(?!## ).*\n?)*)", TEXT, re.MULTILINE))


def test_labels_in_quotes_stand_in_the_interface():
    said = {text if isinstance(text, str) else text[0] for text in texts()}
    quoted = set(re.findall(r"\*\*„([^“]+)“\*\*", TEXT)) - {"Anführungszeichen"}
    assert len(quoted) > 40
    assert not quoted - said


def test_pages_it_leads_to_exist():
    links = re.findall(r"\]\(([\w/.-]+)\)", TEXT)
    assert len(links) > 10
    assert all((DOCS / link).exists() for link in links)


@pytest.mark.parametrize("rows", [pytest.param(rows, id=title) for title, rows in SECTIONS.items() if "|---|" in rows])
def test_every_row_of_a_table_says_both_sides(rows):
    lines = [line for line in rows.splitlines() if line.startswith("|")]
    widths = {line.count("|") for line in lines}
    assert len(widths) == 1
    assert all(cell.strip() for line in lines for cell in line.split("|")[1:3])


def test_types_and_keys_it_names_are_those_that_are_read():
    import_part = SECTIONS["Aus Plone herüberkommen"]
    named = {name for name in re.findall(r"`([^`]+)`", import_part) if not re.search("[@…]", name)}
    kinds = {kind for kind in plone_items.KINDS if kind not in {"Large Plone Folder", "Topic"}}
    assert kinds <= named
    assert {"published", "visible", "internal", "pending", "private"} <= named & plone_items.STATES.keys()
    keys = {key for entry in site() for key in entry}
    assert named - kinds - plone_items.STATES.keys() - {"collective.exportimport"} <= keys


def test_numbers_are_those_that_hold():
    most = Limits()
    assert f"Über {most.package // MB} MB oder {most.items} Einträge, oder über {most.lines // MB} MB Text" in TEXT
