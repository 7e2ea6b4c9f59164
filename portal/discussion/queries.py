"""Reading conversations, and who follows what."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.kit.errors import NotFound
from portal.notices.rules import NoticeKind
from portal.spaces.plugins import Question
from portal.spaces.queries import Item
from portal.spaces.queries_lists import Entry, list_entries
from portal.spaces.rules import addresses_above
from tenants.context import Actor
from tenants.database import execute

MOST_COMMENTS = 200
_COMMENT = """
c.id, c.body, c.by_id, c.by_organisation_id, c.by_name, c.by_organisation, c.brought_by, c.at, c.edited_at,
c.deleted_at, c.deleted_by
"""
_ABOVE = "SELECT a.id FROM item a WHERE a.space_id = {} AND a.address = ANY ({}::text[]) AND a.bin_id IS NULL"
_TALK = f"""
SELECT json_build_object('comments', (
    SELECT json_agg(t ORDER BY t.at, t.id) FROM (
        SELECT {_COMMENT} FROM comment c WHERE c.space_id = {{}} AND c.item_id = {{}}
        ORDER BY c.at DESC, c.id DESC LIMIT {{}}
    ) t
), 'followed', (
    SELECT json_agg(f.item_id) FROM follower f
    WHERE f.space_id = {{}} AND f.organisation_id = {{}} AND f.person_id = {{}} AND f.item_id IN ({_ABOVE})
))
"""  # noqa: S608 - put together from constants


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody said. One with ``brought_by`` came in a package: it was said elsewhere."""

    id: UUID
    body: str
    by_id: UUID
    by_organisation_id: UUID
    by_name: str
    by_organisation: str
    brought_by: str
    at: datetime
    edited_at: datetime | None
    deleted_at: datetime | None
    deleted_by: str

    def is_by(self, actor: Actor) -> bool:
        """Whether the actor said it, as somebody of the same organisation. Bringing it along is not saying it."""
        return not self.brought_by and (self.by_id, self.by_organisation_id) == (actor.person_id, actor.organisation_id)


@dataclass(frozen=True, slots=True)
class Talk:
    """What was said about an item, the oldest first, and whether the actor follows it, or a folder above it."""

    comments: tuple[Comment, ...]
    follows: bool
    follows_above: bool


def question_of(actor: Actor, item: Item) -> Question:
    """What brings the conversation below an item."""
    whose = (item.space.id, actor.organisation_id, actor.person_id)
    above = (item.space.id, addresses_above(item.address))
    return Question(_TALK, (item.space.id, item.id, MOST_COMMENTS, *whose, *above))


async def talk_of(actor: Actor, item: Item) -> Talk:
    """The conversation below an item; one statement."""
    question = question_of(actor, item)
    (row,) = await execute(question.query, *question.values)
    return talk_from(next(iter(row.values())), item)


def talk_from(answer: str | None, item: Item) -> Talk:
    """The conversation that the answer to ``question_of`` holds."""
    found = json.loads(answer or "{}")
    followed = set(found.get("followed") or ())
    comments = tuple(_comment(entry) for entry in found.get("comments") or ())
    return Talk(comments, str(item.id) in followed, bool(followed - {str(item.id)}))


async def access_comment(item: Item, comment_id: UUID) -> Comment:
    """A comment on an item that the actor reads.

    Raises:
        NotFound: there is none of that identifier, or it is deleted.
    """
    rows = await execute(
        f"SELECT {_COMMENT} FROM comment c WHERE c.space_id = {{}} AND c.item_id = {{}} AND c.id = {{}} "  # noqa: S608
        "AND c.deleted_at IS NULL",
        item.space.id,
        item.id,
        comment_id,
    )
    if not rows:
        raise NotFound
    return Comment(**rows[0])


async def list_followed(actor: Actor) -> list[Entry]:
    """What the actor follows and may still read."""
    return await list_entries(
        actor,
        condition="EXISTS (SELECT FROM follower f WHERE f.space_id = i.space_id AND f.item_id = i.id "
        "AND f.organisation_id = {} AND f.person_id = {})",
        values=(actor.organisation_id, actor.person_id),
        order="lower(i.title), i.id",
        limit=MOST_COMMENTS,
    )


