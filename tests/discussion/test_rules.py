"""Who is meant by a name in a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.discussion.rules import mentioned, not_found

NAMES = [(1, "Mira Sommer"), (2, "Mira"), (3, "Lene Petersen")]


def test_a_name_behind_the_sign_is_meant_the_longer_one_first():
    assert mentioned("@Mira Sommer, bitte ansehen", NAMES) == [1]
    assert mentioned("@mira und @Lene Petersen!", NAMES) == [3, 2]
    assert mentioned("@Mira Sommer und @Mira", NAMES) == [1, 2]


def test_without_the_sign_or_inside_a_word_nobody_is_meant():
    assert mentioned("Mira Sommer", NAMES) == []
    assert mentioned("@Miranda @MiraSommer", NAMES) == []


def test_who_is_called_and_not_found_is_named_as_written():
    names = ["Mira Sommer", "Lene Petersen"]
    assert not_found("@Mira Sommer, frag @Mira Sonner oder (@Lena)", names) == ["@Mira Sonner", "@Lena"]
    assert not_found("Danke @Jo und @Jo", names) == ["@Jo"]
    assert not_found("@Anna-Lena Krüger bitte", names) == ["@Anna-Lena Krüger"]


@pytest.mark.parametrize(
    "text", ["", "@", "@ 10 Uhr", "info@bgw.de", "https://example.org/@wer", "@Mira Sommer!", "@lene petersen", "x@@y"]
)
def test_where_nobody_is_called_nobody_is_missed(text):
    assert not_found(text, [name for _, name in NAMES]) == []


@given(st.text(max_size=60))
def test_whatever_is_written_nobody_is_meant_twice(text):
    found = mentioned(text, NAMES)
    assert len(found) == len(set(found))
