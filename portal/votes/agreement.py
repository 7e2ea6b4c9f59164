"""A majority of the rulebook as a rule of a vote, and the answer to "what would come of these numbers?"."""

from collections.abc import Sequence
from datetime import date
from difflib import get_close_matches
from uuid import UUID

from portal.deadlines.agreement import vote_length_of
from portal.deadlines.receipt import Basis, fact
from portal.deadlines.rules import Deadline, Length, Unit, reckon
from portal.deadlines.workdays import land_of
from portal.votes import wording
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
    feasibility,
    tally,
)
from tenants.rulebook import Rulebook, VoteRule
from tenants.rulebook_words import PeriodStart, VoteKind

DECIDED, REJECTED, IMPOSSIBLE = 0, 1, 2
_MOST_MEMBERS = 10_000


def rule_of(written: VoteRule) -> Rule:
    """The majority as the tally needs it; where no single member is concerned, everybody votes."""
    return Rule(
        kind=Kind(written.kind.value),
        numerator=written.threshold.numerator,
        denominator=written.threshold.denominator,
        strict=written.strict,
        base=Base(written.base.value),
        affected_member_votes=written.affected_member_votes is not False,
        ballot_of_departed=DepartedBallot(written.ballot_of_departed.value),
        early_end=EarlyEnd(written.early_end.value),
    )


def runs_from_receipt(written: VoteRule) -> bool:
    """Whether each member's period begins with its own receipt; otherwise the office sets one last day for all."""
    return written.period_starts is PeriodStart.RECEIPT


def period_end(written: VoteRule, rulebook: Rulebook, opened_on: date) -> date:
    """The last day for everybody, where the period of a majority counts from the opening."""
    return asked_again(written, rulebook, opened_on).last_day


def asked_again(written: VoteRule, rulebook: Rulebook, taken_back: date) -> Deadline:
    """The time of members whose ballot falls with a candidacy: the same once more, counted from the day on which that
    was taken back."""
    return reckon(fact(Basis.EVENT, taken_back), vote_length_of(written), land_of(rulebook.land))


def electorate_of(
    written: VoteRule, members: Sequence[tuple[UUID, str]], affected_id: UUID | None
) -> tuple[tuple[UUID, str], ...]:
    """Who votes and counts: all members, but for the one concerned where the rulebook leaves it out."""
    left_out = affected_id if written.affected_member_votes is False else None
    return tuple(member for member in members if member[0] != left_out)


def usual_last_day(rulebook: Rulebook, opened_on: date) -> date:
    """The last day to suggest for a question: the longest period of the majorities for which a day is set, never
    ending on a free day."""
    rules = rulebook.rules_for_questions().values()
    days = (period_end(rule, rulebook, opened_on) for rule in rules if not runs_from_receipt(rule))
    event = fact(Basis.EVENT, opened_on)
    return max(days, default=reckon(event, Length(1, Unit.DAYS), land_of(rulebook.land)).last_day)


def tally_in_words(
    rulebook: Rulebook,
    rule: str,
    *,
    members: int,
    yes: int = 0,
    no: int = 0,
    abstain: int = 0,
    candidates: Sequence[int] = (),
) -> tuple[int, str]:
    """What comes of a vote with these ballots once every last day has passed.

    Returns:
        0 decided, 1 rejected, 2 impossible input; and the result with its arithmetic, or a sentence about the input.
    """
    written = rulebook.votes.get(rule)
    if written is None:
        return IMPOSSIBLE, _unknown(rulebook, rule)
    counted_out = written.affected_member_votes is False
    fault = _fault(written, members - counted_out, [yes, no, abstain, *candidates], chosen=bool(candidates))
    if fault:
        return IMPOSSIBLE, fault
    return _result(written, members, [(Answer.YES, yes), (Answer.NO, no), (Answer.ABSTAIN, abstain)], candidates)


def _result(
    written: VoteRule, members: int, answers: Sequence[tuple[str, int]], candidates: Sequence[int]
) -> tuple[int, str]:
    rule = rule_of(written)
    concerned = written.affected_member_votes is not None
    electorate = [Elector(number, affected=concerned and number == members) for number in range(1, members + 1)]
    proposals = [(f"Vorschlag {number}", votes) for number, votes in enumerate(candidates, start=1)]
    spoken = [answer for answer, count in [*answers, *proposals] for _ in range(count)]
    outcome = tally(rule, electorate, [Ballot(number, answer) for number, answer in enumerate(spoken, start=1)])
    lines = [f"{written.title}: {wording.result_in_words(outcome)}", wording.arithmetic(outcome)]
    lines.append(f"Abgegeben: {', '.join(wording.breakdown(outcome.counts, rule.kind))}.")
    possible = feasibility(rule, members, one_affected=concerned)
    if not possible.possible and outcome.outcome is not Outcome.DECIDED:
        lines.append(wording.feasibility_in_words(rule, possible))
    if counted_out := len(electorate) - outcome.counts.members:
        lines.append(f"Das betroffene Mitglied zählt nicht mit ({counted_out} von {members}).")
    lines.append(f"Regel: {written.section or written.decision}")
    return (DECIDED if outcome.outcome is Outcome.DECIDED else REJECTED), "\n".join(lines)


def _fault(written: VoteRule, voting: int, ballots: Sequence[int], *, chosen: bool) -> str:
    """Why these numbers cannot come about, as a sentence; empty if they can."""
    yes, no, *_ = ballots
    if not 1 <= voting <= _MOST_MEMBERS:
        return f"Es müssen 1 bis {_MOST_MEMBERS} Mitglieder abstimmen dürfen; mit diesen Angaben sind es {voting}."
    if min(ballots) < 0:
        return f"Eine Zahl von Stimmen kann nicht negativ sein; gefunden {min(ballots)}."
    if sum(ballots) > voting:
        return f"{sum(ballots)} Stimmen sind mehr, als {voting} Mitglieder abgeben können."
    if written.kind is VoteKind.CHOICE and (yes or no or not chosen):
        return f"„{written.title}“ ist eine Auswahl: Bitte die Stimmen je Vorschlag angeben, nicht Ja oder Nein."
    if written.kind is not VoteKind.CHOICE and chosen:
        return f"„{written.title}“ ist keine Auswahl: Bitte Ja und Nein angeben, keine Vorschläge."
    return ""


def _unknown(rulebook: Rulebook, rule: str) -> str:
    known = list(rulebook.votes)
    close = get_close_matches(rule, known, n=1)
    hint = f" Gemeint ist wohl „{close[0]}“." if close else ""
    return f"Das Regelwerk „{rulebook.name}“ kennt die Mehrheit „{rule}“ nicht.{hint} Es gibt: {', '.join(known)}."
