"""One's own sessions, and the switch between organisations."""

from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.exceptions import NotAuthorizedException

from portal.identity import actions, flow, queries
from portal.identity.assembly import Identity
from portal.identity.cookies import PLACE, place_of, with_session, without_session
from portal.identity.permissions import Permission
from portal.identity.sessions import Session
from portal.kit.errors import NotFound
from portal.shell import reply
from portal.shell.i18n import Sentence

AnyRequest = Request[Any, Any, Any]


@get("/konto/sitzungen", name="sessions", opt={"permission": Permission.SESSION_READ})
async def show_sessions(request: AnyRequest, identity: Identity, session: Session) -> Response[str]:
    """Where this person is signed in."""
    opened = await identity.sessions.list_open(session.person_id)
    return await reply.page(request, "identity/sitzungen.html", opened=opened, here=session.key)


@post("/konto/sitzungen/{key:str}/ende", name="session-end", opt={"permission": Permission.SESSION_END})
async def end_session(request: AnyRequest, identity: Identity, session: Session, key: str) -> Response[str]:
    """End one session; ending this one is signing out."""
    if key == session.key:
        return without_session(await reply.redirect(request, await flow.sign_out(identity, session)))
    if not await identity.sessions.end(session.person_id, key):
        raise NotFound
    opened = await identity.sessions.list_open(session.person_id)
    return await reply.changed(
        request,
        to="/konto/sitzungen",
        flash="Die Sitzung ist beendet.",
        slots={"sitzungen": "identity/_sitzungen.html"},
        opened=opened,
        here=session.key,
    )


@post("/konto/sitzungen/ende", name="sessions-end", opt={"permission": Permission.SESSION_END})
async def end_all_sessions(request: AnyRequest, identity: Identity, session: Session) -> Response[str]:
    """End every session of this person, this one too."""
    address = await flow.sign_out(identity, session)  # first, as it needs what this session knows of the directory
    await identity.sessions.end_all(session.person_id)
    return without_session(await reply.redirect(request, address))


@post("/organisationswechsel", name="organisation-switch", opt={"permission": Permission.ORGANISATION_SWITCH})
async def switch_organisation(
    request: AnyRequest, identity: Identity, session: Session, now: datetime
) -> Response[str]:
    """Go on for another organisation of this person, under a fresh token."""
    slug = (await request.form()).get("organisation")
    employer = await queries.access_employer(str(slug))
    token = await identity.sessions.rotate(session, organisation_id=employer.organisation_id)
    if token is None:
        raise NotAuthorizedException
    await actions.enter(now=now, person_id=session.person_id, organisation_id=employer.organisation_id)
    response = await reply.redirect(
        request, "/", flash=Sentence("Sie arbeiten jetzt für „%(name)s“.", name=employer.name)
    )
    place = place_of(session.person_id, employer.organisation_id)
    return with_session(response, identity.cookies(token, place, before=request.cookies.get(PLACE, "")))


HANDLERS = (show_sessions, end_session, end_all_sessions, switch_organisation)
