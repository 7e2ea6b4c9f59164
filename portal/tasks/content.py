"""The type of content that is a task, and its workflow."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from portal.shell.fields import LongText
from portal.shell.i18n import Sentence, mark
from portal.spaces.fields import Checklist, Moment, Reference
from portal.spaces.rules import ANYBODY, Access
from portal.spaces.types import ContentType
from portal.spaces.workflow import State, Transition, Workflow
from portal.tasks.rules import DONE, DROPPED, IN_WORK, OPEN, past_due

AUTHORS = Access.OWNER | Access.EDITOR | Access.MANAGER
WORKERS = AUTHORS | Access.ASSIGNEE

ERRAND = Workflow(
    name="todo",
    title=mark("Aufgabe"),
    initial=OPEN,
    states={
        OPEN: State(mark("Offen"), readers=ANYBODY, editors=AUTHORS),
        IN_WORK: State(mark("In Arbeit"), readers=ANYBODY, editors=AUTHORS, kind="warning"),
        DONE: State(mark("Erledigt"), readers=ANYBODY, editors=AUTHORS, kind="success", is_done=True),
        DROPPED: State(mark("Verworfen"), readers=ANYBODY, editors=AUTHORS, kind="danger", is_done=True),
    },
    transitions={
        "finish": Transition(mark("Erledigt"), (OPEN, IN_WORK), DONE, WORKERS),
        "start": Transition(mark("Ich fange an"), (OPEN,), IN_WORK, WORKERS),
        "drop": Transition(
            mark("Verwerfen"),
            (OPEN, IN_WORK),
            DROPPED,
            AUTHORS,
            needs_note=True,
            explanation=mark("Die Aufgabe bleibt zu lesen, aber niemand muss sie mehr erledigen."),
        ),
        "reopen": Transition(mark("Wieder öffnen"), (DONE, DROPPED), OPEN, WORKERS),
    },
)


def _remark(values: Mapping[str, Any], before: Mapping[str, Any], now: datetime) -> Sentence | None:
    """A task may be noted when its time is over already; nobody should do so by mistake."""
    due_at = past_due(values.get("due_at"), before.get("due_at"), now)
    if due_at is None:
        return None
    return Sentence("Der Termin ist schon vorbei: %(when)s. Die Aufgabe gilt als überfällig.", when=due_at)


TASK = ContentType(
    name="task",
    title=mark("Aufgabe"),
    plural=mark("Aufgaben"),
    icon="checklist",
    workflow=ERRAND,
    fields={
        "body": LongText(mark("Was ist zu tun?")),
        "due_at": Moment(mark("Zu erledigen bis")),
        "steps": Checklist(mark("Schritte"), help=mark("Ein Schritt in jeder Zeile; sie lassen sich einzeln abhaken.")),
        "assignee": Reference(mark("Zuständig")),
    },
    columns={"due_at": "ends_at", "assignee": "assignee"},
    view="tasks/_aufgabe.html",
    adding="aufgabe",
    remark=_remark,
    place=40,
    explanation=mark("Was jemand bis wann erledigen soll, mit Schritten zum Abhaken."),
)
