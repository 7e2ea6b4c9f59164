"""Differences in words: both texts can be read out of them again."""

import time

from hypothesis import given
from hypothesis import strategies as st

from portal.spaces.differences import Piece, changes, compare, shortened

LINES = st.lists(st.text(alphabet="ab c,ä", min_size=1, max_size=12), max_size=6)


@given(LINES, LINES)
def test_each_text_is_what_is_left_when_the_other_one_is_taken_out(before, after):
    lines = compare(before, after)
    assert "".join(_without("added", line) for line in lines) == "".join(before)
    assert "".join(_without("removed", line) for line in lines) == "".join(after)


def test_a_changed_word_is_shown_as_a_word():
    assert compare(["Ruhe ab 22 Uhr, bitte."], ["Ruhe ab 23 Uhr, bitte."]) == [
        [Piece("same", "Ruhe ab "), Piece("removed", "22"), Piece("added", "23"), Piece("same", " Uhr, bitte.")]
    ]


def test_paragraphs_that_have_nothing_in_common_stay_whole():
    assert compare(["Hunde dürfen mit."], ["Frühstück gibt es um sieben."]) == [
        [Piece("removed", "Hunde dürfen mit.")],
        [Piece("added", "Frühstück gibt es um sieben.")],
    ]


def test_only_fields_that_differ_are_named():
    found = changes([("Titel", ["A"]), ("Text", ["x"])], [("Titel", ["A"]), ("Schlagwörter", ["y"])])
    assert [(change.label, change.before, change.after) for change in found] == [
        ("Text", ["x"], []),
        ("Schlagwörter", [], ["y"]),
    ]


def test_what_is_the_same_for_long_is_left_out():
    lines = compare([str(n) for n in range(9)], [str(n) for n in range(4)] + ["neu"] + [str(n) for n in range(4, 9)])
    shown = ["…" if line is None else line[0].text for line in shortened(lines)]
    assert shown == ["…", "3", "neu", "4", "…"]


def test_a_book_is_compared_in_no_time():
    assert len(compare(["a b c"] * 6000, ["a b d"] * 6000)) == 12000


def test_a_book_of_which_every_sentence_changed_keeps_nobody_else_waiting():
    before = [f"{' '.join(f'w{(n * word) % 97}' for word in range(150))} {n}" for n in range(900)]
    after = [line.replace("w1 ", "w2 ").replace("w5", "neu") for line in before]
    begun = time.process_time()
    lines = compare(before, after)
    assert time.process_time() - begun < 4  # a second alone, where all of it would take ten
    assert "\n".join(_without("added", line) for line in lines if _without("added", line)) == "\n".join(before)


def _without(kind, line):
    return "".join(piece.text for piece in line if piece.kind != kind)
