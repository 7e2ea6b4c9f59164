"""Links as people type them, and the order of boxes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.portlets.rules import Link, Move, NoLink, links_of, moved, written

TITLES = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=30).filter(
    lambda text: "|" not in text
)
LINKS = st.lists(st.builds(Link, TITLES, st.sampled_from(["https://a.example/x?y=1", "/o/bgw/inhalte", "tel:+49521"])))


@given(LINKS)
def test_what_was_written_is_read_again(links):
    assert links_of(written(links)) == links


@pytest.mark.parametrize(
    "line", ["Titel", "Titel | javascript:alert(1)", "x | //fremd.example", "x | https://a b", "x | /\\fremd", "| x"]
)
def test_a_line_without_an_address_is_refused(line):
    with pytest.raises(NoLink):
        links_of(f"Gut | https://a.example\n{line}")


@given(st.lists(st.text("abcdef", min_size=1), min_size=1, unique=True), st.data())
def test_moving_changes_the_order_of_two_at_most(places, data):
    which = data.draw(st.sampled_from(places))
    after = moved(places, which, data.draw(st.sampled_from(Move)))
    assert sorted(after) == sorted(places)
    assert sum(left != right for left, right in zip(places, after, strict=True)) in (0, 2)
