"""What waits for a review that the present person may give, for a page that shows more than that."""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from portal.spaces.queries_lists import NEAREST, OPEN, REVIEWED
from portal.spaces.rules import Access

# Most people review nowhere; elsewhere the rights decide on what waits. Takes no arguments.
_WAITING = f"""
WITH waiting AS MATERIALIZED (
    SELECT i.space_id, i.id, i.path, i.readers, i.title, i.owner_name, i.changed_at, i.state FROM item i
    WHERE i.space_id = ANY (ARRAY(
        SELECT g.space_id FROM item_grant g
        WHERE g.space_id = ANY ((SELECT reach_spaces())::uuid[])
          AND g.principal = ANY ((SELECT my_principals())::text[])
          AND (g.access & {Access.REVIEWER | Access.MANAGER:d}) <> 0
    )) AND i.state = 'pending' AND i.bin_id IS NULL AND {OPEN}
), mark AS MATERIALIZED (
    SELECT * FROM access_marks((SELECT array_agg(DISTINCT w.space_id) FROM waiting w), (SELECT my_principals()))
)
"""  # noqa: S608 - put together from constants
_MINE = f"{REVIEWED} AND (i.readers & {NEAREST}) <> 0"

# How many, for the navigation.
REVIEW_COUNT = f"{_WAITING} SELECT count(*) FROM waiting i WHERE {_MINE}"  # noqa: S608

# Each with who gave it to be reviewed and when, as the last step into its state says.
TO_REVIEW = f"""
{_WAITING}
SELECT i.id, i.title, coalesce(t.by_name, i.owner_name) AS by_name, coalesce(t.at, i.changed_at) AS since_at,
       (SELECT s.title FROM space s WHERE s.id = i.space_id) AS place
FROM waiting i LEFT JOIN LATERAL (
    SELECT t.by_name, t.at FROM item_transition t
    WHERE t.space_id = i.space_id AND t.item_id = i.id AND t.target = i.state ORDER BY t.at DESC, t.id DESC LIMIT 1
) AS t ON true
WHERE {_MINE}
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class ToReview:
    """Something somebody gave to be reviewed."""

    id: UUID
    title: str
    by_name: str
    since_at: datetime
    place: str

    @property
    def address(self) -> str:
        """Where it is read and decided on."""
        return f"/inhalte/{self.id}"


def to_review_of(found: str | None) -> tuple[ToReview, ...]:
    """Rows of ``TO_REVIEW`` as the database puts them together."""
    return tuple(
        ToReview(**{**row, "id": UUID(row["id"]), "since_at": datetime.fromisoformat(row["since_at"])})
        for row in json.loads(found or "[]")
    )
