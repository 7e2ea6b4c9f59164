"""A stage for killing: the demo world in a database of its own, real Valkey, mail server, worker and beat."""

import pytest

from portal.notices import live
from tenants import database
from tests.database import POOL, copy_of, drop
from tests.faults.theatre import Theatre, until


@pytest.fixture(scope="module")
async def stage(surroundings, settings, world_template, tmp_path_factory):
    """Database and services; a module's tests share them, each with votes of its own."""
    if not surroundings.mailbox.child.running:
        surroundings.mailbox.start()
    copy = await copy_of(world_template, "faults")
    # The run's server may lose its last commits in a crash; what is tested here is a server that does not.
    await copy.as_superuser(f'ALTER DATABASE "{copy.name}" SET synchronous_commit = on')
    await copy.as_superuser("UPDATE outbox SET state = 'done' WHERE event <> 'VoteDue'")
    await database.connect(copy.url("app"), max_size=POOL)
    theatre = Theatre(surroundings, copy, tmp_path_factory.mktemp("faults"))
    try:
        yield theatre
    finally:
        theatre.stop()
        await live.close()
        await database.disconnect()
        await drop(copy)


@pytest.fixture
async def theatre(stage):
    """A worker and a beat are running; nobody is about to die."""
    stage.place.unlink(missing_ok=True)
    for kind in ("beat", "worker"):
        if kind not in stage.programs or not stage.programs[kind].running:
            stage.start(kind)
    await stage.works()
    await until(stage.is_quiet)
    stage.services.mailbox.clear()
    return stage
