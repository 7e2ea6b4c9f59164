"""A small organisation with deadlines, and a clock that stands where a test puts it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

import pytest

from portal.kit.clock import end_of_day
from portal.ladders import actions
from portal.ladders.rules import DEFAULT, Matter, rung_at
from portal.notices import live
from tenants.context import Role
from tenants.scope import scope
from tests.database import connected_copy, copy_of
from tests.staff import Staff, assemble_staff
from workers import app  # noqa: F401 - registers the reactions
from workers.reactions import handle

LAST_DAY = date(2030, 5, 17)


@dataclass
class Watch(Staff):
    """Deadlines of "here", and what the worker makes of them."""

    async def at(self, instant: datetime) -> None:
        """Stop the clock there."""
        await self.database.as_superuser(
            "CREATE OR REPLACE FUNCTION hilfenetz_now() RETURNS timestamptz LANGUAGE sql STABLE "
            f"SET search_path = pg_catalog AS $$ SELECT timestamptz '{instant.isoformat()}' $$"
        )

    async def before(self, days: int) -> None:
        """Stop the clock at the rung of that many days before (negative) or after the last day."""
        await self.at(rung_at(LAST_DAY, days))

    async def act(self, action, *, at: str = "here", by: str = "Vera", **given):
        """An action of somebody, in a scope of theirs."""
        actor = self.actor(by, at=at)
        async with scope(organisation_id=actor.organisation_id, person_id=actor.person_id) as opened:
            return await action(actor=actor, now=opened.now, matter=Matter.VOTE, **given)

    async def set(self, subject_id: UUID | None = None, *, at: str = "here", by: str = "Vera", **more) -> UUID:
        """A deadline of those who vote, to the end of the last day."""
        subject_id = subject_id or uuid4()
        whole = {
            "title": "Winterhilfe", "address": f"/n/first/abstimmungen/{subject_id}", "due_at": end_of_day(LAST_DAY),
            "roles": (Role.REPRESENTATIVE,), "ladder": DEFAULT, **more,
        }  # fmt: skip
        await self.act(actions.set_deadline, at=at, by=by, subject_id=subject_id, **whole)
        return subject_id

    async def due(self) -> list[dict]:
        """What the relay would hand out now, mails apart."""
        return await self.rows(
            "SELECT id, organisation_id, network_id FROM outbox WHERE state IN ('waiting', 'handed') "
            "AND event <> 'MailDue' AND next_at <= hilfenetz_now() ORDER BY next_at, id"
        )

    async def settle(self, *, twice: bool = True) -> int:
        """Everything that is due happens; each event comes a second time, as after a lost message."""
        settled = 0
        async with self.database.role("worker"):
            while due := await self.due():
                for row in due * (2 if twice else 1):
                    await handle(row["id"], organisation_id=row["organisation_id"], network_id=row["network_id"])
                settled += len(due)
        return settled

    async def told(self) -> list[tuple[str, str, int]]:
        """Kind, name and number of collapsed rungs of every notice, in order."""
        rows = await self.rows(
            "SELECT n.kind, a.name, (n.params ->> 'collapsed')::int AS collapsed FROM inbox_entry e "
            "JOIN notice n ON (n.organisation_id, n.id) = (e.organisation_id, e.notice_id) "
            "JOIN affiliation a ON (a.organisation_id, a.person_id) = (e.organisation_id, e.person_id) "
            "ORDER BY n.created_at, a.name"
        )
        return [(row["kind"], row["name"], row["collapsed"]) for row in rows]

    async def rungs(self) -> list[tuple[int, bool, bool]]:
        """Days, whether it fired, whether it was collapsed."""
        rows = await self.rows("SELECT days, fired_at IS NOT NULL AS fired, collapsed FROM rung ORDER BY days")
        return [(row["days"], row["fired"], row["collapsed"]) for row in rows]

    async def state(self) -> str:
        """Of the one deadline there is."""
        (row,) = await self.rows("SELECT state FROM deadline")
        return row["state"]

    async def rows(self, sql: str, *arguments: object) -> list[dict]:
        """Look from outside the wall."""
        return [dict(row) for row in await self.database.as_superuser(sql, *arguments)]


@pytest.fixture(scope="session")
async def employed_here(empty_template, settings):
    """Vera votes and Lena leads for "here", Dora directs it and Adam administers it; Nora votes for the neighbours."""
    staff = await assemble_staff(await copy_of(empty_template, "laddered"))
    await staff.hire("Vera", Role.REPRESENTATIVE)
    await staff.hire("Lena", Role.LEAD)
    await staff.hire("Dora", Role.DIRECTOR)
    await staff.hire("Adam", Role.ADMINISTRATOR)
    await staff.hire("Carl", Role.CASEWORKER)
    await staff.hire("Nora", Role.REPRESENTATIVE, at="neighbour")
    await staff.hire("Axel", Role.ADMINISTRATOR, at="neighbour")
    return staff


@pytest.fixture
async def watch(employed_here):
    """In a database of the test's own, thirty days before the last day; the engine is connected as the app role."""
    staff = employed_here
    async with connected_copy(staff.database) as copy:
        found = Watch(copy, staff.organisations, staff.networks, {**staff.people}, {**staff.roles})
        await found.before(-30)
        yield found
        await live.close()
