"""The chain in the database: made by it, changed by nobody, and in step with the rules in Python."""

import asyncio
import json
from uuid import UUID, uuid4

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.audit import actions
from portal.audit.queries import Excerpt, page_of
from portal.audit.rules import BEGINNING, Break, Fault, Verdict, canonical, hash_of
from tenants.database import connection_config, execute
from tenants.scope import scope

SUBJECT = UUID(int=5)
REWRITTEN = """
UPDATE audit_entry e SET subject_id = gen_random_uuid() WHERE seq = 2;
UPDATE audit_entry e SET hash = encode(sha256(convert_to(audit_canonical(e), 'UTF8')), 'hex') WHERE seq = 2
"""
WITHOUT_TRIGGERS = "SET session_replication_role = replica; "


async def write(house, count: int = 1, *, organisation: UUID | None = None, **details) -> None:
    actor = house.actor(organisation=organisation)
    async with scope(organisation_id=actor.organisation_id, request_id="anfrage"):
        for _ in range(count):
            await actions.record(actor=actor, action="vote:opened", subject="vote", subject_id=SUBJECT, details=details)


async def write_and_fail(house) -> None:
    async with scope(organisation_id=house.here):
        await actions.record(actor=house.actor(), action="vote:opened", subject="vote", subject_id=SUBJECT)
        raise RuntimeError("something else went wrong afterwards")


async def verdicts(database) -> dict[UUID, Verdict]:
    async with database.role("auditor"), scope(read_only=True):
        return {verdict.organisation_id: verdict for verdict in await actions.verify()}


async def test_each_organisation_has_a_chain_of_its_own(house):
    await write(house, 3)
    await write(house, 2, organisation=house.stranger)
    found = await verdicts(house.database)
    assert {key: (value.entries, value.broken, value.complete) for key, value in found.items()} == {
        house.here: (3, None, True),
        house.stranger: (2, None, True),
    }
    rows = await house.database.as_superuser("SELECT previous_hash FROM audit_entry WHERE seq = 1")
    assert {row["previous_hash"] for row in rows} == {BEGINNING}


async def test_what_the_caller_gives_as_place_time_or_hash_does_not_matter(house):
    async with scope(organisation_id=house.here) as opened:
        await execute(
            "INSERT INTO audit_entry (organisation_id, seq, id, at, action, subject, subject_id, details, request_id, "
            "previous_hash, hash) VALUES ({}, 99, {}, '2001-01-01', 'vote:opened', 'vote', {}, '{ }', '', 'x', 'y')",
            house.here,
            SUBJECT,
            SUBJECT,
        )
        (line,) = (await page_of(Excerpt())).lines
    assert line.entry.seq == 1
    assert line.entry.id != SUBJECT
    assert line.entry.at >= opened.now
    assert line.entry.hash == hash_of(line.entry)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12),
        st.one_of(
            st.booleans(),
            st.integers(-(10**18) + 1, 10**18 - 1),
            st.text(st.characters(exclude_characters="\0@", exclude_categories=["Cs"]), max_size=20),
        ),
        max_size=5,
    ),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20),
)
async def test_the_database_and_python_hash_the_same_text(house, details, request_id):
    actor = house.actor()
    async with scope(organisation_id=house.here, request_id=request_id):
        await actions.record(actor=actor, action="vote:opened", subject="vote", subject_id=SUBJECT, details=details)
        (line,) = (await page_of(Excerpt(), limit=1)).lines
        rows = await execute("SELECT audit_canonical(e) AS text FROM audit_entry e ORDER BY seq DESC LIMIT 1")
    assert line.entry.details == details
    assert canonical(line.entry) == rows[0]["text"]
    assert hash_of(line.entry) == line.entry.hash


@pytest.mark.parametrize(
    "details", ['{"a": [1]}', '{"a": {"b": 1}}', '{"a": null}', '{"a": 1.50}', '{"a": 1e-3}', "[]"]
)
async def test_the_database_refuses_details_of_another_shape(house, details):
    with pytest.raises((asyncpg.CheckViolationError, asyncpg.InvalidParameterValueError)):
        async with scope(organisation_id=house.here):
            await execute(
                "INSERT INTO audit_entry (organisation_id, action, subject, subject_id, details, request_id) "
                "VALUES ({}, 'vote:opened', 'vote', {}, {}::jsonb, '')",
                house.here,
                SUBJECT,
                details,
            )


async def test_a_rolled_back_deed_leaves_no_gap(house):
    await write(house)
    with pytest.raises(RuntimeError, match="afterwards"):
        await write_and_fail(house)
    await write(house)
    assert (await verdicts(house.database))[house.here].entries == 2
    assert (await verdicts(house.database))[house.here].broken is None


async def test_parallel_deeds_of_one_organisation_stand_in_one_line(house):
    """A first entry is the hardest: both find no head. Time must run along the chain."""
    connections = [await asyncpg.connect(**connection_config(house.database.url("app"))) for _ in range(6)]

    async def deed(connection: asyncpg.Connection, number: int) -> None:
        for step in range(10):
            async with connection.transaction():
                await connection.execute("SELECT set_config('app.organisation', $1, true)", str(house.here))
                await connection.execute(
                    "INSERT INTO audit_entry (organisation_id, action, subject, subject_id, details, request_id) "
                    "VALUES ($1, 'vote:opened', 'vote', $2, $3, '')",
                    house.here,
                    uuid4(),
                    json.dumps({"number": number, "step": step}),
                )
                await asyncio.sleep(0)

    try:
        await asyncio.gather(*(deed(connection, number) for number, connection in enumerate(connections)))
    finally:
        for connection in connections:
            await connection.close()
    verdict = (await verdicts(house.database))[house.here]
    assert (verdict.entries, verdict.broken) == (60, None)
    rows = await house.database.as_superuser("SELECT at FROM audit_entry ORDER BY seq")
    assert [row["at"] for row in rows] == sorted(row["at"] for row in rows)


