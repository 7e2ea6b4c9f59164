"""The stream of events an open page listens to: names of what changed, nothing else."""

from collections.abc import AsyncGenerator
from itertools import count

import structlog
from litestar.response import ServerSentEventMessage

from portal.identity.cookies import place_of
from portal.identity.queries import load_actor
from portal.identity.sessions import Session, Sessions
from portal.notices import live
from portal.notices.live import Topic
from tenants.context import Actor
from tenants.scope import scope

INBOX_CHANGED = "changed"
RECHECK_SECONDS = 20.0
MOST_PAGES = 30  # of one person in one process; each open page costs a look at the database whenever something changes

log = structlog.get_logger("live")


def names_of(actor: Actor) -> dict[Topic, str]:
    """What this actor may watch, and how the browser calls it: what waits for them, and the networks they sit in."""
    owners = (actor.organisation_id, *(seat.network_id for seat in actor.seats))
    waiting = (_inbox_of(actor), *map(live.everybody, owners))
    networks = {live.network(seat.network_id): f"network-{seat.network_id}" for seat in actor.seats}
    return dict.fromkeys(waiting, INBOX_CHANGED) | networks


def has_enough(actor: Actor) -> bool:
    """Whether this person has as many pages open as anybody can look at."""
    return live.HUB.pages(_inbox_of(actor)) >= MOST_PAGES


def is_elsewhere(actor: Actor, last: str) -> bool:
    """Whether the page that heard ``last`` belongs to another person or organisation: it shows theirs, and must not be
    mixed with what this one may see."""
    place = last.rpartition(".")[0]
    return bool(place) and place != _place(actor)


async def events(
    actor: Actor, session: Session, sessions: Sessions, *, is_return: bool
) -> AsyncGenerator[ServerSentEventMessage, None]:
    """One event for each change, until the session ends.

    Args:
        is_return: the browser was here before and may have missed something: it is told of everything once.
    """
    watch, names, numbers = live.Watch(), names_of(actor), count(1)
    place = _place(actor)
    live.HUB.watch(watch, names)
    if is_return:
        watch.wake(names)
    try:
        yield ServerSentEventMessage(comment="hilfenetz", id=f"{place}.{next(numbers)}")
        while not live.HUB.is_ending:
            changes = await watch.next_changes(within=RECHECK_SECONDS)
            # Asked before every word: who was signed out or has left, or whose organisation has, hears nothing more.
            # When the server stops nobody is left to ask; who comes back is told of everything.
            if live.HUB.has_ended() or (renewed := await _renewed(session, sessions)) is None:
                return
            names = renewed
            live.HUB.watch(watch, names)
            if not changes:
                yield ServerSentEventMessage(comment="hilfenetz")
            for name in sorted({names[topic] for topic in changes & names.keys()}):
                yield ServerSentEventMessage(data="changed", event=name, id=f"{place}.{next(numbers)}")
    finally:
        live.HUB.watch(watch, ())


def _inbox_of(actor: Actor) -> Topic:
    assert actor.person_id is not None  # noqa: S101 - for the type checker: only people sign in
    return live.inbox(actor.organisation_id, actor.person_id)


def _place(actor: Actor) -> str:
    assert actor.person_id is not None  # noqa: S101 - as above
    return place_of(actor.person_id, actor.organisation_id)[:16]


async def _renewed(session: Session, sessions: Sessions) -> dict[Topic, str] | None:
    """What the person may watch now; None when they are signed out, or nobody can tell: the browser comes back."""
    try:
        if not await sessions.is_open(session):
            return None
        async with scope(organisation_id=session.organisation_id, person_id=session.person_id, read_only=True):
            found = await load_actor()
    except Exception as error:  # Redis or the database may be away
        log.warning("stream_ended", exc_info=error)
        return None
    return names_of(found[0]) if found is not None else None
