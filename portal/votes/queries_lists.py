"""Reading many votes at once, and what a new one begins with; each page is one statement, whatever their number."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from portal.deadlines.rules import Deadline
from portal.kit.clock import local_day
from portal.kit.errors import NotFound
from portal.votes.abilities import VOTING_ROLES
from portal.votes.agreement import asked_again
from portal.votes.queries import LATEST_BALLOT, MINE
from portal.votes.rules import Kind, Outcome
from tenants.database import execute
from tenants.kept import JUST_NOW
from tenants.queries import Standing, standing_of
from tenants.rulebook import Rulebook, parse_rulebook

CLOSED_A_PAGE = 20
_MOST_OPEN = 100
_NEVER = datetime.max.replace(tzinfo=UTC)

_UNANSWERED = f"""
FROM voter w JOIN vote v ON v.network_id = w.network_id AND v.id = w.vote_id {LATEST_BALLOT}
WHERE w.{MINE} AND v.state = 'open' AND w.due_at > hilfenetz_now() AND b.answer IS NULL
"""
_VOTING = ", ".join(f"'{role}'" for role in VOTING_ROLES)
# How many votes wait for the ballot of this person's organisation, by network, and when the first of them waits no
# longer, though nobody has done anything; nothing for who may not cast it.
WAITING_COUNT = f"""
SELECT v.network_id, count(*) FILTER (WHERE w.due_at > hilfenetz_now()), min(w.due_at)
{_UNANSWERED.replace("hilfenetz_now()", JUST_NOW)}
  AND EXISTS (
      SELECT FROM role_assignment r
      WHERE r.{MINE} AND r.person_id = (SELECT current_person()) AND r.role IN ({_VOTING})
        AND r.valid_from <= hilfenetz_now() AND (r.valid_until IS NULL OR r.valid_until > hilfenetz_now()))
GROUP BY v.network_id
"""  # noqa: S608 - constants of this file

# What the own organisation has not answered yet, in all its networks: for a page that shows more, which narrows it.
WAITING_VOTES = f"SELECT v.id, v.network_id, v.question, v.kind, w.due_at {_UNANSWERED}"


@dataclass(frozen=True, slots=True)
class VoteLine:
    """A vote in a list. ``due_at`` and ``answer`` are the own organisation's; None where it has none, or where its
    receipt of the notice is unproved, and then the vote may have no end yet."""

    id: UUID
    question: str
    kind: Kind
    rule_title: str
    ends_at: datetime | None
    closed_at: datetime | None
    outcome: Outcome | None
    winner: str | None
    due_at: datetime | None
    answer: str | None
    is_voter: bool


@dataclass(frozen=True, slots=True)
class VoteList:
    """Open votes by their end, and a page of those that are over, newest first; the first begins with what has ended
    and is not counted yet."""

    open: tuple[VoteLine, ...]
    over: tuple[VoteLine, ...]
    has_older: bool


@dataclass(frozen=True, slots=True)
class WaitingVote:
    """A vote that lacks the own organisation's ballot."""

    id: UUID
    network_id: UUID
    question: str
    kind: Kind
    due_at: datetime


async def list_votes(network_id: UUID, *, now: datetime, page: int = 1) -> VoteList:
    """The votes of a network."""
    rows = await execute(_LIST, network_id, network_id, CLOSED_A_PAGE + 1, (page - 1) * CLOSED_A_PAGE)
    lines = [_line(row) for row in rows]
    is_open = [line for line in lines if line.closed_at is None]
    closed = [line for line in lines if line.closed_at is not None]
    closed.sort(key=lambda line: (line.closed_at, line.id), reverse=True)
    is_open.sort(key=lambda line: (line.ends_at or _NEVER, line.id))
    ended = [line for line in is_open if line.ends_at is not None and line.ends_at <= now]
    over = [*(ended if page == 1 else ()), *closed[:CLOSED_A_PAGE]]
    return VoteList(tuple(is_open[len(ended) :]), tuple(over), len(closed) > CLOSED_A_PAGE)


