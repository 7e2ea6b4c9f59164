"""What follows by itself in a network is posted by the worker, on behalf of the office and of nobody else."""

import json
from uuid import UUID, uuid4

import asyncpg
import pytest

from portal.formal import actions
from portal.formal.events import PostedForOffice
from portal.identity.actions import record_sign_in
from portal.identity.rules import ReadClaims, person_id_of
from portal.kit.errors import Conflict, NotFound
from tenants.database import execute
from tenants.outbox import Event
from tenants.queries import standing_of
from tenants.scope import scope
from tests.formal.desk import BODY, CITY, SUBJECT
from tests.votes.poll import BIELEFELD
from workers.actors import system_actor
from workers.tasks import formal as tasks

COUNT = "SELECT count(*) AS n FROM formal_notice"
COPIED = (
    "INSERT INTO formal_notice SELECT * FROM json_populate_record(NULL::formal_notice, (SELECT (row_to_json(n)::jsonb "
    "|| jsonb_build_object('id', gen_random_uuid(), 'key', 'x', 'sender_id', {}::text))::json "
    "FROM formal_notice n WHERE n.id = {}))"
)


async def post(desk, *, key: str, network: UUID | None = None, to=BIELEFELD, **where):
    """As a reaction of the worker; the engine must be the worker's."""
    network = network or desk.network
    async with scope(**(where or {"network_id": network})) as opened:
        return await actions.post(
            actor=await system_actor(),
            now=opened.now,
            network_id=network,
            standing=await standing_of(network),
            subject=SUBJECT,
            body=BODY,
            recipients=[desk.cast.organisations[slug] for slug in to],
            key=key,
        )


async def hold_office(desk, organisation: str | None) -> None:
    """From now on this member holds the office, or nobody."""
    await desk.rows("UPDATE membership SET is_office = false WHERE network_id = $1", desk.network)
    await desk.rows(
        "UPDATE membership SET is_office = true WHERE network_id = $1 AND organisation_id = $2",
        desk.network,
        desk.cast.organisations.get(organisation, uuid4()),
    )


async def test_the_office_is_the_sender_and_every_member_has_received_it(worker):
    await worker.stop("2026-12-11 10:00")
    notice = await post(worker, key="von-selbst")
    assert notice.sender_id == worker.cast.organisations[CITY]
    assert notice.signed_by == "Hilfenetz, im Auftrag der Geschäftsstelle"
    assert {receipt.organisation_id for receipt in notice.receipts} == {
        worker.cast.organisations[slug] for slug in BIELEFELD
    }
    assert all(receipt.received_on.isoformat() == "2026-12-11" for receipt in notice.receipts)
    told = await worker.rows(
        "SELECT organisation_id FROM outbox WHERE event = 'FormalPosted' AND payload ->> 'notice_id' = $1",
        str(notice.id),
    )
    assert len(told) == len(BIELEFELD)
    assert (await worker.seen_by(notice.id, "gfs")).receipt(worker.cast.organisations["gfs"]) is not None


async def test_it_comes_into_the_trail_of_the_office(worker):
    notice = await post(worker, key="spur", to=["gfs"])
    (row,) = await worker.rows(
        "SELECT organisation_id, sender_id, payload FROM outbox WHERE event = 'PostedForOffice' "
        "AND payload ->> 'notice_id' = $1",
        str(notice.id),
    )
    assert (row["organisation_id"], row["sender_id"]) == (worker.cast.organisations[CITY], None)
    event = Event.registry["PostedForOffice"].parse(json.loads(row["payload"]))
    assert event == PostedForOffice(notice.id, recipients=1, failed=0)
    async with scope(organisation_id=worker.cast.organisations[CITY]) as opened:
        await tasks.record(event, await system_actor(), opened.now)
    (entry,) = await worker.rows("SELECT action, person_id FROM audit_entry WHERE subject_id = $1", notice.id)
    assert (entry["action"], entry["person_id"]) == ("formal:posted", None)


