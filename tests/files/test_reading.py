"""What the worker finds in files, and what it does with files that were made to hurt it."""

import io
import time
import zipfile

import pytest
from PIL import Image

from portal.files import laboratory
from portal.files.plain import html_lines
from portal.files.rules import Reading
from tests.files.compounds import doc
from tests.files.samples import OLE, archive, docx, mail, odt, pdf, picture

OOXML = "application/vnd.openxmlformats-officedocument."
WORD = f"{OOXML}wordprocessingml.document"
SLIDES, SHEET = f"{OOXML}presentationml.presentation", f"{OOXML}spreadsheetml.sheet"
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
DRAWING = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'


@pytest.fixture
def examine(tmp_path):
    async def examined(content: bytes, media_type: str) -> laboratory.Findings:
        async def pieces():
            for start in range(0, len(content), 65536):
                yield content[start : start + 65536]

        return await laboratory.examine(pieces(), media_type, tmp_path)

    return examined


async def test_a_pdf_is_read_and_its_first_pages_are_drawn(examine):
    found = await examine(pdf("Beschluss zur Wärmestube", pages=7), "application/pdf")
    assert found.reading is Reading.READ
    assert "Beschluss zur Wärmestube 7" in found.words
    assert found.pages == 7
    assert sorted(found.previews) == [f"seite-{number}.webp" for number in range(1, 6)]
    page = Image.open(io.BytesIO(found.previews["seite-1.webp"]))
    assert page.size == (1000, 1416)


@pytest.mark.parametrize(
    ("content", "media_type", "words"),
    [
        (docx("Grüße aus Düsseldorf"), WORD, "Grüße aus Düsseldorf"),
        (odt("Grüße aus <text:span>Biele</text:span>feld"), "application/vnd.oasis.opendocument.text", "aus Bielefeld"),
        (
            archive({"xl/sharedStrings.xml": f"<sst {MAIN}><si><t>Miete</t></si><si><r><t>Strom</t></r></si></sst>"}),
            SHEET,
            "Miete\nStrom",
        ),
        (
            archive({"ppt/slides/slide1.xml": f"<x {DRAWING}><a:p><a:r><a:t>Ziele</a:t></a:r></a:p></x>"}),
            SLIDES,
            "Ziele",
        ),
        (mail("Bitte <b>kommen</b> Sie"), "message/rfc822", "Einladung"),
        (mail("Bitte <b>kommen</b> Sie"), "message/rfc822", "Bitte kommen Sie"),
        ("Straße".encode("cp1252"), "text/plain", "Straße"),
        ("Straße".encode("utf-16"), "text/plain", "Straße"),
        (b"Name;Ort\nMira;Bielefeld", "text/csv", "Mira;Bielefeld"),
        (archive({"Ordner/Vertrag.pdf": "x"}), "application/zip", "Vertrag.pdf"),
    ],
)
async def test_every_kind_with_words_gives_them(examine, content, media_type, words):
    found = await examine(content, media_type)
    assert found.reading is Reading.READ
    assert words in found.words


async def test_what_was_deleted_in_a_document_is_not_found(examine):
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    body = (
        f"<w:document {space}><w:p><w:r><w:t>da</w:t></w:r><w:del><w:r><w:delText>weg</w:delText></w:r></w:del></w:p>"
    )
    found = await examine(archive({"word/document.xml": f"{body}</w:document>"}), WORD)
    assert found.words == "da"


async def test_what_was_deleted_in_an_open_document_is_not_found(examine):
    gone = "da<text:tracked-changes><text:changed-region><text:deletion><text:p>weg</text:p></text:deletion>"
    found = await examine(
        odt(f"{gone}</text:changed-region></text:tracked-changes>"), "application/vnd.oasis.opendocument.text"
    )
    assert found.words == "da"


async def test_pictures_are_drawn_smaller_and_say_nothing_of_where_they_were_made(examine):
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    exif[0x010E] = "Beschreibung mit Ort"
    found = await examine(picture("JPEG", (2000, 1000), exif=exif.tobytes()), "image/jpeg")
    assert (found.reading, found.width, found.height) == (Reading.EMPTY, 1000, 2000)
    small, medium = (Image.open(io.BytesIO(found.previews[name])) for name in ("klein.webp", "mittel.webp"))
    assert (small.size, medium.size) == ((160, 320), (640, 1280))
    assert not medium.getexif()
    assert b"Beschreibung" not in found.previews["mittel.webp"]


