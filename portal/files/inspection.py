"""Which kind of file something is, told from its bytes; what the portal takes, and what it says of anything else.

Looked at are the first and the last megabyte, never the whole: nothing is unpacked here.
"""

import re
import struct
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

import puremagic
from PIL import Image

from portal.files.rules import (
    LARGEST_FILE,
    LONGEST_NAME,
    MOST_PIXELS,
    NameProblem,
    extension_of,
    name_problem,
)
from portal.kit.errors import Invalid, TooLarge
from portal.shell.i18n import Sentence, mark

SPAN = 1024 * 1024  # how much of the beginning and of the end is looked at

_CENTRAL, _END = b"PK\x01\x02", b"PK\x05\x06"
_ENTRY = struct.Struct("<4s24xHHH12x")
_MOST_ENTRIES = 2000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MIMETYPE_ENTRY = re.compile(rb"mimetype(application/vnd\.oasis\.opendocument\.[a-z]+)")
_MARKUP = re.compile(
    rb"<\s*(!doctype\s+(html|svg)|html|head|body|script|iframe|svg|object|embed)\b|<\?(xml|php)", re.IGNORECASE
)
_MAIL = re.compile(rb"([A-Za-z-]{2,40}:[ \t][^\r\n]*(\r?\n[ \t][^\r\n]*)*\r?\n){2,}", re.DOTALL)
_MAIL_FIELDS = re.compile(
    rb"^(from|received|return-path|mime-version|message-id|subject|date|to):", re.IGNORECASE | re.MULTILINE
)
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file the portal takes. ``extensions``: the first is given to a name that has none."""

    media_type: str
    title: str
    extensions: tuple[str, ...]
    family: str


_OOXML, _ODF = "application/vnd.openxmlformats-officedocument.", "application/vnd.oasis.opendocument."

PDF = Kind("application/pdf", mark("PDF-Dokument"), ("pdf",), "pdf")
DOCX = Kind(f"{_OOXML}wordprocessingml.document", mark("Word-Dokument"), ("docx",), "ooxml")
XLSX = Kind(f"{_OOXML}spreadsheetml.sheet", mark("Excel-Tabelle"), ("xlsx",), "ooxml")
PPTX = Kind(f"{_OOXML}presentationml.presentation", mark("PowerPoint-Präsentation"), ("pptx",), "ooxml")
DOC = Kind("application/msword", mark("Word-Dokument (altes Format)"), ("doc",), "ole")
XLS = Kind("application/vnd.ms-excel", mark("Excel-Tabelle (altes Format)"), ("xls",), "ole")
PPT = Kind("application/vnd.ms-powerpoint", mark("PowerPoint-Präsentation (altes Format)"), ("ppt",), "ole")
ODT = Kind(f"{_ODF}text", mark("OpenDocument-Text"), ("odt",), "odf")
ODS = Kind(f"{_ODF}spreadsheet", mark("OpenDocument-Tabelle"), ("ods",), "odf")
ODP = Kind(f"{_ODF}presentation", mark("OpenDocument-Präsentation"), ("odp",), "odf")
PNG = Kind("image/png", mark("Bild (PNG)"), ("png",), "image")
JPEG = Kind("image/jpeg", mark("Bild (JPEG)"), ("jpg", "jpeg", "jfif", "jpe"), "image")
GIF = Kind("image/gif", mark("Bild (GIF)"), ("gif",), "image")
WEBP = Kind("image/webp", mark("Bild (WebP)"), ("webp",), "image")
TEXT = Kind("text/plain", mark("Text"), ("txt", "text", "md", "log"), "text")
CSV = Kind("text/csv", mark("Tabelle (CSV)"), ("csv", "tsv"), "text")
EML = Kind("message/rfc822", mark("E-Mail"), ("eml",), "mail")
MSG = Kind("application/vnd.ms-outlook", mark("E-Mail (Outlook)"), ("msg",), "ole")
ZIP = Kind("application/zip", mark("ZIP-Archiv"), ("zip",), "zip")

KINDS = {
    kind.media_type: kind
    for kind in (
        *(PDF, DOCX, XLSX, PPTX, DOC, XLS, PPT, ODT, ODS, ODP, PNG, JPEG, GIF, WEBP, TEXT, CSV, EML, MSG, ZIP),
    )
}
ACCEPT = ",".join(f".{extension}" for kind in KINDS.values() for extension in kind.extensions)
PICTURES = ".png,.jpg,.jpeg,.gif,.webp"
_BY_MAGIC = {kind.media_type: kind for kind in (PDF, PNG, JPEG, GIF, WEBP)}
_BY_ENTRY = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX, "ppt/presentation.xml": PPTX}
_BY_STREAM = {"WordDocument": DOC, "Workbook": XLS, "Book": XLS, "PowerPoint Document": PPT}
_BY_STREAM["__properties_version1.0"] = MSG
_NAME_SENTENCES = {
    NameProblem.EMPTY: mark(
        "Die Datei hat keinen Namen. Bitte geben Sie ihr einen und laden Sie sie noch einmal hoch."
    ),
    NameProblem.FORBIDDEN: mark(
        "Der Name der Datei enthält Zeichen, die in Namen nicht erlaubt sind, zum Beispiel Schrägstriche oder "
        "unsichtbare Zeichen. Bitte benennen Sie sie um."
    ),
    NameProblem.LONG: mark("Der Name der Datei ist zu lang: möglich sind 200 Zeichen. Bitte kürzen Sie ihn."),
}


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a file is, and the name it is kept under."""

    kind: Kind
    name: str


