"""Signing in and out."""

from pathlib import Path
from typing import Any

import structlog
from litestar import MediaType, Request, Response, get, post

from portal.identity import flow, pages_account, pending
from portal.identity.assembly import Identity
from portal.identity.cookies import PLACE, keep, with_session, without_session
from portal.identity.oidc import DirectoryFailed
from portal.identity.permissions import Permission
from portal.identity.rules import next_address
from portal.identity.sessions import COOKIE, Session
from portal.shell import reply
from portal.shell.feature import Feature

AnyRequest = Request[Any, Any, Any]

_LOG = structlog.get_logger("identity")
_OUTSIDE = {"permission": Permission.PUBLIC, "scope": False}


@get("/anmelden", name="sign-in", opt=_OUTSIDE)
async def show_sign_in(request: AnyRequest, identity: Identity, session: Session | None) -> Response[str]:
    """The way to the directories; who is signed in already goes on."""
    wanted = next_address(request.query_params.get("weiter"))
    if session is not None:
        return await reply.redirect(request, wanted)
    providers = [directory.provider for directory in identity.directories.values()]
    return await reply.page(request, "identity/anmelden.html", providers=providers, wanted=wanted)


@get("/anmelden/weiterleitung", name="sign-in-departure", opt=_OUTSIDE)
async def send_to_directory(request: AnyRequest, identity: Identity) -> Response[str]:
    """To the directory, with everything remembered that its answer has to fit to."""
    provider, wanted = (request.query_params.get(name, "") for name in ("verzeichnis", "weiter"))
    browser = request.cookies.get(pending.COOKIE, "")
    try:
        address, begun = await flow.begin(identity, provider, wanted=wanted, browser=browser)
    except flow.SignInProblem as problem:
        return await _explain(request, problem)
    response = await reply.redirect(request, address)
    response.set_cookie(keep(pending.COOKIE, begun.browser, max_age=int(pending.LIFETIME.total_seconds())))
    return response


@get("/anmelden/antwort", name="sign-in-answer", opt=_OUTSIDE)
async def take_answer(request: AnyRequest, identity: Identity) -> Response[str]:
    """Back from the directory."""
    try:
        arrival = _arrival(request)
        token, place, to = await flow.finish(identity, arrival)
    except flow.SignInProblem as problem:
        return await _explain(request, problem)
    cookies = identity.cookies(token, place, before=arrival.place)
    return with_session(await reply.redirect(request, to), cookies)


@post("/abmelden", name="sign-out", opt=_OUTSIDE)
async def sign_out(request: AnyRequest, identity: Identity, session: Session | None) -> Response[str]:
    """End this session here and at the directory."""
    address = await flow.sign_out(identity, session) if session is not None else "/abgemeldet"
    return without_session(await reply.redirect(request, address))


@get("/abgemeldet", name="signed-out", opt=_OUTSIDE)
async def show_signed_out(request: AnyRequest) -> Response[str]:
    """The last page."""
    open_there = request.query_params.get("verzeichnis") == "offen"
    return await reply.page(request, "identity/abgemeldet.html", open_there=open_there)


@post(
    "/abmelden/verzeichnis",
    name="sign-out-by-directory",
    opt=_OUTSIDE | {"exclude_from_csrf": True, "session": False},
    status_code=200,
    media_type=MediaType.JSON,
)
async def sign_out_by_directory(request: AnyRequest, identity: Identity) -> Response[dict[str, str]]:
    """The directory says that somebody is signed out (OpenID Connect Back-Channel Logout 1.0, section 2.8)."""
    token = (await request.form()).get("logout_token")
    try:
        await flow.sign_out_by_directory(identity, token if isinstance(token, str) else "")
    except DirectoryFailed as failure:
        _LOG.warning("logout_token_refused", reason=failure.reason)
        return Response({"error": "invalid_request"}, status_code=400)
    return Response({}, status_code=200)


def _arrival(request: AnyRequest) -> flow.Arrival:
    answer = request.query_params
    return flow.Arrival(
        state=answer.get("state", ""),
        code=answer.get("code", ""),
        issuer=answer.get("iss"),
        refused="error" in answer,
        browser=request.cookies.get(pending.COOKIE, ""),
        user_agent=request.headers.get("User-Agent", ""),
        session_token=request.cookies.get(COOKIE, ""),
        place=request.cookies.get(PLACE, ""),
        request_id=str(request.scope["state"].get("request_id", "")),
    )


async def _explain(request: AnyRequest, problem: flow.SignInProblem) -> Response[str]:
    return await reply.page(request, "identity/anmeldung_gescheitert.html", status=problem.status, problem=problem)


FEATURE = Feature(
    name="identity",
    handlers=(
        show_sign_in,
        send_to_directory,
        take_answer,
        sign_out,
        show_signed_out,
        sign_out_by_directory,
        *pages_account.HANDLERS,
    ),
    templates=Path(__file__).parent / "templates",
)
