"""Reading the versions of a rulebook and the reviews of the agreement; the wall narrows to networks within reach."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from portal.agreement.rules import VersionState, next_review, states_of
from portal.deadlines.rules import Deadline
from portal.deadlines.workdays import land_of
from portal.kit.errors import NotFound
from tenants.database import execute
from tenants.rulebook import Rulebook, parse_rulebook

_AGREEMENT = """
SELECT
    (SELECT json_agg(json_build_object('id', r.id, 'number', r.version, 'valid_from', r.valid_from, 'put_at', r.put_at,
         'put_by', r.put_by, 'put_for', r.put_for) ORDER BY r.version DESC)
     FROM rulebook r WHERE r.network_id = {}) AS versions,
    (SELECT json_agg(json_build_object('reviewed_on', w.reviewed_on, 'outcome', w.outcome,
         'recorded_at', w.recorded_at, 'recorded_by', w.recorded_by, 'recorded_for', w.recorded_for,
         'version', r.version) ORDER BY w.reviewed_on DESC, w.recorded_at DESC)
     FROM rulebook_review w JOIN rulebook r ON r.network_id = w.network_id AND r.id = w.rulebook_id
     WHERE w.network_id = {}) AS reviews,
    (SELECT count(*) FROM membership m WHERE m.network_id = {} AND m.begins_at <= hilfenetz_now()
       AND (m.ends_at IS NULL OR m.ends_at > hilfenetz_now())) AS members, hilfenetz_now() AS now
"""


@dataclass(frozen=True, slots=True)
class Version:
    """A version without its text. Those of the founding were put into force by nobody in particular."""

    id: UUID
    number: int
    state: VersionState
    valid_from: datetime
    put_at: datetime
    put_by: str
    put_for: str


@dataclass(frozen=True, slots=True)
class Review:
    """That the agreement was looked at again under that version."""

    reviewed_on: date
    outcome: str
    recorded_at: datetime
    recorded_by: str
    recorded_for: str
    version: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """All versions, the latest first, and all reviews, the latest first; ``members`` is how many there are now."""

    versions: tuple[Version, ...]
    reviews: tuple[Review, ...]
    members: int

    @property
    def in_force(self) -> Version:
        return next(version for version in self.versions if version.state is VersionState.IN_FORCE)

    @property
    def latest(self) -> Version:
        return self.versions[0]

    def version(self, number: int) -> Version:
        """The version of that number.

        Raises:
            NotFound: there is none.
        """
        found = next((version for version in self.versions if version.number == number), None)
        if found is None:
            raise NotFound
        return found

    def review_due(self, book: Rulebook) -> Deadline:
        """Until when the agreement has to be looked at again, with the rulebook in force."""
        last = max([book.valid_from, *(review.reviewed_on for review in self.reviews)])
        return next_review(last, book.review.every_years, land_of(book.land))


async def access_agreement(network_id: UUID) -> Agreement:
    """What there is of a network's rulebook.

    Raises:
        NotFound: out of reach.
    """
    (row,) = await execute(_AGREEMENT, network_id, network_id, network_id)
    versions = json.loads(row["versions"] or "[]")
    if not versions:
        raise NotFound
    begins = {found["number"]: datetime.fromisoformat(found["valid_from"]) for found in versions}
    states = states_of(begins, row["now"])
    reviews = tuple(_review(found) for found in json.loads(row["reviews"] or "[]"))
    return Agreement(tuple(_version(found, states) for found in versions), reviews, row["members"])


async def books_of(network_id: UUID, numbers: Iterable[int] | None = None) -> dict[int, Rulebook]:
    """The rulebooks of these versions by number, or of all."""
    wanted = "" if numbers is None else ",".join(str(number) for number in numbers)
    rows = await execute(
        "SELECT version, source FROM rulebook WHERE network_id = {} "
        "AND ({} = '' OR version = ANY (string_to_array({}, ',')::integer[]))",
        network_id,
        wanted,
        wanted,
    )
    return {row["version"]: parse_rulebook(row["source"], file="rulebook") for row in rows}


def _version(found: Mapping[str, Any], states: Mapping[int, VersionState]) -> Version:
    return Version(
        id=UUID(found["id"]),
        number=found["number"],
        state=states[found["number"]],
        valid_from=datetime.fromisoformat(found["valid_from"]),
        put_at=datetime.fromisoformat(found["put_at"]),
        put_by=found["put_by"],
        put_for=found["put_for"],
    )


def _review(found: Mapping[str, Any]) -> Review:
    return Review(
        **{
            **found,
            "reviewed_on": date.fromisoformat(found["reviewed_on"]),
            "recorded_at": datetime.fromisoformat(found["recorded_at"]),
        }
    )
