"""Reading one vote; the wall narrows every statement to the open scope."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.deadlines.rules import Deadline, Length
from portal.deadlines.stored import from_data
from portal.deadlines.wording import length_in_words
from portal.formal.rules import period_of
from portal.kit.errors import NotFound
from portal.votes.rules import (
    Ballot,
    Base,
    Counts,
    DepartedBallot,
    EarlyEnd,
    Elector,
    Kind,
    Rule,
    Tally,
    VoteCause,
    VoteState,
    frozen,
    state_of,
    tally,
)
from tenants.context import Actor, Seat
from tenants.database import execute
from tenants.kept import JUST_NOW

MINE = "organisation_id = (SELECT current_organisation())"
# What counts of a member's ballots; for a candidacy that was taken back, nothing does.
LATEST_BALLOT = """
LEFT JOIN LATERAL (
    SELECT COALESCE(b.answer, (SELECT o.id::text FROM vote_option o WHERE o.network_id = b.network_id
        AND o.vote_id = b.vote_id AND o.id = b.option_id AND o.withdrawn_at IS NULL)) AS answer, b.cast_at
    FROM ballot b
    WHERE b.network_id = w.network_id AND b.vote_id = w.vote_id AND b.organisation_id = w.organisation_id AND NOT b.late
    ORDER BY b.cast_at DESC, b.id DESC LIMIT 1
) b ON true
"""


@dataclass(frozen=True, slots=True)
class Voter:
    """A member of the electorate and its ballot that counts; ``answer`` is an ``Answer``, an option's id, or None.
    Without ``due_at`` its receipt is unproved, and its period does not run."""

    organisation_id: UUID
    name: str
    due_at: datetime | None
    departed: bool
    answer: str | None
    cast_at: datetime | None
    late: int


@dataclass(frozen=True, slots=True)
class OwnBallot:
    """An entry of the own organisation's history, with who cast it and as what."""

    answer: str
    cast_at: datetime
    late: bool
    person: str
    capacity: str


@dataclass(frozen=True, slots=True)
class Posted:
    """The formal notice of a vote, as far as the asking organisation may know it. ``period``: each member has its own
    last day; ``deadline`` is the own one with its reckoning."""

    id: UUID
    number: int
    year: int
    period: Length | None
    deadline: Deadline | None

    @property
    def period_in_words(self) -> str:
        """'14 Tage'; empty where there is one day for all."""
        return length_in_words(self.period) if self.period else ""


@dataclass(frozen=True, slots=True)
class VoteSheet:
    """All that is known of one vote, as far as the asking organisation may know it; ``departs_at`` is when the next
    member leaves the network by a date that is set, ``statement`` what the member says whom the vote is about."""

    id: UUID
    network_id: UUID
    question: str
    explanation: str
    rule_title: str
    rule_explanation: str
    rule_source: str
    rulebook_version: int
    rule: Rule
    ballots_visible_to: str
    opened_by_id: UUID
    opened_at: datetime
    ends_at: datetime | None
    closed_at: datetime | None
    options: Mapping[str, str]
    withdrawn: frozenset[str]
    voters: tuple[Voter, ...]
    history: tuple[OwnBallot, ...]
    result: Tally | None
    notice: Posted | None
    departs_at: datetime | None
    cause: VoteCause | None
    affected_id: UUID | None
    statement: str | None
    stated_at: datetime | None
    _tallies: dict[datetime, Tally] = field(default_factory=dict, init=False, compare=False, repr=False)

    def state(self, now: datetime) -> VoteState:
        """Where the vote is by the clock, or because a ballot has ended it."""
        if self.result is None and self.tally(now).ends_now:
            return VoteState.ENDED
        return state_of(closed=self.result is not None, ends_at=self.ends_at, now=now)

    def tally(self, now: datetime) -> Tally:
        """The frozen tally, or where the vote stands; true only for who sees all ballots."""
        if self.result is not None:
            return self.result
        if now not in self._tallies:  # one page asks for it several times
            self._tallies[now] = self._counted(now)
        return self._tallies[now]

    def is_affected(self, organisation_id: UUID) -> bool:
        """Whether the vote is about this organisation."""
        return self.affected_id == organisation_id

    @property
    def standing(self) -> dict[str, str]:
        """What can still be chosen."""
        return {option: title for option, title in self.options.items() if option not in self.withdrawn}

    def voter(self, organisation_id: UUID) -> Voter | None:
        """The organisation's place in the electorate; None if it joined later."""
        return next((voter for voter in self.voters if voter.organisation_id == organisation_id), None)

    def changes_at(self, now: datetime) -> datetime | None:
        """When the next end is reached, or the next member leaves: then the clock alone changes what is shown."""
        edges = [self.ends_at, self.departs_at, *(voter.due_at for voter in self.voters)]
        return min((edge for edge in edges if edge and edge > now), default=None)

    @property
    def are_ballots_open(self) -> bool:
        """Whether every member sees how each voted, now."""
        closed = self.result is not None
        return self.ballots_visible_to == "members" or (closed and self.ballots_visible_to == "members_after_closing")

    def _counted(self, now: datetime) -> Tally:
        electorate = [
            Elector(
                voter.organisation_id, over=voter.due_at is not None and now >= voter.due_at, departed=voter.departed
            )
            for voter in self.voters
        ]
        counted = [Ballot(voter.organisation_id, voter.answer) for voter in self.voters if voter.answer]
        late = [Ballot(voter.organisation_id, "abstain", late=True) for voter in self.voters for _ in range(voter.late)]
        return tally(self.rule, electorate, [*counted, *late])


