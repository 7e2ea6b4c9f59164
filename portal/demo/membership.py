"""Who wants to join and who was to leave: an application the members decide on, and a motion that was taken back.

What only people do is done in the app's role, as in everyday use. The worker's makes the link to the application; the
mail with another one goes out when the worker starts.
"""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any
from uuid import UUID

from portal.admission.actions import inform_members
from portal.admission.actions_following import key_for
from portal.admission.actions_joining import apply, confirm
from portal.admission.queries import access_application, access_case, access_network
from portal.admission.rules import State
from portal.demo.acting import acting
from portal.demo.votes import BIELEFELD_OFFICE
from portal.network.actions_exclusion import drop_motion, move_exclusion
from portal.votes.actions import cast_ballot
from tenants.database import execute
from tenants.queries import organisations_by_slug
from tenants.scope import scope

As = Callable[[], AbstractAsyncContextManager[None]]  # the engine is connected under a role for a while

APPLICANT = {
    "name": "Wohnwerk Senne e. V.",
    "kind": "carrier",
    "legal_form": "eingetragener Verein",
    "seat": "Heideweg 12, 33689 Bielefeld",
    "field": "Betreutes Wohnen für junge Erwachsene, die aus der Jugendhilfe kommen und keine Wohnung haben. Zwölf "
    "Plätze in drei Häusern, dazu Beratung bei Ämtergängen und Mietschulden.",
    "contact_name": "Henrike Althoff",
    "contact_mail": "henrike.althoff@example.org",
}
_VOTER = ("levin.oppermann", "gfs")
_MOVER = ("kerstin.vogelsang", "bgw")
_REASON = "Seit einem Jahr nimmt niemand mehr an den Sitzungen teil, und auf Anfragen kommt keine Antwort."
_CONCERNED = "trockendock"


async def seed_membership(network_id: UUID, *, provider: str, worker: As, app: As) -> bool:
    """Begin and end what is not there yet; True when anything was missing."""
    built = [await _ask_to_join(network_id, provider, worker, app)]
    async with app():
        built.append(await _take_back(network_id, provider))
    return any(built)


async def _ask_to_join(network_id: UUID, provider: str, worker: As, app: As) -> bool:
    """From the public form to the vote of the members, going on where it stopped."""
    state = await _state(network_id, worker)
    if state is None:
        async with app(), scope():
            await apply(actor=None, place=await access_network("bielefeld"), given=APPLICANT)
    if state in (None, State.UNCONFIRMED):
        token = await _link(network_id, worker)
        async with app(), scope():
            await access_case(network_id, token)
            await confirm()
    if state in (None, State.UNCONFIRMED, State.APPLIED):
        await _inform(network_id, provider, await _id(network_id, worker), app)
        return True
    return False


async def _inform(network_id: UUID, provider: str, application_id: UUID, app: As) -> None:
    async with app(), acting(*BIELEFELD_OFFICE, provider) as (actor, opened):
        vote_id = await inform_members(
            actor=actor, now=opened.now, network_id=network_id, application_id=application_id
        )
    async with app(), acting(*_VOTER, provider) as (actor, opened):
        await cast_ballot(actor=actor, now=opened.now, network_id=network_id, vote_id=vote_id, answer="yes")


async def _take_back(network_id: UUID, provider: str) -> bool:
    """A member moved that another one is excluded, and thought better of it."""
    async with scope():
        concerned = (await organisations_by_slug([_CONCERNED]))[_CONCERNED]
    async with acting(*_MOVER, provider) as (actor, _):
        if await execute("SELECT FROM procedure WHERE network_id = {} AND reason = {}", network_id, _REASON):
            return False
        about: dict[str, Any] = {"actor": actor, "network_id": network_id}
        procedure_id = await move_exclusion(**about, organisation_id=concerned, reason=_REASON)
        await drop_motion(**about, procedure_id=procedure_id)
    return True


async def _link(network_id: UUID, worker: As) -> str:
    application_id = await _id(network_id, worker)
    async with worker(), scope(network_id=network_id) as opened:
        application = await access_application(network_id, application_id)
        return await key_for(now=opened.now, application=application, occasion="sent")


async def _id(network_id: UUID, worker: As) -> UUID:
    async with worker(), scope(network_id=network_id):
        (row,) = await execute("SELECT id FROM application WHERE name = {}", APPLICANT["name"])
    return UUID(str(row["id"]))


async def _state(network_id: UUID, worker: As) -> State | None:
    async with worker(), scope(network_id=network_id):
        rows = await execute("SELECT state FROM application WHERE name = {}", APPLICANT["name"])
    return State(rows[0]["state"]) if rows else None
