"""The secrets of feeds, and the feeds themselves: fetched by programs that nobody signs in to."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from litestar import Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.middleware import DefineMiddleware
from litestar.middleware.rate_limit import RateLimitConfig

from portal.calendar import actions
from portal.calendar.export import ATOM_TYPE, CALENDAR_TYPE, atom_of, calendar_of, deadlines_of
from portal.calendar.queries import Holder, access_holder, find_holder, list_keys, published_events, published_news
from portal.calendar.rules import SECRET_LENGTH, FeedKind
from portal.calendar.words import FEEDS as WORDS
from portal.duties.queries import duties_to_carry
from portal.identity.permissions import Permission
from portal.kit.errors import NotFound
from portal.settings import settings
from portal.shell import reply
from tenants.context import Actor
from tenants.scope import current_scope, scope

MOST_A_MINUTE = 120  # from one address, behind which a whole office may sit
_MADE = "__Host-abo"
_SECRET = re.compile(r"[\w-]+", re.ASCII)
_PAST = timedelta(days=90)
_NOT_MODIFIED = 304
_MANAGE = {"permission": Permission.FEED_SUBSCRIBE}
AnyRequest = Request[Any, Any, Any]


def _limit() -> DefineMiddleware:
    return RateLimitConfig(
        rate_limit=("minute", MOST_A_MINUTE),
        identifier_for_request=lambda request: f"feed:{request.client.host if request.client else 'unknown'}",
        set_rate_limit_headers=True,
    ).middleware


@get("/konto/abos", name="feeds", opt=_MANAGE)
async def show_feeds(request: AnyRequest, actor: Actor) -> Response[str]:
    """Which feeds this person has secrets for; one that was made just now is shown, and never again."""
    made, secret = _handed_over(request)
    address = f"{settings().public_url}/abo/{secret}/{made}" if made else ""
    keys = await list_keys(actor)
    feeds = [(kind, *WORDS[kind], keys.get(kind)) for kind in FeedKind]
    response = await reply.page(request, "calendar/abos.html", actor=actor, feeds=feeds, made=made, address=address)
    if _MADE in request.cookies:
        response.set_cookie(_made("", max_age=0))
    return response


@post("/konto/abos/{kind:str}", name="feed-make", opt=_MANAGE)
async def make_feed(request: AnyRequest, actor: Actor, now: datetime, kind: str) -> Response[str]:
    """A new address. The next page shows it: loading that anew makes no other."""
    made = _kind(kind)
    secret = await actions.make_key(actor=actor, now=now, kind=made)
    response = await reply.redirect(request, f"/konto/abos#{made}")
    response.set_cookie(_made(f"{made}.{secret}", max_age=60))
    return response


@post("/konto/abos/{kind:str}/ende", name="feed-end", opt=_MANAGE)
async def end_feed(request: AnyRequest, actor: Actor, now: datetime, kind: str) -> Response[str]:
    """The address stops working."""
    if not await actions.end_key(actor=actor, now=now, kind=_kind(kind)):
        raise NotFound
    return await reply.redirect(request, "/konto/abos", flash="Die Adresse gilt nicht mehr.")


@get(
    "/abo/{secret:str}/{kind:str}",
    name="feed",
    opt={"permission": Permission.PUBLIC, "scope": False, "session": False, "exclude_from_csrf": True},
    middleware=[_limit()],
)
async def fetch_feed(request: AnyRequest, secret: str, kind: str) -> Response[bytes]:
    """What the person behind the secret may read at this moment."""
    wanted = _kind(kind)
    async with _opened(secret, wanted) as (actor, holder):
        content = await _content(actor, holder, wanted)
    tag = f'"{sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "X-Robots-Tag": "noindex"}
    if tag in request.headers.get("If-None-Match", ""):
        return Response(b"", status_code=_NOT_MODIFIED, headers=headers)
    media_type = ATOM_TYPE if wanted is FeedKind.NEWS else CALENDAR_TYPE
    return Response(content, media_type=media_type, headers=headers)


@asynccontextmanager
async def _opened(secret: str, kind: FeedKind) -> AsyncIterator[tuple[Actor, Holder]]:
    """The scope of the person behind a secret, with who they are now.

    Raises:
        NotFound: it is no secret, or not one that still opens anything.
    """
    if len(secret) != SECRET_LENGTH:
        raise NotFound
    async with scope(read_only=True):
        holder = await find_holder(secret, kind)
    if holder is None:
        raise NotFound
    async with scope(organisation_id=holder.organisation_id, person_id=holder.person_id, read_only=True) as opened:
        yield await access_holder(holder, opened.now), holder


async def _content(actor: Actor, holder: Holder, kind: FeedKind) -> bytes:
    title, public_url = f"Hilfenetz: {actor.organisation_name}", settings().public_url
    if kind is FeedKind.CALENDAR:
        events = await published_events(actor, since=current_scope().now - _PAST)
        return calendar_of(events, title=title, public_url=public_url)
    if kind is FeedKind.DEADLINES:
        return deadlines_of(await duties_to_carry(actor), title=title, public_url=public_url)
    key = str(uuid5(NAMESPACE_URL, f"{public_url}/abo/{holder.made_at.isoformat()}"))
    return atom_of(await published_news(actor), title=title, key=key, made_at=holder.made_at, public_url=public_url)


def _made(value: str, *, max_age: int) -> Cookie:
    """What carries a secret to the next page of this browser: in no address, in no log, out of reach of scripts."""
    return Cookie(key=_MADE, value=value, max_age=max_age, path="/", secure=True, httponly=True, samesite="lax")


def _handed_over(request: AnyRequest) -> tuple[FeedKind | None, str]:
    kind, _, secret = request.cookies.get(_MADE, "").partition(".")
    known = kind in set(FeedKind) and len(secret) == SECRET_LENGTH and _SECRET.fullmatch(secret)
    return (FeedKind(kind), secret) if known else (None, "")


def _kind(word: str) -> FeedKind:
    if word not in set(FeedKind):
        raise NotFound
    return FeedKind(word)


FEEDS = (show_feeds, make_feed, end_feed, fetch_feed)
