"""What is asked about a comment."""

from portal.discussion.rules import LONGEST
from portal.shell.fields import LongText
from portal.shell.forms import Form
from portal.shell.i18n import mark


class CommentForm(Form):
    """A comment."""

    id = "kommentar"
    body = LongText(
        mark("Ihr Kommentar"),
        help=mark("Mit @ und dem Namen weisen Sie jemanden aus Ihrer Organisation darauf hin."),
        required=mark("Bitte schreiben Sie etwas."),
        limit=LONGEST,
        rows=3,
    )
