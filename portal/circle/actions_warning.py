"""Somebody reports what they noticed in the field, without a word about any single person."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from portal.audit import actions as audit
from portal.circle.events import WarningReported
from portal.circle.queries import others_in
from portal.circle.rules import CASES, LONGEST_DISTRICT, LONGEST_WARNING, personal_data_in
from portal.circle.words import REFUSED
from portal.kit.clock import local_day
from portal.kit.errors import Invalid
from portal.kit.ids import new_id
from tenants.context import Actor, Seat
from tenants.database import execute
from tenants.outbox import emit

_EARLIEST = date(2000, 1, 1)
_SENT_TWICE = timedelta(hours=1)


async def report(
    *,
    actor: Actor,
    now: datetime,
    seat: Seat,
    topics: Mapping[str, str],
    topic: str,
    district: str,
    cases: str,
    since_on: date | None,
    text: str,
) -> UUID:
    """Keep a warning for the coordination circle. Gives back its id. Sent twice within an hour, word for word, it
    is one: else the same cases would count twice.

    Args:
        topics: those of the network's agreement.
        cases: the least of one of the ranges.
        since_on: any day of the month in which it began; only the month is kept.

    Raises:
        Invalid: the field that does not fit, or in which something of a single person stands.
    """
    if topic not in topics:
        raise Invalid("Bitte wählen Sie ein Thema.", field="topic")
    if cases not in {str(least) for least in CASES}:
        raise Invalid("Bitte wählen Sie, wie viele Fälle es etwa sind.", field="cases")
    _check_words(district, text)
    said = (topic, district, int(cases), _month(since_on, now), text)
    if (kept := await _just_reported(actor, now, seat, said)) is not None:
        return kept
    warning_id = new_id()
    await execute(
        """
        INSERT INTO early_warning
            (network_id, id, organisation_id, topic, district, cases, since_on, text, reported_by, reported_at)
        VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {})
        """,
        *(seat.network_id, warning_id, actor.organisation_id, *said, actor.name[:200], now),
    )
    await audit.record(actor=actor, action="warning:reported", subject="early_warning", subject_id=warning_id)
    event = WarningReported(seat.network_id, warning_id)
    await emit(event, to=await others_in(actor, seat.network_id), key=f"warning_reported:{warning_id}")
    return warning_id


async def _just_reported(actor: Actor, now: datetime, seat: Seat, said: tuple[str, str, int, date, str]) -> UUID | None:
    await execute("SELECT pg_advisory_xact_lock(hashtextextended({}, 0))", f"warning:{actor.organisation_id}")
    rows = await execute(
        """
        SELECT id FROM early_warning
        WHERE network_id = {} AND organisation_id = {} AND reported_at > {}
          AND (topic, district, cases, since_on, text) = ({}, {}, {}, {}, {}) LIMIT 1
        """,
        *(seat.network_id, actor.organisation_id, now - _SENT_TWICE, *said),
    )
    return rows[0]["id"] if rows else None


def _check_words(district: str, text: str) -> None:
    if len(district) > LONGEST_DISTRICT:
        raise Invalid("Bitte geben Sie die Gegend mit höchstens 100 Zeichen an.", field="district")
    if not text.strip() or len(text) > LONGEST_WARNING:
        raise Invalid("Bitte schreiben Sie mit höchstens 2000 Zeichen, was Sie beobachtet haben.", field="text")
    for field, said in (("district", district), ("text", text)):
        if (found := personal_data_in(said)) is not None:
            raise Invalid(REFUSED[found], field=field)


def _month(since_on: date | None, now: datetime) -> date:
    if since_on is None or since_on > local_day(now) or since_on < _EARLIEST:
        raise Invalid("Bitte geben Sie einen Tag an, der nicht in der Zukunft liegt.", field="since_on")
    return since_on.replace(day=1)
