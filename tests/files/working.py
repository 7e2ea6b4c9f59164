"""The worker at work in this process: hands out what is due and runs what follows for files, until nothing is left."""

from portal.spaces.events import BinDue
from tests.database import Database
from workers import app, relay
from workers.reactions import ReactionFailed, handle
from workers.tasks import files

assert app.celery is not None, "importing the application registers what follows what"
OURS = {name for name in vars(files) if name.startswith(("Blob", "Upload"))} | {BinDue.__name__}


async def work_off(database: Database, *, rounds: int = 8) -> list[str]:
    """Run what is due; gives back what failed."""
    failed: list[str] = []
    async with database.role("worker"):
        for _ in range(rounds):
            handed: list = []
            await relay.run_round(handed.append)
            ours = [envelope for envelope in handed if envelope.event in OURS]
            if not ours:
                break
            for envelope in ours:
                whose = {"organisation_id": envelope.organisation_id, "network_id": envelope.network_id}
                try:
                    await handle(envelope.id, **whose)
                except ReactionFailed as problem:
                    failed.append(f"{envelope.event}: {problem}")
    return failed
