"""What the demo networks have made of their agreements: one has looked at its own again."""

from datetime import timedelta
from uuid import UUID

from portal.agreement.actions_reviewing import adjust_review, record_review
from portal.demo.acting import acting
from portal.kit.clock import local_day
from tenants.database import execute
from tenants.scope import scope

_OFFICES = {
    "bielefeld": ("jonas.wiegand", "stadt-bielefeld"),
    "duesseldorf": ("beate.hollands", "jobcenter-duesseldorf"),
}
_REVIEWED = {
    "duesseldorf": "Jobcenter und Träger haben die Vereinbarung gemeinsam durchgesehen. An den Regeln ändert sich "
    "nichts; der Ablauf bei Menschen unter 25 wird in einem Jahr noch einmal besprochen."
}


async def seed_agreement(network: str, network_id: UUID, *, provider: str) -> bool:
    """Let the office keep the deadline of the next review, and record what was done; True when it was missing."""
    user_name, organisation = _OFFICES[network]
    async with scope(network_id=network_id):
        if await execute("SELECT FROM rulebook_review WHERE network_id = {}", network_id):
            return False
    async with acting(user_name, organisation, provider) as (actor, opened):
        if network in _REVIEWED:
            reviewed_on = local_day(opened.now) - timedelta(days=40)
            await record_review(
                actor=actor, now=opened.now, network_id=network_id, reviewed_on=reviewed_on, outcome=_REVIEWED[network]
            )
            return True
        before = await _kept()
        await adjust_review(actor=actor, now=opened.now, network_id=network_id)
        return await _kept() > before


async def _kept() -> int:
    (row,) = await execute("SELECT count(*) AS number FROM deadline WHERE matter = 'review'")
    return int(row["number"])
