"""Somebody of the cast at work."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from portal.identity.queries import load_actor
from portal.identity.rules import person_id_of
from tenants.context import Actor
from tenants.queries import organisations_by_slug
from tenants.scope import Scope, scope


@asynccontextmanager
async def acting(user_name: str, organisation: str, provider: str) -> AsyncIterator[tuple[Actor, Scope]]:
    """A scope in which somebody of the cast acts for one of their organisations.

    Raises:
        LookupError: they do not work there.
    """
    async with scope():
        organisation_id = (await organisations_by_slug([organisation]))[organisation]
    async with scope(organisation_id=organisation_id, person_id=person_id_of(provider, user_name)) as opened:
        found = await load_actor()
        if found is None:
            raise LookupError(f"{user_name} does not work for {organisation}")
        yield found[0], opened
