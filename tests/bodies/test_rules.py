"""Stages and dates, without a database."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.bodies.agreement import MINUTES, bodies_of, period_of
from portal.bodies.presentation import steps_of
from portal.bodies.rules import (
    MeetingState,
    MinutesState,
    Stage,
    first_begin,
    invitation_due,
    next_begin,
    stage_of,
)
from portal.bodies.words import NEXT, STAGES
from portal.deadlines.workdays import Land
from portal.kit.clock import BERLIN, local_day
from tenants.rulebook import NETWORKS, load_rulebook, parse_rulebook

BEGIN = datetime(2026, 12, 4, 9, 0, tzinfo=UTC)
END = BEGIN + timedelta(hours=2)
UNTIL = END + timedelta(days=20)


@pytest.mark.parametrize(
    ("state", "minutes", "now", "stage"),
    [
        (MeetingState.PLANNED, MinutesState.NONE, BEGIN - timedelta(1), Stage.PLANNED),
        (MeetingState.PLANNED, MinutesState.NONE, BEGIN, Stage.LAPSED),
        (MeetingState.CANCELLED, MinutesState.NONE, BEGIN, Stage.CANCELLED),
        (MeetingState.INVITED, MinutesState.NONE, BEGIN - timedelta(1), Stage.INVITED),
        (MeetingState.INVITED, MinutesState.NONE, BEGIN, Stage.RUNNING),
        (MeetingState.INVITED, MinutesState.NONE, END, Stage.HELD),
        (MeetingState.INVITED, MinutesState.DRAFT, END, Stage.WRITING),
        (MeetingState.INVITED, MinutesState.CIRCULATED, UNTIL - timedelta(1), Stage.CIRCULATED),
        (MeetingState.INVITED, MinutesState.CIRCULATED, UNTIL, Stage.READY),
        (MeetingState.INVITED, MinutesState.APPROVED, UNTIL, Stage.APPROVED),
    ],
)
def test_where_a_meeting_stands(state, minutes, now, stage):
    found = stage_of(state, minutes, begins_at=BEGIN, ends_at=END, objections_until=UNTIL, now=now)
    assert found is stage


def test_every_stage_says_what_is_next_and_has_its_place():
    for stage in Stage:
        assert NEXT[stage]
        assert STAGES[stage]
        steps = steps_of(stage)
        assert stage in (Stage.CANCELLED, Stage.APPROVED) or sum(state in ("now", "late") for state, *_ in steps) == 1


@pytest.mark.parametrize("months", [1, 3, 6, 12])
def test_the_next_date_is_at_the_same_hour_on_a_working_day(months):
    begin = BEGIN
    for _ in range(12):
        after = next_begin(begin, months, Land.NW)
        assert after.astimezone(BERLIN).time() == begin.astimezone(BERLIN).time()  # also where the clocks change
        assert after.astimezone(BERLIN).weekday() < 5
        assert months * 28 <= (after - begin).days <= months * 31 + 7
        begin = after


def test_the_first_date_is_within_a_month_or_so():
    assert local_day(first_begin(local_day(BEGIN), Land.NW)) == local_day(BEGIN) + timedelta(days=31)


def test_the_last_day_to_invite_is_never_over_when_it_is_set():
    far = invitation_due(BEGIN, 14, now=BEGIN - timedelta(days=60))
    assert local_day(far - timedelta(seconds=1)) == local_day(BEGIN) - timedelta(days=14)
    near = invitation_due(BEGIN, 14, now=BEGIN - timedelta(days=3))
    assert local_day(near - timedelta(seconds=1)) == local_day(BEGIN) - timedelta(days=3)


def test_a_third_city_needs_no_code():
    """Rhythm, roles, kinds and periods are the rulebook's."""
    source = (NETWORKS / "bielefeld.toml").read_text(encoding="utf-8")
    changed = source.replace("every_months = 3", "every_months = 2").replace("Koordinierungskreis", "Runder Tisch")
    (body,) = bodies_of(parse_rulebook(changed, file="third"))
    assert (body.every_months, body.address, body.has_orders) == (2, "runder-tisch", True)


def test_only_what_meets_or_is_named_is_a_body():
    found = {rule.key: rule for rule in bodies_of(load_rulebook(NETWORKS / "duesseldorf.toml"))}
    assert set(found) == {"directors", "team_leads", "representation"}
    assert (found["team_leads"].every_months, found["directors"].every_months) == (6, None)
    assert not found["representation"].meets
    assert period_of(load_rulebook(NETWORKS / "bielefeld.toml"), MINUTES)
    assert period_of(load_rulebook(NETWORKS / "bielefeld.toml"), "unknown") is None
