"""Files of every kind, made here."""

import io
import zipfile
from collections.abc import Mapping

from PIL import Image


def pdf(text: str = "Satzung des Vereins", *, pages: int = 1) -> bytes:
    """A small PDF with a line of text on each page."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>"]
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(pages))
    objects.append(f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>".encode())
    objects.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
    for number in range(pages):
        drawn = f"BT /F1 24 Tf 72 720 Td ({text} {number + 1}) Tj ET".encode("cp1252")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {5 + 2 * number} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>".encode()
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn))
    out, places = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"), []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def picture(kind: str = "PNG", size: tuple[int, int] = (640, 480), **options: object) -> bytes:
    """A picture in one colour."""
    out = io.BytesIO()
    Image.new("RGB", size, (30, 90, 160)).save(out, kind, **options)
    return out.getvalue()


def archive(entries: Mapping[str, str | bytes], *, stored: str = "") -> bytes:
    """A ZIP archive; the entry ``stored`` is written first and not packed, as OpenDocument wants its type."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in entries.items():
            packed.writestr(name, content, zipfile.ZIP_STORED if name == stored else zipfile.ZIP_DEFLATED)
    return out.getvalue()


def docx(text: str) -> bytes:
    """A Word document with one paragraph."""
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = f'<w:document xmlns:w="{space}"><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>'
    return archive({"[Content_Types].xml": "<Types/>", "word/document.xml": body})


def odt(text: str) -> bytes:
    """An OpenDocument text with one paragraph."""
    office = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
    words = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
    body = (
        f'<office:document-content xmlns:office="{office}" xmlns:text="{words}"><office:body><office:text>'
        f"<text:p>{text}</text:p></office:text></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.text"
    return archive({"mimetype": kind, "content.xml": body}, stored="mimetype")


def mail(text: str, subject: str = "Einladung") -> bytes:
    """A mail as programs save it."""
    return (
        f"From: mira@example.org\r\nTo: jo@example.org\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n"
        f"Content-Type: text/html; charset=utf-8\r\n\r\n<html><body><p>{text}</p></body></html>\r\n"
    ).encode()


PDF = pdf()
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
