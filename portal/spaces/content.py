"""The types of content that every space has from the start."""

from portal.shell.fields import Select, Text
from portal.shell.forms import Form
from portal.shell.i18n import mark
from portal.spaces.fields import RichText
from portal.spaces.rules import link_of
from portal.spaces.types import ContentType
from portal.spaces.workflow import INSTANT

FOLDER = ContentType(
    name="folder",
    title=mark("Ordner"),
    plural=mark("Ordner"),
    icon="drive-folder-upload",
    workflow=INSTANT,
    fields={
        "order": Select(
            mark("Reihenfolge"),
            options=(
                ("position", mark("wie von Hand geordnet")),
                ("title", mark("nach Titel")),
                ("newest", mark("das Neueste zuerst")),
            ),
        ),
    },
    view="spaces/view/_folder.html",
    is_folder=True,
    place=15,
    explanation=mark("Fasst anderes zusammen und kann eigene Zugriffsrechte haben."),
)

PAGE = ContentType(
    name="page",
    title=mark("Seite"),
    plural=mark("Seiten"),
    icon="draft",
    fields={"body": RichText(mark("Text"))},
    view="spaces/view/_text.html",
    place=10,
    explanation=mark("Ein Text mit Überschriften, Listen, Tabellen und Bildern."),
)

NEWS = ContentType(
    name="news",
    title=mark("Nachricht"),
    plural=mark("Nachrichten"),
    icon="info",
    fields={"body": RichText(mark("Text"))},
    view="spaces/view/_text.html",
    place=30,
    explanation=mark("Etwas Neues, mit Datum; erscheint auf der Startseite und im Nachrichten-Abo."),
)


def _check_link(form: Form) -> None:
    found = link_of(form.value["target"])
    if found is None:
        form.fail(
            "target",
            "Das ist keine Adresse. Schreiben Sie zum Beispiel www.beispiel.de, name@beispiel.de oder, in diesem "
            "Portal, /n/…",
        )
        return
    form.value["target"] = found


LINK = ContentType(
    name="link",
    title=mark("Verweis"),
    plural=mark("Verweise"),
    icon="open-in-new",
    workflow=INSTANT,
    fields={
        "target": Text(
            mark("Adresse"),
            help=mark("Zum Beispiel www.beispiel.de; https:// ergänzt das Portal. Oder eine Adresse in diesem Portal."),
            required=mark("Bitte geben Sie die Adresse an."),
            limit=1000,
        )
    },
    view="spaces/view/_link.html",
    place=45,
    explanation=mark("Führt zu einer Seite im Netz oder in diesem Portal."),
    check=_check_link,
)

TYPES = (FOLDER, PAGE, NEWS, LINK)
