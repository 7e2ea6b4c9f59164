"""The sign of life: a round of the relay that ran to its end, not a process that is up."""

from tenants.database import execute

RELAY = "relay"


async def beat(name: str = RELAY) -> None:
    """Write down that a round ended now. By the wall clock: it is compared with the present, not with due times."""
    await execute(
        """
        INSERT INTO heartbeat (name, at) VALUES ({}, clock_timestamp())
        ON CONFLICT (name) DO UPDATE SET at = clock_timestamp()
        """,
        name,
    )