def access_network(actor: Actor, slug: str) -> Seat:
    """The actor's seat in the network of that address.

    Raises:
        NotFound: out of reach, or not there.
    """
    if (seat := actor.seat_by_slug(slug)) is None:
        raise NotFound
    return seat


async def access_vote(network_id: UUID, vote_id: UUID, *, lock: bool = False) -> VoteSheet:
    """One vote; with ``lock`` (worker only) nobody casts or closes until the transaction ends.

    Raises:
        NotFound: out of reach, or not there.
    """
    if lock:
        await execute("SELECT id FROM vote WHERE network_id = {} AND id = {} FOR UPDATE", network_id, vote_id)
    rows = await execute(_SHEET, network_id, vote_id)
    if not rows:
        raise NotFound
    return _sheet(rows[0])


async def access_place(network_id: UUID, vote_id: UUID, organisation_id: UUID, *, lock: bool = False) -> VoteSheet:
    """One vote with this member alone among its voters: enough to tell it of a result, or that it is asked while
    the vote stands as it was opened. However many members there are, it costs the same.

    With ``lock`` (worker only, for the organisation of the scope) the member does not cast, and nobody closes, until
    the transaction ends; what is done for the others waits for nothing.

    Raises:
        NotFound: out of reach, or not there.
    """
    if lock:
        await execute("SELECT await_ballot({}, {})", network_id, vote_id)
    rows = await execute(_ALONE, organisation_id, network_id, vote_id)
    if not rows:
        raise NotFound
    return _sheet(rows[0])


async def has_moved(network_id: UUID, vote_id: UUID) -> bool:
    """Whether anybody has answered or left; until then a vote stands as it was opened."""
    rows = await execute(_MOVED, network_id, vote_id)
    return bool(rows)


async def is_recorded(action: str, vote_id: UUID) -> bool:
    """Whether the own organisation's trail has that already; for reactions, which may run again."""
    rows = await execute(
        f"SELECT 1 FROM audit_entry e WHERE e.{MINE} AND e.action = {{}} AND e.subject_id = {{}} LIMIT 1",  # noqa: S608
        action,
        vote_id,
    )
    return bool(rows)


