"""Whoever is mentioned or follows something is told."""

from datetime import datetime

from portal.discussion import actions
from portal.discussion.events import CommentAdded, ItemNews, PersonMentioned
from portal.spaces.events import ItemHappened
from tenants.context import Actor
from workers.reactions import on


@on(PersonMentioned)
async def tell_mentioned(event: PersonMentioned, actor: Actor, now: datetime) -> None:
    """Tell the colleague."""
    await actions.tell_mentioned(actor=actor, now=now, event=event)


@on(ItemHappened)
async def spread_happening(event: ItemHappened, actor: Actor, now: datetime) -> None:  # noqa: ARG001
    """Find out where somebody follows it."""
    await actions.spread_happening(actor=actor, event=event)


@on(CommentAdded)
async def spread_comment(event: CommentAdded, actor: Actor, now: datetime) -> None:
    """Find out where somebody follows it."""
    await actions.spread_comment(actor=actor, now=now, event=event)


@on(ItemNews)
async def tell_followers(event: ItemNews, actor: Actor, now: datetime) -> None:
    """Tell the followers."""
    await actions.tell_followers(actor=actor, now=now, event=event)
