"""How conversations change, and who is told."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from portal.discussion.events import CommentAdded, ItemNews, News, PersonMentioned
from portal.discussion.queries import (
    access_comment,
    followers_of,
    latest_publication,
    latest_version,
    named_in,
    organisations_following,
    who_has_unread,
    who_said,
)
from portal.discussion.rules import LONGEST, mentioned, not_found
from portal.kit.errors import Forbidden, Invalid
from portal.kit.ids import new_id
from portal.notices.actions import tell
from portal.notices.rules import NoticeKind
from portal.reading.queries import find_demand
from portal.shell.i18n import Sentence
from portal.spaces.actions import SYSTEM, access_as_system
from portal.spaces.actions_telling import concerned
from portal.spaces.events import Happening, ItemHappened
from portal.spaces.queries import Item
from portal.spaces.queries_readers import readers_of
from portal.spaces.rules import Access
from tenants.context import Actor
from tenants.database import execute
from tenants.outbox import emit

MODERATORS = Access.EDITOR | Access.MANAGER


async def add_comment(
    *, actor: Actor, now: datetime, item: Item, body: str, person_id: UUID | None = None, asks: bool = False
) -> UUID:
    """Say something about an item; whoever does so follows it from then on.

    Args:
        person_id: a colleague who is told of it, beside those whom the text names with "@".
        asks: rather refuse than keep a text that calls somebody who is not found.

    Raises:
        Invalid: nothing is said, or too much; or the colleague may not read it; or somebody was not found.
        Conflict: the room is closed.
    """
    item.space.require_open()
    comment_id, text = new_id(), _checked(body)
    readers = {reader.person_id: reader.name for reader in await readers_of(actor, item) if reader.person_id}
    if person_id is not None and person_id not in readers:
        raise Invalid("Diese Person darf das hier nicht lesen. Bitte wählen Sie jemand anderen.", field="person")
    if asks and (unknown := not_found(text, readers.values())):
        raise Invalid(
            Sentence(
                "Nicht gefunden: %(names)s. Hinweisen lassen sich Menschen Ihrer Organisation, die das hier lesen "
                "dürfen. Bitte prüfen Sie den Namen.",
                names=", ".join(unknown),
            ),
            field="body",
        )
    meant = sorted({*mentioned(text, readers.items()), *([person_id] if person_id else [])} - {actor.person_id})
    await execute(
        """
        INSERT INTO comment (space_id, id, item_id, body, by_id, by_organisation_id, by_name, by_organisation, at,
                             mentioned)
        VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}::uuid[])
        """,
        item.space.id,
        comment_id,
        item.id,
        text,
        actor.person_id,
        actor.organisation_id,
        actor.name,
        actor.organisation_name,
        now,
        meant,
    )
    await follow(actor=actor, now=now, item=item)
    await _call(actor, item, comment_id, meant)
    added = CommentAdded(item.space.id, item.id, comment_id, actor.person_id or SYSTEM)
    await emit(added, **item.space.recipients, key=f"comment:{comment_id}")
    return comment_id


async def edit_comment(*, actor: Actor, now: datetime, item: Item, comment_id: UUID, body: str) -> list[str]:
    """Say it differently; only who said it. Whom it calls now is told; gives back who was not found.

    Raises:
        NotFound, Forbidden, Invalid, Conflict: as they say.
    """
    item.space.require_open()
    found = await access_comment(item, comment_id)
    if not found.is_by(actor):
        raise Forbidden("Ändern kann einen Kommentar nur, wer ihn geschrieben hat.")
    text = _checked(body)
    readers = {reader.person_id: reader.name for reader in await readers_of(actor, item) if reader.person_id}
    called = sorted({*mentioned(text, readers.items())} - {actor.person_id})
    rows = await execute(
        "UPDATE comment SET body = {}, edited_at = {} WHERE space_id = {} AND id = {} AND deleted_at IS NULL "
        "RETURNING id",
        text,
        now,
        item.space.id,
        comment_id,
    )
    if rows:
        await _call(actor, item, comment_id, called)
    return not_found(text, readers.values())


async def delete_comment(*, actor: Actor, now: datetime, item: Item, comment_id: UUID) -> None:
    """Take it back, or as a moderator take it away: the text is gone, its place stays.

    Raises:
        NotFound, Forbidden, Conflict: as they say.
    """
    item.space.require_open()
    found = await access_comment(item, comment_id)
    if not found.is_by(actor) and not item.power & MODERATORS:
        raise Forbidden("Löschen kann einen Kommentar, wer ihn geschrieben hat oder hier bearbeiten darf.")
    await execute(
        "UPDATE comment SET body = '', deleted_at = {}, deleted_by = {} WHERE space_id = {} AND id = {}",
        now,
        actor.name,
        item.space.id,
        comment_id,
    )


async def follow(*, actor: Actor, now: datetime, item: Item) -> None:
    """Be told what happens with an item, or with everything below it; twice changes nothing."""
    await execute(
        """
        INSERT INTO follower (space_id, item_id, organisation_id, person_id, since_at)
        VALUES ({}, {}, {}, {}, {}) ON CONFLICT DO NOTHING
        """,
        item.space.id,
        item.id,
        actor.organisation_id,
        actor.person_id,
        now,
    )


async def unfollow(*, actor: Actor, item: Item) -> None:
    """Not any more."""
    await execute(
        "DELETE FROM follower WHERE space_id = {} AND item_id = {} AND organisation_id = {} AND person_id = {}",
        item.space.id,
        item.id,
        actor.organisation_id,
        actor.person_id,
    )


async def tell_mentioned(*, actor: Actor, now: datetime, event: PersonMentioned) -> None:
    """Tell a colleague that a comment is meant for them, if they may (still) read it; worker only."""
    item = await access_as_system(actor=actor, item_id=event.item_id)
    if item is None:
        return
    people = [reader.person_id for reader in await readers_of(actor, item) if reader.person_id == event.person_id]
    rows = await execute(
        "SELECT by_name FROM comment WHERE space_id = {} AND id = {} AND deleted_at IS NULL",
        event.space_id,
        event.comment_id,
    )
    if people and rows:
        key = f"mention:{event.comment_id}:{event.person_id}"
        await _tell(actor, now, item, people, key=key, kind=NoticeKind.MENTIONED, by=rows[0]["by_name"])


async def spread_happening(*, actor: Actor, event: ItemHappened) -> None:
    """Published, or changed while all may read it: let the organisations know where it is followed; worker only.

    Who did it and when is what the rows say, whoever announces it.
    """
    news = {Happening.STATE: News.PUBLISHED, Happening.CHANGED: News.CHANGED}.get(event.happening)
    item = await access_as_system(actor=actor, item_id=event.item_id) if news else None
    if news is None or item is None or not (item.here.is_public if news is News.PUBLISHED else item.here.is_open):
        return
    if done := await (latest_version(item) if news is News.CHANGED else latest_publication(item)):
        found = ItemNews(item.space.id, item.id, news, done.by_id or SYSTEM, done.at)
        await _spread(item, found, key=f"news:{item.id}:{news}:{done.at}")


async def spread_comment(*, actor: Actor, now: datetime, event: CommentAdded) -> None:
    """Somebody said something, as the comment itself shows; worker only."""
    item = await access_as_system(actor=actor, item_id=event.item_id)
    by_id = await who_said(item, event.comment_id) if item is not None else None
    if item is not None and by_id is not None:
        found = ItemNews(item.space.id, item.id, News.COMMENTED, by_id, now, event.comment_id)
        await _spread(item, found, key=f"news:{event.comment_id}")


async def tell_followers(*, actor: Actor, now: datetime, event: ItemNews) -> None:
    """Tell followers who may read it; who has not read the last notice about it gets no other. Worker only."""
    item = await access_as_system(actor=actor, item_id=event.item_id)
    if item is None or (event.news is News.PUBLISHED and await find_demand(item)):
        return  # what everybody must read, all are told of as that
    wanted = await followers_of(actor, item, at=event.at)
    if event.news is News.COMMENTED and item.owner_organisation_id == actor.organisation_id and item.owner_id:
        wanted.add(item.owner_id)
    # Whom a comment names is told of it as that, whichever of the two events comes first.
    wanted -= {event.by_id} | await who_has_unread(actor, item) | await named_in(event.space_id, event.comment_id)
    people = [r.person_id for r in await readers_of(actor, item) if r.person_id in wanted] if wanted else []
    if people:
        key = f"news:{item.id}:{event.news}:{now.isoformat()}"
        await _tell(actor, now, item, people, key=key, kind=NoticeKind.ITEM_NEWS, news=event.news.value)


async def _call(actor: Actor, item: Item, comment_id: UUID, people: Sequence[UUID]) -> None:
    """Let those be told whom a comment calls: each once, however often it is changed."""
    for person in people:
        event = PersonMentioned(item.space.id, item.id, comment_id, person)
        await emit(event, to=[actor.organisation_id], key=f"mention:{comment_id}:{person}")


async def _spread(item: Item, found: ItemNews, *, key: str) -> None:
    recipients = {*await organisations_following(item)}
    if found.news is News.COMMENTED and item.owner_organisation_id is not None:
        recipients.add(item.owner_organisation_id)
    if recipients:  # who is out does not even learn that something happened
        recipients &= {*await concerned(item)}
    await emit(found, to=sorted(recipients), key=key)


async def _tell(
    actor: Actor, now: datetime, item: Item, people: Sequence[UUID | None], *, key: str, kind: NoticeKind, **more: str
) -> None:
    params = {"title": item.title, "space": item.space.title, **more}
    told = [person for person in people if person]
    await tell(
        actor=actor, now=now, kind=kind, roles=(), people=told, subject_id=item.id, address=item.admin_url,
        params=params, key=key,
    )  # fmt: skip


def _checked(body: str) -> str:
    text = body.strip()
    if not text:
        raise Invalid("Bitte schreiben Sie etwas.", field="body")
    if len(text) > LONGEST:
        raise Invalid("Bitte schreiben Sie höchstens 4000 Zeichen.", field="body")
    return text
