"""Forms keep what was typed, say in one sentence what is wrong, and never fail otherwise."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kit.errors import Invalid
from portal.shell.forms import Checkbox, Choice, Date, Form, Integer, LongText, Select, Text
from portal.shell.i18n import Sentence

COLOURS = [("r", "Rot"), ("g", "Grün")]


class Everything(Form):
    name = Text("Name", required="Bitte nennen Sie den Namen.", limit=10)
    story = LongText("Geschichte", limit=50)
    colour = Choice("Farbe", options=COLOURS)
    place = Select("Ort", options=COLOURS)
    day = Date("Tag", earliest=date(2026, 1, 1), latest=date(2026, 12, 31))
    number = Integer("Zahl", least=1, most=9)
    tick = Checkbox("Einverstanden")


def filled(**changed):
    return Everything.read({"name": "Ada", **changed})


def test_a_filled_form_gives_typed_values():
    form = filled(story="a\r\nb", colour="r", place="g", day="2026-12-04", number="7", tick="ja")
    assert form.ok
    assert (form.name, form.story, form.colour, form.day, form.number, form.tick) == (
        "Ada", "a\nb", "r", date(2026, 12, 4), 7, True,
    )  # fmt: skip
    assert form.value["place"] == "g"


def test_nothing_typed_is_nothing():
    form = filled()
    assert form.ok
    assert form.value == {
        "name": "Ada", "story": "", "colour": "", "place": "", "day": None, "number": None, "tick": False,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("name", "", "Bitte nennen Sie den Namen."),
        ("name", "   ", "Bitte nennen Sie den Namen."),
        ("name", "x" * 11, "Bitte schreiben Sie höchstens 10 Zeichen; es sind 11."),
        ("colour", "blau", "Bitte wählen Sie einen der angebotenen Werte."),
        ("day", "morgen", "Bitte geben Sie den Tag so an: 4.12.2026."),
        ("day", "30.2.2026", "Diesen Tag gibt es nicht im Kalender."),
        ("day", "2025-12-31", "Der früheste mögliche Tag ist Do, 1. Januar 2026."),
        ("day", "1.1.2027", "Der späteste mögliche Tag ist Do, 31. Dezember 2026."),
        ("number", "sieben", "Bitte geben Sie eine ganze Zahl ein."),
        ("number", "7,5", "Bitte geben Sie eine ganze Zahl ein."),
        ("number", "0", "Die Zahl muss mindestens 1 sein."),
        ("number", "10", "Die Zahl darf höchstens 9 sein."),
    ],
)
def test_what_does_not_fit_is_said_and_kept(field, typed, sentence):
    form = filled(**{field: typed})
    assert form.errors == {field: sentence}
    assert form[field].raw == typed.strip()
    assert form[field].error == sentence


def test_a_german_date_is_understood():
    assert filled(day="4.12.2026").day == date(2026, 12, 4)


def test_problems_come_in_the_order_of_the_form_with_the_whole_first():
    form = Everything.read({"number": "x", "colour": "x"})
    form.fail(None, "Das passt nicht zusammen.")
    assert [(target, sentence) for target, _, sentence in form.problems()] == [
        (None, "Das passt nicht zusammen."),
        ("name", "Bitte nennen Sie den Namen."),
        ("colour", "Bitte wählen Sie einen der angebotenen Werte."),
        ("number", "Bitte geben Sie eine ganze Zahl ein."),
    ]


def test_an_action_can_refuse_a_field_or_the_whole():
    form = filled()
    form.refuse(Invalid("Den Namen gibt es schon.", field="name"))
    form.refuse(Invalid("Zu spät.", field="elsewhere"))
    assert form.errors == {"name": "Den Namen gibt es schon.", "": "Zu spät."}


def test_rules_over_several_fields_run_when_each_is_right():
    class Span(Form):
        first = Integer("Von", required=True)
        last = Integer("Bis", required=True)

        def check(self):
            if self.first > self.last:
                self.fail("last", "Das Ende liegt vor %(n)s.", n=self.first)

    assert Span.read({"first": "2", "last": "1"}).errors == {"last": "Das Ende liegt vor 2."}
    assert Span.read({"first": "x", "last": "1"}).errors == {"first": "Bitte geben Sie eine ganze Zahl ein."}


def test_choices_can_come_at_run_time():
    class Candidate(Form):
        who = Choice("Wer?", required=True)

    options = {"who": (("1", "Ada"),)}
    assert Candidate.read({"who": "1"}, options=options).who == "1"
    assert not Candidate.read({"who": "2"}, options=options).ok
    assert Candidate.blank(options=options)["who"].options == options["who"]


def test_two_forms_on_a_page_have_different_ids():
    class Other(Form):
        id = "andere"
        name = Text("Name", help="Wie Sie heißen.")

    bound = Other.read({"name": "x" * 201})["name"]
    assert (bound.id, bound.described_by) == ("andere-name", "andere-name-hilfe andere-name-fehler")


def test_a_blank_form_shows_initial_values():
    form = Everything.blank(day=date(2026, 12, 4), tick=True, number=3)
    assert {name: form[name].raw for name in ("day", "tick", "number", "name")} == {
        "day": "2026-12-04", "tick": "ja", "number": "3", "name": "",
    }  # fmt: skip
    with pytest.raises(TypeError):
        Everything.blank(unknown=1)


def test_a_field_cannot_take_the_name_of_something_a_form_has():
    with pytest.raises(TypeError, match="errors"):
        type("Broken", (Form,), {"errors": Text("Fehler")})


def test_errors_can_be_said_in_another_language():
    error = filled(name="x" * 11).errors["name"]
    assert isinstance(error, Sentence)
    assert error.given == {"limit": 10, "length": 11}


RAW = st.one_of(st.text(max_size=80), st.lists(st.text(max_size=5), max_size=3), st.none(), st.binary(max_size=5))


@given(st.dictionaries(st.sampled_from([*Everything.fields, "_csrf_token", "junk"]), RAW))
def test_whatever_is_sent_is_read_without_failing(sent):
    form = Everything.read(sent)
    assert set(form.raw) == set(form.fields)
    for bound in form:
        assert "\x00" not in bound.raw
        bound.raw.encode("utf-8")
        assert (bound.name in form.errors) != (bound.name in form.value)


@given(st.dictionaries(st.sampled_from([*Everything.fields]), RAW))
def test_sending_the_kept_input_again_says_the_same(sent):
    once = Everything.read(sent)
    again = Everything.read(once.raw)
    assert (again.errors, again.raw, again.value) == (once.errors, once.raw, once.value)
