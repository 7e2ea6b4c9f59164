"""Every row of the majorities table (law.md) and of the rulebook's decisions (domain.md, sections 3 and 5)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from portal.kit.clock import end_of_day
from portal.votes.agreement import rule_of
from portal.votes.rules import (
    Answer,
    Ballot,
    Base,
    DepartedBallot,
    EarlyEnd,
    Elector,
    Kind,
    Outcome,
    Rule,
    VoteState,
    feasibility,
    needed_number,
    state_of,
    tally,
)
from tenants.rulebook import NETWORKS, load_rulebook

YES, NO, ABSTAIN = Answer.YES, Answer.NO, Answer.ABSTAIN
BIELEFELD = load_rulebook(NETWORKS / "bielefeld.toml")


def ruled(name):
    return rule_of(BIELEFELD.votes[name])


def voted(rule, members, *answers, over=True, **marks):
    """A tally of the first members' answers; ``departed=3`` marks member 3 as gone, ``affected=1`` member 1."""
    electorate = [
        Elector(number, over=over, affected=number == marks.get("affected"), departed=number == marks.get("departed"))
        for number in range(1, members + 1)
    ]
    return tally(rule, electorate, [Ballot(number, answer) for number, answer in enumerate(answers, start=1)])


# --- law.md, majorities ---------------------------------------------------------------------------------------------


def test_admission_with_three_of_six_objections_is_admitted():
    result = voted(ruled("admission"), 6, NO, NO, NO)
    assert (result.outcome, result.base, result.count, result.needed) == (Outcome.DECIDED, 6, 3, 4)


def test_admission_with_four_of_six_objections_is_refused():
    result = voted(ruled("admission"), 6, NO, NO, NO, NO)
    assert (result.outcome, result.count, result.missing) == (Outcome.REJECTED, 4, 0)


def test_admission_in_silence_is_admitted_only_after_the_last_personal_deadline():
    rule = ruled("admission")
    one_still_open = [Elector(number, over=number != 6) for number in range(1, 7)]
    assert tally(rule, one_still_open, []).outcome is Outcome.OPEN
    assert voted(rule, 6).outcome is Outcome.DECIDED


def test_objection_on_day_fifteen_is_kept_as_late_and_not_counted():
    electorate = [Elector(number) for number in range(1, 7)]
    in_time = [Ballot(number, NO) for number in (1, 2, 3)]
    result = tally(ruled("admission"), electorate, [*in_time, Ballot(4, NO, late=True)])
    assert (result.outcome, result.counts.no, result.counts.late) == (Outcome.DECIDED, 3, 1)


def test_a_late_change_leaves_the_ballot_that_was_in_time():
    electorate = [Elector(1), Elector(2)]
    result = tally(ruled("question_approval"), electorate, [Ballot(1, YES), Ballot(1, NO, late=True), Ballot(2, YES)])
    assert (result.outcome, result.counts.yes, result.counts.no) == (Outcome.DECIDED, 2, 0)


def test_exclusion_with_six_of_eight_is_exactly_75_percent_and_not_excluded():
    result = voted(ruled("exclusion"), 8, NO, *[YES] * 6, affected=1)
    assert (result.outcome, result.base, result.count, result.needed, result.missing) == (Outcome.REJECTED, 8, 6, 7, 1)


def test_exclusion_with_seven_of_eight_is_excluded():
    assert voted(ruled("exclusion"), 8, NO, *[YES] * 7, affected=1).outcome is Outcome.DECIDED


def test_exclusion_among_four_is_impossible_before_the_motion_goes_out():
    found = feasibility(ruled("exclusion"), 4, one_affected=True)
    assert (found.possible, found.base, found.needed, found.available) == (False, 4, 4, 3)
    assert voted(ruled("exclusion"), 4, NO, YES, YES, YES, affected=1).outcome is Outcome.REJECTED


@pytest.mark.parametrize(
    ("members", "possible"), [(1, False), (2, False), (3, False), (4, False), (5, True), (8, True)]
)
def test_exclusion_becomes_possible_with_five_members(members, possible):
    assert feasibility(ruled("exclusion"), members, one_affected=True).possible is possible


