"""What is asked about a task beyond its own fields."""

from portal.shell.fields import Select, Text
from portal.shell.forms import Form
from portal.shell.i18n import mark
from portal.tasks.content import TASK


class AssignForm(Form):
    """Who is to do it."""

    who = Select(
        mark("Wer ist zuständig?"), help=mark("Ohne Auswahl ist niemand mehr zuständig; wer es war, hört davon nichts.")
    )


class TaskForm(Form):
    """A new task; its own fields between who is to do it and where it lies."""

    title = TASK.every["title"]
    body = TASK.every["body"]
    who = Select(
        mark("Wer ist zuständig?"), help=mark("Wer hier lesen darf. Die Aufgabe erscheint dort unter „Meine Aufgaben“.")
    )
    due_at = TASK.every["due_at"]
    steps = TASK.every["steps"]
    tags = TASK.every["tags"]
    slug = Text(
        mark("Adresse"), help=mark("Der letzte Teil der Adresse. Ohne Angabe folgt er aus dem Titel."), limit=80
    )
