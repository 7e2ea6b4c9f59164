"""A fragment stands in the place of its ``include`` and says what it would have said there."""

import pytest
from jinja2 import DictLoader, UndefinedError

from portal.shell.environment import HouseEnvironment
from portal.shell.i18n import language


def rendered(templates: dict[str, str], **values: object) -> str:
    environment = HouseEnvironment(loader=DictLoader(templates), autoescape=True)
    environment.constant = {"_": language("en").say}
    return environment.get_template("page").render(values)


def test_a_fragment_sees_the_names_of_its_place_for_each_row():
    page = {"page": "{% for row in rows %}{% include 'row' %}{% endfor %}", "row": "{{ row }}{{ end }}"}
    assert rendered(page, rows=["<", "b"], end=";") == "&lt;;b;"


def test_what_a_fragment_sets_stays_in_it():
    page = {"page": "{% set a = 1 %}{% include 'part' %}{{ a }}", "part": "{% set a = 2 %}{{ a }}"}
    assert rendered(page) == "21"


def test_fragments_of_fragments_and_constant_texts():
    page = {"page": "{% include 'one' %}", "one": "<{% include 'two' %}>", "two": "{{ _('Abmelden') }}"}
    assert rendered(page) == f"<{language('en').say('Abmelden')}>"


def test_what_is_missing_is_missed_where_it_is_used():
    page = {"page": "{% if ask %}{% include 'part' %}{% endif %}", "part": "{{ absent.name }}"}
    assert rendered(page, ask=False) == ""
    with pytest.raises(UndefinedError):
        rendered(page, ask=True)


def test_chosen_at_run_time_and_with_blocks_it_is_included_as_ever():
    page = {"page": "{% include name %}{% include 'blocks' %}", "part": "a", "blocks": "{% block b %}c{% endblock %}"}
    assert rendered(page, name="part") == "ac"
