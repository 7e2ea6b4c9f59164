"""What people write: papers, remarks, questions, answers, warnings."""

from portal.circle.rules import (
    LONGEST_DISTRICT,
    LONGEST_OUTCOME,
    LONGEST_REMARK,
    LONGEST_TEXT,
    LONGEST_TITLE,
    LONGEST_WARNING,
    AnswerKind,
    ConsultationKind,
)
from portal.circle.words import ANSWERS, CONSULTATIONS, RANGES
from portal.shell.forms import Choice, Date, Form, LongText, Select, Text
from portal.spaces.fields import RichText


class PaperText(RichText):
    """Formatted text that leaves the portal: without pictures, which stay in it."""

    has_pictures = False


class PaperForm(Form):
    """The text of a paper. Which version it was made from stands beside it."""

    title = Text("Titel", required="Bitte geben Sie dem Papier einen Titel.", limit=LONGEST_TITLE)
    body = PaperText(
        "Text",
        help="Was das Netzwerk gemeinsam vertreten soll. Keine Angaben über einzelne Menschen: Angenommen und "
        "veröffentlicht kann es jede Person lesen.",
    )


class RemarkForm(Form):
    """What a member says of a paper."""

    text = LongText(
        "Ihre Anmerkung",
        help="Alle Mitglieder lesen sie. Wer das Papier schreibt, bekommt eine Mitteilung.",
        required="Bitte schreiben Sie, was Sie anmerken möchten.",
        limit=LONGEST_REMARK,
    )


class ConsultationForm(Form):
    """What a member asks the others."""

    kind = Choice(
        "Worum geht es?",
        options=[(kind.value, CONSULTATIONS[kind]) for kind in ConsultationKind],
        required="Bitte wählen Sie, worum es geht.",
    )
    title = Text("Überschrift", required="Bitte geben Sie eine Überschrift an.", limit=LONGEST_TITLE)
    text = LongText(
        "Was haben Sie vor, oder was ist schwierig?",
        help="Alle Mitglieder lesen es. Keine Namen und keine Angaben über einzelne Menschen.",
        required="Bitte schreiben Sie, wozu Sie Rat suchen.",
        limit=LONGEST_TEXT,
        rows=10,
    )
    last_day = Date(
        "Rat erbeten bis",
        help="Dieser Tag zählt noch ganz mit. Die anderen Mitglieder bekommen dafür eine Frist und werden erinnert.",
        required="Bitte geben Sie an, bis wann Sie Rat brauchen.",
    )


class AnswerForm(Form):
    """An answer to it."""

    kind = Choice(
        "Ihre Antwort ist",
        options=[(kind.value, ANSWERS[kind]) for kind in AnswerKind],
        required="Bitte wählen Sie, was Ihre Antwort ist.",
    )
    text = LongText("Antwort", help="Alle Mitglieder lesen sie.", limit=LONGEST_REMARK)


class OutcomeForm(Form):
    """What the member that asked will do."""

    outcome = LongText(
        "Was Sie nun tun",
        help="Alle Mitglieder lesen es und bekommen eine Mitteilung. Danach ist die Beratung beendet.",
        required="Bitte schreiben Sie, was Sie nun tun.",
        limit=LONGEST_OUTCOME,
        rows=8,
    )


class WarningForm(Form):
    """What somebody noticed in the field."""

    topic = Select("Thema", required="Bitte wählen Sie ein Thema.")
    district = Text(
        "Stadtteil oder Gegend",
        help="So ungenau, dass niemand daran zu erkennen ist: keine Straßen und keine Häuser.",
        limit=LONGEST_DISTRICT,
    )
    cases = Select(
        "Wie viele Fälle haben Sie gesehen?",
        options=[(str(least), words) for least, words in RANGES.items()],
        required="Bitte wählen Sie, wie viele Fälle es etwa sind.",
    )
    since_on = Date(
        "Seit wann?", help="Der Monat genügt; gezeigt wird nur er.", required="Bitte geben Sie an, seit wann."
    )
    text = LongText(
        "Was haben Sie beobachtet?",
        help="Keine Namen, E-Mail-Adressen, Telefonnummern, Geburtsdaten und nichts, woran ein einzelner Mensch zu "
        "erkennen ist. Der Koordinierungskreis liest diesen Text ohne den Namen Ihrer Organisation.",
        required="Bitte schreiben Sie, was Sie beobachtet haben.",
        limit=LONGEST_WARNING,
    )
