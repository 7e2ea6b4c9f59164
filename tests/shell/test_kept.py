"""Macros of the shell keep their text for plain arguments, and only where nothing else can change it."""

import pytest
from jinja2 import Environment
from markupsafe import Markup

from portal.shell.environment import _Kept


@pytest.fixture
def badge():
    environment = Environment(autoescape=True)
    template = environment.from_string(
        "{% macro badge(text, note=None) %}<b>{{ text }}{{ note or '' }}</b>{% endmacro %}"
    )
    return _Kept(template.module.badge)


def test_the_same_arguments_are_made_once(badge):
    first = badge("Entwurf", note="neu")
    assert first == "<b>Entwurfneu</b>"
    assert badge("Entwurf", note="neu") is first
    assert badge("Entwurf", note="alt") == "<b>Entwurfalt</b>"


@pytest.mark.parametrize(("one", "other"), [(1, True), ("<i>", Markup("<i>")), (0, False)])
def test_what_is_equal_and_of_another_kind_is_another(badge, one, other):
    assert one == other
    assert badge(one) != badge(other)
    assert badge(one) == badge.macro(one)
    assert badge(other) == badge.macro(other)


def test_what_can_change_is_made_each_time(badge):
    rows = ["a"]
    assert badge(rows) == "<b>[&#39;a&#39;]</b>"
    rows.append("b")
    assert badge(rows) == "<b>[&#39;a&#39;, &#39;b&#39;]</b>"
    assert not badge.texts


def test_it_does_not_grow_without_end(badge):
    for number in range(badge.LIMIT + 10):
        assert badge(number) == f"<b>{number or 0}</b>"
    assert len(badge.texts) <= badge.LIMIT
