"""What a member that left has left behind: read as it is now, so nothing has to note it when somebody leaves."""

import json
from dataclasses import dataclass
from uuid import UUID

from portal.bodies.queries import list_bodies_and
from portal.spaces.queries_lists import Entry, list_entries
from portal.tasks.rules import TO_DO
from tenants.context import Actor, Seat

MOST = 100
_IS_MEMBER = (
    "EXISTS (SELECT FROM membership m WHERE m.network_id = {network} AND m.organisation_id::text = {organisation} "
    "AND m.begins_at <= hilfenetz_now() AND (m.ends_at IS NULL OR m.ends_at > hilfenetz_now()))"
)
_TO_DO = ", ".join(f"'{state}'" for state in sorted(TO_DO))
# An assignee is spelled as grants spell it: an organisation, or a role of one.
_OF_NO_MEMBER = (
    f"i.type = 'task' AND i.state IN ({_TO_DO}) AND (i.assignee LIKE 'organisation:%' OR i.assignee LIKE 'group:%@%') "
    f"AND NOT {_IS_MEMBER.format(network='{}', organisation='right(i.assignee, 36)')}"
)


# What is open though who asked or wrote it has left.
_LEFT = """
(SELECT json_agg(json_build_array(x.id, x.title, o.name) ORDER BY x.{since}, x.id)
 FROM {table} x JOIN organisation o ON o.id = x.organisation_id
 WHERE x.network_id = r.network_id AND x.{still} AND NOT {member})
"""
_GONE = _IS_MEMBER.format(network="x.network_id", organisation="x.organisation_id::text")
_QUESTIONS = _LEFT.format(table="consultation", since="asked_at", still="closed_at IS NULL", member=_GONE)
_PAPERS = _LEFT.format(table="position_paper", since="circulated_at", still="state = 'circulated'", member=_GONE)
_MOTIONS = f"""
(SELECT json_agg(json_build_array(m.id, m.subject_name, m.moved_by_name) ORDER BY m.begun_at) FROM (
    SELECT p.id, p.subject_name, p.moved_by_name, p.begun_at FROM procedure p
    WHERE p.network_id = r.network_id AND p.kind = 'exclusion' AND p.state = 'moved'
      AND NOT ({_IS_MEMBER.format(network="p.network_id", organisation="p.moved_by_id::text")}
               AND {_IS_MEMBER.format(network="p.network_id", organisation="p.subject_id::text")})
    ORDER BY p.begun_at LIMIT {MOST}) AS m)
"""  # noqa: S608 - constants of this file
# For whom somebody sat in a body as its representative, and nobody does or will.
_VACANT = """
(SELECT json_agg(json_build_array(s.body_id, s.organisation_id)) FROM (
    SELECT s.body_id, s.organisation_id FROM body_seat s
    WHERE s.network_id = r.network_id AND s.part = 'representative'
    GROUP BY s.body_id, s.organisation_id
    HAVING bool_and(s.ends_on < (hilfenetz_now() AT TIME ZONE 'Europe/Berlin')::date)) AS s)
"""
_SPACES = """
(SELECT json_agg(s.id) FROM space s LEFT JOIN room x ON x.id = s.room_id
 WHERE s.network_id = r.network_id OR x.network_id = r.network_id)
"""
_COLUMN = (
    f"json_build_object('spaces', {_SPACES}, 'motions', {_MOTIONS}, 'questions', {_QUESTIONS}, 'papers', {_PAPERS}, "
    f"'vacant', {_VACANT})"
)


@dataclass(frozen=True, slots=True)
class Orphan:
    """What waits because a member left: ``title`` and, of a motion, a paper or a question, who left it behind."""

    id: UUID
    title: str
    by: str


@dataclass(frozen=True, slots=True)
class Vacancy:
    """A seat in a body in which somebody sat for a member and nobody does now."""

    body: str
    address: str
    member: str


@dataclass(frozen=True, slots=True)
class Matters:
    """All that waits to be assigned anew."""

    tasks: list[Entry]
    motions: list[Orphan]
    questions: list[Orphan]
    papers: list[Orphan]
    vacancies: list[Vacancy]


async def list_matters(actor: Actor, seat: Seat) -> Matters:
    """Open tasks of the network and its rooms that are assigned to who is no member, as far as the actor sees them;
    motions that wait for the office though a member they name has left; what such a member asked or wrote; and seats
    that fell vacant."""
    bodies, found = await list_bodies_and(seat, actor.organisation_id, _COLUMN)
    left = json.loads(found or "{}")
    tasks = await list_entries(
        actor,
        condition=_OF_NO_MEMBER,
        values=(seat.network_id,),
        order="i.changed_at, i.id",
        limit=MOST,
        spaces=[UUID(each) for each in left.get("spaces") or ()],
    )
    motions, questions, papers = (
        [Orphan(UUID(each), title, by) for each, title, by in left.get(name) or ()]
        for name in ("motions", "questions", "papers")
    )
    vacant = {(UUID(body), UUID(member)) for body, member in left.get("vacant") or ()}
    vacancies = [
        Vacancy(body.rule.title, body.address, member.name)
        for body in bodies
        if body.rule.is_named
        for member in body.members
        if (body.id, member.organisation_id) in vacant
    ]
    return Matters(tasks, motions, questions, papers, vacancies)
