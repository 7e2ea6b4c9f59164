"""`hilfenetz audit verify`: all chains under the auditor's role, a line each, and where one breaks."""

import re

from portal.audit.verify import verify
from tenants.database import DB


async def verified(database):
    kept, DB.pool = DB.pool, None
    try:
        return await verify(database.url("auditor"))
    finally:
        DB.pool = kept


async def test_every_chain_is_named_with_its_end(world_database):
    report = await verified(world_database)
    assert report.holds
    (row,) = await world_database.as_superuser(
        "SELECT count(*) AS n FROM audit_entry e JOIN organisation o ON o.id = e.organisation_id "
        "WHERE o.slug = 'stadt-bielefeld'"
    )
    assert row["n"] >= 4
    assert f"stadt-bielefeld: Alle {row['n']} Einträge sind unversehrt. Ende: {row['n']}-" in report.words


async def test_a_broken_chain_is_named_and_the_others_still_told(world_database):
    await world_database.as_superuser(
        "SET session_replication_role = replica; DELETE FROM audit_entry e USING organisation o "
        "WHERE o.id = e.organisation_id AND o.slug = 'stadt-bielefeld' AND e.seq = 2;"
    )
    report = await verified(world_database)
    assert not report.holds
    assert "stadt-bielefeld: Die Kette ist bei Eintrag 2 gebrochen: hier fehlt mindestens ein Eintrag." in report.words
    assert re.search(r"bgw: Alle \d+ Einträge sind unversehrt\.", report.words)


async def test_no_entries_at_all_are_no_fault(empty_database):
    report = await verified(empty_database)
    assert report.holds
    assert report.words == "Es gibt noch keine Einträge."