def waiting_vote(found: Mapping[str, Any]) -> WaitingVote:
    """A row of ``WAITING_VOTES`` that was read as JSON, inside the one statement of a page that shows more."""
    return WaitingVote(
        id=UUID(found["id"]),
        network_id=UUID(found["network_id"]),
        question=found["question"],
        kind=Kind(found["kind"]),
        due_at=datetime.fromisoformat(found["due_at"]),
    )


async def is_asked(network_id: UUID, question: str) -> bool:
    """Whether the members are just being asked this, word for word. Whoever asks at the same moment waits for this."""
    await execute("SELECT pg_advisory_xact_lock(hashtextextended({}, 0))", f"asking:{network_id}")
    rows = await execute(
        "SELECT FROM vote WHERE network_id = {} AND state = 'open' AND question = {} LIMIT 1", network_id, question
    )
    return bool(rows)


async def opening_of(network_id: UUID) -> Standing:
    """What a new vote would begin with: the rulebook in force and the members now.

    Raises:
        NotFound: out of reach.
    """
    if (standing := await standing_of(network_id)) is None:
        raise NotFound
    return standing


async def rulebook_of(network_id: UUID, vote_id: UUID) -> Rulebook:
    """The rulebook under which a vote began."""
    return (await _began(network_id, vote_id))[0]


async def time_to_choose_again(network_id: UUID, vote_id: UUID, *, taken_back: date | None = None) -> Deadline:
    """How long members have whose ballot falls with a candidacy: what its rulebook gives to answer, once more.

    Args:
        taken_back: the day of that; without one, the day on which it happened last.
    """
    rulebook, row = await _began(network_id, vote_id)
    return asked_again(rulebook.votes[row["rule"]], rulebook, taken_back or local_day(row["taken_back"]))


async def time_from_opening(network_id: UUID, vote_id: UUID) -> Deadline:
    """The time that the rulebook gives to answer, where it runs for all from the opening."""
    rulebook, row = await _began(network_id, vote_id)
    return asked_again(rulebook.votes[row["rule"]], rulebook, local_day(row["opened_at"]))


async def _began(network_id: UUID, vote_id: UUID) -> tuple[Rulebook, Mapping[str, Any]]:
    (row,) = await execute(
        "SELECT r.source, v.rule, v.opened_at, (SELECT max(o.withdrawn_at) FROM vote_option o "
        "WHERE o.network_id = v.network_id AND o.vote_id = v.id) AS taken_back "
        "FROM vote v JOIN rulebook r ON r.network_id = v.network_id AND r.id = v.rulebook_id "
        "WHERE v.network_id = {} AND v.id = {}",
        network_id,
        vote_id,
    )
    return parse_rulebook(row["source"], file="rulebook"), row


_LINES = f"""
SELECT v.id, v.question, v.kind, v.rule_title, v.ends_at, v.closed_at, r.outcome, o.title AS winner, w.due_at, b.answer,
    w.organisation_id IS NOT NULL AS is_voter
FROM vote v
LEFT JOIN vote_result r ON r.network_id = v.network_id AND r.vote_id = v.id
LEFT JOIN vote_option o ON o.network_id = r.network_id AND o.id = r.winner_id
LEFT JOIN voter w ON w.network_id = v.network_id AND w.vote_id = v.id AND w.{MINE} {LATEST_BALLOT}
WHERE v.network_id = {{}} AND v.state =
"""  # noqa: S608
_LIST = f"""
(SELECT * FROM ({_LINES} 'open') AS v ORDER BY v.ends_at, v.id LIMIT {_MOST_OPEN})
UNION ALL
(SELECT * FROM ({_LINES} 'closed') AS v ORDER BY v.closed_at DESC, v.id DESC LIMIT {{}} OFFSET {{}})
"""  # noqa: S608


def _line(row: Mapping[str, Any]) -> VoteLine:
    outcome = Outcome(row["outcome"]) if row["outcome"] else None
    return VoteLine(**{**row, "kind": Kind(row["kind"]), "outcome": outcome})