# Who leaves after the end has not left while the vote ran, however late it is closed.
_WHILE_IT_RAN = (
    "m.begins_at <= hilfenetz_now() AND (m.ends_at IS NULL "
    "OR m.ends_at > LEAST(hilfenetz_now(), v.ends_at - interval '1 microsecond'))"
)
_VOTERS = f"FROM voter w {LATEST_BALLOT} WHERE w.network_id = v.network_id AND w.vote_id = v.id"
_SHEET = f"""
SELECT v.*,
    (SELECT r.version FROM rulebook r WHERE r.network_id = v.network_id AND r.id = v.rulebook_id) AS rulebook_version,
    (SELECT json_agg(json_build_array(o.id, o.title, o.withdrawn_at) ORDER BY o.place) FROM vote_option o
     WHERE o.network_id = v.network_id AND o.vote_id = v.id) AS options,
    (SELECT json_agg(json_build_object(
         'organisation_id', w.organisation_id, 'name', w.name, 'due_at', w.due_at, 'answer', b.answer,
         'cast_at', b.cast_at,
         'late', (SELECT count(*) FROM ballot l WHERE l.network_id = w.network_id AND l.vote_id = w.vote_id
                  AND l.organisation_id = w.organisation_id AND l.late),
         'departed', NOT EXISTS (SELECT FROM membership m WHERE m.network_id = w.network_id
                  AND m.organisation_id = w.organisation_id AND {_WHILE_IT_RAN})) ORDER BY lower(w.name))
     {_VOTERS}) AS voters,
    (SELECT json_agg(json_build_object(
         'answer', COALESCE(b.answer, b.option_id::text), 'cast_at', b.cast_at, 'late', b.late,
         'person', COALESCE(a.name, ''), 'capacity', COALESCE(s.capacity, '')) ORDER BY b.cast_at DESC, b.id DESC)
     FROM ballot b
     LEFT JOIN ballot_signature s ON s.organisation_id = b.organisation_id AND s.ballot_id = b.id
     LEFT JOIN affiliation a ON a.organisation_id = s.organisation_id AND a.person_id = s.person_id
     WHERE b.network_id = v.network_id AND b.vote_id = v.id AND b.{MINE}) AS history,
    (SELECT min(m.ends_at) FROM membership m
     WHERE m.network_id = v.network_id AND m.ends_at > {JUST_NOW}) AS departs_at,
    (SELECT json_build_object('id', n.id, 'number', n.number, 'year', n.year, 'period_days', n.period_days,
         'period_months', n.period_months,
         'explanation', (SELECT f.explanation FROM formal_receipt f
                         WHERE f.network_id = n.network_id AND f.notice_id = n.id AND f.{MINE}))
     FROM formal_notice n WHERE n.network_id = v.network_id AND n.cause_id = v.id AND n.kind = 'vote') AS notice,
    (SELECT row_to_json(r) FROM vote_result r WHERE r.network_id = v.network_id AND r.vote_id = v.id) AS result
FROM vote v WHERE v.network_id = {{}} AND v.id = {{}}
"""  # noqa: S608 - constants of this file
_MOVED = f"""
SELECT FROM vote v WHERE v.network_id = {{}} AND v.id = {{}} AND (
    EXISTS (SELECT FROM ballot b WHERE b.network_id = v.network_id AND b.vote_id = v.id)
    OR EXISTS (SELECT FROM voter w WHERE w.network_id = v.network_id AND w.vote_id = v.id AND NOT EXISTS (
        SELECT FROM membership m WHERE m.network_id = w.network_id AND m.organisation_id = w.organisation_id
        AND {_WHILE_IT_RAN})))
"""  # noqa: S608 - a constant of this file
_ALONE = _SHEET.replace(_VOTERS, f"{_VOTERS} AND w.organisation_id = {{}}")


def _sheet(row: Mapping[str, Any]) -> VoteSheet:
    rule = Rule(
        kind=Kind(row["kind"]),
        numerator=row["numerator"],
        denominator=row["denominator"],
        strict=row["strict"],
        base=Base(row["base"]),
        ballot_of_departed=DepartedBallot(row["ballot_of_departed"]),
        early_end=EarlyEnd(row["early_end"]),
    )
    options = json.loads(row["options"] or "[]")
    kept = {name: row[name] for name in VoteSheet.__slots__ if name in row.keys() - _READ}
    return VoteSheet(
        **kept,
        rule=rule,
        options={option: title for option, title, _ in options},
        withdrawn=frozenset(option for option, _, withdrawn_at in options if withdrawn_at),
        voters=tuple(_voter(voter) for voter in json.loads(row["voters"] or "[]")),
        history=tuple(_own(ballot) for ballot in json.loads(row["history"] or "[]")),
        result=_frozen(rule, json.loads(row["result"])) if row["result"] else None,
        notice=_posted(json.loads(row["notice"])) if row["notice"] else None,
        cause=VoteCause(row["cause_kind"], row["cause_id"], row["cause_address"]) if row["cause_kind"] else None,
    )


_READ = {"rule", "options", "withdrawn", "voters", "history", "result", "notice", "cause"}


def _voter(voter: dict[str, Any]) -> Voter:
    return Voter(
        **{
            **voter,
            "organisation_id": UUID(voter["organisation_id"]),
            "due_at": datetime.fromisoformat(voter["due_at"]) if voter["due_at"] else None,
            "cast_at": datetime.fromisoformat(voter["cast_at"]) if voter["cast_at"] else None,
        }
    )


def _posted(notice: dict[str, Any]) -> Posted:
    kept = notice.pop("explanation")
    period = period_of(notice.pop("period_days"), notice.pop("period_months"))
    deadline = from_data(kept) if kept and "end" in kept else None
    return Posted(**{**notice, "id": UUID(notice["id"])}, period=period, deadline=deadline)


def _own(ballot: dict[str, Any]) -> OwnBallot:
    return OwnBallot(**{**ballot, "cast_at": datetime.fromisoformat(ballot["cast_at"])})


def _frozen(rule: Rule, result: dict[str, Any]) -> Tally:
    counts = Counts(**{name: result[name] for name in ("members", "yes", "no", "abstained", "late", "candidates")})
    return frozen(rule, counts, departed=result["departed"], departed_ballots=result["departed_ballots"])
