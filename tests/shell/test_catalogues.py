"""Every text that people read is in the English catalogue; nothing there is left over."""

from babel.messages.catalog import Catalog

from portal.shell import extraction
from portal.shell.dates import filters
from portal.shell.i18n import Sentence, language, read_catalogue
from tests.shell.gallery import DUE, NOW

MEND = "run `python -m portal.shell.extraction` and translate what it lists"


def test_the_catalogue_is_complete():
    wanted = extraction.texts()
    assert len(wanted) > 80
    assert extraction.missing(read_catalogue("en"), wanted) == [], MEND


def test_nothing_in_the_catalogue_is_left_over():
    assert extraction.left_over(read_catalogue("en"), extraction.texts()) == [], MEND


def test_values_in_texts_are_the_same_in_every_language():
    for message in read_catalogue("en"):
        if message.id and message.string:
            assert not list(message.check(Catalog(locale="en"))), message.id


def test_python_texts_are_found():
    source = """
form = Text("Name", help="Wie Sie heißen.", required="Bitte den Namen.")
kind = Choice("Art", options=[("a", "Erste"), (b, "Zweite")])
raise Conflict("Zu spät.")
form.fail("name", "Vergeben.")
reply.changed(request, to="/x", flash="Gespeichert.")
OTHER = mark("Markiert"); said = Sentence("%(n)s offen", n=1); text = other("nicht")
class Refused(Exception):
    default = "Nein."
"""
    assert set(extraction.of_python(source)) == {
        "Name", "Wie Sie heißen.", "Bitte den Namen.", "Art", "Erste", "Zweite", "Zu spät.", "Vergeben.",
        "Gespeichert.", "Markiert", "%(n)s offen", "Nein.",
    }  # fmt: skip


def test_template_texts_are_found(tmp_path):
    (tmp_path / "a.html").write_text(
        '{{ _("Eins") }}{{ _(dynamic) }}{{ _n("%(n)s Tag", "%(n)s Tage", n) }}'
        "{% trans n=2 %}ein{% pluralize %}viele{% endtrans %}"
    )
    found = set(extraction.of_template(tmp_path / "a.html"))
    assert {"Eins", ("%(n)s Tag", "%(n)s Tage"), ("ein", "viele")} <= found


def test_numbers_decide_the_form():
    for code, one, many in (("de", "1 Tag", "2 Tage"), ("en", "1 Tag", "2 Tage")):
        assert language(code).count("%(n)s Tag", "%(n)s Tage", 1) == one
        assert language(code).count("%(n)s Tag", "%(n)s Tage", 2) == many


def test_sentences_keep_their_values_in_every_language():
    sentence = Sentence("Die Zahl muss mindestens %(least)s sein.", least=3)
    assert sentence == "Die Zahl muss mindestens 3 sein."
    assert language("en").say(sentence) == "The number must be at least 3."
    assert language("de").say("100 % sicher") == "100 % sicher"
    assert language("de").say("") == ""


def test_days_and_ends_in_sentences_are_said_in_every_language_too():
    day, end = Sentence("Der früheste mögliche Tag ist %(day)s.", day=NOW.date()), Sentence("bis %(end)s", end=DUE)
    assert day == "Der früheste mögliche Tag ist Mo, 23. November 2026."
    assert language("en").say(day) == "The earliest possible day is Mon, 23 November 2026."
    assert end == "bis Fr, 4. Dezember 2026, 24\N{NO-BREAK SPACE}Uhr"
    assert language("en").say(end).endswith("Fri, 4 December 2026, 24:00")


def test_times_show_the_exact_instant_too():
    german, english = filters("de"), filters("en")
    assert german["deadline"](DUE) == (
        '<time datetime="2026-12-04T23:00:00+00:00" title="Sa, 5. Dezember 2026, 00:00:00">'
        "Fr, 4. Dezember 2026, 24\N{NO-BREAK SPACE}Uhr</time>"
    )
    assert "noch 11 Tage" in german["remaining"](DUE, NOW)
    assert "11 days left" in english["remaining"](DUE, NOW)
    assert "Fri, 4 December 2026, 24:00" in english["deadline"](DUE)
    assert english["plain_relative"](DUE, NOW) == "in 12 days"
    assert "04.12.2026</time>" in german["short_deadline"](DUE)
    assert ">4 Dec 2026</time>" in english["short_deadline"](DUE)
