"""A network of 200 members: what a vote costs there from its opening to the last notice, and what its pages cost.

Real workers and a beat do what follows; the rounds begin a second apart, and waiting for them counts too.
"""

import time
from datetime import timedelta
from uuid import UUID

import asyncpg

from portal.identity.queries import load_actor
from portal.kit.clock import local_day
from portal.local.mailbox import Mailbox
from portal.votes import actions
from tenants import database
from tenants.context import Role
from tenants.scope import scope
from tests.bench.processes import attended, until
from tests.database import Database

MEMBERS = 200
BOUND = 10.0  # seconds, on two cores
_PATIENCE = 300.0
NETWORK = "bielefeld"

# Members as the demo world has them: somebody who represents, somebody who directs, somebody who administers.
_MEMBERS = """
WITH born AS (
    INSERT INTO organisation (id, slug, name, kind, land)
    SELECT uuidv7(), 'traeger-' || k, 'Träger Nummer ' || k, 'carrier', 'NW' FROM generate_series(1, $1::integer) AS k
    RETURNING id, slug
), joined AS (
    INSERT INTO membership (network_id, id, organisation_id, begins_at)
    SELECT n.id, uuidv7(), b.id, clock_timestamp() - interval '1 year' FROM born b, network n WHERE n.slug = $2
), roles AS (
    SELECT b.id AS organisation_id, b.slug, uuidv7() AS person_id, r.role
    FROM born b, unnest(ARRAY['representative', 'director', 'administrator']) AS r (role)
), people AS (
    INSERT INTO person (id, provider, subject, created_at, last_sign_in_at)
    SELECT person_id, 'bench', slug || '-' || role, clock_timestamp(), clock_timestamp() FROM roles
), known AS (
    INSERT INTO affiliation (organisation_id, person_id, name, email, begins_at)
    SELECT organisation_id, person_id, 'Ada Beispiel', role || '@' || slug || '.example',
           clock_timestamp() - interval '1 year' FROM roles
)
INSERT INTO role_assignment (organisation_id, id, person_id, role, source, valid_from)
SELECT organisation_id, uuidv7(), person_id, role, 'bench', clock_timestamp() - interval '1 year' FROM roles
"""
_SOMEBODY = """
SELECT m.organisation_id, r.person_id FROM membership m JOIN network n ON n.id = m.network_id
JOIN role_assignment r ON r.organisation_id = m.organisation_id AND r.role = $2 AND r.valid_until IS NULL
WHERE n.slug = $1 AND m.ends_at IS NULL AND (m.is_office OR $2 <> 'office') ORDER BY m.organisation_id LIMIT $3
"""
_COUNT = "SELECT count(*) AS members FROM membership m JOIN network n ON n.id = m.network_id WHERE n.slug = $1"
_TOLD = """
SELECT count(DISTINCT n.organisation_id) AS told,
       (SELECT count(*) FROM formal_receipt r JOIN formal_notice f ON f.network_id = r.network_id AND f.id = r.notice_id
        WHERE f.cause_id = $1 AND r.received_on IS NOT NULL) AS received
FROM notice n WHERE n.subject_id = $1 AND n.kind = $2
"""


async def pages(base: Database) -> dict[str, str]:
    """Let organisations join until there are 200 members, and ask them all; gives back the pages that show them."""
    (before,) = await base.as_superuser(_COUNT, NETWORK)
    await base.as_superuser(_MEMBERS, MEMBERS - before["members"], NETWORK)
    await base.as_superuser("ANALYZE")
    await database.connect(base.url("app"), max_size=1)
    vote_id = await _open(base)
    await database.disconnect()
    return {
        f"vote of {MEMBERS}": f"/n/{NETWORK}/abstimmungen/{vote_id}",
        f"members, {MEMBERS}": f"/n/{NETWORK}/verzeichnis",
        f"procedures, {MEMBERS}": f"/n/{NETWORK}/verfahren",
    }


async def measure(base: Database, mailbox: Mailbox) -> list[str]:
    """A vote of all members, with the workers; gives back the bounds that are broken."""
    await database.connect(base.url("app"), max_size=2)
    try:
        async with attended(base, mailbox) as watching:
            took, mails = await _course(base, watching)
    finally:
        await database.disconnect()
    total = sum(took.values())
    steps = ", ".join(f"{name} {seconds:.1f}" for name, seconds in took.items())
    print(f"{MEMBERS} members: {steps} s, together {total:.1f} s (at most {BOUND:.0f}); all mails {mails:.1f} s later")
    return [] if total <= BOUND else [f"a vote of {MEMBERS} members"]


async def _course(base: Database, watching: asyncpg.Connection) -> tuple[dict[str, float], float]:
    """How long each step took, in seconds, and how long the mails took after the last."""
    took: dict[str, float] = {}
    began = time.perf_counter()
    vote_id = await _open(base)
    took["opening"] = time.perf_counter() - began
    took["receipts and first notices"] = await until(lambda: _told(watching, vote_id, "vote_opened"))
    await until(lambda: _is_quiet(watching))
    (row,) = await base.as_superuser("SELECT ends_at - clock_timestamp() AS ahead FROM vote WHERE id = $1", vote_id)
    # What deadlines tell in the days before the end is done then.
    await base.move_clock(row["ahead"] - timedelta(hours=1))
    await until(lambda: _is_quiet(watching))
    (row,) = await base.as_superuser("SELECT ends_at - clock_timestamp() AS ahead FROM vote WHERE id = $1", vote_id)
    await base.move_clock(row["ahead"])
    took["closing"] = await until(lambda: _closed(watching, vote_id))
    took["announcing"] = await until(lambda: _told(watching, vote_id, "vote_closed"))
    return took, await until(lambda: _is_quiet(watching))


async def _open(base: Database) -> UUID:
    (office,) = await base.as_superuser(_SOMEBODY, NETWORK, Role.OFFICE.value, 1)
    async with scope(organisation_id=office["organisation_id"], person_id=office["person_id"]) as opened:
        found = await load_actor()
        assert found is not None
        seat = next(seat for seat in found[0].seats if seat.slug == NETWORK)
        return await actions.open_vote(
            actor=found[0],
            now=opened.now,
            network_id=seat.network_id,
            rule="question_approval",
            question="Soll die Wärmestube länger offen bleiben?",
            explanation="Die Stadt trägt die Kosten.",
            last_day=local_day(opened.now) + timedelta(days=20),
        )


async def _told(watching: asyncpg.Connection, vote_id: UUID, kind: str) -> bool:
    row = await watching.fetchrow(_TOLD, vote_id, kind)
    return row["told"] == row["received"] == MEMBERS


async def _is_quiet(watching: asyncpg.Connection) -> bool:
    rows = await watching.fetch("SELECT FROM outbox WHERE state <> 'done' AND due_at <= hilfenetz_now() LIMIT 1")
    return not rows


async def _closed(watching: asyncpg.Connection, vote_id: UUID) -> bool:
    return bool(await watching.fetch("SELECT FROM vote_result WHERE vote_id = $1", vote_id))
