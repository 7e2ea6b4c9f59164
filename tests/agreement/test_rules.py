"""A rulebook in words, what two of them say differently, which version holds, and what a new one may not change."""

from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from portal.agreement.chapters import chapters_of
from portal.agreement.chapters_votes import needs_of
from portal.agreement.presentation import compared
from portal.agreement.rules import Turn, VersionState, next_review, states_of
from portal.deadlines.agreement import vote_length_of
from portal.deadlines.rules import Length, Unit
from portal.deadlines.workdays import Land
from tenants.rulebook import NETWORKS, Rulebook, RulebookError, load_rulebook, parse_rulebook
from tenants.rulebook_succession import parse_successor
from tests.agreement.office import BIELEFELD, successor

BOOKS = [load_rulebook(path) for path in sorted(NETWORKS.glob("*.toml"))]
DAY = date(2027, 1, 4)


def changed(*changes: tuple[str, str], book: Rulebook = BIELEFELD) -> Rulebook:
    return parse_rulebook(successor(book.source, 2, DAY, *changes), file="neu.toml")


def said(book: Rulebook) -> str:
    """Every word of the chapters."""
    return "\n".join(
        " ".join([clause.title, clause.meaning, clause.section, clause.decision, *values])
        for chapter in chapters_of(book)
        for clause in chapter.clauses
        for values in [[value for point in clause.points for value in point.values]]
    )


def texts_of(value: object) -> set[str]:
    """Every text that a person wrote into a rulebook: no key, no code."""
    if is_dataclass(value):
        named = {"title", "explanation", "section", "decision", "contents", "law", "condition", "agreement", "name"}
        own = {getattr(value, field.name) for field in fields(value) if field.name in named}
        return own | set().union(*(texts_of(getattr(value, field.name)) for field in fields(value)))
    if isinstance(value, dict) or hasattr(value, "values"):
        return set().union(*(texts_of(each) for each in value.values()))
    return set().union(*(texts_of(each) for each in value)) if isinstance(value, tuple) else set()


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.slug)
def test_everything_that_was_written_is_shown(book):
    shown = said(book)
    assert {text for text in texts_of(book) if text and text not in shown} == set()


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.slug)
def test_every_clause_has_a_place_of_its_own_and_a_source(book):
    clauses = [clause for chapter in chapters_of(book) for clause in chapter.clauses]
    anchors = [chapter.anchor for chapter in chapters_of(book)] + [clause.anchor for clause in clauses]
    assert len(set(anchors)) == len(anchors)
    assert all(clause.section or clause.decision for clause in clauses if clause.anchor != "vereinbarung")


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.slug)
def test_no_key_of_the_file_is_left_in_the_words(book):
    words = said(book)
    for key in ("_", "threshold", "retrievable", "members", "objection", "true", "false", "None"):
        assert key not in words, key


def test_the_numbers_are_those_for_the_members_there_are():
    assert needs_of(BIELEFELD, 6)["mehrheiten-exclusion"] == (
        "Nötig: mehr als 75 % von 6 Mitgliedern, das sind mindestens 5."
    )
    assert "Das kann nicht gelingen" in needs_of(BIELEFELD, 4)["mehrheiten-exclusion"]
    assert needs_of(BIELEFELD, 6)["mehrheiten-admission"] == (
        "Abgelehnt wird nur, wenn mindestens 4 von 6 Mitgliedern widersprechen."
    )
    cast = parse_rulebook(BIELEFELD.source.replace('base = "members"', 'base = "cast"'), file="x.toml")
    assert needs_of(cast, 6)["mehrheiten-question_approval"].startswith("Wenn alle mit Ja oder Nein stimmen: ")
    assert "mehrheiten-exclusion" not in needs_of(BIELEFELD, 1)


def test_a_rulebook_does_not_differ_from_itself_with_another_number_and_day():
    assert compared(BIELEFELD, changed()) == ()


