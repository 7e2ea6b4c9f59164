"""Properties of every majority: equal to exact fractions, monotone, and never surprised by who speaks last."""

from dataclasses import replace
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.votes.rules import (
    Answer,
    Ballot,
    Base,
    Elector,
    Kind,
    Outcome,
    Rule,
    feasibility,
    needed_number,
    tally,
)

SHARES = [(1, 2), (2, 3), (3, 4), (9, 10), (1, 3), (1, 100), (75, 100)]
ANSWERS = {
    Kind.APPROVAL: list(Answer),
    Kind.OBJECTION: list(Answer),
    Kind.UNANIMOUS: list(Answer),
    Kind.CHOICE: [Answer.ABSTAIN, "a", "b", "c"],
}


@st.composite
def rules(draw, kinds=tuple(Kind), bases=tuple(Base)):
    kind = draw(st.sampled_from(kinds))
    if kind is Kind.UNANIMOUS:
        return Rule(kind=kind, base=draw(st.sampled_from(bases)))
    numerator, denominator = draw(st.sampled_from(SHARES))
    return Rule(
        kind=kind,
        numerator=numerator,
        denominator=denominator,
        strict=draw(st.booleans()),
        base=draw(st.sampled_from(bases)),
    )


@st.composite
def votes(draw, most=8, kinds=tuple(Kind), bases=tuple(Base)):
    """A rule, its electorate, and who has spoken so far."""
    rule = draw(rules(kinds, bases))
    size = draw(st.integers(1, most))
    electorate = [Elector(number, over=draw(st.booleans())) for number in range(size)]
    spoken = [draw(st.none() | st.sampled_from(ANSWERS[rule.kind])) for _ in electorate]
    return rule, electorate, [Ballot(number, answer) for number, answer in enumerate(spoken) if answer is not None]


@pytest.mark.parametrize(("numerator", "denominator"), [*SHARES, (1, 1)])
@pytest.mark.parametrize("strict", [False, True])
def test_integers_equal_exact_fractions_for_all_sizes_to_200(numerator, denominator, strict):
    if strict and numerator == denominator:
        return
    rule = Rule(kind=Kind.APPROVAL, numerator=numerator, denominator=denominator, strict=strict)
    threshold = Fraction(numerator, denominator)
    for members in range(1, 201):
        needed = needed_number(rule, members)
        for yes in range(members + 1):
            share = Fraction(yes, members)
            assert (yes >= needed) == (share > threshold if strict else share >= threshold), (members, yes)


@given(votes())
def test_the_result_equals_the_definition_in_fractions(vote):
    rule, electorate, ballots = vote
    result = tally(rule, [replace(elector, over=True) for elector in electorate], ballots)
    said = [ballot.answer for ballot in ballots]
    counted = [answer for answer in said if answer != Answer.ABSTAIN]
    base = len(electorate) if rule.base is Base.MEMBERS else len(counted)
    assert (result.outcome is Outcome.DECIDED) == passes_by_definition(rule, said, counted, base)


def passes_by_definition(rule, said, counted, base):
    def reaches(number):
        if not number or not base:
            return False
        share, threshold = Fraction(number, base), Fraction(rule.numerator, rule.denominator)
        return share > threshold if rule.strict else share >= threshold

    if rule.kind is Kind.OBJECTION:
        return not reaches(said.count(Answer.NO))
    if rule.kind is Kind.CHOICE:
        ranked = sorted((said.count(key) for key in set(counted)), reverse=True)
        return bool(ranked) and reaches(ranked[0]) and ranked[:2] != [ranked[0]] * 2
    if rule.kind is Kind.UNANIMOUS:
        return reaches(said.count(Answer.YES)) and said.count(Answer.YES) == base
    return reaches(said.count(Answer.YES))


