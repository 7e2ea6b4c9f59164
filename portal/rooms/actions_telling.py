"""Who is told that their organisation takes part in a room, and what nobody has to deal with once it does not.

By the worker, in the scope of the organisation. Any member may have sent the event, so what counts is what that
organisation reaches now.
"""

from datetime import datetime
from uuid import UUID

from portal.notices.actions import mark_over, tell
from portal.notices.rules import NoticeKind
from portal.rooms.queries import find_present, unread_beyond
from tenants.context import Actor, Role

_SPEAKERS = (Role.REPRESENTATIVE, Role.DEPUTY, Role.DIRECTOR)


async def tell_of_beginning(*, actor: Actor, now: datetime, room_id: UUID) -> None:
    """Tell those who speak for the organisation, once for each time it was let in, if it (still) takes part."""
    found = await find_present(actor, room_id)
    if found is None:
        return
    await tell(
        actor=actor, now=now, kind=NoticeKind.ROOM_OPENED, roles=_SPEAKERS, subject_id=room_id, address=found.address,
        params={"room": found.name, "network": found.network}, key=f"room_opened:{found.participation_id}",
    )  # fmt: skip


async def forget_room(*, actor: Actor, now: datetime) -> None:
    """What the organisation was told of things in rooms that are not there for it any more waits in no inbox; mails
    that were not sent yet are not sent."""
    if beyond := await unread_beyond():
        await mark_over(actor=actor, now=now, subject_ids=beyond)
