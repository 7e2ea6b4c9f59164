"""Between any two steps of a procedure the process that works on it is killed: the state is the one before or the one
after, and it goes on by itself."""

from contextlib import asynccontextmanager

from portal.network import actions_office
from portal.network.rules import Ending
from tenants.context import Role
from tests.mortal import die, killed, killed_at_work
from tests.network import test_exclusion, test_seat
from tests.network.office import AFFECTED, Office
from workers import reactions

WATCHED = (
    "procedure", "procedure_step", "office_candidacy", "membership", "departure", "formal_notice", "formal_receipt",
    "vote", "vote_option", "vote_result", "ballot", "deadline", "rung", "directory_version", "notice",
)  # fmt: skip
# Mails leave the house, and are tested where they are sent.
MINE = (
    "VoteDue", "ProcedureDue", "MembershipEnded", "ExclusionMoved", "FormalReceived", "FormalPosted", "OfficeSeatMoved",
    "OfficeHandedOver", "DirectoryMade", "PostedForOffice",
)  # fmt: skip
CITY = "stadt-bielefeld"


async def state(office) -> list:
    sums = ", ".join(f"(SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM {name} t)" for name in WATCHED)
    return await office.rows(f"SELECT {sums}, (SELECT count(*) FROM outbox) AS events")


async def work_and_die(office, died: set[str]) -> None:
    """Settle everything of ours; of each event the first one by a worker that is killed before its commit, then by one
    that is killed after it, and handed out once more."""
    while True:
        due = await office.rows(
            "SELECT id, event, organisation_id, network_id FROM outbox WHERE state IN ('waiting', 'handed') "
            "AND due_at <= hilfenetz_now() AND event = ANY ($1) ORDER BY due_at, created_at LIMIT 1",
            list(MINE),
        )
        if not due:
            return
        envelope = {name: due[0][name] for name in ("organisation_id", "network_id")}
        is_new = due[0]["event"] not in died
        if is_new:
            died.add(due[0]["event"])
            before = await state(office)
            await killed_at_work(office.database, due[0]["id"], committed=False, **envelope)
            assert await state(office) == before, due[0]["event"]
            await killed_at_work(office.database, due[0]["id"], committed=True, **envelope)
        after = await state(office)
        async with office.database.role("worker"):
            await reactions.handle(due[0]["id"], **envelope)
        assert not is_new or await state(office) == after, due[0]["event"]


class Dying(Office):
    """Everybody's process is killed before its commit."""

    @asynccontextmanager
    async def acting(self, *who, **more):
        async with super().acting(*who, **more) as found:
            yield found
            die()


async def twice(office, deed, *given, **more):
    """A deed of the web whose process is killed before its commit, and once more."""
    before = await state(office)
    if isinstance(deed, str):
        dying, living = getattr(Dying(office.cast), deed), getattr(office, deed)
    else:
        dying, living = (lambda *a, **m: deed(Dying(office.cast), *a, **m)), (lambda *a, **m: deed(office, *a, **m))
    await killed(office.database, "app", lambda: dying(*given, **more))
    assert await state(office) == before
    return await living(*given, **more)


async def until(office, procedure_id) -> None:
    """Stop the clock where the membership has ended."""
    found = await office.procedure(procedure_id)
    (now,) = await office.rows("SELECT hilfenetz_now() AS now")
    await office.database.as_superuser(
        "CREATE OR REPLACE FUNCTION hilfenetz_now() RETURNS timestamptz LANGUAGE sql STABLE "
        "SET search_path = pg_catalog AS "
        f"$$ SELECT timestamptz '{max(found.effective_at, now['now']).isoformat()}' $$"
    )


async def each_once(office, procedure_id) -> None:
    deeds = await office.deeds(procedure_id)
    assert len(deeds) == len(set(deeds)), "each once"


async def test_an_exclusion_of_the_office_survives_a_death_between_any_two_steps(office):
    died: set[str] = set()
    procedure_id = await twice(office, "move", against=CITY)
    await work_and_die(office, died)
    vote_id = await twice(office, "open_vote", procedure_id, Role.DEPUTY)
    await twice(office, test_exclusion.stated, procedure_id, by=CITY)
    await office.decide(vote_id, but=CITY)
    await work_and_die(office, died)
    await until(office, procedure_id)
    await work_and_die(office, died)
    assert (await office.procedure(procedure_id)).outcome is Ending.EXCLUDED
    await each_once(office, procedure_id)
    assert await test_seat.holder(office) != CITY
    assert died >= {*MINE} - {"FormalReceived"}


async def test_a_withdrawal_survives_a_death_between_any_two_steps(office):
    died: set[str] = set()
    procedure_id = await twice(office, "declare", AFFECTED)
    await work_and_die(office, died)
    assert (await office.procedure(procedure_id)).outcome is Ending.WITHDRAWN
    await each_once(office, procedure_id)
    assert died >= {"ProcedureDue", "MembershipEnded", "FormalPosted"}


async def test_an_election_survives_a_death_between_any_two_steps(office):
    died: set[str] = set()
    procedure_id = await twice(office, test_seat.begun)
    await work_and_die(office, died)
    await test_seat.ready(office, procedure_id, "gfs", "trockendock")
    await twice(office, test_seat.ready, procedure_id, "bgw")
    vote_id = await twice(office, test_seat.leads, actions_office.open_election, procedure_id)
    await twice(office, stepped_down, procedure_id)
    for member in ("bgw", "gfs", CITY, "bethel-regional"):
        await twice(office, answered, member, vote_id)
    await office.end(vote_id)
    await work_and_die(office, died)
    assert await test_seat.holder(office) == "bgw"
    assert (await office.deeds(procedure_id)).count("handed_over") == 1
    assert died >= {"VoteDue", "OfficeSeatMoved", "OfficeHandedOver", "FormalPosted", "DirectoryMade"}


async def test_an_agreement_about_the_office_survives_a_death_between_any_two_steps(office):
    died: set[str] = set()
    procedure_id = await test_seat.begun(office)
    await test_seat.ready(office, procedure_id, "bgw")
    await twice(office, test_seat.leads, actions_office.agree, procedure_id)
    await work_and_die(office, died)
    assert await test_seat.holder(office) == "bgw"
    assert "ProcedureDue" in died


async def stepped_down(office, procedure_id):
    async with office.acting("trockendock", Role.REPRESENTATIVE) as (actor, _):
        await actions_office.step_down(actor=actor, network_id=office.network, procedure_id=procedure_id)


async def answered(office, member, vote_id):
    (row,) = await office.rows(
        "SELECT o.id FROM vote_option o JOIN organisation g ON g.id = o.organisation_id "
        "WHERE o.vote_id = $1 AND g.slug = 'bgw'",
        vote_id,
    )
    await office.answer(member, vote_id, str(row["id"]))
