"""The space of a body: a room in which all its members take part for as long as they are members."""

from datetime import datetime

from portal.bodies.actions import require_office
from portal.bodies.queries import BodySheet, ensure_body
from portal.kit.errors import Conflict
from portal.rooms.actions import open_room
from portal.shell.i18n import Sentence
from portal.spaces.actions import add_item
from portal.spaces.places import SpaceKey
from portal.spaces.queries import find_address
from tenants.context import Actor
from tenants.database import execute

ORDERS = "geschaeftsordnung"


async def open_space(*, actor: Actor, now: datetime, body: BodySheet) -> str:
    """Open the body's room, with the draft of its standing orders if the rulebook wants some; gives back its address.
    Who is admitted to the network later takes part from that instant on (migration 68).

    Raises:
        Forbidden: only the office opens rooms.
        Conflict: it has one already.
    """
    require_office(actor, body)
    await ensure_body(body, keeps=True)
    await execute("SELECT FROM body WHERE network_id = {} AND id = {} FOR UPDATE", body.network_id, body.id)
    rows = await execute(  # only now: what waits for a row sees the others as they were before
        """
        SELECT b.room_id FROM body b LEFT JOIN room r ON r.id = b.room_id
        WHERE b.network_id = {} AND b.id = {} AND (r.id IS NULL OR r.closed_at IS NOT NULL)
        """,
        body.network_id,
        body.id,
    )
    seat = actor.seat(body.network_id)
    if not rows or seat is None:
        raise Conflict("Dieses Gremium hat schon einen Raum.")
    slug = await open_room(
        actor=actor,
        now=now,
        seat=seat,
        name=body.rule.title,
        purpose=str(Sentence("Unterlagen dieses Gremiums. Wer teilnimmt, folgt aus der Mitgliedschaft im Netzwerk.")),
        organisations=[member.organisation_id for member in body.members],
    )
    await execute(
        "UPDATE body SET room_id = (SELECT r.id FROM room r WHERE r.network_id = {} AND r.slug = {}) "
        "WHERE network_id = {} AND id = {}",
        *(body.network_id, slug, body.network_id, body.id),
    )
    if body.rule.has_orders:
        await _begin_orders(actor, now, body, slug)
    return f"/r/{body.network_slug}--{slug}"


async def _begin_orders(actor: Actor, now: datetime, body: BodySheet, slug: str) -> None:
    root = await find_address(actor, SpaceKey("room", body.network_id, slug), "")
    if root is not None:
        values = {"title": "Geschäftsordnung", "summary": body.rule.title, "tags": [], "body": ""}
        await add_item(actor=actor, now=now, parent=root, kind="page", values=values, slug=ORDERS)
