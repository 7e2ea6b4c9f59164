"""One directory as the portal sees it: OpenID Connect code flow with PKCE, discovery, and both ways of signing out.

Nothing a directory says is believed before it was checked: its description names itself as configured, its answers are
signed with a key of its own by an asymmetric algorithm, for us, for this attempt, now.
"""

import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode, urlsplit

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from portal.identity.pending import Begun, Pending
from portal.identity.rules import ClaimMapping
from portal.settings import OidcProvider

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
LEEWAY_SECONDS = 60
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"

_KEPT_SECONDS = 600
_ASK_AGAIN_SECONDS = 10
_TIMEOUT_SECONDS = 5
_BYTES = 1_000_000
_NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_OK = 200

T = TypeVar("T")


class DirectoryFailed(Exception):
    """The directory did not answer, or not as agreed. ``reason`` is for the log and holds no data of anybody."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class Directory:
    """The client of one provider. ``public_url`` is where people reach the portal."""

    def __init__(self, provider: OidcProvider, public_url: str) -> None:
        self.provider = provider
        self.mapping = ClaimMapping(
            pattern=provider.group_pattern,
            groups_claim=provider.groups_claim,
            name_claim=provider.name_claim,
            email_claim=provider.email_claim,
            role_names=provider.role_names,
            organisations=provider.organisations,
        )
        self._redirect_uri = f"{public_url}/anmelden/antwort"
        self._after_logout = f"{public_url}/abgemeldet"
        self._trust = httpx2.create_ssl_context()
        self._http = httpx2.AsyncClient(timeout=_TIMEOUT_SECONDS, verify=self._trust)
        self._description: _Kept[dict[str, Any]] = _Kept(self._fetch_description)
        self._keys: _Kept[KeySet] = _Kept(self._fetch_keys)

    async def close(self) -> None:
        """Give connections back."""
        await self._http.aclose()

    def forget(self) -> None:
        """Ask the directory anew at the next occasion."""
        self._description.forget()
        self._keys.forget()

    async def address(self, begun: Begun) -> str:
        """Where to send a browser for signing in: a directory that answers now, or people meet the browser's error."""
        description = await self._description.value(fresh=True)
        async with self._client(description) as client:
            address, _ = client.create_authorization_url(
                description["authorization_endpoint"],
                state=begun.state,
                nonce=begun.pending.nonce,
                code_verifier=begun.pending.verifier,
                ui_locales="de",
            )
        return str(address)

    async def exchange(self, code: str, pending: Pending, *, issuer: str | None) -> tuple[dict[str, Any], str]:
        """Turn the code of an answer into checked claims and the ID token they came in.

        ``issuer`` is the ``iss`` of the answer (RFC 9207): with several directories, one must not answer for another.
        """
        description = await self._description.value()
        named = description.get("authorization_response_iss_parameter_supported") is True
        if issuer != description["issuer"] and (named or issuer is not None):
            raise DirectoryFailed("answer of another issuer")
        async with self._client(description) as client:
            try:
                token = await client.fetch_token(
                    description["token_endpoint"],
                    code=code,
                    code_verifier=pending.verifier,
                    grant_type="authorization_code",
                )
                claims = await self._claims(token, pending, description)
                if self.provider.claims_from == "userinfo":
                    claims |= await self._userinfo(client, claims["sub"], description)
            except (httpx2.HTTPError, AuthlibBaseError, JoseError, ValueError, KeyError, TypeError) as error:
                raise DirectoryFailed(_reason(error)) from error
        return claims, token["id_token"]

    async def logout_address(self, hint: str) -> str | None:
        """Where to send a browser for signing out at the directory too; None if it offers no such place."""
        description = await self._description.value(fresh=True)
        if not (endpoint := description.get("end_session_endpoint")):
            return None
        parameters = {"client_id": self.provider.client_id, "post_logout_redirect_uri": self._after_logout}
        if hint:
            parameters["id_token_hint"] = hint
        return f"{endpoint}{'&' if urlsplit(endpoint).query else '?'}{urlencode(parameters)}"

    async def logout_claims(self, token: str) -> dict[str, Any]:
        """The checked claims of a back-channel logout token (OpenID Connect Back-Channel Logout 1.0, section 2.6).

        Replays of its ``jti`` are the caller's to refuse.
        """
        description = await self._description.value()
        try:
            checked = await self._verified(token, description, nonce=None)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise DirectoryFailed(_reason(error)) from error
        events = checked.get("events")
        if not isinstance(events, Mapping) or not isinstance(events.get(LOGOUT_EVENT), Mapping):
            raise DirectoryFailed("no logout event")
        named = [checked.get("sub"), checked.get("sid")]
        if "nonce" in checked or not any(isinstance(value, str) and value for value in named):
            raise DirectoryFailed("no logout token")
        if not isinstance(checked.get("jti"), str) or not checked["jti"]:
            raise DirectoryFailed("no jti")
        return checked

    async def _claims(self, token: Mapping[str, Any], pending: Pending, description: dict[str, Any]) -> dict[str, Any]:
        params = {"access_token": token["access_token"]}
        return await self._verified(token["id_token"], description, nonce=pending.nonce, params=params)

    async def _verified(
        self, token: str, description: dict[str, Any], *, nonce: str | None, params: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        try:
            decoded = jwt.decode(token, await self._keys.value(), algorithms=ALGORITHMS)
        except InvalidKeyIdError:  # the directory changed its keys
            decoded = jwt.decode(token, await self._keys.value(fresh=True), algorithms=ALGORITHMS)
        essential = {"essential": True}
        options: dict[str, Any] = {
            "iss": {"essential": True, "value": description["issuer"]},
            "aud": {"essential": True, "value": self.provider.client_id},
            "exp": essential,
            "iat": essential,
        }
        now = int(time.time())
        if nonce is None:
            registry = jwt.JWTClaimsRegistry(now=now, leeway=LEEWAY_SECONDS, **options)
            registry.validate(decoded.claims)
            return decoded.claims
        parameters = {"nonce": nonce, "client_id": self.provider.client_id, **(params or {})}
        claims = CodeIDToken(decoded.claims, decoded.header, options, parameters)
        claims.validate(now=now, leeway=LEEWAY_SECONDS)
        return dict(claims)

    async def _userinfo(self, client: AsyncOAuth2Client, subject: str, description: dict[str, Any]) -> dict[str, Any]:
        answer = _json(await client.get(description["userinfo_endpoint"]))
        if answer.get("sub") != subject:
            raise DirectoryFailed("user info of somebody else")
        return {name: value for name, value in answer.items() if name not in ("iss", "aud", "nonce", "sid")}

    def _client(self, description: dict[str, Any]) -> AsyncOAuth2Client:
        methods = description.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        return AsyncOAuth2Client(
            client_id=self.provider.client_id,
            client_secret=self.provider.client_secret,
            token_endpoint_auth_method="client_secret_basic"
            if "client_secret_basic" in methods
            else "client_secret_post",
            scope=self.provider.scopes,
            redirect_uri=self._redirect_uri,
            code_challenge_method="S256",
            timeout=_TIMEOUT_SECONDS,
            verify=self._trust,
        )

    async def _fetch_description(self) -> dict[str, Any]:
        address = self.provider.discovery_url or f"{self.provider.issuer}/.well-known/openid-configuration"
        description = await self._get(address)
        if str(description.get("issuer", "")).rstrip("/") != self.provider.issuer:
            raise DirectoryFailed("it calls itself otherwise than configured")
        plain_allowed = self.provider.issuer.startswith("http://") or address.startswith("http://")
        schemes = ("https", "http") if plain_allowed else ("https",)
        for name in (*_NEEDED, "end_session_endpoint", "userinfo_endpoint"):
            value = description.get(name)
            if value is None and name not in _NEEDED:
                continue
            if not isinstance(value, str) or urlsplit(value).scheme not in schemes or not urlsplit(value).hostname:
                raise DirectoryFailed(f"no usable {name}")
        if "S256" not in description.get("code_challenge_methods_supported", ["S256"]):
            raise DirectoryFailed("no PKCE with S256")
        return description

    async def _fetch_keys(self) -> KeySet:
        description = await self._description.value()
        try:
            return KeySet.import_key_set(await self._get(description["jwks_uri"]))  # type: ignore[arg-type]
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise DirectoryFailed("no usable keys") from error

    async def _get(self, address: str) -> dict[str, Any]:
        try:
            return _json(await self._http.get(address))
        except (httpx2.HTTPError, ValueError) as error:
            raise DirectoryFailed(_reason(error)) from error


class _Kept(Generic[T]):
    """Something fetched once and kept for a while; asked for afresh, at most every few seconds."""

    def __init__(self, fetch: Callable[[], Awaitable[T]]) -> None:
        self._fetch = fetch
        self._value: T | None = None
        self._at = 0.0

    async def value(self, *, fresh: bool = False) -> T:
        age = time.monotonic() - self._at
        if self._value is None or age > _KEPT_SECONDS or (fresh and age > _ASK_AGAIN_SECONDS):
            self._value = await self._fetch()
            self._at = time.monotonic()
        return self._value

    def forget(self) -> None:
        self._value = None


def _json(answer: httpx2.Response) -> dict[str, Any]:
    if answer.status_code != _OK or len(answer.content) > _BYTES:
        raise DirectoryFailed(f"status {answer.status_code}")
    content = answer.json()
    if not isinstance(content, dict):
        raise DirectoryFailed("no object")
    return content


def _reason(error: Exception) -> str:
    """What went wrong, without what the directory or the browser sent."""
    claim = getattr(error, "claim_name", "") or getattr(error, "claim", "")
    code = getattr(error, "error", "")
    return " ".join(str(part) for part in (type(error).__name__, code, claim) if part)
