"""The copy an applicant signed on paper: checked before it is taken, kept beside everything that is uploaded."""

import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from portal.admission.queries import Application
from portal.admission.rules import LARGEST_COPY
from portal.files import laboratory
from portal.files.inspection import PDF, SPAN, check_name, check_size, judge
from portal.files.rules import Reading
from portal.files.storage import storage
from portal.kit.errors import Invalid, Unavailable
from portal.kit.malware import ScannerAway, find_malware
from portal.settings import settings
from portal.shell.i18n import mark

_NO_PDF = mark("Das ist keine PDF-Datei. Bitte speichern Sie das Exemplar als PDF und laden Sie es noch einmal hoch.")
_REFUSED = {
    Reading.LOCKED: mark(
        "Diese PDF-Datei ist verschlüsselt oder mit einem Passwort geschützt. Bitte laden Sie sie ohne Schutz hoch."
    ),
    Reading.BROKEN: mark(
        "Diese PDF-Datei ist beschädigt. Bitte speichern Sie sie neu und laden Sie sie noch einmal hoch."
    ),
    Reading.TOO_BIG: mark(
        "Diese PDF-Datei lässt sich nicht lesen. Bitte speichern Sie sie einfacher und laden Sie sie noch einmal hoch."
    ),
}


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file as it came."""

    name: str
    content: bytes

    @property
    def size(self) -> int:
        """In bytes."""
        return len(self.content)

    @property
    def sha256(self) -> str:
        """What it is known by."""
        return sha256(self.content).hexdigest()


def folder_of(application: Application) -> str:
    """Where the copies of an application are kept."""
    return f"aufnahmen/{application.network_id}/{application.id}"


def key_of(application: Application, digest: str) -> str:
    """Where a copy is kept; the same content is kept once."""
    return f"{folder_of(application)}/{digest}.pdf"


async def keep(application: Application, file: Arrived) -> None:
    """Check a copy and keep it. Kept again it is the same; of one that is never named only the applicant could know.

    Raises:
        Invalid: it is none that can be read by the office.
        TooLarge: says what is possible.
        Unavailable: it cannot be checked or kept now.
    """
    check_name(file.name)
    check_size(file.size, most=LARGEST_COPY)
    if (
        not file.content.startswith(b"%PDF-")
        or judge(file.name, file.content[:SPAN], file.content[-SPAN:]).kind is not PDF
    ):
        raise Invalid(_NO_PDF, field="file")
    await _require_clean(file)
    with tempfile.TemporaryDirectory(prefix="hilfenetz-") as folder:
        found = await laboratory.examine(_pieces(file), PDF.media_type, Path(folder))
    if sentence := _REFUSED.get(found.reading):
        raise Invalid(sentence, field="file")
    await storage().write_bytes(key_of(application, file.sha256), file.content)


async def _require_clean(file: Arrived) -> None:
    if not settings().clamav_url:
        return
    try:
        finding = await find_malware(settings().clamav_url, _pieces(file))
    except ScannerAway:
        raise Unavailable from None
    if finding:
        raise Invalid("In dieser Datei wurde Schadsoftware gefunden. Sie wurde nicht angenommen.", field="file")


async def _pieces(file: Arrived) -> AsyncIterator[bytes]:
    for start in range(0, file.size, SPAN):
        yield file.content[start : start + SPAN]
