"""Versions of the directory: made by the office, or by what follows in a network, and sent to every member."""

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from portal.audit import actions as audit
from portal.contacts.abilities import may_issue
from portal.contacts.events import DirectoryMade, DirectoryUnsent
from portal.contacts.queries import access_version, levels_of, version_with_key
from portal.contacts.rules import LONGEST_NOTE, DirectoryReason, differences
from portal.contacts.words import letter_of
from portal.formal import actions as formal
from portal.formal.abilities import posts_for_office
from portal.formal.rules import FormalKind
from portal.kit.errors import Conflict, Forbidden, Invalid, NotFound
from portal.kit.ids import new_id
from portal.settings import settings
from tenants.context import Actor, Seat
from tenants.database import execute
from tenants.outbox import emit
from tenants.queries import Standing, standing_of
from tenants.scope import current_scope

MADE = "directory:made"
_TRIED_AGAIN = timedelta(days=1)


async def new_version(
    *,
    actor: Actor,
    now: datetime,
    network_id: UUID,
    reason: DirectoryReason,
    cause_id: UUID | None,
    key: str,
    note: str = "",
) -> UUID:
    """Keep the directory as it is at this instant and send it to every member; gives back the version's id.

    By somebody of the office, or in the scope of the network by the worker alone. Members are those in effect: whoever
    begins or ends a membership does so first, in the same transaction. While nobody holds the office the version is
    kept, and sent as soon as somebody does.

    Args:
        cause_id: the procedure it follows from, if there is one.
        key: making another one under the same key gives back the first, and sends nothing.
        note: what the office says of it, to the members.

    Raises:
        NotFound: the network is out of reach.
        Forbidden: only the office makes versions.
        Invalid: the note is too long.
    """
    seat = _require_issuer(actor, network_id)
    if len(note) > LONGEST_NOTE:
        raise Invalid("Bitte schreiben Sie höchstens 1000 Zeichen.", field="note")
    if (made := await version_with_key(network_id, key)) is not None:
        return made
    if (standing := await standing_of(network_id)) is None:
        raise NotFound
    values: dict[str, Any] = {
        "network_id": network_id,
        "id": new_id(),
        "number": 1,  # the database gives the next one
        "made_at": now,  # and writes its own clock over it
        "made_by": (actor.organisation_name if seat.is_office else seat.name)[:200],
        "reason": reason,
        "note": note,
        "cause_id": cause_id,
        "content": json.dumps({"levels": list(levels_of(standing.rulebook).items())}),
        "key": key,
    }
    if (number := await _insert(values)) is None:  # made twice at the same moment
        return await _again(network_id, key)
    version_id: UUID = values["id"]
    if current_scope().organisation_id is not None:
        await record_version(actor=actor, version_id=version_id, number=number)
    elif seat.is_office:
        event = DirectoryMade(version_id, number)
        await emit(event, to=[actor.organisation_id], key=f"directory_made:{version_id}")
    await _send(actor, now, network_id, version_id, standing)
    return version_id


async def send_version(*, actor: Actor, now: datetime, version_id: UUID) -> None:
    """Send a version that nobody could send when it was made; in the scope of the network, by the worker alone."""
    network_id = actor.seats[0].network_id
    if (standing := await standing_of(network_id)) is not None:
        await _send(actor, now, network_id, version_id, standing)


async def record_version(*, actor: Actor, version_id: UUID, number: int) -> None:
    """Write into the trail of the office that a version was made."""
    await audit.record(
        actor=actor, action=MADE, subject="directory_version", subject_id=version_id, details={"number": number}
    )


def _require_issuer(actor: Actor, network_id: UUID) -> Seat:
    if (seat := actor.seat(network_id)) is None:
        raise NotFound
    if current_scope().organisation_id is not None and not may_issue(actor, network_id):
        raise Forbidden("Neue Fassungen des Verzeichnisses macht die Geschäftsstelle dieses Netzwerks.")
    return seat


async def _send(actor: Actor, now: datetime, network_id: UUID, version_id: UUID, standing: Standing) -> None:
    for_office = current_scope().organisation_id is None
    if for_office and not posts_for_office(actor, network_id):
        key = f"directory_unsent:{version_id}:{now.isoformat()}"
        await emit(DirectoryUnsent(version_id), network=network_id, due_at=now + _TRIED_AGAIN, key=key)
        return
    frozen = await access_version(network_id, version_id)
    changes = differences(frozen.other_directory, frozen.directory) if frozen.other_directory else ()
    slug = next(seat.slug for seat in actor.seats if seat.network_id == network_id)
    address = f"{settings().public_url}/n/{slug}/verzeichnis/fassungen/{version_id}"
    kind = standing.rulebook.notices.get("directory")
    await formal.post(
        actor=actor,
        now=now,
        network_id=network_id,
        standing=standing,
        kind=FormalKind.DIRECTORY,
        cause_id=version_id,
        subject=f"{kind.title if kind else 'Verzeichnis der Mitglieder'}, Fassung {frozen.version.number}",
        body=letter_of(frozen.version, changes, address),
        recipients=[organisation_id for organisation_id, _ in standing.members],
        key=f"directory:{version_id}",
    )


async def _insert(values: dict[str, Any]) -> int | None:
    places = ", ".join("{}::jsonb" if name == "content" else "{}" for name in values)
    rows = await execute(
        f"INSERT INTO directory_version ({', '.join(values)}) VALUES ({places}) "  # noqa: S608 - names of columns
        "ON CONFLICT (network_id, key) DO NOTHING RETURNING number",
        *values.values(),
    )
    return rows[0]["number"] if rows else None


async def _again(network_id: UUID, key: str) -> UUID:
    if (found := await version_with_key(network_id, key)) is None:
        raise Conflict("Diese Fassung wird gerade gemacht. Bitte laden Sie die Seite neu.")
    return found
