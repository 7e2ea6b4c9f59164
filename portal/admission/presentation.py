"""What the pages of an application show."""

from datetime import datetime
from typing import Any

from portal.admission.queries import Application
from portal.admission.rules import IN_VAIN, RETRACTABLE, Side, State, in_groups
from portal.admission.words import STATES
from portal.identity.kind_words import KIND_WORDS
from portal.identity.role_words import ROLE_WORDS, in_order
from portal.kit.clock import german_instant
from portal.settings import settings
from portal.shell.i18n import Sentence, mark
from tenants.context import OrganisationKind, Role

_PATTERN = "hilfenetz:{organisation}:{role}"
_NOT_FOR_ALL = {Role.OFFICE}
Step = tuple[str, str, str]

_CASES = {
    State.UNCONFIRMED: "admission/state/unconfirmed.html",
    State.APPLIED: "admission/state/applied.html",
    State.INFORMED: "admission/state/informed.html",
    State.ACCEPTED: "admission/state/accepted.html",
    State.REJECTED: "admission/state/rejected.html",
    State.AGREEMENT_SENT: "admission/state/agreement_sent.html",
    State.SIGNED: "admission/state/signed.html",
    State.MEMBER: "admission/state/member.html",
    State.RETURNED: "admission/state/over.html",
    State.CLOSED: "admission/state/over.html",
    State.TAKEN_BACK: "admission/state/over.html",
}

# The usual way of an application: what happened and when, or what is still to come.
_STEPS = (
    ("confirmed_at", mark("Antrag ist eingegangen"), mark("Der Antrag wird bestätigt")),
    (
        "informed_at",
        mark("Alle Mitglieder sind informiert"),
        mark("Die Geschäftsstelle prüft den Antrag und informiert alle Mitglieder"),
    ),
    ("decided_at", mark("Die Mitglieder haben entschieden"), mark("Die Mitglieder entscheiden")),
    (
        "sent_at",
        mark("Die Geschäftsstelle hat die Vereinbarung unterzeichnet und gesandt"),
        mark("Die Geschäftsstelle unterzeichnet die Vereinbarung und sendet sie"),
    ),
    (
        "signed_at",
        mark("Das unterzeichnete Exemplar ist eingegangen"),
        mark("Der Antragsteller unterzeichnet und sendet sein Exemplar"),
    ),
    ("received_at", mark("Die Mitgliedschaft hat begonnen"), mark("Die Mitgliedschaft beginnt")),
)

_ENDS = {
    State.REJECTED: mark("Der Antrag ist abgelehnt"),
    State.RETURNED: mark("Die Geschäftsstelle hat den Antrag zurückgegeben"),
    State.CLOSED: mark("Die Geschäftsstelle hat das Verfahren ohne Aufnahme beendet"),
    State.TAKEN_BACK: mark("Der Antragsteller hat den Antrag zurückgenommen"),
}


def view_of(application: Application, now: datetime) -> dict[str, Any]:
    """The context that all pages of an application share."""
    copy = application.copy
    return {
        "application": application,
        "kind": KIND_WORDS[application.kind],
        "state": STATES[application.state],
        "case": _CASES[application.state],
        "steps": timeline(application, now),
        "copy": copy,
        "fingerprint": in_groups(copy.sha256) if copy else "",
        "by_office": copy.of(Side.OFFICE) if copy else None,
        "by_applicant": copy.of(Side.APPLICANT) if copy else None,
        "groups": groups_of(application),
        "is_retractable": application.state in RETRACTABLE,
    }


def timeline(application: Application, now: datetime) -> list[Step]:
    """The steps with their instants: done, the one waited for, and those to come."""
    steps: list[Step] = []
    is_waiting = application.ended_at is None
    for name, happened, comes in _STEPS:
        at: datetime | None = getattr(application, name)
        if at is not None and at <= now:
            steps.append(("done", happened, german_instant(at)))
        elif application.state in IN_VAIN:
            break
        else:
            detail = Sentence("ab %(at)s", at=german_instant(at)) if at else ""
            steps.append(("now" if is_waiting else "next", comes, detail))
            is_waiting = False
    if application.state in IN_VAIN and application.ended_at is not None:
        steps.append(("done", _ENDS[application.state], german_instant(application.ended_at)))
    return steps


def groups_of(application: Application) -> list[tuple[str, str]]:
    """The groups that the administration of the directory has to fill, with who belongs there; once there is a
    tenant."""
    if application.received_at is None or not application.slug:
        return []
    providers = settings().providers
    pattern = providers[0].group_pattern if providers else _PATTERN
    left_out = _NOT_FOR_ALL | ({Role.JOBCENTER_TEAM} if application.kind is not OrganisationKind.JOBCENTER else set())
    named = pattern.replace("{organisation}", application.slug)
    return [(named.replace("{role}", role.value), ROLE_WORDS[role]) for role in in_order(set(Role) - left_out)]
