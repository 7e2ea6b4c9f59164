"""Real workers and beats around one database, votes that end in it, and what must be true in the end."""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from portal.identity.queries import load_actor
from portal.kit.clock import local_day
from portal.local.child import Child
from portal.local.surroundings import Services
from portal.votes import actions
from tenants.context import Role
from tenants.scope import scope
from tests.database import Database

CHECKOUT = Path(__file__).resolve().parents[2]
LEASE_SECONDS, MAX_ATTEMPTS = 4, 3
# A lease, a few ticks, and what a busy machine needs to start processes anew.
BOUND = 45.0

_OFFICE = """
SELECT m.organisation_id, r.person_id FROM membership m JOIN network n ON n.id = m.network_id
JOIN role_assignment r ON r.organisation_id = m.organisation_id AND r.role = $1
WHERE n.slug = 'bielefeld' AND m.is_office AND m.ends_at IS NULL AND r.valid_until IS NULL LIMIT 1
"""
_OUTCOME = """
WITH told AS (SELECT * FROM notice WHERE key = 'vote_closed:' || $1::text),
     mailed AS (SELECT d.* FROM delivery d JOIN told t ON t.id = d.notice_id)
SELECT (SELECT count(*) FROM vote_result WHERE vote_id = $1::text::uuid) AS results,
       (SELECT count(*) FROM voter WHERE vote_id = $1::text::uuid) AS members,
       (SELECT count(*) FROM told) AS notices,
       (SELECT count(DISTINCT organisation_id) FROM told) AS told,
       (SELECT count(*) FROM audit_entry WHERE action = 'vote:closed' AND subject_id = $1::text::uuid) AS recorded,
       (SELECT count(*) FROM outbox WHERE payload ->> 'vote_id' = $1::text AND state <> 'done') AS open,
       (SELECT count(*) FROM mailed) AS mails,
       (SELECT count(*) FROM mailed WHERE state = 'sent') AS sent
"""
_LAST_ROUND = "SELECT max(at) AS at FROM heartbeat WHERE name = 'relay'"
_MAILS = "SELECT d.id FROM delivery d JOIN notice n ON n.id = d.notice_id WHERE n.key = $1"


@dataclass
class Theatre:
    """One database and the processes that work on it."""

    services: Services
    database: Database
    folder: Path
    programs: dict[str, Child] = field(default_factory=dict)

    @property
    def place(self) -> Path:
        """The file that says where a worker dies."""
        return self.folder / "kill-at"

    def environment(self) -> dict[str, str]:
        found = self.services.environment(public_url="https://hilfenetz.test", port=8000, database=self.database.name)
        return found | {
            "KILL_AT": str(self.place),
            "PYTHONPATH": str(CHECKOUT),
            "OUTBOX_LEASE_SECONDS": str(LEASE_SECONDS),
            "OUTBOX_MAX_ATTEMPTS": str(MAX_ATTEMPTS),
        }

    def start(self, kind: str, name: str = "", **changed: str) -> Child:
        """A worker or a beat; two of a kind need two names. ``changed``: settings of its own."""
        name = name or kind
        command = {
            "worker": ["-m", "tests.faults.saboteur", "worker", "--concurrency", "2", "--hostname", f"{name}@%h"],
            "tasks": ["-m", "portal.cli", "worker", "--queues", "tick,events"],
            "mails": ["-m", "portal.cli", "worker", "--queues", "mail"],
            "beat": ["-m", "celery", "-A", "workers.app", "beat"],
        }[kind]
        log = self.services.state.log(f"{self.database.name}-{name}")
        self.programs[name] = child = Child(
            name, [sys.executable, *command], log=log, environment=self.environment() | changed
        )
        child.start()
        return child

    def stop(self) -> None:
        """End all processes."""
        for child in self.programs.values():
            child.kill()
        self.programs.clear()

    async def works(self) -> None:
        """Wait until rounds are run to their end."""
        (before,) = await self.database.as_superuser(_LAST_ROUND)

        async def beats() -> bool:
            (after,) = await self.database.as_superuser(_LAST_ROUND)
            return after["at"] is not None and after["at"] != before["at"]

        await until(beats)

    async def open_vote(self) -> UUID:
        """The office of Bielefeld asks all members."""
        (office,) = await self.database.as_superuser(_OFFICE, Role.OFFICE.value)
        async with scope(organisation_id=office["organisation_id"], person_id=office["person_id"]) as opened:
            actor, _ = await load_actor()
            seat = next(seat for seat in actor.seats if seat.slug == "bielefeld")
            return await actions.open_vote(
                actor=actor,
                now=opened.now,
                network_id=seat.network_id,
                rule="question_approval",
                question="Soll die Wärmestube länger offen bleiben?",
                explanation="",
                last_day=local_day(opened.now) + timedelta(days=1),
            )

    async def end(self, vote_id: UUID, *, seconds: float = 0.5) -> None:
        """Move the clock to just before the end of a vote."""
        (row,) = await self.database.as_superuser(
            "SELECT ends_at - clock_timestamp() AS ahead FROM vote WHERE id = $1", vote_id
        )
        await self.database.move_clock(row["ahead"] - timedelta(seconds=seconds))

    async def outcome(self, vote_id: UUID) -> dict[str, int]:
        """What is there of a vote's end."""
        return dict((await self.database.as_superuser(_OUTCOME, str(vote_id)))[0])

    async def is_over(self, vote_id: UUID) -> bool:
        """Whether everything that follows from the end has happened."""
        found = await self.outcome(vote_id)
        told = found["results"] and found["told"] == found["members"] and not found["open"]
        return bool(told and found["mails"] and found["sent"] == found["mails"])

    async def is_announced(self, vote_id: UUID) -> bool:
        """Whether it is closed and every member can read so in the portal."""
        found = await self.outcome(vote_id)
        return bool(found["results"] and found["told"] == found["members"])

    async def assert_once(self, vote_id: UUID) -> None:
        """Closed once, announced once to each, a mail to each."""
        found = await self.outcome(vote_id)
        assert found["results"] == 1
        assert found["notices"] == found["told"] == found["recorded"] == found["members"] > 1
        assert found["open"] == 0
        rows = await self.database.as_superuser(_MAILS, f"vote_closed:{vote_id}")
        assert {str(row["id"]) for row in rows} <= set(self.mails())

    def assert_mails_came_once(self, *, but_for: int = 0) -> None:
        """No mail came twice, but for so many that had to."""
        mails = self.mails()
        assert len(mails) - len(set(mails)) <= but_for

    def mails(self) -> list[str]:
        """What the mail server took, by the delivery the Message-ID names."""
        return [mail.message["Message-ID"].strip("<>").split("@")[0] for mail in self.services.mailbox.mails()]

    async def is_quiet(self) -> bool:
        """Whether nothing is left to do now, so that what comes next is what dies."""
        rows = await self.database.as_superuser(
            "SELECT FROM outbox WHERE state IN ('waiting', 'handed') AND next_at < hilfenetz_now() + interval '1 hour'"
        )
        return not rows


async def until(holds: Callable[[], Awaitable[bool]], *, within: float = BOUND) -> float:
    """Wait until something is so; gives back how long it took."""
    began = time.monotonic()
    while not await holds():
        assert time.monotonic() - began < within, f"not within {within} seconds"
        await asyncio.sleep(0.2)
    return time.monotonic() - began


async def ended(child: Child) -> float:
    """Wait until the program has ended."""
    return await until(lambda: asyncio.sleep(0, not child.running))
