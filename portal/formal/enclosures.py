"""What is enclosed with a letter: checked before anything is posted, and kept with it in one transaction."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from portal.kit.errors import Invalid, Unavailable
from portal.kit.malware import ScannerAway, find_malware
from portal.settings import settings
from portal.shell.i18n import Sentence
from tenants.database import execute

MOST = 3
LARGEST = 4_000_000  # together: a form is no larger
LONGEST_NAME = 200
_SPAN = 65_536


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file as it came."""

    name: str
    content: bytes


async def check(files: Sequence[Enclosure]) -> None:
    """Whether these can be enclosed.

    Raises:
        Invalid: says which cannot, and why.
        Unavailable: they cannot be checked now.
    """
    if len(files) > MOST:
        raise Invalid("Bitte wählen Sie höchstens drei Anlagen.")
    if sum(len(file.content) for file in files) > LARGEST:
        raise Invalid("Die Anlagen sind zusammen größer als 4 MB.")
    for file in files:
        if len(file.name) > LONGEST_NAME:
            raise Invalid("Der Name einer Anlage ist länger als 200 Zeichen.")
        if not file.content.startswith(b"%PDF-") or b"%%EOF" not in file.content[-2048:]:
            raise Invalid(
                Sentence("„%(name)s“ ist keine PDF-Datei. Anlagen sind immer PDF-Dateien.", name=file.name),
            )
        await _require_clean(file)


async def keep(network_id: UUID, notice_id: UUID, files: Sequence[Enclosure]) -> None:
    """Put them with a notice that is being posted."""
    for number, file in enumerate(files, start=1):
        await execute(
            "INSERT INTO formal_attachment (network_id, notice_id, number, name, size, sha256, content) "
            "VALUES ({}, {}, {}, {}, {}, {}, {})",
            network_id,
            notice_id,
            number,
            file.name,
            len(file.content),
            sha256(file.content).hexdigest(),
            file.content,
        )


async def _require_clean(file: Enclosure) -> None:
    if not settings().clamav_url:
        return
    try:
        finding = await find_malware(settings().clamav_url, _pieces(file.content))
    except ScannerAway:
        raise Unavailable from None
    if finding:
        raise Invalid(
            Sentence("In „%(name)s“ wurde Schadsoftware gefunden. Nichts wurde zugestellt.", name=file.name),
        )


async def _pieces(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), _SPAN):
        yield content[start : start + _SPAN]
