"""Each member names who sits in a body for it; the office sees who is missing and names nobody for others."""

from datetime import date, datetime, timedelta
from uuid import UUID

from portal.audit import actions as audit
from portal.bodies.abilities import BodyAbilities
from portal.bodies.actions import announce_coming
from portal.bodies.queries import BodySheet, ensure_body
from portal.bodies.rules import Part
from portal.kit.clock import end_of_day, local_day
from portal.kit.errors import Forbidden, Invalid
from portal.kit.ids import new_id
from portal.notices import live
from portal.shell.i18n import Sentence
from tenants.context import Actor
from tenants.database import execute

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
    for seat in before:
        if (seat["name"], seat["begins_on"]) == (name, begins_on):
            return UUID(str(seat["id"]))  # sent twice
        is_ahead = seat["begins_on"] > local_day(now)
        if begins_on < seat["begins_on"] and not is_ahead:
            raise Invalid(
                Sentence("Seit dem %(day)s ist schon jemand benannt; der Beginn kann nicht davor liegen.",
                         day=f"{seat['begins_on']:%d.%m.%Y}"),
                field="begins_on",
            )  # fmt: skip
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
    await announce_coming(
        network_id=body.network_id,
        organisation_id=actor.organisation_id,
        occasion=str(seat_id),
        body_id=body.id,
        due_at=max(now, end_of_day(begins_on - timedelta(days=1))),
    )
    await audit.record(actor=actor, action="seat:named", subject="body_seat", subject_id=seat_id)
    await live.changed(live.network(body.network_id))
    return seat_id


async def end_seat(*, actor: Actor, now: datetime, body: BodySheet, part: Part, ends_on: date) -> None:
    """Nobody follows for now; that day is the last. Who has not begun by then, does not begin at all.

    Raises:
        Forbidden: the actor names nobody for their organisation.
        Invalid: nobody is named, or the day is before the first of who has begun.
    """
    if not BodyAbilities.of(actor, body).may_name:
        raise Forbidden(
            "Wer für Ihre Organisation im Gremium sitzt, benennt ihre Geschäftsführung oder Administration."
        )
    rows = await execute(
        """
        SELECT id, begins_on FROM body_seat
        WHERE network_id = {} AND body_id = {} AND organisation_id = {} AND part = {} AND ends_on IS NULL FOR UPDATE
        """,
        *(body.network_id, body.id, actor.organisation_id, part),
    )
    if not rows:
        raise Invalid("Hier ist zurzeit niemand benannt.")
    begins_on = rows[0]["begins_on"]
    if ends_on < begins_on <= local_day(now):
        raise Invalid("Der letzte Tag liegt vor dem ersten.", field="ends_on")
    await _end(body, rows[0]["id"], max(ends_on, begins_on - timedelta(days=1)))
    await _shorten((body.network_id, body.id, actor.organisation_id, part), ends_on + timedelta(days=1))
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