@pytest.mark.parametrize(
    ("old", "new", "label"),
    [
        ('threshold = "75 %"', 'threshold = "2/3"', "Mehrheit"),
        ("strict = true", "strict = false", "Mehrheit"),
        ('base = "members"', 'base = "cast"', "Grundlage der Rechnung"),
        ("period_days = 14", "period_days = 21", "Zeit für die Stimme"),
        ("period_days = 14", "period_weeks = 3", "Zeit für die Stimme"),
        ("period_days = 14", "period_months = 1", "Zeit für die Stimme"),
        ('period_starts = "receipt"', 'period_starts = "opening"', "Zeit für die Stimme"),
        ("affected_member_votes = true", "affected_member_votes = false", "Betroffenes Mitglied"),
        ('ballot_of_departed = "stays"', 'ballot_of_departed = "falls"', "Wer ausscheidet"),
        ('early_end = "never"', 'early_end = "when_decided"', "Ende"),
        ('ballots_visible_to = "members"', 'ballots_visible_to = "office"', "Stimmen sehen"),
        (
            "for_questions = true\ndecision",
            "for_questions = true\nsection = 'x'\ndecision",
            "Steht in der Vereinbarung",
        ),
        ('rule = "retrievable"', 'rule = "opened"', "Regel"),
        ("until_hour = 16", "until_hour = 18", "Regel"),
        ("every_years = 4", "every_years = 2", "Spätestens nach"),
        ('begins = "signed_copy_received"', 'begins = "acceptance"', "Beginn der Mitgliedschaft"),
        (
            'exclusion_takes_effect = "receipt_by_member"',
            'exclusion_takes_effect = "closing"',
            "Wirkung eines Ausschlusses",
        ),
        ('directory_sent_on = ["admission", ', "directory_sent_on = [", "Neues Verzeichnis für alle nach"),
        ("rules_of_procedure = true", "rules_of_procedure = false", "Geschäftsordnung"),
        ("named = true", "named = false", "Benennung"),
        ('roles = ["representative", "deputy"]', 'roles = ["representative"]', "Wer dazugehört"),
        ("every_months = 3", "every_months = 4", "Sitzungen"),
        ("days = 28", "months = 1", "Länge"),
        ('ladder = "step"', 'ladder = "vote"', "Erinnert wird nach"),
        ("days = -180", "days = -90", "Stufen"),
        ('law = "§§ 67 ff. SGB XII"', 'law = "§ 67 SGB XII"', "Recht"),
        ('recipients = ["applicant"]', 'recipients = ["members"]', "An"),
        ('senders = ["office"]', 'senders = ["city"]', "Von"),
        ('version = "2026-1"', 'version = "2027-1"', "Fassung des Formulars"),
        ("Die Erklärung ist freiwillig.", "Die Erklärung ist ganz und gar freiwillig.", "Wortlaut"),
        ('    "evaluation",\n', "", "Was hier geregelt ist"),
        ("Wer schweigt, widerspricht nicht.", "Schweigen ist kein Widerspruch.", "Bedeutung"),
        ('title = "Koordinierungskreis"', 'title = "Runder Tisch"', "Überschrift"),
    ],
)
def test_whatever_a_version_changes_is_said_in_words(old, new, label):
    found = compared(BIELEFELD, changed((old, new)))
    assert found
    labels = {change.label for difference in found for change in difference.changes}
    assert label in labels
    assert all(difference.turn is Turn.CHANGED for difference in found)


def test_what_comes_and_what_goes_is_said_too():
    added = "\n[trades.garden]\ntitle = 'Gartenarbeit'\ndecision = 'Neu.'\n"
    (new,) = compared(BIELEFELD, changed(("\n[release_form]", f"{added}\n[release_form]")))
    assert (new.turn, new.title) == (Turn.NEW, "Gartenarbeit")
    book = changed()
    less = replace(book, notices={key: each for key, each in book.notices.items() if key != "directory"})
    (gone,) = compared(BIELEFELD, less)
    assert (gone.turn, gone.title, gone.changes) == (Turn.GONE, "Verzeichnis der Mitglieder", ())


@pytest.mark.parametrize(
    ("begins", "expected"),
    [
        ([-9], ["in_force"]),
        ([9], ["in_force"]),  # before any has begun, the first
        ([-9, 9], ["in_force", "to_come"]),
        ([-9, -1], ["past", "in_force"]),
        ([-9, 9, -1], ["past", "replaced", "in_force"]),
        ([-9, -1, -5], ["past", "replaced", "in_force"]),
        ([-9, -5, -5], ["past", "replaced", "in_force"]),
        ([-9, 5, 9], ["in_force", "to_come", "to_come"]),
    ],
)
def test_the_latest_version_that_has_begun_is_in_force(begins, expected):
    now = datetime(2027, 1, 4, tzinfo=UTC)
    at = {number: now + timedelta(days=days) for number, days in enumerate(begins, start=1)}
    assert list(states_of(at, now).values()) == [VersionState(state) for state in expected]


def test_the_next_review_is_due_so_many_years_later_on_a_working_day():
    assert next_review(date(2026, 3, 1), 4, Land.NW).last_day == date(2030, 3, 1)
    assert next_review(date(2026, 3, 3), 4, Land.NW).last_day == date(2030, 3, 4), "the 3rd is a Sunday"


