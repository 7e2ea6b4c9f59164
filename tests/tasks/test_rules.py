"""Which tasks are late, and what ticking does to a list."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.spaces.rules import Access
from portal.tasks.content import ERRAND
from portal.tasks.rules import TO_DO, is_overdue, past_due, ticked

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
STEPS = st.lists(st.fixed_dictionaries({"text": st.text(min_size=1, max_size=5), "done": st.booleans()}), max_size=6)


@pytest.mark.parametrize(
    ("hours", "state", "late"),
    [(-1, "open", True), (0, "in_work", True), (1, "open", False), (-1, "done", False), (-1, "dropped", False)],
)
def test_late_is_what_is_not_done_by_then(hours, state, late):
    assert is_overdue(NOW + timedelta(hours=hours), NOW, state=state) is late


def test_what_has_no_end_is_never_late():
    assert not is_overdue(None, NOW, state="open")


@pytest.mark.parametrize(
    ("due_at", "before", "is_past"),
    [
        (None, None, False),
        ("2026-11-22T13:00+01:00", None, True),
        ("2026-11-22T13:01+01:00", None, False),
        ("2020-01-01T09:00+01:00", "2020-01-01T09:00+01:00", False),
        ("2020-01-01T09:00+01:00", "2027-01-01T09:00+01:00", True),
    ],
)
def test_an_end_is_remarkable_when_it_is_new_and_over(due_at, before, is_past):
    assert (past_due(due_at, before, NOW) is not None) is is_past


@given(STEPS, st.integers(-2, 7), st.booleans())
def test_ticking_changes_one_step_and_only_the_one_that_was_meant(steps, number, done):
    inside = 0 <= number < len(steps)
    text = steps[number]["text"] if inside else "?"
    found = ticked(steps, number, text=text, done=done)
    if not inside:
        assert found is None
        return
    assert found[number] == {"text": text, "done": done}
    assert [step for place, step in enumerate(found) if place != number] == [
        step for place, step in enumerate(steps) if place != number
    ]
    assert ticked(steps, number, text=text + "!", done=done) is None


def test_whoever_it_is_assigned_to_moves_it_on_and_cannot_drop_or_rewrite_it():
    assert set(ERRAND.open_to("open", Access.ASSIGNEE)) == {"start", "finish"}
    assert set(ERRAND.open_to("in_work", Access.ASSIGNEE)) == {"finish"}
    assert not ERRAND.open_to("open", Access.READER | Access.CONTRIBUTOR)
    for name, state in ERRAND.states.items():
        assert not state.editors & Access.ASSIGNEE
        assert (name in TO_DO) is not state.is_done