CHANGES = (
    "UPDATE audit_entry SET action = 'vote:closed'",
    "DELETE FROM audit_entry",
    "TRUNCATE audit_entry",
    "UPDATE audit_head SET seq = 0",
    "UPDATE audit_head SET seq = seq + 1",
    "DELETE FROM audit_head",
    "TRUNCATE audit_head",
)


@pytest.mark.parametrize("role", ["owner", "app", "worker", "auditor", "admin"])
async def test_nobody_changes_what_is_written(house, role):
    await write(house, 2)
    connection = await asyncpg.connect(**connection_config(house.database.url(role)))
    try:
        await connection.execute("SELECT set_config('app.organisation', $1, false)", str(house.here))
        for change in CHANGES:
            if role == "owner" and change.startswith("UPDATE audit_head"):  # forced policies hide the row
                assert await connection.execute(change) == "UPDATE 0"
                continue
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(change)
    finally:
        await connection.close()
    assert (await verdicts(house.database))[house.here].broken is None


@pytest.mark.parametrize(
    ("tampering", "found"),
    [
        ("UPDATE audit_entry SET action = 'vote:closed' WHERE seq = 3", Break(3, Fault.CHANGED)),
        ("UPDATE audit_entry SET person_id = gen_random_uuid() WHERE seq = 1", Break(1, Fault.CHANGED)),
        ("UPDATE audit_entry SET at = at + interval '1 microsecond' WHERE seq = 5", Break(5, Fault.CHANGED)),
        ("DELETE FROM audit_entry WHERE seq = 2", Break(2, Fault.MISSING)),
        ("DELETE FROM audit_entry WHERE seq = 1", Break(1, Fault.MISSING)),
        ("DELETE FROM audit_entry WHERE seq >= 4", Break(4, Fault.CUT_OFF)),
        ("DELETE FROM audit_entry WHERE true", Break(1, Fault.CUT_OFF)),
        ("DELETE FROM audit_head WHERE true", Break(1, Fault.NO_HEAD)),
        ("UPDATE audit_head SET seq = 3 WHERE true", Break(4, Fault.NO_HEAD)),
        (
            "UPDATE audit_entry SET seq = -seq WHERE seq IN (2, 3); UPDATE audit_entry SET seq = 5 + seq WHERE seq < 0",
            Break(2, Fault.UNLINKED),
        ),
        (REWRITTEN, Break(3, Fault.UNLINKED)),
    ],
)
async def test_tampering_as_a_superuser_is_found(house, tampering, found):
    await write(house, 5)
    await write(house, 2, organisation=house.stranger)
    here = tampering.replace("WHERE", f"WHERE organisation_id = '{house.here}' AND")
    await house.database.as_superuser(
        "ALTER TABLE audit_entry DROP CONSTRAINT audit_entry_seq_check; " + WITHOUT_TRIGGERS + here + ";"
    )
    after = await verdicts(house.database)
    assert after[house.here].broken == found
    assert after[house.stranger].broken is None


async def test_an_entry_of_another_organisation_cannot_be_written(house):
    for organisation in (house.neighbour, house.stranger):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with scope(organisation_id=house.here):
                await execute(
                    "INSERT INTO audit_entry (organisation_id, action, subject, subject_id, details, request_id) "
                    "VALUES ({}, 'vote:opened', 'vote', {}, '{ }', '')",
                    organisation,
                    SUBJECT,
                )


async def test_nobody_is_named_in_place_of_the_one_who_acts(house):
    acting, other = uuid4(), uuid4()
    async with scope(organisation_id=house.here, person_id=acting):
        await actions.record(
            actor=house.actor(person_id=acting), action="vote:opened", subject="vote", subject_id=SUBJECT
        )
    for named in (other, None):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with scope(organisation_id=house.here, person_id=acting):
                await actions.record(
                    actor=house.actor(person_id=named), action="vote:opened", subject="vote", subject_id=SUBJECT
                )
    async with house.database.role("worker"), scope(organisation_id=house.here):
        await actions.record(
            actor=house.actor(person_id=other), action="person:signed_in", subject="person", subject_id=other
        )


async def test_a_trail_is_invisible_to_every_other_organisation(house):
    await write(house, 3)
    for organisation in (house.neighbour, house.stranger, None):
        async with scope(organisation_id=organisation):
            assert (await page_of(Excerpt())).lines == ()
            assert await execute("SELECT * FROM audit_entry") == []
            assert await execute("SELECT * FROM audit_head") == []
    async with house.database.role("worker"), scope(organisation_id=house.neighbour):
        assert await execute("SELECT * FROM audit_entry") == []


async def test_recording_needs_the_scope_of_the_same_organisation(house):
    for organisation in (None, house.neighbour):
        async with scope(organisation_id=organisation):
            with pytest.raises(RuntimeError, match="trail belongs to an organisation"):
                await actions.record(actor=house.actor(), action="vote:opened", subject="vote", subject_id=SUBJECT)
