"""Majorities in integers: what a vote needs, where it stands, what came of it (domain.md, section 5).

Shares are fractions of whole numbers and are compared by multiplying, never by dividing: 6 of 8 is exactly 75 %.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Kind(StrEnum):
    """How ballots become a result."""

    APPROVAL = "approval"
    CHOICE = "choice"
    OBJECTION = "objection"
    UNANIMOUS = "unanimous"


class Base(StrEnum):
    """Of whom a share is taken: all members, or those who said yes or no (§ 32 (1) BGB)."""

    CAST = "cast"
    MEMBERS = "members"


class DepartedBallot(StrEnum):
    """What becomes of the ballot of a member that leaves while the vote runs."""

    FALLS = "falls"
    STAYS = "stays"


class EarlyEnd(StrEnum):
    """Whether a vote ends as soon as the silent can no longer change it."""

    NEVER = "never"
    WHEN_DECIDED = "when_decided"


class Answer(StrEnum):
    """What a ballot may say, besides the key of a candidate. ``NO`` is the objection where silence consents."""

    ABSTAIN = "abstain"
    NO = "no"
    YES = "yes"


class Outcome(StrEnum):
    """What came of a vote. A choice without result is rejected and asks for a new round."""

    DECIDED = "decided"
    OPEN = "open"
    REJECTED = "rejected"


class VoteState(StrEnum):
    """Where a vote is: ``ENDED`` by the clock, its tally not yet frozen; ``CLOSED`` when it is."""

    CLOSED = "closed"
    ENDED = "ended"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class VoteCause:
    """What a vote decides on: ``kind`` names the procedure, ``address`` its page in the portal."""

    kind: str
    id: UUID
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One majority; the threshold is ``numerator / denominator`` of the base, more than it where ``strict``."""

    kind: Kind
    numerator: int = 1
    denominator: int = 1
    strict: bool = False
    base: Base = Base.MEMBERS
    affected_member_votes: bool = True
    ballot_of_departed: DepartedBallot = DepartedBallot.STAYS
    early_end: EarlyEnd = EarlyEnd.NEVER

    def __post_init__(self) -> None:
        if not 0 < self.numerator <= self.denominator:
            raise ValueError(f"no share: {self.numerator}/{self.denominator}")
        if self.strict and self.numerator == self.denominator:
            raise ValueError("more than all cannot be reached")

    @property
    def may_end_early(self) -> bool:
        """Whether the vote may end before its last day."""
        return self.kind is Kind.UNANIMOUS or self.early_end is EarlyEnd.WHEN_DECIDED


@dataclass(frozen=True, slots=True)
class Elector:
    """A member of the snapshot. ``over``: its own last day has passed (never, while its receipt is unproved)."""

    key: Hashable
    over: bool = True
    affected: bool = False
    departed: bool = False


@dataclass(frozen=True, slots=True)
class Ballot:
    """One entry of the append-only history: an ``Answer`` or the key of a candidate."""

    elector: Hashable
    answer: str
    late: bool = False


