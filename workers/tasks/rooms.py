"""Whoever is let into a room is told; who is out is reminded of nothing in it."""

from datetime import datetime

from portal.rooms import actions_telling
from portal.rooms.events import ParticipationBegan, ParticipationEnded
from tenants.context import Actor
from workers.reactions import on


@on(ParticipationBegan)
async def tell(event: ParticipationBegan, actor: Actor, now: datetime) -> None:
    """Tell those who speak for the organisation."""
    await actions_telling.tell_of_beginning(actor=actor, now=now, room_id=event.room_id)


@on(ParticipationEnded)
async def forget(event: ParticipationEnded, actor: Actor, now: datetime) -> None:  # noqa: ARG001
    """Nothing in it waits for anybody."""
    await actions_telling.forget_room(actor=actor, now=now)