@pytest.mark.parametrize(
    ("old", "new", "key", "words"),
    [
        ("version = 2\n", "version = 1\n", "version", "gefunden „1“, erwartet „2“"),
        ("version = 2\n", "version = 3\n", "version", "gefunden „3“, erwartet „2“"),
        (f"valid_from = {DAY}", "valid_from = 2026-11-01", "valid_from", "Regeln gelten nie rückwirkend"),
        ('slug = "bielefeld"', 'slug = "herford"', "slug", "erwartet „bielefeld“ wie bisher"),
        ('name = "Netzwerk Wohnungslosenhilfe Bielefeld"', 'name = "Netz"', "name", "gefunden „Netz“"),
        ('city = "Bielefeld"', 'city = "Herford"', "city", "steht fest"),
        ('land = "NW"', 'land = "NI"', "land", "erwartet „NW“ wie bisher. Nach den Feiertagen"),
        ('name = "Diakonie für Bielefeld"', 'name = "Diakonie"', "members[3]", "nicht durch ein neues Regelwerk"),
        ('kind = "housing_company"', 'kind = "carrier"', "members[2]", "nicht durch ein neues Regelwerk"),
    ],
)
def test_what_a_network_was_founded_as_is_not_changed_by_a_version(old, new, key, words):
    text = successor(BIELEFELD.source, 2, DAY, (old, new))
    with pytest.raises(RulebookError) as refused:
        parse_successor(text, file="neu.toml", before=BIELEFELD, today=DAY)
    (problem,) = refused.value.problems
    line = text[: text.index(new)].count("\n") + 1 if not key.startswith("members") else None
    assert f": {key}: " in problem
    assert words in problem
    assert problem.startswith(f"neu.toml, Zeile {line}:" if line else "neu.toml, Zeile ")


def test_members_that_a_version_leaves_out_are_said_as_well():
    text = successor(
        BIELEFELD.source,
        2,
        DAY,
        ('[[members]]\nslug = "trockendock"\nname = "Trockendock Bielefeld e. V."\nkind = "carrier"\n\n', ""),
    )
    with pytest.raises(RulebookError, match=r"members\[5\]: weicht von der Gründung ab"):
        parse_successor(text, file="neu.toml", before=BIELEFELD, today=DAY)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("period_days = 14", "period_days = 0", "gefunden „0“ (ganze Zahl), erwartet eine ganze Zahl von 1 bis 366."),
        (
            "period_days = 14",
            "period_days = 10000",
            "gefunden „10000“ (ganze Zahl), erwartet eine ganze Zahl von 1 bis 366.",
        ),
        (
            "period_days = 14",
            "period_months = 13",
            "period_months: gefunden „13“ (ganze Zahl), erwartet eine ganze",
        ),
        ("period_days = 14", "period_years = 2", "period_years: gefunden „2“ (ganze Zahl), erwartet die Zahl 1."),
        (
            "period_days = 14",
            "period_days = 14\nperiod_weeks = 2",
            "gefunden „period_days“ und „period_weeks“, erwartet genau eine Angabe: „period_days“, „period_weeks“, „p",
        ),
        ("period_days = 14\n", "", "gefunden keine, erwartet genau eine Angabe: „period_days“"),
        ("days = 28", "days = 10000", "periods.step.days: gefunden „10000“"),
        ("days = 28", "months = 0", "periods.step.months: gefunden „0“"),
        ('land = "NW"', 'land = "XY"', "land: gefunden „XY“ (Text), erwartet ein Bundesland, eines von BB, BE,"),
    ],
)
def test_a_period_of_nothing_or_of_decades_and_a_land_that_is_none_are_clear_sentences(old, new, words):
    text = successor(BIELEFELD.source, 2, DAY, (old, new))
    with pytest.raises(RulebookError) as refused:
        parse_successor(text, file="neu.toml", before=BIELEFELD, today=DAY)
    assert words in str(refused.value)
    assert all(problem.startswith("neu.toml, Zeile ") for problem in refused.value.problems)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x" * 200_001, "zu lang, erwartet höchstens 200000 Zeichen"),
        ("a\x00", "keine Textdatei"),
        ("a = " + "[" * 5_000, "tief verschachtelt"),
        ("PK\x03\x04", "kein gültiges TOML"),
    ],
)
def test_what_is_no_rulebook_at_all_is_refused_in_words(text, words):
    with pytest.raises(RulebookError, match=words):
        parse_successor(text, file="neu.toml", before=BIELEFELD, today=DAY)


@pytest.mark.parametrize(
    ("written", "length"),
    [
        ("period_days = 10", Length(10, Unit.DAYS)),
        ("period_weeks = 2", Length(14, Unit.DAYS)),
        ("period_months = 3", Length(3, Unit.MONTHS)),
        ("period_years = 1", Length(12, Unit.MONTHS)),
    ],
)
def test_the_time_for_a_vote_is_said_in_days_weeks_months_or_years(written, length):
    book = parse_successor(
        successor(BIELEFELD.source, 2, DAY, ("period_days = 14", written)), file="neu.toml", before=BIELEFELD, today=DAY
    )
    assert vote_length_of(book.votes["admission"]) == length