def test_office_with_three_to_two_has_nobody_and_asks_for_a_new_round():
    result = voted(ruled("office_seat"), 6, "gfs", "gfs", "gfs", "bgw", "bgw")
    assert (result.outcome, result.winner, result.new_round, result.needed) == (Outcome.REJECTED, None, True, 4)


def test_office_with_four_of_six_is_chosen():
    result = voted(ruled("office_seat"), 6, "gfs", "gfs", "gfs", "gfs", "bgw")
    assert (result.outcome, result.winner, result.new_round) == (Outcome.DECIDED, "gfs", False)


def test_position_with_five_yes_and_one_abstention_is_not_unanimous():
    result = voted(ruled("position"), 6, *[YES] * 5, ABSTAIN)
    assert (result.outcome, result.counts.abstained) == (Outcome.REJECTED, 1)


def test_position_with_all_yes_is_held():
    assert voted(ruled("position"), 6, *[YES] * 6).outcome is Outcome.DECIDED


def test_receipt_unproved_for_one_member_blocks_closing():
    # Its period does not run, so its last day cannot pass: five are over, the sixth never.
    electorate = [Elector(number, over=number != 6) for number in range(1, 7)]
    assert tally(ruled("admission"), electorate, []).outcome is Outcome.OPEN
    far_away = datetime(2100, 1, 1, tzinfo=UTC)
    assert state_of(closed=False, ends_at=None, now=far_away) is VoteState.OPEN


# --- domain.md, sections 3 and 5 ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["admission", "exclusion", "office_seat"])
def test_periods_are_fourteen_days_from_receipt(name):
    written = BIELEFELD.votes[name]
    assert (written.period_days, written.period_starts) == (14, "receipt")


def test_one_no_ends_a_unanimous_vote_at_once():
    result = voted(ruled("position"), 6, YES, NO, over=False)
    assert (result.outcome, result.ends_now, result.certain) == (Outcome.REJECTED, True, True)


def test_an_abstention_decides_a_unanimous_vote_but_does_not_end_it():
    result = voted(ruled("position"), 6, YES, ABSTAIN, over=False)
    assert (result.outcome, result.ends_now, result.certain) == (Outcome.OPEN, False, True)


def test_a_decided_vote_stays_open_to_its_last_day():
    result = voted(ruled("question_approval"), 6, *[YES] * 4, over=False)
    assert (result.outcome, result.standing, result.certain) == (Outcome.OPEN, Outcome.DECIDED, True)


def test_the_rulebook_may_allow_an_early_end():
    rule = Rule(kind=Kind.APPROVAL, denominator=2, strict=True, early_end=EarlyEnd.WHEN_DECIDED)
    assert voted(rule, 6, *[YES] * 4, over=False).ends_now
    assert not voted(rule, 6, *[YES] * 3, over=False).ends_now
    assert voted(rule, 6, *[NO] * 3, over=False).outcome is Outcome.REJECTED


def test_a_ballot_may_be_changed_and_the_latest_counts():
    electorate = [Elector(1, over=False), Elector(2, over=False)]
    result = tally(ruled("question_approval"), electorate, [Ballot(1, NO), Ballot(2, YES), Ballot(1, YES)])
    assert (result.counts.yes, result.counts.no) == (2, 0)


def test_the_affected_member_counts_unless_the_rulebook_takes_it_out():
    without = Rule(kind=Kind.APPROVAL, numerator=3, denominator=4, strict=True, affected_member_votes=False)
    result = voted(without, 8, NO, *[YES] * 6, affected=1)
    assert (result.outcome, result.base, result.needed, result.counts.no) == (Outcome.DECIDED, 7, 6, 0)
    found = feasibility(without, 4, one_affected=True)
    assert (found.possible, found.base, found.needed, found.available) == (True, 3, 3, 3)
    assert feasibility(without, 4).base == 4


def test_the_base_stays_the_snapshot_and_a_departed_ballot_stays():
    result = voted(ruled("question_approval"), 4, YES, YES, YES, departed=1)
    assert (result.base, result.counts.yes, result.departed, result.departed_ballots) == (4, 3, 1, 1)
    assert result.outcome is Outcome.DECIDED


