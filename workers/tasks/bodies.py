"""Members are told of meetings and minutes; the end of a meeting brings about what is next."""

from datetime import datetime

from portal.bodies import actions_telling as actions
from portal.bodies.events import MeetingAnnounced, MeetingAwaits, MeetingOver, MeetingsToCome, MinutesChanged
from tenants.context import Actor
from workers.reactions import on


@on(MeetingAnnounced)
async def announce(event: MeetingAnnounced, actor: Actor, now: datetime) -> None:
    """Tell the organisation that it is invited, or what changed."""
    await actions.announce_meeting(actor=actor, now=now, network_id=event.network_id, meeting_id=event.meeting_id)


@on(MeetingsToCome)
async def announce_coming(event: MeetingsToCome, actor: Actor, now: datetime) -> None:
    """Invite whoever joined or is named now to what was announced before."""
    await actions.announce_coming(actor=actor, now=now, network_id=event.network_id)


@on(MinutesChanged)
async def tell(event: MinutesChanged, actor: Actor, now: datetime) -> None:
    """Tell the organisation that minutes are passed round or approved."""
    await actions.tell_of_minutes(actor=actor, now=now, network_id=event.network_id, meeting_id=event.meeting_id)


@on(MeetingOver)
async def follow_up(event: MeetingOver, actor: Actor, now: datetime) -> None:
    """Ask for the minutes, and propose the next date."""
    await actions.follow_up(actor=actor, now=now, meeting_id=event.meeting_id)


@on(MeetingAwaits)
async def ask(event: MeetingAwaits, actor: Actor, now: datetime) -> None:
    """Give the office its deadline."""
    await actions.ask_office(actor=actor, now=now, network_id=event.network_id, meeting_id=event.meeting_id)
