"""Formal notices as tests talk about them: the office posts, members open, all through the actions under the wall."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from portal.deadlines.rules import Length, Unit
from portal.formal import actions, actions_telling
from portal.formal.queries import FormalNotice, access_notice
from tenants.context import Role
from tenants.queries import standing_of
from tenants.scope import scope
from tests.votes.poll import BIELEFELD, Poll
from workers.actors import system_actor

CITY = "stadt-bielefeld"
SUBJECT = "Neue Anschrift der Geschäftsstelle"
BODY = "Sehr geehrte Damen und Herren,\n\ndie Geschäftsstelle zieht um.\nAb Januar gilt die neue Anschrift."
LIST = "/n/bielefeld/foermliche-mitteilungen"
AGREED = 'rule = "retrievable"'


class Desk(Poll):
    """The demo world's networks with letters in them."""

    async def post(
        self,
        *,
        to: Sequence[str] = BIELEFELD,
        organisation: str = CITY,
        role: Role = Role.OFFICE,
        subject: str = SUBJECT,
        body: str = BODY,
        period_days: int | None = None,
        **more: Any,
    ) -> FormalNotice:
        """A letter of the office."""
        period = Length(period_days, Unit.DAYS) if period_days else None
        async with self.acting(organisation, role) as (actor, opened):
            return await actions.post(
                actor=actor,
                now=opened.now,
                network_id=self.network,
                standing=await standing_of(self.network),
                subject=subject,
                body=body,
                recipients=[self.cast.organisations[slug] for slug in to],
                period=period,
                **{"key": str(uuid4()), **more},
            )

    async def open(self, notice_id: UUID, organisation: str, role: Role = Role.REPRESENTATIVE) -> FormalNotice:
        """Somebody there reads it."""
        async with self.acting(organisation, role) as (actor, opened):
            return await actions.open_notice(actor=actor, now=opened.now, network_id=self.network, notice_id=notice_id)

    async def acknowledge(self, notice_id: UUID, organisation: str, role: Role = Role.REPRESENTATIVE) -> FormalNotice:
        """Somebody there confirms it."""
        async with self.acting(organisation, role) as (actor, opened):
            return await actions.acknowledge(actor=actor, now=opened.now, network_id=self.network, notice_id=notice_id)

    async def again(self, notice_id: UUID, organisation: str, role: Role = Role.OFFICE) -> FormalNotice:
        """The office posts once more what failed."""
        async with self.acting(CITY, role) as (actor, opened):
            return await actions.post_again(
                actor=actor,
                now=opened.now,
                network_id=self.network,
                notice_id=notice_id,
                organisation_id=self.cast.organisations[organisation],
            )

    async def seen_by(self, notice_id: UUID, organisation: str) -> FormalNotice:
        """The notice as that organisation sees it."""
        async with scope(organisation_id=self.cast.organisations[organisation]):
            return await access_notice(self.network, notice_id)

    async def prove(self, notice_id: UUID) -> None:
        """What the worker does when somebody opened or a timer rang; the engine must be the worker's."""
        async with scope(network_id=self.network) as opened:
            await actions_telling.prove_receipts(actor=await system_actor(), now=opened.now, notice_id=notice_id)

    async def agree(self, written: str) -> None:
        """The rulebook has another rule of receipt from now on."""
        await self.rows(
            "UPDATE rulebook SET source = replace(source, $2, $3) WHERE network_id = $1", self.network, AGREED, written
        )

    async def empty(self, organisation: str) -> None:
        """From now on nobody there could fetch a notice."""
        await self.rows(
            "UPDATE role_assignment SET valid_until = hilfenetz_now() WHERE organisation_id = $1",
            self.cast.organisations[organisation],
        )

    async def fill(self, organisation: str) -> None:
        """Whoever was there is back."""
        await self.rows(
            "UPDATE role_assignment SET valid_until = NULL WHERE organisation_id = $1",
            self.cast.organisations[organisation],
        )

    def receipt(self, notice: FormalNotice, organisation: str) -> Any:
        """What is known of that recipient."""
        return notice.receipt(self.cast.organisations[organisation])
