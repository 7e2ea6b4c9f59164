"""What the browser sends about meetings, minutes and seats."""

from datetime import datetime, timedelta

from portal.bodies.rules import (
    LONGEST_ITEM,
    LONGEST_OBJECTION,
    LONGEST_RECORD,
    LONGEST_RESOLUTION,
    LONGEST_TITLE,
    Outcome,
    Part,
    Span,
)
from portal.shell.forms import Choice, Date, Form, Integer, LongText, Text
from portal.shell.i18n import Sentence
from portal.spaces.fields import Moment

PARTS = (
    (Part.REPRESENTATIVE.value, Sentence("Vertretung")),
    (Part.DEPUTY.value, Sentence("Stellvertretung")),
)


class MeetingForm(Form):
    """When and where a body meets."""

    title = Text("Bezeichnung", required="Bitte geben Sie der Sitzung eine Bezeichnung.", limit=LONGEST_TITLE)
    begins_at = Moment("Beginn", required="Bitte geben Sie Tag und Uhrzeit an.")
    length = Integer(
        "Dauer in Minuten", required="Bitte geben Sie an, wie lange die Sitzung dauert.", least=15, most=2880
    )
    place = Text(
        "Ort",
        help="Steht auch im Kalendereintrag der E-Mail. Bitte keine Namen von Personen.",
        limit=300,
    )
    link = Text(
        "Link zur Videokonferenz",
        help="Beginnt mit https:// und steht nur hier im Portal, nicht in der E-Mail.",
        limit=500,
    )

    def check(self) -> None:
        if self.link and not self.link.startswith("https://"):
            self.fail("link", "Bitte geben Sie eine Adresse an, die mit https:// beginnt.")

    @property
    def span(self) -> Span:
        """From when to when, and where."""
        begins_at: datetime | None = self.begins_at
        assert begins_at is not None  # noqa: S101 - for the type checker: asked only when ``ok``
        return Span(begins_at, begins_at + timedelta(minutes=self.length or 0), self.place, self.link)


class ReasonForm(Form):
    """Why a meeting does not take place."""

    id = "absage"
    reason = LongText("Grund", help="Alle Eingeladenen lesen ihn im Portal.", limit=1000, rows=3)


class ItemForm(Form):
    """One more item of the agenda."""

    id = "punkt"
    title = Text("Tagesordnungspunkt", required="Bitte schreiben Sie, worum es geht.", limit=LONGEST_TITLE)
    duration = Integer("Minuten", least=1, most=LONGEST_ITEM)
    introduced_by = Text("Wer führt ein?", help="Organisation oder Funktion.", limit=200)


class RecordForm(Form):
    """What the minutes say of an item, for the version that was shown."""

    version = Integer("Fassung", required=True, least=1)
    record = LongText("Niederschrift", limit=LONGEST_RECORD, rows=6)


class ResolutionForm(Form):
    """What was resolved."""

    id = "beschluss"
    item = Choice("Zu welchem Punkt?", required="Bitte wählen Sie den Tagesordnungspunkt.")
    text = LongText("Wortlaut", required="Bitte schreiben Sie den Beschluss auf.", limit=LONGEST_RESOLUTION, rows=3)
    yes = Integer("Dafür", required="Bitte geben Sie eine Zahl an.", least=0, most=10_000)
    no = Integer("Dagegen", required="Bitte geben Sie eine Zahl an.", least=0, most=10_000)
    abstained = Integer("Enthaltungen", required="Bitte geben Sie eine Zahl an.", least=0, most=10_000)
    result = Choice(
        "Ergebnis",
        options=(("adopted", Sentence("Angenommen")), ("rejected", Sentence("Abgelehnt"))),
        required="Bitte wählen Sie das Ergebnis.",
    )


class ObjectionForm(Form):
    """What is wrong in the minutes."""

    id = "einwand"
    text = LongText(
        "Einwand",
        help="Was stimmt nicht, und wie müsste es heißen?",
        required="Bitte schreiben Sie, was im Protokoll nicht stimmt.",
        limit=LONGEST_OBJECTION,
        rows=4,
    )


class AnswerForm(Form):
    """What becomes of an objection."""

    id = "antwort"
    outcome = Choice(
        "Entscheidung",
        options=(
            (Outcome.MET.value, Sentence("Das Protokoll wird geändert")),
            (Outcome.KEPT.value, Sentence("Das Protokoll bleibt, wie es ist")),
        ),
        required="Bitte wählen Sie, was aus dem Einwand wird.",
    )
    answer = LongText("Begründung", required="Bitte begründen Sie die Entscheidung.", limit=2000, rows=3)


class SeatForm(Form):
    """Who sits in a body for the own organisation from when on."""

    id = "sitz"
    part = Choice("Als", options=PARTS, required="Bitte wählen Sie Vertretung oder Stellvertretung.")
    name = Text(
        "Vor- und Nachname",
        help="Alle Mitglieder lesen diesen Namen. Wer unter ihm im Portal arbeitet, bekommt auch die Einladungen.",
        required="Bitte nennen Sie die Person.",
        limit=200,
    )
    begins_on = Date("Ab", required="Bitte geben Sie den ersten Tag an.")


class SeatEndForm(Form):
    """Nobody sits there for the own organisation after that day."""

    id = "ende"
    part = Choice("Wer geht?", options=PARTS, required="Bitte wählen Sie Vertretung oder Stellvertretung.")
    ends_on = Date("Letzter Tag", required="Bitte geben Sie den letzten Tag an.")


def length_of(span: Span) -> int:
    """Minutes from begin to end."""
    return round((span.ends_at - span.begins_at).total_seconds() / 60)
