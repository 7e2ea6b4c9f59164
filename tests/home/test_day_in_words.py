"""The day in one sentence after the other, as the template writes it."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("waiting", "words"),
    [
        ({}, "Heute wartet nichts auf Sie."),
        ({"to_read": 1, "open_tasks": 1}, "Ein Text ist zu lesen. Eine Aufgabe ist offen."),
        ({"unread": 1, "to_read": 1, "open_tasks": 2}, "Eine Mitteilung ist ungelesen. Ein Text ist zu lesen. 2 Auf"),
        ({"waiting_reviews": 1, "open_tasks": 1}, "Ein Beitrag wartet auf Ihre Prüfung. Eine Aufgabe ist"),
        ({"waiting_reviews": 30, "unread": 1}, "ungelesen. 30 Beiträge warten auf Ihre Prüfung."),
        ({"unread": 2, "open_tasks": 1}, "2 Mitteilungen sind ungelesen. Eine Aufgabe ist offen."),
    ],
)
def test_sentences_stand_apart(application, waiting, words):
    nothing = {"waiting_votes": 0, "unread": 0, "waiting_reviews": 0, "to_read": 0, "open_tasks": 0}
    day = SimpleNamespace(**nothing | waiting)
    written = application.state.environments["de"].get_template("home/_lage.html").render(day=day, capacity="", now=NOW)
    assert words in " ".join(written.split()), written
