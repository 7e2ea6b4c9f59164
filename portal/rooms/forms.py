"""What the office says of a room."""

from portal.shell.forms import Form, LongText, Select, Text


class RoomForm(Form):
    """A new room. Who takes part is chosen beside it."""

    name = Text(
        "Name",
        help="Wie das Gremium oder die Arbeitsgruppe heißt, zum Beispiel „Koordinierungskreis“.",
        required="Bitte geben Sie dem Raum einen Namen.",
        limit=200,
    )
    purpose = LongText(
        "Zweck",
        help="Worum es in diesem Raum geht. Alle, die teilnehmen, lesen es.",
        required="Bitte schreiben Sie, wozu der Raum da ist.",
        limit=1000,
        rows=3,
    )


class MemberForm(Form):
    """Who is let in."""

    organisation = Select("Organisation", required="Bitte wählen Sie eine Organisation.")