def check_name(name: str) -> None:
    """Refuse a name that is none.

    Raises:
        Invalid: says what is wrong with it.
    """
    if problem := name_problem(name):
        raise Invalid(_NAME_SENTENCES[problem], field="file")


def check_size(size: int, *, most: int = LARGEST_FILE) -> None:
    """Refuse what is empty or too large.

    Raises:
        Invalid: it is empty.
        TooLarge: says what is possible.
    """
    if size <= 0:
        raise Invalid("Die Datei ist leer. Bitte wählen Sie eine andere.", field="file")
    if size > most:
        raise TooLarge(
            Sentence("Die Datei ist zu groß: möglich sind %(most)s.", most=f"{most // 1024 // 1024}\u00a0MB")
        )


def judge(name: str, head: bytes, tail: bytes) -> Judgement:
    """What a file is by its content.

    Args:
        head: the first megabyte, or all of it.
        tail: the last megabyte, or all of it.

    Raises:
        Invalid: it is of no kind the portal takes, or its name says something else than its content.
    """
    kind = _kind_of(head, tail, extension_of(name))
    if kind is None:
        raise Invalid(
            "Diese Art von Datei nimmt das Portal nicht an. Möglich sind PDF, Word, Excel, PowerPoint, OpenDocument, "
            "Bilder (PNG, JPEG, GIF, WebP), Text, CSV, E-Mails und ZIP.",
            field="file",
        )
    extension = extension_of(name)
    if not extension:
        name = f"{name[: LONGEST_NAME - 5]}.{kind.extensions[0]}"
    elif extension not in kind.extensions:
        raise Invalid(
            Sentence(
                "Der Name der Datei endet auf „.%(extension)s“, ihr Inhalt ist aber etwas anderes: %(kind)s. Bitte "
                "speichern Sie sie mit der richtigen Endung und laden Sie sie noch einmal hoch.",
                extension=extension[:20],
                kind=Sentence(kind.title),
            ),
            field="file",
        )
    if kind.family == "image":
        _check_picture(head)
    return Judgement(kind, name)


def kind_of(media_type: str) -> Kind:
    """The kind a blob was found to be."""
    return KINDS[media_type]


