"""Votes as tests talk about them: who asks, who answers, who closes, all through the actions under the wall."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from portal.identity.queries import load_actor
from portal.kit.clock import local_day
from portal.votes import actions, actions_closing
from portal.votes.queries import VoteSheet, access_vote
from tenants.context import Actor, Role
from tenants.scope import Scope, scope
from tests.cast import Cast
from tests.client import person
from tests.database import Database
from workers import reactions
from workers.actors import system_actor
from workers.app import celery  # noqa: F401 - registers all reactions

BIELEFELD = ("bethel-regional", "bgw", "diakonie-bielefeld", "gfs", "trockendock", "stadt-bielefeld")
QUESTION = "Soll die Wärmestube im Januar länger offen bleiben?"
TABLES = ("vote", "vote_option", "voter", "ballot", "ballot_signature", "vote_result", "audit_entry", "outbox")


@dataclass
class Poll:
    """The demo world's networks with a new vote in them."""

    cast: Cast

    @property
    def database(self) -> Database:
        return self.cast.database

    @property
    def network(self) -> UUID:
        return self.cast.networks["bielefeld"]

    @asynccontextmanager
    async def acting(
        self, organisation: str, role: Role = Role.REPRESENTATIVE, *, name: str = ""
    ) -> AsyncIterator[tuple[Actor, Scope]]:
        """A scope of somebody with that role in that organisation, or of the person of that user name."""
        who = person(name or self.cast.who(organisation, role))
        async with scope(organisation_id=self.cast.organisations[organisation], person_id=who) as opened:
            found = await load_actor()
            assert found is not None
            yield found[0], opened

    async def ask(
        self,
        rule: str = "question_approval",
        *,
        days: int = 3,
        proposals: Sequence[str] = (),
        question: str = QUESTION,
        organisation: str = "stadt-bielefeld",
    ) -> UUID:
        """A vote of the office, open for so many days."""
        async with self.acting(organisation, Role.OFFICE) as (actor, opened):
            return await actions.open_vote(
                actor=actor,
                now=opened.now,
                network_id=actor.seats[0].network_id,
                rule=rule,
                question=question,
                explanation="Die Stadt trägt die Kosten.",
                last_day=local_day(opened.now) + timedelta(days=days),
                proposals=proposals,
            )

    async def answer(
        self, organisation: str, vote_id: UUID, answer: str, role: Role = Role.REPRESENTATIVE
    ) -> actions.CastBallot:
        """The ballot of an organisation."""
        async with self.acting(organisation, role) as (actor, opened):
            return await actions.cast_ballot(
                actor=actor, now=opened.now, network_id=actor.seats[0].network_id, vote_id=vote_id, answer=answer
            )

    async def close(self, vote_id: UUID, *, network: str = "bielefeld"):
        """What the worker does when the timer rings; the engine must be the worker's."""
        async with scope(network_id=self.cast.networks[network]) as opened:
            return await actions_closing.close_vote(actor=await system_actor(), now=opened.now, vote_id=vote_id)

    async def sheet(self, vote_id: UUID, organisation: str = "gfs") -> VoteSheet:
        """The vote as that organisation sees it."""
        async with scope(organisation_id=self.cast.organisations[organisation]):
            return await access_vote(self.network, vote_id)

    async def end(self, vote_id: UUID, *, before: timedelta = timedelta()) -> None:
        """Stop the clock at the first late instant of a vote, or that much before it."""
        (row,) = await self.database.as_superuser("SELECT ends_at FROM vote WHERE id = $1", vote_id)
        instant = (row["ends_at"] - before).isoformat()
        await self.database.as_superuser(
            "CREATE OR REPLACE FUNCTION hilfenetz_now() RETURNS timestamptz LANGUAGE sql STABLE "
            f"SET search_path = pg_catalog AS $$ SELECT timestamptz '{instant}' $$"
        )

    async def stop(self, instant: str) -> None:
        """Stop the clock at this time of Berlin, in a world that has been there for long."""
        await self.database.as_superuser(
            "UPDATE role_assignment SET valid_from = '2020-01-01'; UPDATE affiliation SET begins_at = '2020-01-01'; "
            "UPDATE membership SET begins_at = '2020-01-01'; "
            "CREATE OR REPLACE FUNCTION hilfenetz_now() RETURNS timestamptz LANGUAGE sql STABLE "
            f"SET search_path = pg_catalog AS $$ SELECT timestamp '{instant}' AT TIME ZONE 'Europe/Berlin' $$"
        )

    async def counts(self) -> dict[str, int]:
        """How many rows there are, to show that nothing has changed."""
        columns = ", ".join(f"(SELECT count(*) FROM {table}) AS {table}" for table in TABLES)
        return dict((await self.database.as_superuser(f"SELECT {columns}"))[0])

    async def settle(self, organisation: str, reaction, **values):
        """Run an announcing action as the worker does, in the scope of the organisation."""
        async with scope(organisation_id=self.cast.organisations[organisation]) as opened:
            return await reaction(actor=await system_actor(), now=opened.now, **values)

    async def work(self, *events: str) -> int:
        """Let the worker settle what is due of these events (all without any), one after the other, until none is."""
        settled = 0
        async with self.database.role("worker"):
            while True:
                due = await self.rows(
                    "SELECT id, organisation_id, network_id FROM outbox WHERE state IN ('waiting', 'handed') "
                    "AND next_at <= hilfenetz_now() AND (event = ANY ($1) OR cardinality($1::text[]) = 0) "
                    "ORDER BY next_at, created_at LIMIT 1",
                    list(events),
                )
                if not due:
                    return settled
                await reactions.handle(
                    due[0]["id"], organisation_id=due[0]["organisation_id"], network_id=due[0]["network_id"]
                )
                settled += 1

    async def rows(self, sql: str, *arguments: object):
        """Look from outside the wall."""
        return [dict(row) for row in await self.database.as_superuser(sql, *arguments)]


async def answers(poll: Poll, vote_id: UUID, **said: str) -> None:
    """Ballots by organisation; "_" stands for "-"."""
    for organisation, answer in said.items():
        await poll.answer(organisation.replace("_", "-"), vote_id, answer)


async def notices(poll: Poll, organisation: str):
    """What an organisation's people were told."""
    return await poll.rows(
        "SELECT n.kind, n.params, n.address, e.person_id FROM notice n JOIN inbox_entry e "
        "ON (e.organisation_id, e.notice_id) = (n.organisation_id, n.id) "
        "WHERE n.organisation_id = $1 ORDER BY e.person_id",
        poll.cast.organisations[organisation],
    )


async def twice(poll: Poll, organisation: str, reaction, vote_id: UUID) -> None:
    """A reaction as if its event came again."""
    for _ in range(2):
        await poll.settle(organisation, reaction, network_id=poll.network, vote_id=vote_id)
