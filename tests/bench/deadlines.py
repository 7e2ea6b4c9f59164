"""A hundred thousand deadlines of which somebody has to be told in the same minute, worked off by a real worker."""

from portal.local.mailbox import Mailbox
from tests.bench.processes import attended, until
from tests.database import Database

MANY = 100_000
BOUND = 60.0  # seconds, on two cores

# Evenly among the organisations of the demo world, with one rung and one timer for each, as portal/ladders sets them.
_DUE = "date_trunc('day', hilfenetz_now(), 'Europe/Berlin') + interval '3 days 8 hours'"
_DEADLINES = f"""
WITH owner AS (
    SELECT DISTINCT r.organisation_id, dense_rank() OVER (ORDER BY r.organisation_id) - 1 AS place
    FROM role_assignment r WHERE r.role = 'representative' AND r.valid_until IS NULL
), made AS (
    INSERT INTO deadline (organisation_id, id, matter, subject_id, address, title, ends_on, due_at, lapses,
                          responsible_roles, ladder, told_roles, set_at)
    SELECT o.organisation_id, uuidv7(), 'review', uuidv7(), '/fristen', 'Bericht ' || k,
           ((d.at + interval '2 days') AT TIME ZONE 'Europe/Berlin')::date,
           date_trunc('day', d.at + interval '3 days', 'Europe/Berlin'), false,
           ARRAY['representative'], '[]', ARRAY['representative'], hilfenetz_now()
    FROM generate_series(1, $1::integer) AS k JOIN owner o ON o.place = k % (SELECT count(*) FROM owner)
    CROSS JOIN (SELECT {_DUE} AS at) AS d
    RETURNING organisation_id, id
), timers AS (
    INSERT INTO outbox (id, organisation_id, event, payload, key, due_at, next_at, request_id, created_at)
    SELECT uuidv7(), o.organisation_id, 'RungsDue', jsonb_build_object('at', d.at), 'bench', d.at, d.at, '',
           hilfenetz_now()
    FROM owner o CROSS JOIN (SELECT {_DUE} AS at) AS d
)
INSERT INTO rung (organisation_id, id, deadline_id, days, tell, due_at)
SELECT m.organisation_id, uuidv7(), m.id, -3, ARRAY['responsible_worker'], {_DUE} FROM made m
"""
_TOLD = """
SELECT (SELECT count(*) FROM rung WHERE fired_at IS NULL AND due_at <= hilfenetz_now()) AS waiting,
       (SELECT count(*) FROM rung WHERE fired_at IS NOT NULL) AS fired
"""
_NOTICES = """
SELECT count(n.id) AS told, count(DISTINCT n.subject_id) AS matters
FROM notice n JOIN deadline d ON d.organisation_id = n.organisation_id AND d.subject_id = n.subject_id
WHERE d.title LIKE 'Bericht %'
"""


async def measure(base: Database, mailbox: Mailbox) -> list[str]:
    """Let them all be due at once; gives back the bounds that are broken."""
    async with attended(base, mailbox) as watching:

        async def told() -> bool:
            (found,) = await watching.fetch(_TOLD)
            return bool(found["waiting"] == 0 and found["fired"] >= MANY)

        await base.as_superuser(_DEADLINES, MANY)
        await base.as_superuser("ANALYZE")
        (row,) = await base.as_superuser(f"SELECT {_DUE} - clock_timestamp() AS ahead")
        await base.move_clock(row["ahead"])
        took = await until(told)
    (found,) = await base.as_superuser(_NOTICES)
    once = found["told"] == found["matters"] == MANY
    how = "each once" if once else "NOT each once"
    print(f"{MANY} deadlines due at once: told in {took:.1f} s (at most {BOUND:.0f}), {how}")
    return [] if once and took <= BOUND else [f"{MANY} deadlines"]
