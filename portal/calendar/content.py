"""The type of content that is an event."""

from portal.calendar.rules import LONGEST
from portal.kit.clock import local_day
from portal.shell.fields import Checkbox, Text
from portal.shell.forms import Form
from portal.shell.i18n import mark
from portal.spaces.fields import Moment, RichText, midnight
from portal.spaces.types import ContentType


def _check_times(form: Form) -> None:
    begins_at, ends_at = form.value["begins_at"], form.value["ends_at"]
    if form.value["all_day"]:  # of whole days only the days count, whatever time was typed along with them
        begins_at = form.value["begins_at"] = midnight(local_day(begins_at))
        ends_at = form.value["ends_at"] = ends_at and midnight(local_day(ends_at))
    if ends_at is None:
        return
    if ends_at < begins_at:
        form.fail("ends_at", "Das Ende liegt vor dem Beginn. Bitte prüfen Sie beide Angaben.")
    elif ends_at - begins_at > LONGEST:
        form.fail("ends_at", "Ein Termin dauert höchstens ein Jahr. Bitte prüfen Sie das Ende.")


EVENT = ContentType(
    name="event",
    title=mark("Termin"),
    plural=mark("Termine"),
    icon="calendar-today",
    fields={
        "begins_at": Moment(mark("Beginn"), required=mark("Bitte geben Sie an, wann der Termin beginnt.")),
        "ends_at": Moment(mark("Ende")),
        "all_day": Checkbox(
            mark("Dauert ganze Tage"), help=mark("Dann zählen von Beginn und Ende nur die Tage, nicht die Uhrzeiten.")
        ),
        "place": Text(mark("Ort"), help=mark("Anschrift, Raum oder die Adresse der Videokonferenz.")),
        "body": RichText(mark("Text")),
    },
    columns={"begins_at": "begins_at", "ends_at": "ends_at"},
    view="calendar/view/_event.html",
    place=35,
    explanation=mark("Mit Beginn, Ende und Ort; erscheint im Kalender und im Kalender-Abo."),
    check=_check_times,
)