@settings(max_examples=150)
@given(votes(most=5))
def test_certain_means_that_no_silent_member_can_change_it(vote):
    rule, electorate, ballots = vote
    now = tally(rule, electorate, ballots)
    heard = {ballot.elector for ballot in ballots}
    pending = [elector.key for elector in electorate if elector.key not in heard and not elector.over]
    everybody_over = [replace(elector, over=True) for elector in electorate]
    endings = set()
    for answers in product([None, *ANSWERS[rule.kind]], repeat=len(pending)):
        more = [Ballot(key, answer) for key, answer in zip(pending, answers, strict=True) if answer]
        final = tally(rule, everybody_over, [*ballots, *more])
        endings.add((final.outcome, final.winner))
    assert now.certain == (len(endings) == 1)


@given(votes())
def test_everybody_is_counted_once(vote):
    rule, electorate, ballots = vote
    counts = tally(rule, electorate, ballots).counts
    abstained = sum(ballot.answer == Answer.ABSTAIN for ballot in ballots)
    heard = {ballot.elector for ballot in ballots}
    assert counts.members == len(electorate)
    assert (counts.abstained, counts.cast) == (abstained, len(ballots) - abstained)
    assert counts.silent == len(electorate) - len(ballots)
    assert counts.pending == sum(not elector.over and elector.key not in heard for elector in electorate)


@given(votes(), st.randoms())
def test_the_order_of_members_does_not_matter(vote, random):
    rule, electorate, ballots = vote
    before = tally(rule, electorate, ballots)
    random.shuffle(electorate)
    random.shuffle(ballots)
    after = tally(rule, electorate, ballots)
    assert (after.outcome, after.winner, after.needed) == (before.outcome, before.winner, before.needed)


@given(votes())
def test_open_exactly_while_somebody_may_speak_or_nothing_ended_it(vote):
    rule, electorate, ballots = vote
    result = tally(rule, electorate, ballots)
    assert (result.outcome is Outcome.OPEN) == (not all(e.over for e in electorate) and not result.ends_now)


@given(votes(kinds=[Kind.APPROVAL, Kind.UNANIMOUS]), st.integers(0, 7))
def test_another_yes_never_hurts(vote, who):
    rule, electorate, ballots = vote
    who %= len(electorate)
    over = [replace(elector, over=True) for elector in electorate]
    before = tally(rule, over, ballots)
    after = tally(rule, over, [*ballots, Ballot(who, Answer.YES)])
    assert not (before.outcome is Outcome.DECIDED and after.outcome is Outcome.REJECTED)


@given(votes(kinds=[Kind.OBJECTION]), st.integers(0, 7))
def test_another_objection_never_helps(vote, who):
    rule, electorate, ballots = vote
    who %= len(electorate)
    over = [replace(elector, over=True) for elector in electorate]
    before = tally(rule, over, ballots)
    after = tally(rule, over, [*ballots, Ballot(who, Answer.NO)])
    assert not (before.outcome is Outcome.REJECTED and after.outcome is Outcome.DECIDED)


@given(votes())
def test_late_ballots_change_nothing_but_their_own_count(vote):
    rule, electorate, ballots = vote
    without = tally(rule, electorate, ballots)
    late = [replace(ballot, late=True) for ballot in ballots]
    result = tally(rule, electorate, [*ballots, *late])
    assert replace(result, counts=replace(result.counts, late=0)) == without
    assert result.counts.late == len(late)


@given(rules(), st.integers(2, 60), st.booleans())
def test_feasible_means_that_the_willing_can_carry_it(rule, members, affected):
    found = feasibility(rule, members, one_affected=affected)
    wish = "a" if rule.kind is Kind.CHOICE else Answer.YES
    refusal = "b" if rule.kind is Kind.CHOICE else Answer.NO
    electorate = [Elector(number, affected=affected and not number) for number in range(members)]
    ballots = [Ballot(elector.key, refusal if elector.affected else wish) for elector in electorate]
    assert found.possible == (tally(rule, electorate, ballots).outcome is Outcome.DECIDED)
