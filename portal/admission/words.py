"""Kinds of organisations, states and steps in words."""

from collections.abc import Mapping

from portal.admission.rules import State
from portal.shell.i18n import mark

KINDS: Mapping[str, str] = {
    "carrier": mark("Träger"),
    "city": mark("Stadt oder Kommune"),
    "housing_company": mark("Wohnungsunternehmen"),
    "jobcenter": mark("Jobcenter"),
}

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
}
