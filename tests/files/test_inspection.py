"""What a file is says its content; a name that says something else is refused in words."""

import zlib

import pytest

from portal.files import inspection
from portal.files.inspection import SPAN, judge
from portal.kit.errors import Invalid
from tests.files.samples import OLE, archive, docx, mail, odt, pdf, picture


def judged(name: str, content: bytes):
    return judge(name, content[:SPAN], content[-SPAN:])


STREAM = "WordDocument".encode("utf-16-le") + b"\0\0"
WORKBOOK = archive({"[Content_Types].xml": "", "xl/workbook.xml": "<x/>"})
SLIDES = archive({"docProps/app.xml": "", "ppt/presentation.xml": "<x/>"})
SHEET = archive({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": ""}, stored="mimetype")


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.pdf", pdf(), inspection.PDF),
        ("a.PDF", pdf(), inspection.PDF),
        ("a.png", picture("PNG"), inspection.PNG),
        ("a.jpg", picture("JPEG"), inspection.JPEG),
        ("a.jpeg", picture("JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0"), inspection.JPEG),
        ("a.gif", picture("GIF"), inspection.GIF),
        ("a.webp", picture("WEBP"), inspection.WEBP),
        ("a.docx", docx("Guten Tag"), inspection.DOCX),
        ("a.xlsx", WORKBOOK, inspection.XLSX),
        ("a.pptx", SLIDES, inspection.PPTX),
        ("a.odt", odt("Guten Tag"), inspection.ODT),
        ("a.ods", SHEET, inspection.ODS),
        ("a.zip", archive({"a.txt": "hallo", "Brief.docx": docx("x")}, stored="Brief.docx"), inspection.ZIP),
        ("a.doc", OLE + STREAM, inspection.DOC),
        ("a.msg", OLE + "__properties_version1.0".encode("utf-16-le") + b"\0\0", inspection.MSG),
        ("a.txt", "Grüße aus Düsseldorf".encode(), inspection.TEXT),
        ("a.txt", "Grüße".encode("cp1252"), inspection.TEXT),
        ("a.csv", b"Name;Ort\nMira;Bielefeld\n", inspection.CSV),
        ("a.eml", mail("Guten Tag"), inspection.EML),
    ],
)
def test_every_kind_is_known_by_its_content(name, content, kind):
    assert judged(name, content).kind is kind


def test_a_name_without_an_ending_gets_one():
    assert judged("Satzung", pdf()).name == "Satzung.pdf"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", picture("PNG")),
        ("a.png", picture("JPEG")),
        ("a.txt", pdf()),
        ("a.docx", odt("x")),
        ("a.docx", archive({"a.txt": "x"})),
        ("a.pdf", b"Nur Text"),
        ("a.jpg", b"GIF89a\1\0\1\0\0\0\0"),
        ("a.exe", b"Nur Text"),
        ("a.pdf.html", pdf()),
    ],
)
def test_a_file_that_lies_is_refused_with_what_it_is(name, content):
    with pytest.raises(Invalid, match="ihr Inhalt ist aber etwas anderes"):
        judged(name, content)


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\0" + b"\0" * 200,
        b"\x7fELF" + b"\0" * 200,
        b"<!DOCTYPE html><html><script>alert(1)</script></html>",
        b"  \n<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'></svg>",
        b"\xef\xbb\xbf<?xml version='1.0'?><svg/>",
        b"Harmlos\n<script>alert(1)</script>",
        b"<?php echo 1; ?>",
        OLE,
        b"\0" * 100,
    ],
)
@pytest.mark.parametrize("name", ["a.txt", "a.html", "a.pdf", "a.eml"])
def test_what_could_act_and_what_nobody_knows_is_refused(name, content):
    with pytest.raises(Invalid, match="nimmt das Portal nicht an"):
        judged(name, content)


def test_macros_are_refused_whatever_the_name():
    content = archive({"word/document.xml": "<x/>", "word/vbaProject.bin": b"\0"})
    for name in ("a.docm", "a.docx"):
        with pytest.raises(Invalid, match="Makros"):
            judged(name, content)


def test_a_picture_that_would_fill_the_memory_is_refused_by_its_header():
    bomb = bytearray(picture("PNG", (8, 8)))
    bomb[16:24] = (60_000).to_bytes(4, "big") * 2
    bomb[29:33] = zlib.crc32(bomb[12:29]).to_bytes(4, "big")
    with pytest.raises(Invalid, match="zu viele Bildpunkte"):
        judged("a.png", bytes(bomb))


def test_a_broken_picture_is_refused():
    with pytest.raises(Invalid, match="beschädigt"):
        judged("a.png", b"\x89PNG\r\n\x1a\n" + b"kaputt" * 20)


def test_an_archive_with_a_forged_list_is_only_an_archive():
    forged = archive({"a.txt": "x"})[:-22] + b"PK\x05\x06" + b"\xff" * 18
    assert judged("a.zip", forged).kind is inspection.ZIP
