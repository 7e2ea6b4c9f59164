"""What `hilfenetz tally` answers, and its exit code."""

import pytest

from portal.votes.agreement import tally_in_words
from tenants.rulebook import NETWORKS, load_rulebook, parse_rulebook

BIELEFELD = load_rulebook(NETWORKS / "bielefeld.toml")


@pytest.mark.parametrize(
    ("rule", "numbers", "code", "words"),
    [
        (
            "exclusion",
            {"members": 8, "yes": 6},
            1,
            "6 von 8 Mitgliedern dafür (75 %), nötig: mehr als 75 %, das sind mindestens 7.",
        ),
        ("exclusion", {"members": 8, "yes": 7, "no": 1}, 0, "Ausschluss eines Mitglieds: Angenommen."),
        ("exclusion", {"members": 4, "yes": 3}, 1, "Das kann nicht gelingen."),
        ("admission", {"members": 6, "no": 3}, 0, "Angenommen."),
        ("admission", {"members": 6, "no": 4}, 1, "Abgelehnt."),
        ("admission", {"members": 6}, 0, "6 ohne Stimme"),
        ("office_seat", {"members": 6, "candidates": [3, 2]}, 1, "neuen Wahlgang"),
        ("office_seat", {"members": 6, "candidates": [2, 4]}, 0, "Gewählt ist „Vorschlag 2“."),
        ("position", {"members": 6, "yes": 5, "abstain": 1}, 1, "1 Enthaltung"),
        ("position", {"members": 6, "yes": 6}, 0, "Regel: Abschnitt 1.7"),
        ("exclusio", {"members": 6}, 2, "Gemeint ist wohl „exclusion“."),
        ("xyz", {"members": 6}, 2, "Es gibt: admission, exclusion"),
        ("exclusion", {"members": 0}, 2, "mit diesen Angaben sind es 0"),
        ("exclusion", {"members": 20000}, 2, "1 bis 10000 Mitglieder"),
        ("exclusion", {"members": 3, "yes": 6}, 2, "6 Stimmen sind mehr, als 3 Mitglieder abgeben können."),
        ("exclusion", {"members": 3, "yes": -1}, 2, "nicht negativ"),
        ("exclusion", {"members": 3, "candidates": [1]}, 2, "ist keine Auswahl"),
        ("office_seat", {"members": 3, "yes": 1}, 2, "ist eine Auswahl"),
        ("office_seat", {"members": 3}, 2, "ist eine Auswahl"),
    ],
)
def test_tally_on_the_command_line(rule, numbers, code, words):
    found, text = tally_in_words(BIELEFELD, rule, **numbers)
    assert found == code
    assert words in text


def test_a_rulebook_may_take_the_affected_member_out():
    text = BIELEFELD.source.replace("affected_member_votes = true", "affected_member_votes = false")
    code, words = tally_in_words(parse_rulebook(text, file="x.toml"), "exclusion", members=4, yes=3)
    assert code == 0
    assert "Das betroffene Mitglied zählt nicht mit (1 von 4)." in words
    assert tally_in_words(parse_rulebook(text, file="x.toml"), "exclusion", members=1)[0] == 2
