"""When content shows and hides itself."""

from portal.shell.forms import Form
from portal.spaces.fields import Moment


class ScheduleForm(Form):
    """Two moments; either may be left empty."""

    publish_at = Moment("Veröffentlichen am", help="Leer: nicht von selbst.")
    expires_at = Moment("Zurückziehen am", help="Leer: bleibt veröffentlicht.")
