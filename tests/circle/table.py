"""Papers as tests talk about them: who writes, who answers, who decides, all through the actions under the wall."""

from typing import Any
from uuid import UUID

from portal.circle import actions
from portal.circle.actions_deciding import CONSEQUENCES
from portal.circle.queries import Paper, access_paper
from portal.votes.actions_closing import close_vote
from tenants.context import Role
from tenants.scope import scope
from tests.votes.poll import BIELEFELD, Poll
from workers.actors import system_actor

AUTHOR, CITY, STRANGER = "gfs", "stadt-bielefeld", "caritas-duesseldorf"
TITLE = "Niemand soll im Winter seine Wohnung verlieren"
BODY = "<h2>Was wir fordern</h2><p>Räumungen ruhen von November bis März.</p>"
LIST = "/n/bielefeld/positionen"


class Table(Poll):
    """The network of Bielefeld with a new paper on the table."""

    async def write(self, organisation: str = AUTHOR, *, title: str = TITLE, body: str = BODY, **who: Any) -> UUID:
        """A draft."""
        async with self.acting(organisation, **who) as (actor, opened):
            seat = actor.seat(self.network)
            return await actions.write_paper(actor=actor, now=opened.now, seat=seat, title=title, body=body)

    async def step(self, organisation: str, deed, paper_id: UUID, role: Role = Role.REPRESENTATIVE, **more: Any) -> Any:
        """Something somebody does with the paper as they see it."""
        async with self.acting(organisation, role) as (actor, opened):
            paper = await access_paper(self.network, paper_id)
            more = {"now": opened.now} | more
            if "seat" in more:
                more["seat"] = actor.seat(self.network)
            return await deed(actor=actor, paper=paper, **{name: of for name, of in more.items() if of is not None})

    async def circulated(self, organisation: str = AUTHOR, **text: str) -> UUID:
        """A paper that lies before the members."""
        paper_id = await self.write(organisation, **text)
        await self.step(organisation, actions.circulate, paper_id, version=1)
        return paper_id

    async def asked(self, paper_id: UUID, *, version: int = 1) -> UUID:
        """The office puts it to the vote."""
        return await self.step(CITY, actions.put_to_vote, paper_id, Role.OFFICE, seat=..., version=version)

    async def decide(self, vote_id: UUID, answer: str = "yes") -> None:
        """All members answer, and the worker counts when the time is over."""
        for organisation in BIELEFELD if answer == "yes" else BIELEFELD[:1]:
            await self.answer(organisation, vote_id, answer)
        if answer == "yes":
            await self.end(vote_id)
        await self.count(vote_id)

    async def count(self, vote_id: UUID) -> None:
        """What the worker does when the timer rings."""
        async with self.database.role("worker"), scope(network_id=self.network) as opened:
            await close_vote(actor=await system_actor(), now=opened.now, vote_id=vote_id, consequences=CONSEQUENCES)

    async def adopted(self, **text: str) -> UUID:
        """A position in force."""
        paper_id = await self.circulated(**text)
        await self.decide(await self.asked(paper_id))
        return paper_id

    async def paper(self, paper_id: UUID, organisation: str = "bgw") -> Paper:
        """As that organisation sees it."""
        async with scope(organisation_id=self.cast.organisations[organisation]):
            return await access_paper(self.network, paper_id)
