"""The cast for the directories people sign in with: Canaille on one machine, Keycloak beside the containers."""

from typing import Any

from portal.demo.world import PEOPLE, Person
from portal.local.directory import DEMO_PASSWORD, DirectoryPerson

REALM, CLIENT = "stadt", "hilfenetz"
_SECRET = "${OIDC_CLIENT_SECRET}"  # noqa: S105 - Keycloak takes it from its environment when it imports the realm


def directory_people() -> tuple[DirectoryPerson, ...]:
    """The cast as accounts of the directory on one machine."""
    return tuple(
        DirectoryPerson(
            user_name=person.user_name,
            given_name=person.given_name,
            family_name=person.family_name,
            email=person.email,
            groups=_groups(person),
        )
        for person in PEOPLE
    )


def keycloak_realm(public_url: str) -> dict[str, Any]:
    """What Keycloak imports: the cast, their groups, and the portal as a client with PKCE and logout both ways.

    Trap: a realm that brings client scopes of its own gets none of Keycloak's, so groups come through a mapper of the
    client, and the portal must not ask for a scope "groups" (OIDC_SCOPES="openid profile email").
    """
    groups = sorted({group for person in PEOPLE for group in _groups(person)})
    return {
        "realm": REALM,
        "enabled": True,
        "displayName": "Verzeichnis der Stadt",
        "internationalizationEnabled": True,
        "supportedLocales": ["de", "en"],
        "defaultLocale": "de",
        "sslRequired": "external",
        "bruteForceProtected": True,
        "registrationAllowed": False,
        "resetPasswordAllowed": False,
        "groups": [{"name": group} for group in groups],
        "clients": [_client(public_url.rstrip("/"))],
        "users": [_user(person) for person in PEOPLE],
    }


def _groups(person: Person) -> tuple[str, ...]:
    return tuple(f"hilfenetz:{post.organisation}:{role}" for post in person.posts for role in sorted(post.roles))


def _client(public_url: str) -> dict[str, Any]:
    return {
        "clientId": CLIENT,
        "name": "Hilfenetz",
        "rootUrl": public_url,
        "baseUrl": "/",
        "protocol": "openid-connect",
        "publicClient": False,
        "secret": _SECRET,
        "standardFlowEnabled": True,
        "implicitFlowEnabled": False,
        "directAccessGrantsEnabled": False,
        "serviceAccountsEnabled": False,
        "redirectUris": [f"{public_url}/anmelden/antwort"],
        "webOrigins": [public_url],
        "attributes": {
            "pkce.code.challenge.method": "S256",
            "post.logout.redirect.uris": f"{public_url}/abgemeldet",
            "backchannel.logout.url": f"{public_url}/abmelden/verzeichnis",
            "backchannel.logout.session.required": "true",
            "backchannel.logout.revoke.offline.tokens": "false",
        },
        "protocolMappers": [_group_mapper()],
    }


def _group_mapper() -> dict[str, Any]:
    return {
        "name": "groups",
        "protocol": "openid-connect",
        "protocolMapper": "oidc-group-membership-mapper",
        "consentRequired": False,
        "config": {
            "claim.name": "groups",
            "full.path": "false",
            "id.token.claim": "true",
            "access.token.claim": "false",
            "userinfo.token.claim": "true",
        },
    }


def _user(person: Person) -> dict[str, Any]:
    return {
        # Keycloak makes the subject of this, so that a person is the same one whichever directory vouches for them.
        "id": person.user_name,
        "username": person.user_name,
        "enabled": True,
        "firstName": person.given_name,
        "lastName": person.family_name,
        "email": person.email,
        "emailVerified": True,
        "attributes": {"locale": ["de"]},
        "credentials": [{"type": "password", "value": DEMO_PASSWORD, "temporary": False}],
        "groups": [f"/{group}" for group in _groups(person)],
    }
