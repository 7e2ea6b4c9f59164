"""What the office writes. To whom it goes is chosen beside it."""

from portal.formal.rules import LONGEST_BODY, LONGEST_SUBJECT
from portal.shell.forms import Form, LongText, Text


class LetterForm(Form):
    """A letter to members."""

    subject = Text("Betreff", required="Bitte geben Sie einen Betreff an.", limit=LONGEST_SUBJECT)
    body = LongText(
        "Mitteilung",
        help="Eine leere Zeile beginnt einen neuen Absatz. Ihr Name, Ihre Organisation, Datum und Nummer kommen von "
        "selbst hinzu.",
        required="Bitte schreiben Sie, was Sie mitteilen.",
        limit=LONGEST_BODY,
        rows=14,
    )
