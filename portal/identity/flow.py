"""Signing in and out, step by step, between browser, directory, database and sessions."""

import base64
import json
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog

from portal.identity import actions
from portal.identity.assembly import Identity
from portal.identity.cookies import place_of
from portal.identity.oidc import LEEWAY_SECONDS, Directory, DirectoryFailed
from portal.identity.pending import Begun, Pending
from portal.identity.queries import Employer
from portal.identity.rules import BadClaims, ReadClaims, device_of, next_address, person_id_of, read_claims
from portal.identity.sessions import NewSession, Session
from portal.kit.errors import HilfenetzError
from portal.shell.i18n import mark
from tenants.context import Role
from tenants.scope import scope

_LOG = structlog.get_logger("identity")
_LONGEST_SECONDS = 86_400  # how long a logout token may be good for; we remember it as long
_ROLES = frozenset(role.value for role in Role)


class SignInProblem(HilfenetzError):
    """A sign-in that did not work: ``title`` says what happened, ``message`` what to do, ``other_account`` may be an
    address at the directory where somebody else can sign in."""

    def __init__(self, title: str, message: str, *, status: int, other_account: str = "") -> None:
        super().__init__(message)
        self.title = title
        self.status = status
        self.other_account = other_account


async def begin(identity: Identity, provider: str, *, wanted: str, browser: str) -> tuple[str, Begun]:
    """The address at the directory to send the browser to, and what was remembered of it.

    Raises:
        SignInProblem: the directory does not answer.
    """
    directory = identity.directory(provider)
    begun = await identity.pending.begin(provider, next=next_address(wanted), browser=browser)
    try:
        return await directory.address(begun), begun
    except DirectoryFailed as failure:
        raise _directory_down(directory, failure.reason) from failure


@dataclass(frozen=True, slots=True)
class Arrival:
    """A browser that comes back from a directory: what stands in the address, and what it brought along itself."""

    state: str
    code: str
    issuer: str | None
    refused: bool
    browser: str
    user_agent: str
    session_token: str
    place: str
    request_id: str


async def finish(identity: Identity, arrival: Arrival) -> tuple[str, str, str]:
    """Check the answer, write down who came, open a session: the token for the browser's cookie, the place they work in
    now, and where to go. It is the organisation this browser last worked for, if they still do.

    Raises:
        SignInProblem: nobody waits for this answer, it cannot be trusted, or the person belongs to no organisation.
    """
    pending = await _take(identity, arrival)
    directory = identity.directories[pending.provider]
    try:
        raw, id_token = await directory.exchange(arrival.code, pending, issuer=arrival.issuer)
        claims = read_claims(raw, directory.mapping, _ROLES)
    except DirectoryFailed as failure:
        raise _directory_down(directory, failure.reason) from failure
    except BadClaims as missing:
        raise _directory_down(directory, f"no usable {missing}") from missing
    if claims.ignored:
        _LOG.warning("groups_ignored", provider=pending.provider, count=claims.ignored)
    employer = await _record(pending.provider, claims, arrival)
    if employer is None:
        raise await _without_place(directory, id_token)
    browser, system = device_of(arrival.user_agent)
    new = NewSession(
        person_id=person_id_of(pending.provider, claims.subject),
        organisation_id=employer.organisation_id,
        provider=pending.provider,
        id_token=id_token,
        sid=raw["sid"] if isinstance(raw.get("sid"), str) else "",
        browser=browser,
        system=system,
    )
    token = await identity.sessions.begin(new, replaces=arrival.session_token)
    return token, place_of(new.person_id, new.organisation_id), pending.next


async def sign_out(identity: Identity, session: Session) -> str:
    """End a session here; gives back where to end it at the directory, or our own last page."""
    hint = await identity.sessions.hint(session)
    await identity.sessions.end(session.person_id, session.key)
    directory = identity.directories.get(session.provider)
    try:
        return (directory and await directory.logout_address(hint)) or "/abgemeldet"
    except DirectoryFailed as failure:
        _LOG.warning("directory_failed", provider=session.provider, reason=failure.reason)
        return "/abgemeldet?verzeichnis=offen"


