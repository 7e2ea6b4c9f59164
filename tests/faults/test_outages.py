"""Parts go away and come back, or are there twice: nothing is lost, nothing is doubled, nobody has to be asked."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from uuid import UUID

import pytest

from portal.identity.queries import load_actor
from portal.notices import actions as notices
from tenants.context import Role
from tenants.scope import scope
from tests.faults.theatre import CHECKOUT, ended, until

pytestmark = pytest.mark.slow

TO_REFUSED = """
UPDATE affiliation SET email = 'niemand@unzustellbar.example'
WHERE (organisation_id, person_id) = (
    SELECT r.organisation_id, min(r.person_id::text)::uuid
    FROM role_assignment r JOIN organisation o ON o.id = r.organisation_id
    WHERE o.slug = 'gfs' AND r.role = 'representative' GROUP BY 1
)
"""
FROM_REFUSED = "UPDATE affiliation SET email = 'wieder.da@example.org' WHERE email = 'niemand@unzustellbar.example'"


async def test_two_beats_and_two_workers_do_everything_once(theatre):
    theatre.start("beat", "second-beat")
    theatre.start("worker", "second-worker")
    try:
        votes = [await theatre.open_vote() for _ in range(4)]
        await theatre.end(votes[0])
        for vote_id in votes:
            await until(lambda vote_id=vote_id: theatre.is_over(vote_id))
        for vote_id in votes:
            await theatre.assert_once(vote_id)
        theatre.assert_mails_came_once()
    finally:
        for name in ("second-beat", "second-worker"):
            theatre.programs.pop(name).kill()


async def test_the_database_crashes_and_comes_back(theatre):
    vote_id = await theatre.open_vote()
    await theatre.end(vote_id, seconds=1)
    theatre.services.database.restart(crash=True)
    await until(lambda: theatre.is_over(vote_id))
    await theatre.assert_once(vote_id)
    assert theatre.programs["worker"].running
    assert theatre.programs["beat"].running


async def test_redis_goes_away_and_comes_back(theatre):
    vote_id = await theatre.open_vote()
    theatre.services.cache.stop()
    await theatre.end(vote_id, seconds=0)
    await asyncio.sleep(3)
    assert theatre.programs["worker"].running
    assert theatre.programs["beat"].running
    theatre.services.cache.start()
    await until(lambda: theatre.is_over(vote_id))
    await theatre.assert_once(vote_id)


async def test_everything_was_off_when_the_vote_ended(theatre):
    """After an outage all that is due is done, in whatever order."""
    votes = [await theatre.open_vote() for _ in range(2)]
    theatre.stop()
    theatre.services.cache.wipe()
    await theatre.end(votes[0], seconds=-3600)
    theatre.start("worker")
    theatre.start("beat")
    for vote_id in votes:
        await until(lambda vote_id=vote_id: theatre.is_over(vote_id))
        await theatre.assert_once(vote_id)


async def test_the_mail_server_is_down_for_a_while(theatre):
    """What is to be said in the portal is said; the mails wait, and nobody gets one twice."""
    theatre.services.mailbox.stop()
    try:
        vote_id = await theatre.open_vote()
        await theatre.end(vote_id)
        await until(lambda: anybody(theatre, vote_id, "failed"))
        found = await theatre.outcome(vote_id)
        assert (found["told"], found["sent"]) == (found["members"], 0)
    finally:
        theatre.services.mailbox.start()
    await until(lambda: theatre.is_over(vote_id))
    await theatre.assert_once(vote_id)
    theatre.assert_mails_came_once()


async def test_a_mail_server_that_hangs_does_not_keep_a_vote_from_closing(theatre):
    """It takes the connection and says nothing; the mails wait on it, and nothing else does."""
    held: list[asyncio.StreamWriter] = []

    async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        held.append(writer)
        await reader.read()
        writer.close()

    silent = await asyncio.start_server(hold, "127.0.0.1", 0)
    hanging = {"MAIL_URL": f"smtp://127.0.0.1:{silent.sockets[0].getsockname()[1]}"}
    theatre.programs.pop("worker").kill()
    theatre.start("tasks", **hanging)
    theatre.start("mails", **hanging, WORKER_CONCURRENCY="1")
    try:
        vote_id = await theatre.open_vote()
        await until(lambda: asyncio.sleep(0, bool(held)))
        await theatre.end(vote_id)
        assert await until(lambda: theatre.is_announced(vote_id)) < 8
        assert (await theatre.outcome(vote_id))["sent"] == 0
        mails = theatre.programs["mails"]
        mails.process.send_signal(signal.SIGTERM)
        assert await ended(mails) < 15, "it ends as soon as it has given up the mail it is at"
        assert mails.process.returncode == 0
    finally:
        for name in ("tasks", "mails"):
            theatre.programs.pop(name).kill()
        silent.close()
        for writer in held:
            writer.close()
    theatre.start("worker")
    await until(lambda: theatre.is_over(vote_id))
    await theatre.assert_once(vote_id)


async def test_a_mail_that_is_given_up_leaves_when_an_administrator_sends_it_again(theatre):
    await theatre.database.as_superuser(TO_REFUSED)
    vote_id = await theatre.open_vote()
    await until(lambda: anybody(theatre, vote_id, "dead", key="vote_opened"))
    (dead,) = await deliveries(theatre, vote_id, "dead", key="vote_opened")
    assert (dead["attempts"], dead["last_error"]) == (3, "SMTPRecipientsRefused")
    await theatre.database.as_superuser(
        "UPDATE affiliation SET email = 'wieder.da@example.org' WHERE email LIKE '%@unzustellbar.%'"
    )
    await as_administrator(theatre, "gfs", notices.send_again, delivery_id=dead["id"])

    async def is_sent() -> bool:
        return str(dead["id"]) in theatre.mails()

    await until(is_sent)
    await until(theatre.is_quiet)
    (again,) = await deliveries(theatre, vote_id, "sent", key="vote_opened", identifier=dead["id"])
    assert again["attempts"] == 4


async def test_told_to_stop_a_worker_ends_what_it_does_and_leaves_the_rest(theatre):
    vote_id = await theatre.open_vote()
    await theatre.end(vote_id)
    worker = theatre.programs["worker"]
    await asyncio.sleep(0.6)
    worker.process.send_signal(signal.SIGTERM)
    assert await ended(worker) < 20
    assert worker.process.returncode == 0
    theatre.start("worker")
    await until(lambda: theatre.is_over(vote_id))
    await theatre.assert_once(vote_id)
    theatre.assert_mails_came_once()


async def test_a_worker_does_not_run_under_a_role_that_sees_everything(theatre):
    ran = await celery(theatre, "worker", WORKER_DATABASE_URL=theatre.database.url("owner"))
    assert ran.returncode != 0
    assert "hilfenetz_owner" in ran.stderr
    assert "hilfenetz_worker" in ran.stderr


async def test_celery_itself_shows_what_runs(theatre):
    ran = await celery(theatre, "inspect", "registered", "--json")
    (tasks,) = json.loads(ran.stdout).values()
    assert {"tick", "VoteDue", "VoteOpened", "VoteClosed", "MailDue"} <= {task.split()[0] for task in tasks}


async def test_the_log_of_all_that_names_no_person_and_no_question(theatre):
    names = await theatre.database.as_superuser("SELECT name, email FROM affiliation")
    secrets = (
        {row["email"] for row in names if row["email"]}
        | {row["name"] for row in names}
        | {"Wärmestube", "W\\u00e4rmestube"}
    )
    logs = theatre.services.state.sub("logs")
    written = [path.read_text(encoding="utf-8") for path in logs.glob(f"{theatre.database.name}-*.log")]
    assert sum(len(text) for text in written) > 10_000
    for text in written:
        assert not [secret for secret in secrets if secret in text]
        assert all(line.startswith("{") for line in text.splitlines() if '"event"' in line)


async def deliveries(theatre, vote_id: UUID, state: str, *, key="vote_closed", identifier=None) -> list:
    rows = await theatre.database.as_superuser(
        "SELECT d.* FROM delivery d JOIN notice n ON n.id = d.notice_id WHERE n.key = $1 AND d.state = $2",
        f"{key}:{vote_id}",
        state,
    )
    return [row for row in rows if identifier in (None, row["id"])]


async def anybody(theatre, vote_id: UUID, state: str, *, key="vote_closed") -> bool:
    return bool(await deliveries(theatre, vote_id, state, key=key))


async def as_administrator(theatre, slug: str, action, **named) -> None:
    (row,) = await theatre.database.as_superuser(
        "SELECT o.id, r.person_id FROM role_assignment r JOIN organisation o ON o.id = r.organisation_id "
        "WHERE o.slug = $1 AND r.role = $2 LIMIT 1",
        slug,
        Role.ADMINISTRATOR.value,
    )
    async with scope(organisation_id=row["id"], person_id=row["person_id"]):
        actor, _ = await load_actor()
        await action(actor=actor, **named)


async def celery(theatre, *arguments: str, **changed: str) -> subprocess.CompletedProcess:
    """Run Celery's own command line beside the workers."""
    return await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "celery", "-A", "workers.app", *arguments],
        env=os.environ | theatre.environment() | changed,
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
