"""Old office files and Outlook mails give their words, and never anything but a declared refusal."""

import struct
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from portal.files.extraction import extract
from portal.files.gathering import LONGEST_WORDS, Broken, Locked, TooBig
from portal.files.inspection import DOC, MSG, PPT, SPAN, XLS, judge
from tests.files.compounds import compound, doc, doc_95, mail_tree, msg, ppt, record, xls

WORKBOOK = xls("Ausgaben", {(0, 0): "Miete", (1, 0): "Strom", (1, 1): 480.5, (2, 0): "Miete"})
MAIL = msg(
    {"0037001F": "Einladung", "0C1A001F": "Mira Bader", "0E04001F": "Jo", "1000001F": "Bitte kommen\r\nSie alle"},
    [
        mail_tree({"3707001F": "Plan.pdf", "37010102": b"%PDF"}),
        {"__substg1.0_3701000D": mail_tree({"0037001F": "Weitergeleitet", "10130102": b"<p>Hallo <b>Welt</b></p>"})},
    ],
)
LETTER = doc("Grüße aus Düssel", "dorf\rZelle\x07 \x13 HYPERLINK geheim\x14Verweis\x15\r", "Łódź\r", wide=(2,))
SLIDES = ppt("Ziele", "Łódź heute", before="Nie mehr")


@pytest.fixture(scope="module")
def words(tmp_path_factory):
    path = tmp_path_factory.mktemp("old") / "file"

    def read(content: bytes, kind) -> str:
        path.write_bytes(content)
        return extract(path, kind.media_type)

    return read


@pytest.mark.parametrize(
    ("name", "content", "kind", "expected"),
    [
        ("a.doc", LETTER, DOC, "Grüße aus Düsseldorf\nZelle\nVerweis\nŁódź"),
        ("a.doc", doc_95("Ältere Zeile\r"), DOC, "Ältere Zeile"),
        ("a.xls", WORKBOOK, XLS, "Ausgaben\nMiete\nStrom"),
        ("a.ppt", SLIDES, PPT, "Ziele\nŁódź heute"),
        ("a.msg", MAIL, MSG, "Einladung\nMira Bader\nJo\nBitte kommen\nSie alle\nPlan.pdf\nWeitergeleitet\nHallo Welt"),
        ("a.msg", msg({"0037001E": "Привет".encode("cp1251")}, code_page=1251), MSG, "Привет"),
        ("a.msg", msg({"0037001E": "Gruß".encode("cp1252")}, code_page=4242), MSG, "Gruß"),
    ],
)
def test_every_kind_is_known_and_gives_its_words(words, name, content, kind, expected):
    assert judge(name, content[:SPAN], content[-SPAN:]).kind is kind
    assert words(content, kind) == expected


def test_what_was_deleted_in_a_document_is_not_found(words):
    assert words(doc("Das bleibt, das geht weg.\r", deleted="das geht"), DOC) == "Das bleibt, weg."


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (doc("geheim\r", flags=0x0100), DOC),
        (xls("geheim", {(0, 0): "geheim"}, locked=True), XLS),
        (ppt("geheim", "geheim", token=0xF3D1C4DF), PPT),
        (ppt("geheim", "geheim", key=7), PPT),
    ],
)
def test_what_is_locked_says_so(words, content, kind):
    with pytest.raises(Locked):
        words(content, kind)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", DOC),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504), DOC),
        (MAIL, DOC),
        (MAIL, XLS),
        (LETTER, PPT),
        (compound({"WordDocument": b"kein Brief" * 10}), DOC),
        (compound({"Workbook": b"keine Tabelle"}), XLS),
        (compound({"PowerPoint Document": b"keine Folie", "Current User": bytes(40)}), PPT),
        (LETTER[:2000], DOC),
        (SLIDES[:1100], PPT),
    ],
)
def test_what_is_broken_says_so(words, content, kind):
    with pytest.raises(Broken):
        words(content, kind)


def test_what_would_never_end_is_left(words):
    again = struct.pack("<LH", 0, 0x3FFF)
    loop = record(0x0FF5, struct.pack("<7L", 0, 0, 0, 36, 1, 3, 0)) + record(0x1772, again)
    user = record(0x0FF6, struct.pack("<3L", 0x14, 0xE391C05F, 0))
    with pytest.raises(Broken):
        words(compound({"PowerPoint Document": loop, "Current User": user}), PPT)
    many = record(0x03E8, record(0x0FA9, b"") * 550_000, folder=True)
    table = record(0x1772, struct.pack("<2L", 1 << 20 | 1, 0))
    saved = record(0x0FF5, struct.pack("<7L", 0, 0, 0, len(many), 1, 3, 0))
    user = record(0x0FF6, struct.pack("<3L", 0x14, 0xE391C05F, len(many) + len(table)))
    with pytest.raises(TooBig):
        words(compound({"PowerPoint Document": many + table + saved, "Current User": user}), PPT)


def test_one_text_said_a_thousand_times_is_enough(words):
    letter = bytearray(doc("Wort " * 1000 + "\r"))
    clx = letter.index(b"\x01\x02\x00ab\x02") + 10
    (start,) = struct.unpack_from("<L", letter, clx + 10)
    pieces = struct.pack("<1001L", *range(0, 5001 * 1000 + 1, 5001)) + struct.pack("<HLH", 0, start, 0) * 1000
    content = bytearray(0x800) + b"Wort " * 1000 + b"\r"
    struct.pack_into("<HH6xH", content, 0, 0xA5EC, 0xC1, 0)
    struct.pack_into("<LL", content, 0x1A2, 0, len(pieces) + 5)
    table = b"\x02" + struct.pack("<L", len(pieces)) + pieces
    assert len(words(compound({"WordDocument": bytes(content), "0Table": table}), DOC)) == LONGEST_WORDS


def test_mails_in_mails_end(words):
    inner = mail_tree({"0037001F": "Betreff 20"})
    for depth in range(19, 0, -1):
        inner = mail_tree({"0037001F": f"Betreff {depth}"}, [{"__substg1.0_3701000D": inner}])
    found = words(compound({**inner, "__properties_version1.0": bytes(32)}), MSG).splitlines()
    assert found == [f"Betreff {depth}" for depth in range(1, 7)]


# Not the workbook: what reads it may end its whole process, see test_reading.
BASES = ((LETTER, DOC), (doc("a, das geht b\r", deleted="das geht"), DOC), (SLIDES, PPT), (MAIL, MSG))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(BASES),
    st.lists(st.tuples(st.integers(0, 1 << 16), st.sampled_from([0, 1, 2, 0x7F, 0x80, 0xFE, 0xFF])), max_size=12),
    st.sampled_from([1, 1, 1, 0.9, 0.5, 0.2]),
)
@example((LETTER, DOC), [], 1)
def test_whatever_is_in_a_file_only_declared_refusals_come_out(words, base, changes, cut):
    content, kind = bytearray(base[0]), base[1]
    for place, byte in changes:
        content[place % len(content)] = byte
    with suppress(Broken, Locked, TooBig):
        words(bytes(content[: int(len(content) * cut)]), kind)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(st.sampled_from("aäß Łž€\r"), min_size=1, max_size=20), min_size=1, max_size=8))
def test_a_document_is_read_in_the_order_of_its_pieces(words, pieces):
    wide = [number for number, piece in enumerate(pieces) if set(piece) & set("Łž")]
    lines = (" ".join(line.split()) for line in "".join(pieces).split("\r"))
    assert words(doc(*pieces, wide=wide), DOC) == "\n".join(filter(None, lines))
