"""Each member names who sits in a body for it; the office sees who is missing and names nobody for others."""

from datetime import date, datetime, timedelta
from uuid import UUID

from portal.audit import actions as audit
from portal.bodies.abilities import BodyAbilities
from portal.bodies.events import MeetingsToCome
from portal.bodies.queries import BodySheet, ensure_body
from portal.bodies.rules import Part
from portal.kit.clock import end_of_day, local_day
from portal.kit.errors import Forbidden, Invalid
from portal.kit.ids import new_id
from portal.notices import live
from portal.shell.i18n import Sentence
from tenants.context import Actor
from tenants.database import execute
from tenants.outbox import emit

_FURTHEST = 366  # days a seat may begin ahead of or behind the day it is named


async def name_seat(*, actor: Actor, now: datetime, body: BodySheet, part: Part, name: str, begins_on: date) -> UUID:
    """From that day on this person sits there for the actor's organisation; who did before, did until the day before.
    Who was to begin later and has not yet, does not begin at all.

    Raises:
        Forbidden: the actor names nobody for their organisation, or nobody is named for this body.
        Invalid: the day does not fit.
    """
    if not BodyAbilities.of(actor, body).may_name:
        raise Forbidden(
            "Wer für Ihre Organisation im Gremium sitzt, benennt ihre Geschäftsführung oder Administration."
        )
    if abs((begins_on - local_day(now)).days) > _FURTHEST:
        raise Invalid("Bitte prüfen Sie das Jahr: Der Beginn liegt mehr als ein Jahr entfernt.", field="begins_on")
    await ensure_body(body, keeps=False)
    key = (body.network_id, body.id, actor.organisation_id, part)
    before = await execute(
        """
        SELECT id, name, begins_on FROM body_seat
        WHERE network_id = {} AND body_id = {} AND organisation_id = {} AND part = {} AND ends_on IS NULL FOR UPDATE
        """,
        *key,
    )
    if any((seat["name"], seat["begins_on"]) == (name, begins_on) for seat in before):
        return UUID(str(before[0]["id"]))  # sent twice
    begun_on = await _begun_on(key, local_day(now))
    if begun_on is not None and begins_on < begun_on:
        raise Invalid(
            Sentence("Seit dem %(day)s ist schon jemand benannt; der Beginn kann nicht davor liegen.",
                     day=f"{begun_on:%d.%m.%Y}"),
            field="begins_on",
        )  # fmt: skip
    for seat in before:
        is_ahead = seat["begins_on"] > local_day(now)
        await _end(body, seat["id"], (seat["begins_on"] if is_ahead else begins_on) - timedelta(days=1))
    await _shorten(key, begins_on)
    seat_id = new_id()
    await execute(
        """
        INSERT INTO body_seat (network_id, id, body_id, organisation_id, part, name, begins_on, named_by, named_at)
        VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {})
        """,
        *(body.network_id, seat_id, body.id, actor.organisation_id, part, name, begins_on, actor.name[:200], now),
    )
    begins_at = max(now, end_of_day(begins_on - timedelta(days=1)))
    await emit(
        MeetingsToCome(body.network_id), to=[actor.organisation_id], due_at=begins_at, key=f"seat_begins:{seat_id}"
    )
    await audit.record(actor=actor, action="seat:named", subject="body_seat", subject_id=seat_id)
    await live.changed(live.network(body.network_id))
    return seat_id


async def end_seat(*, actor: Actor, now: datetime, body: BodySheet, part: Part, ends_on: date) -> None:
    """Nobody follows for now; that day is the last. Who has not begun by then, does not begin at all.

    Raises:
        Forbidden: the actor names nobody for their organisation.
        Invalid: nobody is named, or the day is before the first of who has begun, or too far ahead.
    """
    if not BodyAbilities.of(actor, body).may_name:
        raise Forbidden(
            "Wer für Ihre Organisation im Gremium sitzt, benennt ihre Geschäftsführung oder Administration."
        )
    key, today = (body.network_id, body.id, actor.organisation_id, part), local_day(now)
    rows = await execute(
        """
        SELECT id, begins_on FROM body_seat
        WHERE network_id = {} AND body_id = {} AND organisation_id = {} AND part = {}
          AND (ends_on IS NULL OR ends_on >= GREATEST(begins_on, {}::date)) ORDER BY begins_on DESC LIMIT 1 FOR UPDATE
        """,
        *(*key, today),
    )
    if not rows:
        raise Invalid("Hier ist zurzeit niemand benannt.")
    begun_on = await _begun_on(key, today)
    if begun_on is not None and ends_on < begun_on:
        raise Invalid("Der letzte Tag liegt vor dem ersten.", field="ends_on")
    if (ends_on - today).days > _FURTHEST:
        raise Invalid("Bitte prüfen Sie das Jahr: Das Ende liegt mehr als ein Jahr entfernt.", field="ends_on")
    await _end(body, rows[0]["id"], max(ends_on, rows[0]["begins_on"] - timedelta(days=1)))
    await _shorten(key, ends_on + timedelta(days=1))
    await audit.record(actor=actor, action="seat:ended", subject="body_seat", subject_id=rows[0]["id"])
    await live.changed(live.network(body.network_id))


async def end_seats_of(*, network_id: UUID, organisation_id: UUID, ends_on: date) -> int:
    """Whoever sat in a body of the network for a member that left it does so until that day; who was to begin later
    does not begin. By the worker, in the scope of the network. Gives back how many."""
    rows = await execute(
        """
        UPDATE body_seat SET ends_on = GREATEST(begins_on - 1, {})
        WHERE network_id = {} AND organisation_id = {} AND (ends_on IS NULL OR ends_on > GREATEST(begins_on - 1, {}))
        RETURNING id
        """,
        *(ends_on, network_id, organisation_id, ends_on),
    )
    return len(rows)


async def _begun_on(key: tuple[UUID, UUID, UUID, Part], today: date) -> date | None:
    """The first day of who began last to sit there; None where nobody has."""
    (row,) = await execute(
        """
        SELECT max(begins_on) AS day FROM body_seat
        WHERE network_id = {} AND body_id = {} AND organisation_id = {} AND part = {}
          AND begins_on <= {} AND (ends_on IS NULL OR ends_on >= begins_on)
        """,
        *(*key, today),
    )
    day: date | None = row["day"]
    return day


async def _end(body: BodySheet, seat_id: UUID, ends_on: date) -> None:
    await execute(
        "UPDATE body_seat SET ends_on = {} WHERE network_id = {} AND id = {}", ends_on, body.network_id, seat_id
    )


async def _shorten(key: tuple[UUID, UUID, UUID, Part], begins_on: date) -> None:
    """Who was to sit there until a later day, does so until the day before this one."""
    await execute(
        """
        UPDATE body_seat SET ends_on = GREATEST(begins_on, {}::date) - 1
        WHERE network_id = {} AND body_id = {} AND organisation_id = {} AND part = {}
          AND ends_on >= GREATEST(begins_on, {})
        """,
        begins_on,
        *key,
        begins_on,
    )
