"""Whom access is given to, as grants spell it: a person, a role, an organisation, everybody."""

import re
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

_SPELLED = re.compile(r"(?P<kind>[a-z]+)(?::(?P<key>[a-z0-9_-]+))?(?:@(?P<organisation>[0-9a-f-]{36}))?")


class Kind(StrEnum):
    """Kinds of principals."""

    EVERYONE = "everyone"
    GROUP = "group"
    OFFICE = "office"
    ORGANISATION = "organisation"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Principal:
    """Whom access is given to.

    ``key`` is the role of a group, else the identifier of the person, organisation or network. A group with an
    organisation are the people of that one; a person is always somebody of one organisation.
    """

    kind: Kind
    key: str = ""
    organisation_id: UUID | None = None

    def __str__(self) -> str:
        key = f":{self.key}" if self.key else ""
        return f"{self.kind}{key}@{self.organisation_id}" if self.organisation_id else f"{self.kind}{key}"

    @property
    def id(self) -> UUID:
        """The key of what is named by an identifier."""
        return UUID(self.key)


def parse_principal(text: str) -> Principal | None:
    """What a spelling means; None: it means nobody."""
    match = _SPELLED.fullmatch(text)
    if match is None or match["kind"] not in set(Kind):
        return None
    kind, key = Kind(match["kind"]), match["key"] or ""
    try:
        organisation = UUID(match["organisation"]) if match["organisation"] else None
        if kind in (Kind.OFFICE, Kind.ORGANISATION, Kind.PERSON):
            UUID(key)
    except ValueError:
        return None
    found = Principal(kind, key, organisation)
    is_tied = organisation is not None
    fits = {
        Kind.EVERYONE: not key and not is_tied,
        Kind.GROUP: bool(key),
        Kind.OFFICE: not is_tied,
        Kind.ORGANISATION: not is_tied,
        Kind.PERSON: is_tied,
    }
    return found if fits[kind] and str(found) == text else None
