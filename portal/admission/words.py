"""States of applications in words."""

from collections.abc import Mapping

from portal.admission.rules import State
from portal.shell.i18n import mark

# How a state is called, and the kind of its badge.
STATES: Mapping[State, tuple[str, str]] = {
    State.UNCONFIRMED: (mark("Noch nicht bestätigt"), "info"),
    State.APPLIED: (mark("Antrag eingegangen"), "warning"),
    State.INFORMED: (mark("Mitglieder sind informiert"), "info"),
    State.ACCEPTED: (mark("Aufnahmebereit"), "warning"),
    State.REJECTED: (mark("Nicht aufgenommen"), "danger"),
    State.AGREEMENT_SENT: (mark("Vereinbarung versandt"), "info"),
    State.SIGNED: (mark("Exemplar eingegangen"), "info"),
    State.MEMBER: (mark("Mitglied"), "success"),
    State.RETURNED: (mark("Antrag zurückgegeben"), "info"),
    State.CLOSED: (mark("Ohne Aufnahme beendet"), "info"),
    State.TAKEN_BACK: (mark("Antrag zurückgenommen"), "info"),
}
