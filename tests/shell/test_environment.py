"""The short ways of our templates say what Jinja says: fragments in place of their include, attributes before items."""

import pytest
from jinja2 import DictLoader, StrictUndefined, UndefinedError

from portal.shell.environment import HouseEnvironment
from portal.shell.i18n import language


def rendered(templates: dict[str, str], **values: object) -> str:
    environment = HouseEnvironment(loader=DictLoader(templates), autoescape=True, undefined=StrictUndefined)
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


def test_an_attribute_comes_before_an_item_and_nothing_is_missed():
    class Both(dict[str, object]):
        name = "attribute"

    both = Both(name="item", other="item")
    assert rendered({"page": "{{ both.name }} {{ both.other }} {{ both.other.upper() }}"}, both=both) == (
        "attribute item ITEM"
    )
    nested = {"a": {"b": [{"c": 1}, {"c": 2}]}}
    assert rendered({"page": "{% for row in n.a.b if row.c > 1 %}{{ row.c }}{% endfor %}"}, n=nested) == "2"
    with pytest.raises(UndefinedError):
        rendered({"page": "{{ both.absent }}"}, both=both)
