"""Two do something about the seat of the office at the same moment: one does it, the other one hears why not."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from portal.kit.errors import Conflict
from portal.network import actions_office
from tenants.context import Role
from tests.network.office import REASON
from tests.network.test_seat import CITY, MONDAY, able, begun, holder, leads, ready
from workers import reactions

WAITING = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@asynccontextmanager
async def overtaken(office, who, role, late: Callable[[], Awaitable[object]]) -> AsyncIterator[list[object]]:
    """What is done in here is not committed before ``late`` waits for it. In the list: the actor and the scope, and in
    the end what came of ``late``."""
    begins, result = asyncio.Event(), []

    async def second():
        await begins.wait()
        return await late()

    task = asyncio.create_task(second())  # made out here: it has a scope of its own
    async with office.acting(who, role) as acting:
        result.append(acting)
        yield result
        begins.set()
        async with asyncio.timeout(60):
            while not task.done() and not await office.rows(WAITING):  # noqa: ASYNC110 - another connection's event
                await asyncio.sleep(0.01)
    result.extend(await asyncio.gather(task, return_exceptions=True))


async def test_of_two_at_the_same_moment_one_does_it_and_the_other_hears_why_not(office):
    await office.stop(MONDAY)
    async with overtaken(office, "bgw", Role.REPRESENTATIVE, lambda: begun(office, "gfs")) as result:
        actor, _ = result[0]
        mine = await actions_office.move_seat(actor=actor, network_id=office.network, reason=REASON)
    with pytest.raises(Conflict, match="läuft schon"):
        raise result[1]

    await ready(office, mine, "bgw")
    async with overtaken(office, CITY, Role.OFFICE, lambda: leads(office, actions_office.agree, mine)) as result:
        actor, _ = result[0]
        await actions_office.agree(actor=actor, network_id=office.network, procedure_id=mine)
    with pytest.raises(Conflict, match="Einigung"):
        raise result[1]
    (due,) = await office.rows("SELECT id, organisation_id, network_id FROM outbox WHERE event = 'ProcedureDue'")
    where = {"organisation_id": due["organisation_id"], "network_id": due["network_id"]}
    async with office.database.role("worker"):
        await asyncio.gather(*(reactions.handle(due["id"], **where) for _ in range(2)))
    assert await holder(office) == "bgw"
    assert (await office.deeds(mine))[-2:] == ["agreed", "handed_over"]

    next_one = await begun(office, "gfs")
    await ready(office, next_one, CITY, "gfs")
    await able(office, "trockendock")
    browser = await office.cast.as_role("trockendock", Role.REPRESENTATIVE)
    address = f"/n/bielefeld/verfahren/{next_one}/kandidatur"
    async with overtaken(office, "bgw", Role.REPRESENTATIVE, lambda: browser.post(address, {"words": ""})) as result:
        actor, opened = result[0]
        await actions_office.open_election(actor=actor, now=opened.now, seat=actor.seats[0], procedure_id=next_one)
    assert (result[1].status_code, "im selben Moment geändert" in result[1].text) == (409, True)
    assert (await office.deeds(next_one))[-1] == "election_opened"
