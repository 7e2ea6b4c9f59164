"""Signing in, put together for one application: what its middleware, guard, dependencies and pages share."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie
from litestar.di import Provide
from litestar.enums import HttpMethod
from litestar.exceptions import NotAuthorizedException
from litestar.handlers import BaseRouteHandler
from litestar.middleware import DefineMiddleware
from litestar.types import Scope
from redis.asyncio import Redis

from portal.identity import queries
from portal.identity.acquaintances import Acquaintances, Known
from portal.identity.cookies import PLACE, place_of, session_cookies
from portal.identity.middleware import SessionMiddleware, session_of
from portal.identity.oidc import Directory
from portal.identity.pending import PendingSignIns
from portal.identity.permissions import Permission, permissions_of
from portal.identity.sessions import Session, Sessions
from portal.kit.errors import Forbidden, NotFound
from portal.settings import Settings, SettingsProblem
from portal.shell.frame import OtherOrganisation, Visitor
from portal.shell.i18n import Sentence, mark
from portal.shell.navigation import Navigation
from portal.shell.security import PlaceEnded, fresh_token
from tenants.context import Actor
from tenants.database import execute
from tenants.kept import ANY, Matter
from tenants.scope import current_scope, scope

_WITHOUT_PLACE = mark(
    "Sie sind in diesem Portal zurzeit keiner Organisation zugeordnet. "
    "Wenden Sie sich an die Administration Ihrer Organisation: Sie legt im Verzeichnis fest, wer was tun darf."
)


class Identity:
    """Everything about who is signed in. One for an application; ``close`` when it ends."""

    def __init__(self, settings: Settings, redis: Redis) -> None:
        self._settings = settings
        self.sessions = Sessions(
            redis,
            idle=timedelta(minutes=settings.session_idle_minutes),
            absolute=timedelta(hours=settings.session_absolute_hours),
        )
        self.pending = PendingSignIns(redis)
        self._acquaintances = Acquaintances()
        self.directories = {entry.key: Directory(entry, settings.public_url) for entry in settings.providers}
        if len(self.directories) < len(settings.providers):
            raise SettingsProblem(
                "In OIDC_PROVIDERS kommt ein „key“ zweimal vor („verzeichnis“ ist der von OIDC_ISSUER)."
            )

    async def close(self) -> None:
        """Give connections back."""
        for directory in self.directories.values():
            await directory.close()

    @property
    def middleware(self) -> DefineMiddleware:
        """Finds the session of a request."""
        return DefineMiddleware(SessionMiddleware, sessions=self.sessions)

    @property
    def dependencies(self) -> dict[str, Provide]:
        """What handlers may ask for by name."""
        return {
            "actor": Provide(_actor, sync_to_thread=False),
            "identity": Provide(lambda: self, sync_to_thread=False),
            "now": Provide(_now, sync_to_thread=False),
            "session": Provide(_session, sync_to_thread=False),
        }

    def directory(self, key: str) -> Directory:
        """The directory of that key.

        Raises:
            NotFound: there is none.
        """
        if key not in self.directories:
            raise NotFound
        return self.directories[key]

    def cookies(self, token: str, place: str, *, before: str) -> list[Cookie]:
        """What a browser keeps of a session in which somebody works in ``place``, which was ``before``."""
        return session_cookies(token, place, before=before, form_token=fresh_token(self._settings))

    async def on_open(self, connection: Scope) -> None:
        """Inside the request's transaction: who asks, as the database says *now*; roles may have ended since."""
        session = session_of(connection)
        if session is None:
            return
        who = session.key, session.organisation_id
        shows_navigation = _shows_navigation(connection)
        known = before = self._acquaintances.find(who) if shows_navigation else None
        navigation: Navigation = connection["litestar_app"].state.navigation
        if before is None or (known := await _met_again(navigation, before)) is None:
            known = await _met(navigation, before)
            if known is None:
                if connection["route_handler"].opt["permission"] != Permission.PUBLIC:
                    await self._leave(connection, session)
                return
        if shows_navigation and known is not before:
            self._acquaintances.remember(who, known)
        connection["state"]["visitor"] = known.visitor
        if shows_navigation and known.waits is not None:
            connection["state"]["counts"], current_scope().kept = known.waits.counts, known.kept

    async def guard(self, connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
        """Every route: whether whoever asks may ask this at all. A public one without a transaction that says
        ``visitor`` learns who is signed in.

        Raises:
            NotAuthorizedException: nobody is signed in.
            Forbidden: the role for it is missing.
        """
        if connection.scope.get("method") == HttpMethod.OPTIONS:  # answered by Litestar itself: which methods there are
            return
        permission = handler.opt["permission"]
        if permission == Permission.PUBLIC:
            if handler.opt.get("visitor") and session_of(connection.scope) is not None:
                await self._look_up(connection.scope)
            return
        if session_of(connection.scope) is None:
            raise NotAuthorizedException
        if not handler.opt.get("scope", True):
            await self._look_up(connection.scope)
        visitor: Visitor = connection.scope["state"]["visitor"]
        if permission not in visitor.permissions:
            raise Forbidden

    async def _look_up(self, connection: Scope) -> None:
        """For a route without a transaction of its own, such as a stream of events."""
        session = session_of(connection)
        if session is None:
            raise NotAuthorizedException
        async with scope(organisation_id=session.organisation_id, person_id=session.person_id, read_only=True):
            await self.on_open(connection)

    async def _leave(self, connection: Scope, session: Session) -> None:
        """The person does not work here any more: on to another organisation of theirs, or out."""
        employers = await queries.list_employers()
        if not employers:
            await self.sessions.end(session.person_id, session.key)
            raise Forbidden(_WITHOUT_PLACE)
        token = await self.sessions.rotate(session, organisation_id=employers[0].organisation_id)
        if token is None:
            raise NotAuthorizedException
        place = place_of(session.person_id, employers[0].organisation_id)
        raise PlaceEnded(
            Sentence(
                "Ihre Tätigkeit in der Organisation, für die Sie eben noch gearbeitet haben, ist beendet. "
                "Sie arbeiten jetzt für „%(name)s“. Öffnen Sie die Startseite, um weiterzumachen.",
                name=employers[0].name,
            ),
            self.cookies(token, place, before=ASGIConnection[Any, Any, Any, Any](connection).cookies.get(PLACE, "")),
        )


async def _met_again(navigation: Navigation, known: Known) -> Known | None:
    """Somebody of whom it still is so who they are, with what waits for them: counted anew in what has changed. None:
    they have to be met as if for the first time."""
    if known.kept is None or known.waits is None:
        return None
    changed, kept = await known.kept.changed()
    if Matter.EVERYTHING in changed:
        return None
    if known.waits.until is not None and current_scope().now >= known.waits.until:
        changed = ANY
    if not changed:
        return known
    permissions, waits = known.visitor.permissions, known.waits
    if columns := navigation.columns(permissions, changed):
        (row,) = await execute(f"SELECT {columns}")
        waits = navigation.counted_anew(permissions, row, changed, waits)
    return replace(known, waits=waits, kept=kept)


async def _met(navigation: Navigation, before: Known | None) -> Known | None:
    """Who somebody is, and what waits for them. The second depends on what they may do, which is known with the answer
    only; so it is asked for as if it were the same as before. Where it is not, the page counts itself."""
    if before is None:
        found = await queries.load_actor()
        return found and Known(_visitor_of(*found), current_scope().now)
    expected = before.visitor.permissions
    more = await queries.load_actor_to_keep(navigation.columns(expected))
    if more is None:
        return None
    actor, employers, row, kept = more
    visitor = _visitor_of(actor, employers)
    if visitor.permissions != expected:
        return Known(visitor, current_scope().now)
    return Known(visitor, current_scope().now, navigation.counted(expected, row), kept)


def _visitor_of(actor: Actor, employers: tuple[queries.Employer, ...]) -> Visitor:
    others = tuple(OtherOrganisation(employer.slug, employer.name) for employer in employers)
    return Visitor(actor, permissions_of(actor), others)


def _shows_navigation(connection: Scope) -> bool:
    """Whether a page is asked for, and nothing that the page shows can change before it is shown."""
    options = connection["route_handler"].opt
    is_page = connection.get("method") == HttpMethod.GET and not options.get("background")
    return is_page and not options.get("records_reading")


def _actor(request: Request[Any, Any, Any]) -> Actor:
    visitor: Visitor = request.scope["state"]["visitor"]
    return visitor.actor


def _session(request: Request[Any, Any, Any]) -> Session | None:
    return session_of(request.scope)


def _now(actor: Actor) -> datetime:  # noqa: ARG001 - after the actor, not beside: two at once would cost a task each
    return current_scope().now