def test_a_departed_ballot_falls_where_the_rulebook_says_so_and_the_base_stays():
    rule = Rule(kind=Kind.APPROVAL, denominator=2, strict=True, ballot_of_departed=DepartedBallot.FALLS)
    result = voted(rule, 4, YES, YES, YES, departed=1)
    assert (result.base, result.counts.yes, result.departed_ballots, result.outcome) == (4, 2, 1, Outcome.REJECTED)


def test_a_departed_member_does_not_keep_a_vote_open():
    electorate = [Elector(1), Elector(2, over=False, departed=True)]
    assert tally(ruled("question_approval"), electorate, [Ballot(1, YES)]).outcome is Outcome.REJECTED


def test_a_tie_in_a_choice_has_no_winner_even_at_a_threshold_of_half():
    rule = Rule(kind=Kind.CHOICE, denominator=2)
    assert voted(rule, 6, "a", "a", "a", "b", "b", "b").winner is None


def test_votes_cast_may_be_the_base_as_in_association_law():
    rule = Rule(kind=Kind.APPROVAL, denominator=2, strict=True, base=Base.CAST)
    result = voted(rule, 6, YES, YES, NO, ABSTAIN)
    assert (result.base, result.needed, result.outcome) == (3, 2, Outcome.DECIDED)
    assert voted(rule, 6).outcome is Outcome.REJECTED


def test_a_choice_among_votes_cast_takes_its_share_of_them():
    rule = Rule(kind=Kind.CHOICE, numerator=3, denominator=4, base=Base.CAST)
    assert voted(rule, 6, "a", "a", "b", ABSTAIN).base == 3
    assert voted(rule, 6, "a", "a", "b", ABSTAIN).winner is None
    assert voted(rule, 6, "a", "a", "a", "b").winner == "a"


def test_a_strict_threshold_needs_one_more_than_a_loose_one():
    assert voted(Rule(kind=Kind.APPROVAL, denominator=2), 6, YES, YES, YES).outcome is Outcome.DECIDED
    assert voted(Rule(kind=Kind.APPROVAL, denominator=2, strict=True), 6, YES, YES, YES).outcome is Outcome.REJECTED


def test_a_ballot_counts_until_the_last_second_of_the_last_day():
    due_at = end_of_day(date(2026, 12, 4))
    assert due_at == datetime(2026, 12, 4, 23, 0, tzinfo=UTC)
    assert state_of(closed=False, ends_at=due_at, now=due_at - timedelta(microseconds=1)) is VoteState.OPEN
    assert state_of(closed=False, ends_at=due_at, now=due_at) is VoteState.ENDED
    assert state_of(closed=True, ends_at=due_at, now=due_at) is VoteState.CLOSED


@pytest.mark.parametrize(
    ("electorate", "ballots"),
    [
        ([], []),
        ([Elector(1), Elector(1)], []),
        ([Elector(1)], [Ballot(2, YES)]),
        ([Elector(1)], [Ballot(1, "vielleicht")]),
    ],
)
def test_what_cannot_be_is_refused(electorate, ballots):
    with pytest.raises(ValueError, match=r"nobody|twice|outside|ask"):
        tally(ruled("exclusion"), electorate, ballots)


def test_a_choice_does_not_ask_for_yes():
    with pytest.raises(ValueError, match="ask"):
        tally(ruled("office_seat"), [Elector(1)], [Ballot(1, YES)])


@pytest.mark.parametrize("share", [{"numerator": 0}, {"numerator": 2}, {"strict": True}])
def test_a_share_that_nobody_can_reach_is_refused(share):
    with pytest.raises(ValueError, match=r"share|all"):
        Rule(kind=Kind.APPROVAL, **share)


@pytest.mark.parametrize(("base", "half", "three_quarters"), [(1, 1, 1), (4, 3, 4), (5, 3, 4), (6, 4, 5), (8, 5, 7)])
def test_needed_numbers_as_people_count_them(base, half, three_quarters):
    assert needed_number(ruled("admission"), base) == half
    assert needed_number(ruled("exclusion"), base) == three_quarters
