"""The arithmetic of a vote in words."""

import pytest

from portal.shell.i18n import language
from portal.votes.agreement import rule_of
from portal.votes.rules import Answer, Ballot, Base, DepartedBallot, Elector, Kind, Rule, feasibility, tally
from portal.votes.wording import (
    arithmetic,
    breakdown,
    departed_in_words,
    feasibility_in_words,
    missing_in_words,
    percent,
    result_in_words,
    share_in_words,
)
from tenants.rulebook import NETWORKS, load_rulebook

BIELEFELD = load_rulebook(NETWORKS / "bielefeld.toml")


YES, NO = Answer.YES, Answer.NO


def voted(rule, members, *answers, departed=0):
    electorate = [Elector(number, departed=number == departed) for number in range(1, members + 1)]
    return tally(rule, electorate, [Ballot(number, answer) for number, answer in enumerate(answers, start=1)])


def ruled(name):
    return rule_of(BIELEFELD.votes[name])


def test_the_sentence_of_the_design():
    result = voted(ruled("exclusion"), 6, *[YES] * 4)
    assert arithmetic(result) == "4 von 6 Mitgliedern dafür (66,7 %), nötig: mehr als 75 %, das sind mindestens 5."
    assert missing_in_words(result) == "Noch 1 nötig."


def test_an_objection_counts_against():
    result = voted(ruled("admission"), 6, NO, NO)
    assert arithmetic(result) == (
        "2 von 6 Mitgliedern dagegen (33,3 %), für eine Ablehnung nötig: mehr als die Hälfte, das sind mindestens 4."
    )
    assert missing_in_words(result) == "Noch 2 bis zur Ablehnung."


def test_unanimous_needs_all():
    assert arithmetic(voted(ruled("position"), 6, *[YES] * 5)) == "5 von 6 Mitgliedern dafür (83,3 %), nötig: alle 6."


def test_a_choice_names_who_leads():
    names = {"a": "Bethel.regional", "b": "Stadt"}
    won = voted(ruled("office_seat"), 6, "a", "a", "a", "a")
    assert arithmetic(won, names).startswith(
        "4 von 6 Mitgliedern für „Bethel.regional“ (66,7 %), nötig: mehr als die Hälfte"
    )
    assert result_in_words(won, names) == "Gewählt ist „Bethel.regional“."
    tie = voted(ruled("office_seat"), 6, "a", "b")
    assert arithmetic(tie, names).startswith("Je 1 von 6 Mitgliedern für „Bethel.regional“ und „Stadt“ (16,7 %)")
    assert result_in_words(tie, names) == "Kein Ergebnis: Es braucht einen neuen Wahlgang."
    assert arithmetic(voted(ruled("office_seat"), 6)).startswith("Noch keine Stimme für einen Vorschlag, nötig")


@pytest.mark.parametrize(
    ("rule", "answers", "parts"),
    [
        ("exclusion", [YES, NO, Answer.ABSTAIN], ["1 dafür", "1 dagegen", "1 Enthaltung", "3 ohne Stimme"]),
        ("exclusion", [], ["0 dafür", "0 dagegen", "0 Enthaltungen", "6 ohne Stimme"]),
        ("admission", [YES, YES, NO], ["1 dagegen", "2 ohne Einwand", "3 ohne Stimme"]),
        ("admission", [Answer.ABSTAIN], ["0 dagegen", "0 ohne Einwand", "1 Enthaltung", "5 ohne Stimme"]),
        ("office_seat", ["a", "b"], ["2 für einen Vorschlag", "0 Enthaltungen", "4 ohne Stimme"]),
    ],
)
def test_everybody_stands_in_the_breakdown(rule, answers, parts):
    assert breakdown(voted(ruled(rule), 6, *answers).counts, ruled(rule).kind) == parts


