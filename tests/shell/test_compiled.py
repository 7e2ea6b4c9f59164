"""Compiled templates are kept as long as they say the same, and compiled anew when anything in them changed."""

import sys

import pytest
from jinja2 import FileSystemLoader, StrictUndefined

from portal.shell.compiled import Compiled
from portal.shell.environment import HouseEnvironment
from portal.shell.i18n import language


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    (folder := tmp_path / "templates").mkdir()
    (folder / "page.html").write_text("{{ _('Abmelden') }} {% include 'part.html' %}")
    (folder / "part.html").write_text("one")
    return folder


def said(folder, code="de", like="1"):
    """The page, and whether it had to be compiled."""
    compiled = Compiled(code, [folder], [like], kept=folder.parent / "kept")
    environment = HouseEnvironment(
        loader=FileSystemLoader([folder]), undefined=StrictUndefined, bytecode_cache=compiled
    )
    environment.constant = {"_": language(code).say}
    text = environment.get_template("page.html").render()
    is_new = compiled.is_new
    compiled.save()
    return text, is_new


def test_what_was_compiled_once_is_kept(folder):
    assert [said(folder), said(folder)] == [("Abmelden one", True), ("Abmelden one", False)]


def test_a_fragment_that_changed_is_said_anew_by_the_page_that_holds_it(folder):
    said(folder)
    (folder / "part.html").write_text("two")
    assert said(folder) == ("Abmelden two", True)


def test_what_else_goes_into_them_and_each_language_for_itself(folder):
    said(folder)
    assert said(folder, like="2")[1]
    assert said(folder, "en") == ("Sign out one", True)
    assert said(folder, "en") == ("Sign out one", False)


def test_a_file_that_is_broken_is_no_trouble(folder):
    said(folder)
    (kept,) = (folder.parent / "kept").iterdir()
    kept.write_bytes(kept.read_bytes()[:40])
    assert said(folder) == ("Abmelden one", True)


def test_who_keeps_no_modules_keeps_no_templates(folder, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    said(folder)
    assert not (folder.parent / "kept").exists()
