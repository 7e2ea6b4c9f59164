"""Procedures as tests talk about them: who moves and declares, who leads on, what the worker does by itself."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import asyncpg

from portal.network import actions_exclusion, actions_withdrawal
from portal.network.queries import Procedure, access_procedure
from tenants.context import Role
from tenants.database import execute
from tenants.scope import scope
from tests.votes.poll import BIELEFELD, Poll

REASON = "Seit zwei Jahren kommt niemand mehr zu den Fallkonferenzen."
AFFECTED = "gfs"


@dataclass
class Office(Poll):
    """The demo world's network, in which members leave and are excluded."""

    async def move(self, by: str = "bgw", against: str = AFFECTED, reason: str = REASON) -> UUID:
        """A motion."""
        async with self.acting(by, Role.REPRESENTATIVE) as (actor, _):
            return await actions_exclusion.move_exclusion(
                actor=actor,
                network_id=self.network,
                organisation_id=self.cast.organisations[against],
                reason=reason,
            )

    async def open_vote(self, procedure_id: UUID, by: Role = Role.OFFICE) -> UUID:
        """What the office does with it."""
        async with self.acting("stadt-bielefeld", by) as (actor, opened):
            seat = actor.seats[0]
            return await actions_exclusion.open_exclusion_vote(
                actor=actor, now=opened.now, seat=seat, procedure_id=procedure_id
            )

    async def declare(self, by: str = AFFECTED, last_day: date | None = None, role: Role = Role.REPRESENTATIVE) -> UUID:
        """A withdrawal."""
        async with self.acting(by, role) as (actor, opened):
            return await actions_withdrawal.declare_withdrawal(
                actor=actor, now=opened.now, network_id=self.network, last_day=last_day, remark="Wir danken allen."
            )

    async def decide(self, vote_id: UUID, *, but: str = AFFECTED) -> None:
        """All members but one agree, and the vote is over."""
        for member in BIELEFELD:
            if member != but:
                await self.answer(member, vote_id, "yes")
        await self.end(vote_id)

    async def procedure(self, procedure_id: UUID, organisation: str = "bgw") -> Procedure:
        """The procedure as that organisation sees it."""
        async with scope(organisation_id=self.cast.organisations[organisation]):
            return await access_procedure(self.network, procedure_id)

    async def deeds(self, procedure_id: UUID) -> list[str]:
        """What happened in it, in order."""
        return [step.deed for step in (await self.procedure(procedure_id)).steps]

    async def refused(self, organisation: str, sql: str, about: dict[str, UUID]) -> None:
        """By raw SQL under the portal's role this changes not one row of these tables for that organisation."""
        for table, identifier in about.items():
            changed = []
            with suppress(asyncpg.InsufficientPrivilegeError):
                async with self.acting(organisation) as (actor, _):
                    changed = await execute(sql.format(table=table), actor.organisation_id, identifier)
            assert changed == [], (organisation, table)