def test_late_ballots_are_named_though_they_do_not_count():
    late = tally(ruled("admission"), [Elector(1)], [Ballot(1, NO, late=True)])
    assert "1 zu spät und nicht gezählt" in breakdown(late.counts, Kind.OBJECTION)
    assert arithmetic(late).startswith("0 von 1 Mitglied dagegen")


def test_votes_cast_are_called_so():
    rule = Rule(kind=Kind.APPROVAL, numerator=2, denominator=3, base=Base.CAST)
    assert arithmetic(voted(rule, 6, YES)) == (
        "1 von 1 abgegebenen Stimme dafür (100 %), nötig: mindestens zwei Drittel, das sind mindestens 1."
    )
    assert arithmetic(voted(rule, 6)).startswith("0 von 0 abgegebenen Stimmen dafür, nötig")


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [(6, 8, "75 %"), (4, 6, "66,7 %"), (1, 8, "12,5 %"), (149, 200, "74,5 %")],
)
def test_percent_in_integers(part, whole, words):
    assert percent(part, whole) == words


@pytest.mark.parametrize(
    ("share", "words"),
    [
        ({"numerator": 1, "denominator": 2, "strict": True}, "mehr als die Hälfte"),
        ({"numerator": 66, "denominator": 100}, "mindestens 66 %"),
        ({"numerator": 2, "denominator": 6}, "mindestens ein Drittel"),
        ({"numerator": 3, "denominator": 3}, "alle"),
    ],
)
def test_shares_in_words(share, words):
    assert share_in_words(Rule(kind=Kind.APPROVAL, **share)) == words


def test_departed_members_are_named_with_what_becomes_of_their_ballot():
    stays = voted(Rule(kind=Kind.APPROVAL, denominator=2), 4, YES, departed=1)
    assert departed_in_words(stays) == (
        "Mitglieder, die das Netzwerk während der Abstimmung verlassen haben: 1. Gerechnet wird weiter mit 4 "
        "Mitgliedern; schon abgegebene Stimmen von ihnen zählen mit: 1."
    )
    falls = voted(Rule(kind=Kind.APPROVAL, denominator=2, ballot_of_departed=DepartedBallot.FALLS), 4, YES, departed=1)
    assert departed_in_words(falls).endswith("zählen nicht mehr: 1.")
    assert departed_in_words(voted(ruled("admission"), 4)) is None


def test_the_same_arithmetic_can_be_said_in_another_language():
    german = arithmetic(voted(ruled("exclusion"), 6, *[YES] * 4))
    said = language("de").say(german)
    assert said == german
    inner = german.given["least"]
    assert (inner.msgid, inner.given["share"].msgid) == (
        "%(share)s, das sind mindestens %(needed)s",
        "mehr als %(share)s",
    )


@pytest.mark.parametrize(
    ("members", "words"),
    [
        (6, "4 of 6 members in favour (66.7 %), needed: more than 75 %, that is at least 5."),
        (8, "4 of 8 members in favour (50 %), needed: more than 75 %, that is at least 7."),
    ],
)
def test_numbers_are_written_as_the_language_writes_them(members, words):
    assert language("en").say(arithmetic(voted(ruled("exclusion"), members, *[YES] * 4))) == words


def test_before_a_motion_the_tool_says_whether_it_can_succeed():
    rule = ruled("exclusion")
    assert feasibility_in_words(rule, feasibility(rule, 8, one_affected=True)) == (
        "Nötig: mehr als 75 % von 8 Mitgliedern, das sind mindestens 7."
    )
    assert feasibility_in_words(rule, feasibility(rule, 4, one_affected=True)) == (
        "Das kann nicht gelingen. Nötig: mehr als 75 % von 4 Mitgliedern, das sind mindestens 4. "
        "Ohne das betroffene Mitglied sind höchstens 3 möglich."
    )
    position = ruled("position")
    assert feasibility_in_words(position, feasibility(position, 6)) == "Nötig: alle 6."
    admission = ruled("admission")
    assert "mindestens 4 von 6 Mitgliedern widersprechen" in feasibility_in_words(admission, feasibility(admission, 6))
