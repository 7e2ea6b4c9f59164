"""The types of content that are files."""

from portal.shell.fields import LongText, Text
from portal.shell.i18n import mark
from portal.spaces.fields import Reference
from portal.spaces.types import ContentType
from portal.spaces.workflow import INSTANT

FILE = ContentType(
    name="file",
    title=mark("Datei"),
    plural=mark("Dateien"),
    icon="download",
    workflow=INSTANT,
    fields={"file": Reference(mark("Datei"))},
    view="files/view/_file.html",
    adding="hochladen",
    place=20,
    explanation=mark("Dokumente, Tabellen, Präsentationen, E-Mails und anderes von Ihrem Rechner."),
)

IMAGE = ContentType(
    name="image",
    title=mark("Bild"),
    plural=mark("Bilder"),
    icon="visibility",
    workflow=INSTANT,
    fields={
        "file": Reference(mark("Datei")),
        "alt": LongText(
            mark("Bildbeschreibung"),
            help=mark("Was zu sehen ist, für alle, die das Bild nicht sehen können."),
            limit=500,
            rows=2,
        ),
        "credit": Text(mark("Quelle"), help=mark("Wer das Bild gemacht hat und es zur Verfügung stellt.")),
    },
    view="files/view/_file.html",
    adding="hochladen",
    place=25,
    explanation=mark("Ein Foto oder eine Zeichnung, auch zum Einfügen in Seiten."),
)

TYPES = (FILE, IMAGE)


def type_for(media_type: str) -> ContentType:
    """What becomes of an upload of that kind."""
    return IMAGE if media_type.startswith("image/") else FILE
