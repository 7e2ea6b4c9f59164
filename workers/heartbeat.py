"""The signs of life: a round of the relay that ran to its end, a pulse in a queue; not a process that is up."""

import structlog

from tenants.database import execute
from tenants.scope import scope

RELAY = "relay"

log = structlog.get_logger("workers")


async def beat(name: str = RELAY) -> None:
    """Write down that it lives now. By the wall clock: it is compared with the present, not with due times."""
    await execute(
        """
        INSERT INTO heartbeat (name, at) VALUES ({}, clock_timestamp())
        ON CONFLICT (name) DO UPDATE SET at = clock_timestamp()
        """,
        name,
    )


async def try_pulse(queue: str) -> None:
    """Say that a queue is being worked off; if that fails it is a line in the log, and the next pulse tries again."""
    try:
        async with scope():
            await beat(queue)
    except Exception:  # the database may be away for a while
        log.exception("pulse_failed")