def _kind_of(head: bytes, tail: bytes, extension: str) -> Kind | None:
    if head.startswith((b"PK\x03\x04", _END)):
        return _zipped(head, tail)
    if head.startswith(_OLE):
        return _compound(head, tail)
    if found := _BY_MAGIC.get(_magic(head)):
        return found
    return _written(head, tail, extension)


def _magic(head: bytes) -> str:
    """The media type the signatures say, of those that are told by a signature at the beginning."""
    try:
        matches = puremagic.magic_string(head[:4096])
    except (puremagic.PureError, ValueError):
        return ""
    return str(matches[0].mime_type) if matches else ""


def _zipped(head: bytes, tail: bytes) -> Kind | None:
    """Office files are archives too; the entries' names tell them apart, and macros give themselves away."""
    if match := _MIMETYPE_ENTRY.search(head[:200]):
        return KINDS.get(match[1].decode())
    names = set(_entries(tail))
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Invalid(
            "Die Datei enthält Makros, also kleine Programme. Bitte speichern Sie sie ohne Makros, zum Beispiel als "
            ".docx oder .xlsx, und laden Sie sie noch einmal hoch.",
            field="file",
        )
    return next((kind for entry, kind in _BY_ENTRY.items() if entry in names), ZIP)


def _entries(tail: bytes) -> Iterator[str]:
    """Names in the list at the end of an archive, as far as it lies in the tail."""
    end = tail.rfind(_END)
    if end < 0 or end + 22 > len(tail):
        return
    (length,) = struct.unpack_from("<L", tail, end + 12)
    position = end - length if length <= end else tail.find(_CENTRAL)
    for _ in range(_MOST_ENTRIES):
        if position < 0 or position + 46 > end:
            return
        signature, name, extra, comment = _ENTRY.unpack_from(tail, position)
        if signature != _CENTRAL:
            return
        yield tail[position + 46 : position + 46 + name].decode("utf-8", "replace")
        position += 46 + name + extra + comment


def _compound(head: bytes, tail: bytes) -> Kind | None:
    """Old office files: one format for all, told apart by the names of what lies in it."""
    for stream, kind in _BY_STREAM.items():
        name = stream.encode("utf-16-le") + b"\0\0"
        if name in head or name in tail:
            return kind
    return None


def _written(head: bytes, tail: bytes, extension: str) -> Kind | None:
    """Plain writing has no signature. What a browser could take for a page is none."""
    if _BINARY.search(head) or _BINARY.search(tail) or _MARKUP.search(head[:4096].lstrip(b"\xef\xbb\xbf")):
        is_mail = extension in EML.extensions and not _BINARY.search(head[:2048])
        return EML if is_mail and _is_mail(head) else None
    if extension in EML.extensions:
        return EML if _is_mail(head) else TEXT
    return CSV if extension in CSV.extensions else TEXT


def _is_mail(head: bytes) -> bool:
    """Whether it begins with the header of a mail (a mail may well contain HTML further down)."""
    start = head[:65536].lstrip(b"\xef\xbb\xbf\r\n")
    return bool(_MAIL.match(start)) and len(_MAIL_FIELDS.findall(start.split(b"\n\n")[0])) > 1


def _check_picture(head: bytes) -> None:
    """The size a picture says it has; only its header is read."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            width, height = Image.open(BytesIO(head), formats=("PNG", "JPEG", "GIF", "WEBP")).size
    except Image.DecompressionBombError:
        width, height = MOST_PIXELS, 2
    except Exception:  # noqa: BLE001 - whatever a broken picture makes of its reader
        raise Invalid(
            "Das Bild ist beschädigt. Bitte speichern Sie es neu und laden Sie es noch einmal hoch.", field="file"
        ) from None
    if width * height > MOST_PIXELS:
        raise Invalid(
            "Das Bild hat zu viele Bildpunkte: möglich sind 100 Millionen. Bitte verkleinern Sie es.", field="file"
        )