async def sign_out_by_directory(identity: Identity, token: str) -> int:
    """End the sessions a back-channel logout token names; how many there were.

    Raises:
        DirectoryFailed: the token is not one of a directory of ours, or it was used before.
    """
    directory = _issuer_of(identity, token)
    claims = await directory.logout_claims(token)
    provider = directory.provider.key
    lasts = claims["exp"] - claims["iat"]
    if not 0 < lasts <= _LONGEST_SECONDS:
        raise DirectoryFailed("logout token that never ends")
    kept = timedelta(seconds=lasts + 2 * LEEWAY_SECONDS)
    if not await identity.sessions.first_time(f"logout:{provider}", claims["jti"], kept):
        raise DirectoryFailed("logout token used before")
    person_id: UUID | None = person_id_of(provider, claims["sub"]) if claims.get("sub") else None
    if isinstance(claims.get("sid"), str) and claims["sid"]:
        return await identity.sessions.end_at_directory(provider, claims["sid"], person_id)
    return await identity.sessions.end_all(person_id) if person_id else 0


async def _take(identity: Identity, arrival: Arrival) -> Pending:
    """The sign-in an answer belongs to; afterwards it is used up."""
    pending = await identity.pending.take(arrival.state, arrival.browser) if arrival.state else None
    if pending is None or pending.provider not in identity.directories:
        _LOG.warning("sign_in_refused", reason="unknown, used or expired state")
        raise SignInProblem(
            mark("Diese Anmeldung ist nicht mehr gültig"),
            mark(
                "Eine Anmeldung gilt zehn Minuten, einmal und nur in dem Browser, in dem sie begonnen wurde. "
                "Bitte melden Sie sich noch einmal an."
            ),
            status=400,
        )
    if arrival.refused:
        _LOG.info("sign_in_refused", reason="refused by the directory", provider=pending.provider)
        raise SignInProblem(
            mark("Die Anmeldung wurde abgebrochen"),
            mark("Das Verzeichnis hat Sie nicht angemeldet. Bitte versuchen Sie es noch einmal."),
            status=403,
        )
    return pending


async def _record(provider: str, claims: ReadClaims, arrival: Arrival) -> Employer | None:
    """For whom they work now."""
    person_id = person_id_of(provider, claims.subject)
    async with scope(person_id=person_id, request_id=arrival.request_id) as opened:
        employers = await actions.record_sign_in(now=opened.now, provider=provider, claims=claims)
        if not employers:
            return None
        known = (employer for employer in employers if place_of(person_id, employer.organisation_id) == arrival.place)
        employer = next(known, employers[0])
        await actions.enter(now=opened.now, person_id=person_id, organisation_id=employer.organisation_id)
    return employer


def _issuer_of(identity: Identity, token: str) -> Directory:
    """The directory whose key has to have signed this; what the token says of itself is only a hint."""
    try:
        payload = token.split(".")[1]
        named = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["iss"].rstrip("/")
    except (IndexError, KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise DirectoryFailed("no token") from error
    for directory in identity.directories.values():
        if directory.provider.issuer == named:
            return directory
    raise DirectoryFailed("token of another issuer")


def _directory_down(directory: Directory, reason: str) -> SignInProblem:
    _LOG.warning("directory_failed", provider=directory.provider.key, reason=reason)
    return SignInProblem(
        mark("Das Verzeichnis antwortet gerade nicht richtig"),
        mark(
            "Die Anmeldung läuft über ein Verzeichnis außerhalb dieses Portals. Versuchen Sie es in einigen Minuten "
            "noch einmal. Dauert es länger, wenden Sie sich an die Stelle, die Ihr Dienstkonto betreut."
        ),
        status=503,
    )


async def _without_place(directory: Directory, id_token: str) -> SignInProblem:
    try:
        elsewhere = await directory.logout_address(id_token)
    except DirectoryFailed:
        elsewhere = None
    return SignInProblem(
        mark("Ihr Konto gehört noch zu keiner Organisation"),
        mark(
            "Das Verzeichnis kennt Sie, nennt aber keine Organisation dieses Portals. Wenden Sie sich an die "
            "Administration Ihrer Organisation; sie trägt im Verzeichnis ein, wer was tun darf. "
            "Melden Sie sich danach noch einmal an."
        ),
        status=403,
        other_account=elsewhere or "",
    )