async def organisations_following(item: Item) -> list[UUID]:
    """In which organisations somebody follows an item or a folder above it; by the worker."""
    rows = await execute(
        f"SELECT DISTINCT f.organisation_id FROM follower f WHERE f.space_id = {{}} AND f.item_id IN ({_ABOVE})",  # noqa: S608
        item.space.id,
        item.space.id,
        addresses_above(item.address),
    )
    return [row["organisation_id"] for row in rows]


async def followers_of(actor: Actor, item: Item, *, at: datetime) -> set[UUID]:
    """Who of the organisation followed an item or a folder above it at that moment; by the worker."""
    rows = await execute(
        "SELECT f.person_id FROM follower f WHERE f.space_id = {} AND f.organisation_id = {} "  # noqa: S608
        f"AND f.since_at <= {{}} AND f.item_id IN ({_ABOVE})",
        item.space.id,
        actor.organisation_id,
        at,
        item.space.id,
        addresses_above(item.address),
    )
    return {row["person_id"] for row in rows}


@dataclass(frozen=True, slots=True)
class Done:
    """Who did something and when; None: the portal itself."""

    by_id: UUID | None
    at: datetime


async def latest_version(item: Item) -> Done | None:
    """The last time an item was changed after it was made; None: never. By the worker."""
    return await _done(
        "SELECT by_id, at FROM item_version WHERE space_id = {} AND item_id = {} AND version = {} AND version > 1 "
        "AND brought_by = ''",
        item,
        item.version,
    )


async def latest_publication(item: Item) -> Done | None:
    """The step that brought an item into the state it is in; None: there was none. By the worker."""
    return await _done(
        "SELECT t.by_id, t.at FROM (SELECT * FROM item_transition WHERE space_id = {} AND item_id = {} "
        "ORDER BY at DESC, id DESC LIMIT 1) AS t WHERE t.target = {} AND t.brought_by = ''",
        item,
        item.state,
    )


async def _done(statement: str, item: Item, value: object) -> Done | None:
    rows = await execute(statement, item.space.id, item.id, value)
    return Done(**rows[0]) if rows else None


async def who_said(item: Item, comment_id: UUID) -> UUID | None:
    """Who made a comment on an item; None: it is not there (any more), or was said elsewhere. By the worker."""
    rows = await execute(
        "SELECT by_id FROM comment WHERE space_id = {} AND item_id = {} AND id = {} AND deleted_at IS NULL "
        "AND brought_by = ''",
        item.space.id,
        item.id,
        comment_id,
    )
    return rows[0]["by_id"] if rows else None


async def named_in(space_id: UUID, comment_id: UUID) -> set[UUID]:
    """Whom a comment names; by the worker."""
    rows = await execute(
        "SELECT unnest(mentioned) AS person_id FROM comment WHERE space_id = {} AND id = {}", space_id, comment_id
    )
    return {row["person_id"] for row in rows}


async def who_has_unread(actor: Actor, item: Item) -> set[UUID]:
    """Who of the organisation was told of the item and has not read it yet; by the worker."""
    rows = await execute(
        """
        SELECT e.person_id FROM notice n
        JOIN inbox_entry e ON e.organisation_id = n.organisation_id AND e.notice_id = n.id
        WHERE n.organisation_id = {} AND n.subject_id = {} AND n.kind = ANY ({}::text[]) AND e.read_at IS NULL
        """,
        actor.organisation_id,
        item.id,
        [kind.value for kind in (NoticeKind.ITEM_NEWS, NoticeKind.MENTIONED, NoticeKind.MUST_READ)],
    )
    return {row["person_id"] for row in rows}


def _comment(found: Mapping[str, Any]) -> Comment:
    ids = {name: UUID(found[name]) for name in ("id", "by_id", "by_organisation_id")}
    times = {
        name: datetime.fromisoformat(found[name]) if found[name] else None for name in ("at", "edited_at", "deleted_at")
    }
    return Comment(**{**found, **ids, **times})