async def test_old_formats_are_read_and_told_apart(examine):
    found = await examine(doc("Grüße\r"), "application/msword")
    assert (found.reading, found.words, found.previews) == (Reading.READ, "Grüße", {})


@pytest.mark.parametrize(
    ("content", "reading"), [(doc("geheim\r", flags=0x0100), Reading.LOCKED), (OLE, Reading.BROKEN)]
)
async def test_old_formats_that_cannot_be_read_say_why(examine, content, reading):
    found = await examine(content, "application/msword")
    assert (found.reading, found.words) == (reading, "")


@pytest.mark.parametrize(("code", "reading"), [(-6, Reading.BROKEN), (-11, Reading.BROKEN), (-9, Reading.TOO_BIG)])
def test_a_file_that_ends_its_reader_is_told_apart(tmp_path, code, reading):
    """Compiled readers end their process at some broken files: at a workbook that says it is endless, for one."""
    assert laboratory._findings(tmp_path, code) == laboratory.Findings(reading)


def locked() -> bytes:
    import pypdf

    writer = pypdf.PdfWriter(io.BytesIO(pdf()))
    writer.encrypt("geheim", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


async def test_a_locked_pdf_is_told_apart(examine):
    found = await examine(locked(), "application/pdf")
    assert (found.reading, found.words, found.previews) == (Reading.LOCKED, "", {})


@pytest.mark.parametrize("content", [b"%PDF-1.7\nkaputt", pdf()[:300], b"%PDF-1.4\n" + b"\0" * 5000])
async def test_a_broken_pdf_is_told_apart(examine, content):
    assert (await examine(content, "application/pdf")).reading in (Reading.BROKEN, Reading.EMPTY)


def bomb(entries: int = 1, size: int = 200_000_000) -> bytes:
    """Much in little."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for number in range(entries):
            with packed.open(f"word/header{number}.xml" if number else "word/document.xml", "w") as entry:
                for _ in range(size // 1_000_000):
                    entry.write(b" " * 1_000_000)
    return out.getvalue()


async def test_an_archive_that_is_a_bomb_is_not_unpacked(examine):
    started = time.monotonic()
    found = await examine(bomb(), WORD)
    assert found.reading is Reading.TOO_BIG
    assert time.monotonic() - started < 15


async def test_an_archive_that_lies_about_its_size_is_not_unpacked(examine):
    small = bytearray(bomb(size=90_000_000))
    place = small.rfind(b"PK\x01\x02")
    small[place + 24 : place + 28] = (1000).to_bytes(4, "little")  # it says a thousand bytes
    assert (await examine(bytes(small), WORD)).reading in (Reading.TOO_BIG, Reading.BROKEN, Reading.EMPTY)


async def test_many_entries_are_too_many(examine):
    many = archive({f"word/header{number}.xml": "<x/>" for number in range(10_001)})
    assert (await examine(many, WORD)).reading is Reading.TOO_BIG


@pytest.mark.parametrize(
    "xml",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><x>&b;</x>',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>',
        "<x>",
        "kein XML",
    ],
)
async def test_xml_that_reaches_out_or_grows_is_not_read(examine, xml):
    found = await examine(archive({"word/document.xml": xml}), WORD)
    assert (found.reading, found.words) == (Reading.BROKEN, "")


async def test_a_picture_that_would_fill_the_memory_is_not_drawn(examine):
    out = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")
    found = await examine(out.getvalue(), "image/png")
    assert (found.reading, found.previews) == (Reading.TOO_BIG, {})


async def test_a_reader_that_never_ends_is_ended(examine, monkeypatch):
    monkeypatch.setattr(laboratory, "_PATIENCE", 0.01)
    found = await examine(pdf(pages=50), "application/pdf")
    assert found.reading is Reading.TOO_BIG


async def test_the_reader_gets_no_secret(monkeypatch, tmp_path):
    """What it is started with is all it has."""
    seen = {}

    async def start(*command, **options):
        seen.update(options["env"])
        raise FileNotFoundError

    monkeypatch.setenv("SECRET_KEY", "geheim" * 10)
    monkeypatch.setattr("asyncio.create_subprocess_exec", start)
    with pytest.raises(FileNotFoundError):
        await laboratory._run(tmp_path, "text/plain", tmp_path)
    assert set(seen) == {"PATH", "LANG", "HOME", "OMP_NUM_THREADS"}


def test_scripts_and_styles_are_no_words():
    assert [line for line in html_lines("<style>a</style><p>Eins</p><script>b</script>Zwei") if line] == [
        "Eins",
        "Zwei",
    ]
