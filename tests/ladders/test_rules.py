"""When rungs fire, and what becomes of those that are due together."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from portal.kit.clock import BERLIN, end_of_day, local_day
from portal.ladders.agreement import ladder_of
from portal.ladders.rules import (
    DEFAULT,
    DueRung,
    Party,
    Step,
    as_data,
    collapse,
    from_data,
    rung_at,
    rungs_to_come,
)
from tenants.rulebook import NETWORKS, load_rulebook
from tenants.rulebook_words import Addressee

DAYS = st.dates(date(2026, 1, 1), date(2040, 12, 31))
PARTIES = st.lists(st.sampled_from(Party), min_size=1, max_size=3, unique=True).map(tuple)
LADDERS = st.lists(st.builds(Step, st.integers(-366, 366), PARTIES), max_size=8, unique_by=lambda step: step.days).map(
    lambda steps: tuple(sorted(steps, key=lambda step: step.days))
)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2040, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


@given(DAYS, st.integers(-366, 366))
def test_a_rung_fires_at_eight_in_the_morning_of_its_day_whatever_the_clock_does(day, days):
    at = rung_at(day, days).astimezone(BERLIN)
    assert (at.date(), at.hour, at.minute) == (day + timedelta(days=days), 8, 0)


@given(LADDERS, DAYS, MOMENTS, st.booleans())
def test_every_step_has_one_rung_or_is_over_already(ladder, day, now, lapses):
    due_at = end_of_day(day)
    rungs = rungs_to_come(ladder, due_at=due_at, now=now, lapses=lapses)
    left_out = [step for step in ladder if step not in [rung.step for rung in rungs]]
    assert len(rungs) + len(left_out) == len(ladder)
    assert all(rung.due_at > now for rung in rungs)
    assert all(rung_at(day, step.days) <= now or (lapses and step.days > 0) for step in left_out)
    assert len({rung.due_at for rung in rungs}) == len(rungs)


@given(LADDERS, DAYS)
def test_a_higher_rung_never_fires_before_a_lower_one(ladder, day):
    rungs = rungs_to_come(ladder, due_at=end_of_day(day), now=datetime(2024, 1, 1, tzinfo=UTC), lapses=False)
    assert [rung.due_at for rung in rungs] == sorted(rung.due_at for rung in rungs)


@given(LADDERS.filter(bool), st.randoms())
def test_rungs_that_are_due_together_are_one_telling_that_leaves_none_out(ladder, random):
    due = [DueRung(uuid4(), step) for step in ladder]
    random.shuffle(due)
    telling = collapse(due)
    assert telling.highest.step == ladder[-1]
    assert {telling.highest, *telling.collapsed} == set(due)
    assert len(telling.collapsed) == len(due) - 1
    assert set(telling.tell) == {party for step in ladder for party in step.tell}


@given(LADDERS)
def test_a_ladder_is_kept_as_it_was(ladder):
    assert from_data(as_data(ladder)) == ladder


def test_an_end_within_a_day_counts_from_that_day():
    noon = datetime(2026, 12, 4, 12, tzinfo=BERLIN)
    (rung,) = rungs_to_come((Step(-1, (Party.LEAD,)),), due_at=noon, now=noon - timedelta(days=9), lapses=False)
    assert local_day(rung.due_at) == date(2026, 12, 3)


def test_every_ladder_of_every_rulebook_is_understood():
    assert {party.value for party in Party} == {addressee.value for addressee in Addressee}
    for path in sorted(NETWORKS.glob("*.toml")):
        rulebook = load_rulebook(path)
        for key, written in rulebook.ladders.items():
            assert [step.days for step in ladder_of(rulebook, key)] == [rung.days for rung in written.rungs]
        assert ladder_of(rulebook, "nowhere-written") == DEFAULT
