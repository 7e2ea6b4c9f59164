"""Members learn of new versions of their rulebook, and the office of the next review."""

from datetime import datetime

from portal.agreement import actions_reviewing, actions_telling
from portal.agreement.events import ReviewChanged, RulebookPut
from portal.network.events import OfficeHandedOver
from tenants.context import Actor
from workers.reactions import on


@on(RulebookPut)
async def tell(event: RulebookPut, actor: Actor, now: datetime) -> None:
    """Tell those who speak for the organisation."""
    await actions_telling.tell_of_version(
        actor=actor, now=now, network_id=event.network_id, rulebook_id=event.rulebook_id
    )


@on(ReviewChanged)
async def adjust(event: ReviewChanged, actor: Actor, now: datetime) -> None:
    """The organisation has the deadline it has to keep, and no other."""
    await actions_reviewing.adjust_review(actor=actor, now=now, network_id=event.network_id)


@on(OfficeHandedOver)
async def pass_on(event: OfficeHandedOver, actor: Actor, now: datetime) -> None:
    """Who holds the office now has it; who held it has it no longer."""
    await actions_reviewing.adjust_review(actor=actor, now=now, network_id=event.network_id)
