"""What is asked of whoever makes a step of a workflow."""

from functools import cache

from portal.shell.fields import LongText
from portal.shell.forms import Form
from portal.shell.i18n import mark

LONGEST_NOTE = 2000


@cache
def reason_form(transition: str) -> type[Form]:
    """The form of a step that asks for a reason. A page may show several, so each has ids of its own."""
    note = LongText(mark("Warum?"), required=mark("Bitte schreiben Sie, warum."), limit=LONGEST_NOTE, rows=3)
    return type("ReasonForm", (Form,), {"id": f"schritt-{transition}", "note": note})
