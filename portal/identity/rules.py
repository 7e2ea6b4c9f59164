"""What can be said of claims, addresses and devices without asking anybody."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid5

_PERSONS = UUID("4b1c2f6e-0d1f-5a63-9c2b-6f0a4d0e7a11")
_ADDRESS_LIMIT = 1_000
_NAME_LIMIT, _EMAIL_LIMIT, _SUBJECT_LIMIT = 200, 254, 255


class BadClaims(ValueError):
    """The directory's answer lacks what the portal cannot do without; the message names the claim, not its value."""


@dataclass(frozen=True, slots=True)
class ClaimMapping:
    """How one provider's claims are to be read; ``pattern`` holds ``{organisation}`` and ``{role}`` once each."""

    pattern: str = "hilfenetz:{organisation}:{role}"
    groups_claim: str = "groups"
    name_claim: str = "name"
    email_claim: str = "email"
    role_names: Mapping[str, str] = field(default_factory=dict)
    organisations: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class ReadClaims:
    """Who somebody is, and the roles by organisation (its slug). ``ignored`` counts our groups that mean nothing."""

    subject: str
    name: str
    email: str
    roles: Mapping[str, frozenset[str]]
    ignored: int


def person_id_of(provider: str, subject: str) -> UUID:
    """Follows from the directory's words, so that a person can be looked up under their own scope."""
    return uuid5(uuid5(_PERSONS, provider), subject)


def read_claims(claims: Mapping[str, Any], mapping: ClaimMapping, known_roles: Collection[str]) -> ReadClaims:
    """Make a person and their roles of a directory's claims.

    Raises:
        BadClaims: there is no usable subject or name.
    """
    subject, name = _text(claims, "sub"), _text(claims, mapping.name_claim)
    if not subject or len(subject) > _SUBJECT_LIMIT:
        raise BadClaims("sub")
    if not name:
        raise BadClaims(mapping.name_claim)
    email = _text(claims, mapping.email_claim)
    roles, ignored = _roles(_groups(claims, mapping.groups_claim), mapping, known_roles)
    usable = email if len(email) <= _EMAIL_LIMIT and "@" in email else ""
    return ReadClaims(subject=subject, name=name[:_NAME_LIMIT], email=usable, roles=roles, ignored=ignored)


def compile_pattern(pattern: str) -> re.Pattern[str]:
    """The pattern as a regular expression that matches whole group names.

    Raises:
        ValueError: a placeholder is missing or named twice.
    """
    if pattern.count("{organisation}") != 1 or pattern.count("{role}") != 1:
        raise ValueError("the pattern must hold {organisation} and {role} once each")
    expression = re.escape(pattern).replace(r"\{organisation\}", r"(?P<organisation>[a-z0-9]+(?:-[a-z0-9]+)*)")
    return re.compile(expression.replace(r"\{role\}", r"(?P<role>[A-Za-z0-9_\-]{1,64})"), re.ASCII)


def next_address(wanted: str | None) -> str:
    """Where to go after signing in: an address inside the portal, else the start page.

    Browsers read ``//host``, ``/\\host`` and control characters as another host; none of that gets through.
    """
    if not wanted or len(wanted) > _ADDRESS_LIMIT or not wanted.startswith("/"):
        return "/"
    if wanted.startswith("//") or "\\" in wanted or " " in wanted or not wanted.isprintable():
        return "/"
    parts = urlsplit(wanted)
    signing = parts.path.split("/")[1] in ("anmelden", "abmelden", "abgemeldet")
    return "/" if parts.scheme or parts.netloc or signing else wanted


_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "Chromebook"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)


def device_of(user_agent: str) -> tuple[str, str]:
    """Browser and system in plain words; empty where the browser does not tell."""
    browser = next((word for mark, word in _BROWSERS if mark in user_agent), "")
    return browser, next((word for mark, word in _SYSTEMS if mark in user_agent), "")


def _roles(
    groups: Sequence[str], mapping: ClaimMapping, known_roles: Collection[str]
) -> tuple[dict[str, frozenset[str]], int]:
    expression = compile_pattern(mapping.pattern)
    ours = mapping.pattern.split("{", 1)[0]
    found: dict[str, set[str]] = {}
    ignored = 0
    for group in groups:
        match = expression.fullmatch(group)
        role = mapping.role_names.get(match["role"], match["role"]) if match else ""
        allowed = match is not None and (not mapping.organisations or match["organisation"] in mapping.organisations)
        if match and allowed and role in known_roles:
            found.setdefault(match["organisation"], set()).add(role)
        elif ours and group.startswith(ours):
            ignored += 1
    return {slug: frozenset(roles) for slug, roles in found.items()}, ignored


def _groups(claims: Mapping[str, Any], name: str) -> list[str]:
    """Group names; providers give a list, a single name, or nothing when there are none."""
    value = _claim(claims, name)
    values = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    return [entry.removeprefix("/") for entry in values if isinstance(entry, str)]


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = _claim(claims, name)
    return " ".join(value.split()) if isinstance(value, str) else ""


def _claim(claims: Mapping[str, Any], name: str) -> Any:
    """A claim by its name, or by a path of names such as ``realm_access.roles``."""
    if name in claims:
        return claims[name]
    value: Any = claims
    for step in name.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return value