async def test_under_one_key_once_also_when_the_office_has_moved_meanwhile(worker):
    first = await post(worker, key="einmal")
    assert await post(worker, key="einmal", to=["gfs"]) == first
    await hold_office(worker, "trockendock")
    assert (await post(worker, key="einmal")).id == first.id
    assert (await post(worker, key="zweimal")).sender_id == worker.cast.organisations["trockendock"]


async def test_while_nobody_holds_the_office_nothing_is_posted(worker):
    await hold_office(worker, None)
    before = await worker.rows(COUNT)
    with pytest.raises(Conflict):
        await post(worker, key="niemand")
    assert await worker.rows(COUNT) == before


async def test_the_scope_of_one_network_reaches_no_other(worker):
    with pytest.raises(NotFound):
        await post(
            worker, key="fremd", network=worker.cast.networks["duesseldorf"], to=["skm"], network_id=worker.network
        )


async def test_the_worker_posts_in_no_other_name_and_in_no_other_scope(worker):
    notice = await post(worker, key="muster", to=["gfs"])
    city, gfs = worker.cast.organisations[CITY], worker.cast.organisations["gfs"]
    for where, sender in (
        ({"network_id": worker.network}, gfs),
        ({"network_id": worker.cast.networks["duesseldorf"]}, city),
        ({"organisation_id": gfs}, city),
        ({"organisation_id": gfs}, gfs),
    ):
        with pytest.raises((asyncpg.InsufficientPrivilegeError, asyncpg.NotNullViolationError)):
            async with scope(**where):
                await execute(COPIED, str(sender), notice.id)


async def test_the_web_posts_nothing_in_the_scope_of_a_network(desk):
    before = await desk.rows(COUNT)
    async with desk.database.role("worker"), scope(network_id=desk.network):
        actor, standing = await system_actor(), await standing_of(desk.network)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with scope(network_id=desk.network) as opened:
            await actions.post(
                actor=actor,
                now=opened.now,
                network_id=desk.network,
                standing=standing,
                subject=SUBJECT,
                body=BODY,
                recipients=[desk.cast.organisations["gfs"]],
                key="netz",
            )
    assert await desk.rows(COUNT) == before


async def test_what_could_not_be_posted_is_posted_when_somebody_comes_who_can_fetch_it(desk):
    """As to a member that was admitted just now: nobody has signed in there yet."""
    await desk.empty("gfs")
    first = await desk.post(to=["gfs", "bgw"], period_days=14)
    await desk.post(to=["gfs"])
    assert await _says(desk, "lead") == 0  # who leads may not fetch
    assert await _says(desk, "lead", "representative") == 2
    posted = desk.receipt(await desk.seen_by(first.id, "gfs"), "gfs")
    assert posted.posted_at > first.posted_at
    assert posted.due_at is not None
    assert (await desk.rows("SELECT count(*) AS n FROM outbox WHERE event = 'FormalReceived'"))[0]["n"] == 2
    told = await desk.rows(
        "SELECT number FROM formal_notice n JOIN notice t ON t.subject_id = n.id WHERE t.organisation_id = $1 "
        "AND n.network_id = $2 ORDER BY number",
        desk.cast.organisations["gfs"],
        desk.network,
    )
    assert [row["number"] for row in told] == [first.number, first.number + 1]


async def _says(desk, *roles: str) -> int:
    """The directory names these roles for somebody of that organisation; how many notices were posted then."""
    before = await desk.rows("SELECT count(*) AS n FROM formal_receipt WHERE posted_at IS NOT NULL")
    claims = ReadClaims("neu", "Nele Neu", "nele@gfs.example", {"gfs": frozenset(roles)}, 0)
    async with scope(person_id=person_id_of("verzeichnis", "neu")) as opened:
        await record_sign_in(now=opened.now, provider="verzeichnis", claims=claims)
    await desk.work("RoleGiven", "FetcherCame", "FormalPosted")
    after = await desk.rows("SELECT count(*) AS n FROM formal_receipt WHERE posted_at IS NOT NULL")
    return after[0]["n"] - before[0]["n"]
