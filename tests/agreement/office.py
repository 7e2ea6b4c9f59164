"""Rulebooks as tests talk about them: the office puts versions into force, all through the actions under the wall."""

import re
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from portal.agreement import actions, actions_reviewing, actions_telling
from portal.agreement.queries import Agreement, access_agreement
from portal.kit.clock import local_day
from tenants.context import Role
from tenants.queries import Standing, standing_of
from tenants.rulebook import NETWORKS, Rulebook, load_rulebook
from tenants.scope import scope
from tests.votes.poll import Poll

BIELEFELD = load_rulebook(NETWORKS / "bielefeld.toml")
CITY = "stadt-bielefeld"
PAGE = "/n/bielefeld/regelwerk"
HALF = 'threshold = "50 %"'


def successor(before: str, number: int, valid_from: date, *changes: tuple[str, str]) -> str:
    """The text of a rulebook with another number and day, and these changes wherever they apply."""
    text = re.sub(r"(?m)^version = \d+$", f"version = {number}", before, count=1)
    text = re.sub(r"(?m)^valid_from = .*$", f"valid_from = {valid_from}", text, count=1)
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


class Office(Poll):
    """The demo world, in which Bielefeld changes its agreement."""

    async def put(self, source: str, *, organisation: str = CITY, role: Role = Role.OFFICE) -> Rulebook:
        """A version that the office puts into force."""
        async with self.acting(organisation, role) as (actor, opened):
            return await actions.put_version(
                actor=actor, now=opened.now, network_id=self.network, source=source, file="neu.toml"
            )

    async def change(self, *changes: tuple[str, str], number: int = 2, days: int = 0) -> Rulebook:
        """The founding rulebook with these changes, in force in so many days."""
        first = local_day(await self.now()) + timedelta(days=days)
        return await self.put(successor(BIELEFELD.source, number, first, *changes))

    async def review(
        self,
        reviewed_on: date,
        outcome: str = "Nichts zu ändern.",
        *,
        organisation: str = CITY,
        role: Role = Role.OFFICE,
    ) -> None:
        """The office records that the members looked at their agreement."""
        async with self.acting(organisation, role) as (actor, opened):
            await actions_reviewing.record_review(
                actor=actor, now=opened.now, network_id=self.network, reviewed_on=reviewed_on, outcome=outcome
            )

    async def now(self) -> datetime:
        """What the clock of the database says."""
        return (await self.database.as_superuser("SELECT hilfenetz_now() AS now"))[0]["now"]

    async def standing(self) -> Standing:
        """What something new would begin with."""
        async with scope(organisation_id=self.cast.organisations["gfs"]):
            found = await standing_of(self.network)
            assert found is not None
            return found

    async def agreement(self) -> Agreement:
        """What a member may know of the rulebook."""
        async with scope(organisation_id=self.cast.organisations["gfs"]):
            return await access_agreement(self.network)

    async def tell(self, organisation: str, rulebook_id: UUID) -> None:
        """What the worker does when the event arrives there."""
        await self.settle(
            organisation, actions_telling.tell_of_version, network_id=self.network, rulebook_id=rulebook_id
        )

    async def adjust(self, organisation: str) -> None:
        """The same for the event about reviews."""
        await self.settle(organisation, actions_reviewing.adjust_review, network_id=self.network)

    async def reviews_due(self, organisation: str = CITY) -> list[dict[str, Any]]:
        """The deadlines of that organisation to look at the agreement again."""
        return await self.rows(
            "SELECT state, ends_on, ladder FROM deadline WHERE matter = 'review' AND organisation_id = $1 "
            "ORDER BY set_at, ends_on",
            self.cast.organisations[organisation],
        )