@dataclass(frozen=True, slots=True)
class Counts:
    """Ballots counted: ``members`` is the size of the base of 100 %, ``pending`` those who may still speak."""

    members: int
    yes: int = 0
    no: int = 0
    abstained: int = 0
    pending: int = 0
    late: int = 0
    candidates: Mapping[str, int] = field(default_factory=dict)

    @property
    def cast(self) -> int:
        """Ballots that said something; abstentions do not count (§ 32 (1) BGB)."""
        return self.yes + self.no + sum(self.candidates.values())

    @property
    def silent(self) -> int:
        return self.members - self.cast - self.abstained


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Where a vote stands. ``standing`` is the result if nobody spoke any more; ``certain`` when nobody silent can
    change it; ``outcome`` stays open until the vote has ended. ``ends_now`` asks for closing before the last day."""

    rule: Rule
    counts: Counts
    outcome: Outcome
    standing: Outcome
    certain: bool
    ends_now: bool
    base: int
    needed: int
    winner: str | None
    departed: int
    departed_ballots: int

    @property
    def count(self) -> int:
        """The number that is held against ``needed``: objections, approvals, or votes for the leading candidate."""
        return deciding_count(self.rule, self.counts)

    @property
    def missing(self) -> int:
        """How many are still needed ("noch n nötig")."""
        return max(0, self.needed - self.count)

    @property
    def new_round(self) -> bool:
        return self.rule.kind is Kind.CHOICE and self.outcome is Outcome.REJECTED


@dataclass(frozen=True, slots=True)
class Feasibility:
    """Whether a motion can succeed at all. ``available`` is the most it can get while the affected member refuses."""

    possible: bool
    base: int
    needed: int
    available: int


def needed_number(rule: Rule, base: int) -> int:
    """The smallest whole number that reaches the threshold; at least 1."""
    if rule.kind is Kind.UNANIMOUS:
        return max(1, base)
    share = rule.numerator * base
    least = share // rule.denominator + 1 if rule.strict else -(-share // rule.denominator)
    return max(1, least)


def tally(rule: Rule, electorate: Sequence[Elector], ballots: Iterable[Ballot]) -> Tally:
    """Count the ballots, oldest first; each elector's latest one in time counts.

    Raises:
        ValueError: nobody may vote, an elector is listed twice, a ballot comes from outside the electorate or says
            something this kind of vote does not ask.
    """
    if len({elector.key for elector in electorate}) != len(electorate):
        raise ValueError("an elector is listed twice")
    voting = [elector for elector in electorate if rule.affected_member_votes or not elector.affected]
    if not voting:
        raise ValueError("nobody to vote")
    latest, late = _latest(rule, electorate, ballots)
    counts = _counted(rule, voting, latest, late)
    certain = _is_certain(rule, counts)
    ended = all(elector.over or elector.departed for elector in voting)
    ends_now = not ended and _ends_early(rule, counts, certain=certain)
    gone = [elector for elector in electorate if elector.departed]
    return _tally_of(
        rule,
        counts,
        ended=ended,
        ends_now=ends_now,
        certain=certain,
        departed=len(gone),
        departed_ballots=sum(elector.key in latest for elector in gone),
    )


def frozen(rule: Rule, counts: Counts, *, departed: int, departed_ballots: int) -> Tally:
    """The tally of a closed vote, from the numbers that were kept of it."""
    return _tally_of(
        rule, counts, ended=True, ends_now=False, certain=True, departed=departed, departed_ballots=departed_ballots
    )


def evaluate(rule: Rule, counts: Counts) -> tuple[Outcome, str | None]:
    """The result of these counts as they are, and the winner of a choice."""
    needed = needed_number(rule, base_of(rule, counts))
    if rule.kind is Kind.CHOICE:
        winner = _winner(counts, needed)
        return (Outcome.DECIDED if winner else Outcome.REJECTED), winner
    reached = deciding_count(rule, counts) >= needed
    if rule.kind is Kind.UNANIMOUS:
        reached = reached and not counts.no
    passes = not reached if rule.kind is Kind.OBJECTION else reached
    return (Outcome.DECIDED if passes else Outcome.REJECTED), None


def base_of(rule: Rule, counts: Counts) -> int:
    """The number that is 100 %."""
    return counts.cast if rule.base is Base.CAST else counts.members


def deciding_count(rule: Rule, counts: Counts) -> int:
    """The number that is held against the needed one."""
    if rule.kind is Kind.CHOICE:
        return max(counts.candidates.values(), default=0)
    return counts.no if rule.kind is Kind.OBJECTION else counts.yes


def feasibility(rule: Rule, members: int, *, one_affected: bool = False) -> Feasibility:
    """Whether a motion can succeed if everybody agrees but the member it concerns (domain.md, section 5).

    Raises:
        ValueError: without members, or without anybody but the affected one.
    """
    counted_out = one_affected and not rule.affected_member_votes
    base = members - counted_out
    if base < 1:
        raise ValueError("nobody to vote")
    refusing = int(one_affected and rule.affected_member_votes)
    agreeing = base - refusing
    best = Counts(members=base, yes=agreeing, no=refusing)
    if rule.kind is Kind.CHOICE:
        best = Counts(members=base, candidates={"candidate": agreeing, "rival": refusing})
    outcome, _ = evaluate(rule, best)
    needed = needed_number(rule, base_of(rule, best))
    return Feasibility(possible=outcome is Outcome.DECIDED, base=base, needed=needed, available=agreeing)


def state_of(*, closed: bool, ends_at: datetime | None, now: datetime) -> VoteState:
    """Where a vote is by the clock. Without ``ends_at`` a receipt is unproved and the vote cannot end."""
    if closed:
        return VoteState.CLOSED
    return VoteState.ENDED if ends_at is not None and now >= ends_at else VoteState.OPEN


def _tally_of(
    rule: Rule, counts: Counts, *, ended: bool, ends_now: bool, certain: bool, departed: int, departed_ballots: int
) -> Tally:
    standing, winner = evaluate(rule, counts)
    base = base_of(rule, counts)
    return Tally(
        rule=rule,
        counts=counts,
        outcome=standing if ended or ends_now else Outcome.OPEN,
        standing=standing,
        certain=certain or ended,
        ends_now=ends_now,
        base=base,
        needed=needed_number(rule, base),
        winner=winner,
        departed=departed,
        departed_ballots=departed_ballots,
    )


def _latest(rule: Rule, electorate: Sequence[Elector], ballots: Iterable[Ballot]) -> tuple[dict[Hashable, str], int]:
    keys = {elector.key for elector in electorate}
    latest: dict[Hashable, str] = {}
    late = 0
    for ballot in ballots:
        if ballot.elector not in keys:
            raise ValueError("a ballot from outside the electorate")
        if not _is_asked(rule, ballot.answer):
            raise ValueError(f"{rule.kind} does not ask for {ballot.answer!r}")
        if ballot.late:
            late += 1
        else:
            latest[ballot.elector] = ballot.answer
    return latest, late


def _is_asked(rule: Rule, answer: str) -> bool:
    """A choice asks for a candidate, everything else for yes or no; anybody may abstain."""
    return answer == Answer.ABSTAIN or (answer in list(Answer)) != (rule.kind is Kind.CHOICE)


def _counted(rule: Rule, voting: Sequence[Elector], latest: Mapping[Hashable, str], late: int) -> Counts:
    falls = rule.ballot_of_departed is DepartedBallot.FALLS
    answers = [latest[elector.key] for elector in voting if elector.key in latest and not (falls and elector.departed)]
    return Counts(
        members=len(voting),
        yes=answers.count(Answer.YES),
        no=answers.count(Answer.NO),
        abstained=answers.count(Answer.ABSTAIN),
        pending=sum(elector.key not in latest and not (elector.over or elector.departed) for elector in voting),
        late=late,
        candidates={answer: answers.count(answer) for answer in answers if answer not in list(Answer)},
    )


def _winner(counts: Counts, needed: int) -> str | None:
    """The one candidate with the most votes, if that is enough; a tie has no winner."""
    most = max(counts.candidates.values(), default=0)
    leading = [key for key, votes in counts.candidates.items() if votes == most]
    return leading[0] if len(leading) == 1 and most >= needed else None


def _is_certain(rule: Rule, counts: Counts) -> bool:
    """Whether the result is the same however those who may still speak decide."""
    if not counts.pending:
        return True
    if rule.kind is Kind.CHOICE:
        return _choice_is_certain(rule, counts)
    settled = replace(counts, pending=0)
    all_yes = replace(settled, yes=counts.yes + counts.pending)
    all_no = replace(settled, no=counts.no + counts.pending)
    results = {evaluate(rule, possible)[0] for possible in (settled, all_yes, all_no)}
    return len(results) == 1


def _choice_is_certain(rule: Rule, counts: Counts) -> bool:
    """A candidate's chance is best when all pending vote for it, and worst when all vote for one rival."""
    unknown = "\0 anybody without a vote so far"
    keys = [*counts.candidates, unknown]
    _, now_winning = evaluate(rule, counts)
    for key in keys:
        votes = {**counts.candidates, key: counts.candidates.get(key, 0) + counts.pending}
        if evaluate(rule, replace(counts, pending=0, candidates=votes))[1] != now_winning:
            return False
    return True


def _ends_early(rule: Rule, counts: Counts, *, certain: bool) -> bool:
    """One "no" ends a unanimous vote at once; any other ends early only where the rulebook says so."""
    if rule.kind is Kind.UNANIMOUS and counts.no:
        return True
    return certain and rule.early_end is EarlyEnd.WHEN_DECIDED
