"""The day in one sentence after the other, as the template writes it."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("waiting", "words"),
    [
        ({}, "Heute wartet nichts auf Sie."),
        ({"reading": [1], "tasks": [1]}, "Ein Text ist zu lesen. Eine Aufgabe ist offen."),
        ({"unread": 1, "reading": [1], "tasks": [1, 2]}, "Eine Mitteilung ist ungelesen. Ein Text ist zu lesen. 2 Auf"),
        ({"reviews": [1], "waiting_reviews": 1, "tasks": [1]}, "Ein Beitrag wartet auf Ihre Prüfung. Eine Aufgabe ist"),
        ({"reviews": [1], "waiting_reviews": 30, "unread": 1}, "ungelesen. 30 Beiträge warten auf Ihre Prüfung."),
        ({"unread": 2, "tasks": [1]}, "2 Mitteilungen sind ungelesen. Eine Aufgabe ist offen."),
    ],
)
def test_sentences_stand_apart(application, waiting, words):
    nothing = {"votes": [], "unread": 0, "reviews": [], "waiting_reviews": 0, "reading": [], "tasks": []}
    day = SimpleNamespace(**nothing | waiting)
    written = application.state.environments["de"].get_template("home/_lage.html").render(day=day, capacity="", now=NOW)
    assert words in " ".join(written.split()), written
