"""Conversations as tests talk about them."""

from dataclasses import dataclass
from uuid import UUID

from portal.discussion import actions
from portal.spaces import actions as content
from portal.spaces import actions_sharing
from portal.spaces.places import SpaceKey
from portal.spaces.queries import access_item, find_address
from tenants.context import Role
from tests.spaces.tree import CLERK, HEAD, HOME
from tests.tasks.crew import Crew


@dataclass
class Circle(Crew):
    """The people of an organisation and what they say."""

    async def page(self, title: str = "Hausordnung", *, space: SpaceKey | None = None, by: Role = HEAD,
                   organisation: str = HOME, folder: str = "", state: str = "publish") -> UUID:  # fmt: skip
        """A page, published unless another step (or none) is named."""
        async with self.acting(by, organisation=organisation) as (actor, opened):
            found = await find_address(actor, space or SpaceKey("organisation", actor.organisation_id), folder)
            assert found is not None
            made = await content.add_item(
                actor=actor, now=opened.now, parent=found, kind="page", values={"title": title, "body": ""}
            )
            if state:
                item = await access_item(actor, made)
                await content.change_state(actor=actor, now=opened.now, item=item, transition=state)
            return made

    async def say(self, page: UUID, body: str, *, by: Role = CLERK, organisation: str = HOME, to: UUID | None = None):
        """A comment."""
        async with self.acting(by, organisation=organisation) as (actor, opened):
            item = await access_item(actor, page)
            return await actions.add_comment(actor=actor, now=opened.now, item=item, body=body, person_id=to)

    async def follow(self, item_id: UUID, *, by: Role = CLERK, organisation: str = HOME, follows: bool = True) -> None:
        """Follow, or not any more."""
        async with self.acting(by, organisation=organisation) as (actor, opened):
            item = await access_item(actor, item_id)
            if follows:
                await actions.follow(actor=actor, now=opened.now, item=item)
            else:
                await actions.unfollow(actor=actor, item=item)

    async def close(self, item_id: UUID) -> None:
        """From now on only who manages the space reads there."""
        async with self.acting() as (actor, opened):
            item = await access_item(actor, item_id)
            await actions_sharing.set_inheritance(actor=actor, now=opened.now, item=item, inherits=False)

    async def notices(self, kind: str) -> int:
        """How many entries of this kind there are."""
        (row,) = await self.rows(
            "SELECT count(*) AS n FROM inbox_entry e JOIN notice n ON n.organisation_id = e.organisation_id "
            "AND n.id = e.notice_id WHERE n.kind = $1",
            kind,
        )
        return row["n"]
