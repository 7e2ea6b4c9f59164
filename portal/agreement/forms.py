"""What the office says of a review."""

from portal.shell.forms import Date, Form, LongText


class ReviewForm(Form):
    """A review that took place."""

    reviewed_on = Date(
        "Tag der Überprüfung",
        help="Wann die Mitglieder die Vereinbarung gemeinsam durchgesehen haben.",
        required="Bitte geben Sie den Tag an.",
    )
    outcome = LongText(
        "Was herauskam",
        help="Zum Beispiel: „Keine Änderung nötig“ oder „Die Frist bei der Aufnahme wird verlängert“.",
        required="Bitte schreiben Sie, was herauskam.",
        limit=4000,
        rows=4,
    )
