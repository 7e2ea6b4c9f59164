"""What is asked of whoever wants something to be read."""

from portal.shell.fields import Date
from portal.shell.forms import Form
from portal.shell.i18n import mark


class DemandForm(Form):
    """Until when."""

    until_on = Date(
        mark("Zu lesen bis"),
        help=mark("Wer bis drei Tage vorher nicht bestätigt hat, wird von selbst erinnert. Leer: ohne Frist."),
    )
