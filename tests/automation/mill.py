"""Rules as tests talk about them: who writes which, and what the worker makes of it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from portal.automation import actions
from portal.automation.rules import Conditions, Deeds, Errand, Moment, RuleState, Telling, Wording
from portal.spaces.places import SpaceKey
from portal.spaces.queries import access_item, find_address
from tenants.context import Role
from tests.discussion.circle import Circle
from tests.spaces.tree import HEAD, HOME


@dataclass
class Mill(Circle):
    """The people of an organisation and the rules of their folders."""

    async def rule(
        self, folder: str, moment: str, *, by: Role = HEAD, organisation: str = HOME, space: SpaceKey | None = None,
        deep: bool = False, title: str = "Regel", move: str | None = None, state: str = "", task: str = "",
        days: int | None = None, to: str = "", tell: str = "", owner: bool = False, followers: bool = False,
        note: str = "", **conditions: Any,
    ) -> UUID:  # fmt: skip
        """A new rule of the folder at this address; ``moment`` may be "state:published"."""
        kind, _, reached = moment.partition(":")
        async with self.acting(by, organisation=organisation) as (actor, opened):
            key = space or SpaceKey("organisation", actor.organisation_id)
            found = await find_address(actor, key, folder)
            target = await find_address(actor, key, move) if move is not None else None
            assert found is not None
            telling = Telling(owner, followers, tell, tell, note) if tell or owner or followers else None
            deeds = Deeds(state, target and target.id, Errand(task, to, to, days) if task else None, telling)
            wording = Wording(title, deep, Moment(kind), reached, Conditions(**conditions), deeds)
            return await actions.add_rule(actor=actor, now=opened.now, folder=found, wording=wording)

    async def switch(self, folder: str, rule_id: UUID, *, on: bool, by: Role = HEAD) -> None:
        """Switch it on or off."""
        folder_id = await self.id_of(folder)
        async with self.acting(by) as (actor, opened):
            item = await access_item(actor, folder_id)
            await actions.switch_rule(actor=actor, now=opened.now, folder=item, rule_id=rule_id, on=on)

    async def runs(self, rule_id: UUID | None = None) -> list[tuple[str, str, str]]:
        """Of each run: the title of its item, what came of it, what it did; in their order."""
        rows = await self.rows(
            "SELECT i.title, n.outcome, array_to_string(n.deeds, ',') AS deeds FROM rule_run n "
            "JOIN item i ON i.space_id = n.space_id AND i.id = n.item_id "
            "WHERE n.rule_id = coalesce($1, n.rule_id) ORDER BY n.at, n.id",
            rule_id,
        )
        return [(row["title"], row["outcome"], row["deeds"]) for row in rows]

    async def outcomes(self, rule_id: UUID | None = None) -> list[str]:
        """What came of each run."""
        return [outcome for _, outcome, _ in await self.runs(rule_id)]

    async def address_of(self, item_id: UUID) -> str:
        """Where an item lies."""
        return (await self.rows("SELECT address FROM item WHERE id = $1", item_id))[0]["address"]

    async def state_of(self, item_id: UUID) -> str:
        """Its state."""
        return (await self.rows("SELECT state FROM item WHERE id = $1", item_id))[0]["state"]

    async def rule_state(self, rule_id: UUID) -> tuple[str, str]:
        """Whether it runs, and why not."""
        (row,) = await self.rows("SELECT state, reason FROM rule WHERE id = $1", rule_id)
        return RuleState(row["state"]).value, row["reason"]

    async def lose_roles(self, role: Role, *, organisation: str = HOME) -> None:
        """Whoever has this role there holds none any more."""
        await self.rows(
            "UPDATE role_assignment SET valid_until = hilfenetz_now() WHERE organisation_id = $1 AND person_id = $2",
            self.cast.organisations[organisation],
            self.id_of_person(role, organisation=organisation),
        )

    async def work_one(self, event: str) -> None:
        """What follows from all events of this kind that wait, and nothing of what follows from that."""
        from workers.reactions import handle

        rows = await self.rows(
            "SELECT id, organisation_id, network_id FROM outbox WHERE event = $1 AND state = 'waiting'", event
        )
        async with self.cast.database.role("worker"):
            for row in rows:
                await handle(row["id"], organisation_id=row["organisation_id"], network_id=row["network_id"])
