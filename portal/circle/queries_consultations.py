"""Reading consultations and their answers."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.circle.rules import AnswerKind, ConsultationKind
from portal.kit.errors import NotFound
from tenants.context import Seat
from tenants.database import execute
from tenants.queries import standing_of
from tenants.rulebook import Rulebook

A_PAGE = 20
_MOST_OPEN = 100
_PLAIN = (
    *("id", "network_id", "title", "text", "organisation_id", "organisation", "asked_by", "asked_at"),
    *("advice_until", "outcome", "closed_by", "closed_at", "answered", "begun_for", "is_left_behind"),
)
# Who answered, counted once each; whether the own organisation did.
_CONSULTATION = """
SELECT c.id, c.network_id, c.kind, c.title, c.text, c.organisation_id, o.name AS organisation, c.asked_by, c.asked_at,
       c.advice_until, c.outcome, c.closed_by, c.closed_at,
       (SELECT b.name FROM organisation b WHERE b.id = c.begun_for_id) AS begun_for,
       c.closed_at IS NULL AND NOT EXISTS (SELECT FROM membership m WHERE m.network_id = c.network_id
           AND m.organisation_id = c.organisation_id AND m.begins_at <= hilfenetz_now()
           AND (m.ends_at IS NULL OR m.ends_at > hilfenetz_now())) AS is_left_behind,
       EXISTS (SELECT FROM consultation_answer a WHERE a.network_id = c.network_id AND a.consultation_id = c.id
               AND a.organisation_id = (SELECT current_organisation())) AS answered
"""
_FROM = "FROM consultation c JOIN organisation o ON o.id = c.organisation_id WHERE c.network_id = {}"
_LIST = f"""
(SELECT * FROM ({_CONSULTATION} {_FROM} AND c.closed_at IS NULL) AS c ORDER BY c.advice_until, c.id LIMIT {_MOST_OPEN})
UNION ALL
(SELECT * FROM ({_CONSULTATION} {_FROM} AND c.closed_at IS NOT NULL) AS c
 ORDER BY c.closed_at DESC, c.id DESC LIMIT {{}} OFFSET {{}})
"""  # noqa: S608 - put together from constants


@dataclass(frozen=True, slots=True)
class Answer:
    """What a member answered, with what it had said before it corrected that, newest first."""

    id: UUID
    organisation_id: UUID
    organisation: str
    kind: AnswerKind
    text: str
    by_name: str
    said_at: datetime
    replaces_id: UUID | None
    before: tuple["Answer", ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """A consultation; ``answered``: the own organisation has; ``begun_for``: who asked before the present member took
    it over; ``is_left_behind``: it is open, and who asks is no member any more. ``answers`` of one that is shown
    alone, oldest first."""

    id: UUID
    network_id: UUID
    kind: ConsultationKind
    title: str
    text: str
    organisation_id: UUID
    organisation: str
    asked_by: str
    asked_at: datetime
    advice_until: datetime
    outcome: str | None
    closed_by: str | None
    closed_at: datetime | None
    answered: bool
    begun_for: str | None
    is_left_behind: bool
    answers: tuple[Answer, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether the member that asked still listens."""
        return self.closed_at is None

    def answer(self, answer_id: UUID) -> Answer | None:
        """One of the answers that stand."""
        return next((each for each in self.answers if each.id == answer_id), None)


def address_of_asked(seat: Seat, consultation_id: UUID) -> str:
    """Where a consultation is in the portal."""
    return f"/n/{seat.slug}/beratungen/{consultation_id}"


async def list_asked(network_id: UUID, *, page: int = 1) -> tuple[list[Asked], list[Asked], bool]:
    """Open ones by their end, a page of the closed ones newest first, and whether there are older ones."""
    rows = await execute(_LIST, network_id, network_id, A_PAGE + 1, (page - 1) * A_PAGE)
    found = [_asked(row) for row in rows]
    closed = sorted((each for each in found if not each.is_open), key=lambda each: (each.closed_at, each.id))[::-1]
    is_open = sorted((each for each in found if each.is_open), key=lambda each: (each.advice_until, each.id))
    return is_open, closed[:A_PAGE], len(closed) > A_PAGE


async def access_asked(network_id: UUID, consultation_id: UUID) -> Asked:
    """A consultation with its answers.

    Raises:
        NotFound: out of reach.
    """
    rows = await execute(
        f"""
        {_CONSULTATION}, (
            SELECT json_agg(json_build_object('id', a.id, 'organisation_id', a.organisation_id, 'organisation', x.name,
                       'kind', a.kind, 'text', a.text, 'by_name', a.by_name, 'said_at', a.said_at,
                       'replaces_id', a.replaces_id) ORDER BY a.said_at, a.id)
            FROM consultation_answer a JOIN organisation x ON x.id = a.organisation_id
            WHERE a.network_id = c.network_id AND a.consultation_id = c.id
        )::text AS answers {_FROM} AND c.id = {{}}
        """,  # noqa: S608 - put together from constants
        network_id,
        consultation_id,
    )
    if not rows:
        raise NotFound
    return _asked(rows[0])


async def rulebook_of(network_id: UUID) -> Rulebook:
    """The rules in force.

    Raises:
        NotFound: out of reach.
    """
    if (standing := await standing_of(network_id)) is None:
        raise NotFound
    return standing.rulebook


def _asked(row: Mapping[str, Any]) -> Asked:
    return Asked(
        **{name: row[name] for name in _PLAIN},
        kind=ConsultationKind(row["kind"]),
        answers=_standing([_answer(each) for each in json.loads(row.get("answers") or "[]")]),
    )


def _answer(given: Mapping[str, Any]) -> Answer:
    return Answer(
        id=UUID(given["id"]),
        organisation_id=UUID(given["organisation_id"]),
        organisation=given["organisation"],
        kind=AnswerKind(given["kind"]),
        text=given["text"],
        by_name=given["by_name"],
        said_at=datetime.fromisoformat(given["said_at"]),
        replaces_id=UUID(given["replaces_id"]) if given["replaces_id"] else None,
    )


def _standing(said: list[Answer]) -> tuple[Answer, ...]:
    """The answers that nothing replaces, each with those it replaced."""
    by_id = {each.id: each for each in said}
    replaced = {each.replaces_id for each in said}
    return tuple(_with_history(each, by_id) for each in said if each.id not in replaced)


def _with_history(answer: Answer, by_id: Mapping[UUID, Answer]) -> Answer:
    before, earlier = [], answer.replaces_id
    while earlier is not None and (found := by_id.get(earlier)) is not None:
        before.append(found)
        earlier = found.replaces_id
    return replace(answer, before=tuple(before))
