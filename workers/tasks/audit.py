"""What happens to people and their roles is written into the trail of the organisation concerned."""

from datetime import datetime

from portal.audit import actions
from portal.identity.events import AffiliationEnded, PersonSignedIn, RoleEnded, RoleGiven
from tenants.context import Actor
from workers.reactions import on


@on(PersonSignedIn)
async def signed_in(event: PersonSignedIn, actor: Actor, now: datetime) -> None:  # noqa: ARG001
    """Write it down."""
    await actions.record_sign_in(actor=actor, person_id=event.person_id)


@on(RoleGiven)
async def role_given(event: RoleGiven, actor: Actor, now: datetime) -> None:  # noqa: ARG001
    """Write it down."""
    await actions.record_role_given(actor=actor, person_id=event.person_id, role=event.role)


@on(RoleEnded)
async def role_ended(event: RoleEnded, actor: Actor, now: datetime) -> None:  # noqa: ARG001
    """Write it down."""
    await actions.record_role_ended(actor=actor, person_id=event.person_id, role=event.role)


@on(AffiliationEnded)
async def left(event: AffiliationEnded, actor: Actor, now: datetime) -> None:  # noqa: ARG001
    """Write it down."""
    await actions.record_departure(actor=actor, person_id=event.person_id)
