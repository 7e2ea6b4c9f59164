"""What ran before there were deadlines gets its own."""

from pathlib import Path

import migrations
from tenants.context import Role
from tests.tasks.crew import Crew
from tests.votes.poll import Poll

MIGRATION = Path(migrations.__file__).parent / "2026_11_22_58_ladders.sql"


async def test_open_votes_have_deadlines_and_nobody_is_told_twice(cast):
    poll, crew = Poll(cast), Crew(cast)
    vote_id = await poll.ask()
    await crew.settle()
    await poll.answer("gfs", vote_id, "yes")
    notices = await crew.rows("SELECT id FROM notice ORDER BY id")
    await cast.database.as_superuser("DELETE FROM rung; DELETE FROM deadline; DELETE FROM outbox;")
    (announcing,) = [part for part in MIGRATION.read_text(encoding="utf-8").split(";") if "INSERT INTO outbox" in part]
    await cast.database.as_superuser(announcing[announcing.index("INSERT") :])
    await crew.settle()
    assert await crew.rows("SELECT id FROM notice ORDER BY id") == notices
    rows = await crew.rows(
        "SELECT o.slug FROM deadline d JOIN organisation o ON o.id = d.organisation_id WHERE subject_id = $1 "
        "AND d.state = 'open' ORDER BY o.slug",
        vote_id,
    )
    assert [row["slug"] for row in rows] == [
        "bethel-regional", "bgw", "diakonie-bielefeld", "stadt-bielefeld", "trockendock",
    ]  # fmt: skip
    browser = await cast.as_role("bgw", Role.REPRESENTATIVE)
    assert str(vote_id) in (await browser.get("/fristen")).text
