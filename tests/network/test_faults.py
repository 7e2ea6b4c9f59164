"""Between any two steps of a procedure whoever works on it dies: the state is the one before or the one after, and it
goes on by itself. (That a killed process leaves its transaction undone shows ``tests/faults``.)"""

import pytest

from portal.network.actions_withdrawal import declare_withdrawal
from portal.network.rules import Ending
from tests.network.office import AFFECTED
from workers import reactions

WATCHED = ("procedure", "procedure_step", "membership", "departure", "formal_notice", "formal_receipt", "vote_result")
MINE = ("VoteDue", "ProcedureDue", "MembershipEnded", "ExclusionMoved", "FormalReceived")


class Died(Exception):
    """What a process that is killed cannot say."""


async def state(office) -> list:
    sums = ", ".join(f"(SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM {name} t)" for name in WATCHED)
    return await office.rows(f"SELECT {sums}, (SELECT count(*) FROM outbox) AS events")


async def work_and_die(office) -> int:
    """Settle everything of ours, each reaction once with a death after its last deed and once without."""

    async def die(*_):
        raise Died

    died = 0
    while True:
        due = await office.rows(
            "SELECT id, event, organisation_id, network_id FROM outbox WHERE state IN ('waiting', 'handed') "
            "AND due_at <= hilfenetz_now() AND event = ANY ($1) ORDER BY due_at, created_at LIMIT 1",
            list(MINE),
        )
        if not due:
            return died
        envelope = {name: due[0][name] for name in ("organisation_id", "network_id")}
        plan = reactions.PLANS[due[0]["event"]]
        before = await state(office)
        plan.reactions.append(die)
        try:
            async with office.database.role("worker"):
                with pytest.raises(reactions.ReactionFailed):
                    await reactions.handle(due[0]["id"], **envelope)
        finally:
            plan.reactions.remove(die)
        assert await state(office) == before
        async with office.database.role("worker"):
            await reactions.handle(due[0]["id"], **envelope)
            after = await state(office)
            await reactions.handle(due[0]["id"], **envelope)  # handed out a second time
        assert await state(office) == after
        died += 1


async def test_an_exclusion_survives_a_death_between_any_two_steps(office):
    procedure_id = await office.move()
    assert await work_and_die(office) >= 1
    vote_id = await office.open_vote(procedure_id)
    await office.decide(vote_id)
    assert await work_and_die(office) >= 1
    found = await office.procedure(procedure_id)
    (now,) = await office.rows("SELECT hilfenetz_now() AS now")
    await office.database.as_superuser(
        "CREATE OR REPLACE FUNCTION hilfenetz_now() RETURNS timestamptz LANGUAGE sql STABLE "
        "SET search_path = pg_catalog AS "
        f"$$ SELECT timestamptz '{max(found.effective_at, now['now']).isoformat()}' $$"
    )
    await work_and_die(office)
    assert (await office.procedure(procedure_id)).outcome is Ending.EXCLUDED
    deeds = await office.deeds(procedure_id)
    assert len(deeds) == len(set(deeds)), "each once"


async def test_a_withdrawal_survives_a_death_between_any_two_steps(office):
    procedure_id = await office.declare(AFFECTED)
    assert await work_and_die(office) >= 3
    assert (await office.procedure(procedure_id)).outcome is Ending.WITHDRAWN
    deeds = await office.deeds(procedure_id)
    assert len(deeds) == len(set(deeds)), "each once"


async def test_the_web_dies_before_its_commit_and_nothing_happened(office):
    before = await state(office)
    with pytest.raises(Died):
        async with office.acting(AFFECTED) as (actor, opened):
            await declare_withdrawal(actor=actor, now=opened.now, network_id=office.network, last_day=None)
            raise Died
    assert await state(office) == before
