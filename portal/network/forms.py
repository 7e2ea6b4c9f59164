"""What members say in procedures."""

from portal.network.rules import LONGEST_REASON, LONGEST_STATEMENT
from portal.shell.forms import Choice, Date, Form, LongText, Select

AT_ONCE, FROM_DAY = "sofort", "tag"


class WithdrawalForm(Form):
    """When a membership ends."""

    when = Choice(
        "Wann soll die Mitgliedschaft enden?",
        options=((FROM_DAY, "Mit dem Ende eines Tages"), (AT_ONCE, "Sofort")),
        required="Bitte wählen Sie, wann die Mitgliedschaft enden soll.",
    )
    last_day = Date(
        "Letzter Tag der Mitgliedschaft",
        help="Nur wenn die Mitgliedschaft mit dem Ende eines Tages endet; sie gilt bis zu diesem Tag, 24 Uhr.",
    )
    remark = LongText("Mitteilung an die Mitglieder", help="Ein Grund ist nicht nötig.", limit=LONGEST_REASON, rows=4)

    def check(self) -> None:
        if self.when == FROM_DAY and self.last_day is None:
            self.fail("last_day", "Bitte geben Sie den letzten Tag der Mitgliedschaft an.")


class MotionForm(Form):
    """Whom a member wants excluded, and why."""

    organisation = Select("Mitglied", required="Bitte wählen Sie, um welches Mitglied es geht.")
    reason = LongText(
        "Begründung",
        help="Alle Mitglieder lesen sie, auch das betroffene.",
        required="Bitte begründen Sie den Antrag.",
        limit=LONGEST_REASON,
        rows=8,
    )


class StatementForm(Form):
    """What the member concerned says."""

    statement = LongText(
        "Stellungnahme",
        help="Alle Mitglieder lesen sie hier und bei der Abstimmung. Bis zu deren Ende können Sie sie ändern.",
        required="Bitte schreiben Sie Ihre Stellungnahme.",
        limit=LONGEST_STATEMENT,
        rows=8,
    )


class SeatForm(Form):
    """Why the seat of the office is to be settled."""

    reason = LongText(
        "Anlass",
        help="Zum Beispiel: warum die Geschäftsstelle wechseln soll, und ab wann. Alle Mitglieder lesen das.",
        required="Bitte schreiben Sie den Anlass.",
        limit=LONGEST_REASON,
        rows=5,
    )


class CandidacyForm(Form):
    """That the own organisation is ready to run the office."""

    words = LongText(
        "Was Sie dazu sagen möchten",
        help="Zum Beispiel: wer die Aufgabe übernimmt. Alle Mitglieder lesen es hier und bei der Wahl.",
        limit=1000,
        rows=4,
    )
