"""Tasks as tests talk about them: whose they are, and what the worker makes of what happened."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from portal.spaces.places import SpaceKey
from portal.spaces.queries import find_address
from portal.tasks import actions
from tenants.context import Role
from tests.spaces.tree import HEAD, HOME, Tree

EVERYTHING = (
    "SELECT id, organisation_id, network_id FROM outbox WHERE state IN ('waiting', 'handed') AND event <> 'MailDue'"
)


@dataclass
class Crew(Tree):
    """The people of an organisation, and what they give each other to do."""

    def person(self, role: Role, *, organisation: str = HOME) -> str:
        """Somebody with that role as a task names them."""
        return f"person:{self.id_of_person(role, organisation=organisation)}@{self.cast.organisations[organisation]}"

    def id_of_person(self, role: Role, *, organisation: str = HOME) -> UUID:
        """Somebody with that role."""
        from tests.client import person

        return person(self.cast.who(organisation, role))

    async def task(
        self, title: str = "Kaffee", *, to: str = "", due_at: datetime | None = None, by: Role = HEAD,
        space: SpaceKey | None = None, organisation: str = HOME, folder: str = "", **values: object,
    ) -> UUID:  # fmt: skip
        """A new task."""
        async with self.acting(by, organisation=organisation) as (actor, opened):
            found = await find_address(actor, space or SpaceKey("organisation", actor.organisation_id), folder)
            assert found is not None
            whole = {"title": title, "summary": "", "tags": [], "due_at": due_at and due_at.isoformat(), **values}
            return await actions.add_task(
                actor=actor, now=opened.now, folder=found, values=whole, slug="", principal=to
            )

    async def settle(self, *, but: str = "") -> int:
        """Everything that is due happens, and what follows from it, without one kind of event; mails stay where they
        are."""
        from workers import app  # noqa: F401 - registers the reactions
        from workers.reactions import PLANS, handle

        settled = 0
        async with self.cast.database.role("worker"):
            while due := await self.rows(
                f"{EVERYTHING} AND event = ANY ($1) AND due_at <= hilfenetz_now() ORDER BY due_at, id",
                [event for event in PLANS if event != but],
            ):
                for row in due:
                    await handle(row["id"], organisation_id=row["organisation_id"], network_id=row["network_id"])
                settled += len(due)
        return settled

    async def told(self, kind: str) -> set[str]:
        """The names of those who have a notice of this kind."""
        rows = await self.rows(
            "SELECT a.name FROM inbox_entry e JOIN notice n USING (organisation_id) JOIN affiliation a "
            "USING (organisation_id, person_id) WHERE n.id = e.notice_id AND n.kind = $1",
            kind,
        )
        return {row["name"] for row in rows}

    async def unread(self, kind: str) -> set[str]:
        """The names of those who have a notice of this kind that they have not read."""
        rows = await self.rows(
            "SELECT a.name FROM inbox_entry e JOIN notice n USING (organisation_id) JOIN affiliation a "
            "USING (organisation_id, person_id) WHERE n.id = e.notice_id AND n.kind = $1 AND e.read_at IS NULL",
            kind,
        )
        return {row["name"] for row in rows}

    async def name(self, role: Role, *, organisation: str = HOME) -> str:
        """What somebody with that role is called."""
        async with self.acting(role, organisation=organisation) as (actor, _):
            return actor.name


def network(crew: Crew, slug: str = "bielefeld") -> SpaceKey:
    """The space of a network."""
    return SpaceKey("network", crew.cast.networks[slug])
