"""Names, sizes, ranges: what holds without storage and database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.files.rules import (
    NameProblem,
    Range,
    Unsatisfiable,
    disposition,
    is_unchanged,
    name_problem,
    requested_range,
    size_words,
    title_of,
)


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("Satzung 2026.pdf", None),
        ("Übersicht – Ämter.ods", None),
        ("../../etc/passwd", NameProblem.FORBIDDEN),
        ("C:\\fakepath\\a.pdf", NameProblem.FORBIDDEN),
        ("a\x00.pdf", NameProblem.FORBIDDEN),
        ("Rechnung\u202efdp.exe", NameProblem.FORBIDDEN),
        ("a\u200b.pdf", NameProblem.FORBIDDEN),
        ("a\n.pdf", NameProblem.FORBIDDEN),
        ("", NameProblem.EMPTY),
        ("..", NameProblem.EMPTY),
        (" . ", NameProblem.EMPTY),
        ("a" * 201, NameProblem.LONG),
    ],
)
def test_names_that_would_lead_elsewhere_or_deceive_are_none(name, problem):
    assert name_problem(name) == problem


@pytest.mark.parametrize(
    ("header", "found"),
    [
        (None, None),
        ("bytes=0-9", Range(0, 10)),
        ("bytes=90-", Range(90, 100)),
        ("bytes=90-500", Range(90, 100)),
        ("bytes=-10", Range(90, 100)),
        ("bytes=-500", Range(0, 100)),
        ("bytes=0-1,5-6", None),
        ("bytes=9-5", None),
        ("bytes=-", None),
        ("items=0-1", None),
        ("bytes=a-b", None),
    ],
)
def test_a_part_is_what_was_asked_for(header, found):
    assert requested_range(header, 100) == found


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=1000-2000", "bytes=-0"])
def test_a_part_beyond_the_end_cannot_be_had(header):
    with pytest.raises(Unsatisfiable):
        requested_range(header, 100)


@given(st.text(max_size=40), st.integers(min_value=1, max_value=1000))
def test_no_header_brings_a_part_outside_the_file(header, size):
    for asked in (header, f"bytes={header}"):
        try:
            found = requested_range(asked, size)
        except Unsatisfiable:
            continue
        assert found is None or 0 <= found.start < found.end <= size


@given(st.text(min_size=1, max_size=60))
def test_a_name_never_breaks_out_of_its_header(name):
    try:
        name.encode()
    except UnicodeEncodeError:
        return
    header = disposition(name)
    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2


def test_content_is_known_by_its_tag():
    assert is_unchanged('"a"', '"a"')
    assert is_unchanged('W/"b", "a"', '"a"')
    assert is_unchanged("*", '"a"')
    assert not is_unchanged('"b"', '"a"')
    assert not is_unchanged(None, '"a"')


@pytest.mark.parametrize(
    ("size", "words"), [(1, "1 Bytes"), (999, "999 Bytes"), (1234, "1,2 KB"), (12_345_678, "12 MB"), (2_000, "2 KB")]
)
def test_sizes_are_said_as_people_say_them(size, words):
    assert size_words(size).replace("\u00a0", " ") == words


def test_a_title_follows_from_the_name():
    assert title_of("Protokoll_2026-11.final.pdf") == "Protokoll 2026-11.final"
    assert title_of(".pdf") == ".pdf"
