"""Reading early warnings: the own ones as they were reported, and of all of them what two functions make public."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from portal.circle.rules import Trend, trend_of
from tenants.database import execute
from tenants.queries import standing_of

MOST_WORDS = 100


@dataclass(frozen=True, slots=True)
class Observation:
    """What was noticed, without how many and without who said it."""

    id: UUID
    topic: str
    district: str
    since_on: date
    text: str
    reported_on: date


@dataclass(frozen=True, slots=True)
class Reported:
    """A report of the own organisation; ``cases`` is the least of a range."""

    id: UUID
    topic: str
    district: str
    cases: int
    since_on: date
    text: str
    reported_by: str
    reported_at: datetime


async def topics_of(network_id: UUID) -> dict[str, str]:
    """What the members of the network look out for, by its agreement."""
    standing = await standing_of(network_id)
    return {key: topic.title for key, topic in standing.rulebook.warning_topics.items()} if standing else {}


async def read_trend(network_id: UUID, months: tuple[date, ...]) -> Trend:
    """How many at least, for these months."""
    rows = await execute("SELECT * FROM early_warning_trend({}, {})", network_id, months[0])
    return trend_of(((row["month_on"], row["topic"], row["cases"]) for row in rows), months)


async def topic_of(network_id: UUID, warning_id: UUID) -> str | None:
    """What a warning is about, in the words of the agreement; None if nobody (any more) reads it on the page."""
    for row in await execute("SELECT * FROM early_warning_words({}, {})", network_id, MOST_WORDS):
        if row["id"] == warning_id:
            return (await topics_of(network_id)).get(row["topic"])
    return None


async def list_reports(network_id: UUID, *, of_all: bool) -> tuple[list[Observation], list[Reported]]:
    """What was noticed, and what the own organisation reported, each newest first; one statement.

    Args:
        of_all: whether to read what all have noticed; else the first list is empty.
    """
    rows = await execute(
        """
        (SELECT true AS is_own, id, topic, district, since_on, text, cases, reported_by, reported_at,
                NULL::date AS reported_on, row_number() OVER (ORDER BY reported_at DESC, id DESC) AS place
         FROM early_warning WHERE network_id = {} AND organisation_id = (SELECT current_organisation())
         ORDER BY reported_at DESC, id DESC LIMIT {})
        UNION ALL
        SELECT false, id, topic, district, since_on, text, NULL, NULL, NULL, reported_on, place
        FROM early_warning_words({}, {}) WITH ORDINALITY AS w (id, topic, district, since_on, text, reported_on, place)
        ORDER BY is_own, place
        """,
        network_id,
        MOST_WORDS,
        network_id,
        MOST_WORDS if of_all else 0,
    )
    said = ("id", "topic", "district", "since_on", "text")
    own = (*said, "cases", "reported_by", "reported_at")
    return (
        [Observation(**{name: row[name] for name in (*said, "reported_on")}) for row in rows if not row["is_own"]],
        [Reported(**{name: row[name] for name in own}) for row in rows if row["is_own"]],
    )
