"""An open vote is a deadline of each member until its ballot is cast, with the ladder of the rulebook."""

import json
from datetime import timedelta

from portal.votes import actions_closing
from tenants.context import Role
from tenants.provisioning import end_membership
from tenants.scope import scope
from tests.votes.poll import answers, notices, twice
from tests.votes.test_receipts import again, begin, empty, notice_of
from workers import app  # noqa: F401 - registers the reactions
from workers.reactions import handle

VOTERS = (Role.DEPUTY, Role.DIRECTOR, Role.REPRESENTATIVE)


async def deadlines(poll, vote_id, organisation: str = ""):
    """Those of a vote, of one organisation or all."""
    return await poll.rows(
        "SELECT d.*, o.slug FROM deadline d JOIN organisation o ON o.id = d.organisation_id "
        "WHERE subject_id = $1 AND ($2 = '' OR o.slug = $2) ORDER BY o.slug",
        vote_id,
        organisation,
    )


async def days(poll, vote_id, organisation: str) -> list[int]:
    rows = await poll.rows(
        "SELECT r.days FROM rung r JOIN deadline d ON (d.organisation_id, d.id) = (r.organisation_id, r.deadline_id) "
        "WHERE d.subject_id = $1 AND d.organisation_id = $2 ORDER BY r.days",
        vote_id,
        poll.cast.organisations[organisation],
    )
    return [row["days"] for row in rows]


async def ring(poll, *organisations: str) -> None:
    """What is due of ladders happens, twice."""
    rows = await poll.rows(
        "SELECT id, organisation_id, network_id FROM outbox WHERE event IN ('RungsDue', 'DeadlineEnded') "
        "AND state = 'waiting' AND next_at <= hilfenetz_now() ORDER BY next_at, id"
    )
    for row in rows * 2:
        await handle(row["id"], organisation_id=row["organisation_id"], network_id=row["network_id"])


async def test_every_member_has_its_own_with_the_ladder_of_the_rulebook(worker):
    vote_id = await worker.ask(days=10)
    for organisation in ("bgw", "gfs"):
        await twice(worker, organisation, actions_closing.announce_opening, vote_id)
    found = await deadlines(worker, vote_id)
    assert [row["slug"] for row in found] == ["bgw", "gfs"]
    (vote,) = await worker.rows("SELECT ends_at, question FROM vote WHERE id = $1", vote_id)
    for row in found:
        assert (row["due_at"], row["title"], row["state"]) == (vote["ends_at"], vote["question"], "open")
        assert row["responsible_roles"] == sorted(role.value for role in VOTERS)
    assert await days(worker, vote_id, "gfs") == [-7, -1]


async def test_who_has_not_voted_is_reminded_on_the_rungs_and_who_has_is_not(worker):
    vote_id = await worker.ask(days=10)
    for organisation in ("bgw", "gfs"):
        await twice(worker, organisation, actions_closing.announce_opening, vote_id)
    await worker.answer("gfs", vote_id, "yes")
    await worker.end(vote_id, before=timedelta(hours=30))  # the morning of the day before has begun
    await ring(worker)
    told = await notices(worker, "bgw")
    assert [row["kind"] for row in told].count("deadline_near") == len(told) / 2
    assert {row["kind"] for row in await notices(worker, "gfs")} == {"vote_opened"}
    assert [row["state"] for row in await deadlines(worker, vote_id)] == ["open", "done"]


async def test_the_result_ends_it_for_who_has_not_voted(worker):
    vote_id = await worker.ask("position", days=10)
    for organisation in ("bgw", "gfs"):
        await twice(worker, organisation, actions_closing.announce_opening, vote_id)
    await answers(worker, vote_id, gfs="no")
    await worker.close(vote_id)
    await twice(worker, "bgw", actions_closing.announce_result, vote_id)
    assert [row["state"] for row in await deadlines(worker, vote_id)] == ["dropped", "done"]
    assert await days(worker, vote_id, "bgw") == []


async def test_who_left_the_network_has_nothing_to_vote_on_and_sees_nothing_of_it(worker):
    vote_id = await worker.ask(days=10)
    await twice(worker, "bgw", actions_closing.announce_opening, vote_id)
    before = len(await notices(worker, "bgw"))
    async with scope(network_id=worker.network) as opened:
        await end_membership(
            network_id=worker.network, organisation_id=worker.cast.organisations["bgw"], ends_at=opened.now
        )
    browser = await worker.cast.as_role("bgw", Role.REPRESENTATIVE)
    async with worker.database.role("app"):
        page = await browser.get("/fristen?wer=organisation")
    assert page.status_code == 200
    assert str(vote_id) not in page.text
    await worker.end(vote_id, before=timedelta(hours=30))
    await ring(worker)
    assert len(await notices(worker, "bgw")) == before
    assert [row["state"] for row in await deadlines(worker, vote_id)] == ["dropped"]


async def test_a_late_ballot_ends_nothing(worker):
    vote_id = await worker.ask(days=3)
    await twice(worker, "bgw", actions_closing.announce_opening, vote_id)
    await worker.end(vote_id)
    assert (await worker.answer("bgw", vote_id, "yes")).late
    assert [row["state"] for row in await deadlines(worker, vote_id)] == ["open"]
    await ring(worker)
    assert [row["state"] for row in await deadlines(worker, vote_id)] == ["dropped"]


async def test_a_lawful_period_brings_its_three_steps_along(worker):
    await worker.stop("2026-12-11 10:00")
    vote_id = await worker.ask("position")
    await twice(worker, "bgw", actions_closing.announce_opening, vote_id)
    (row,) = await deadlines(worker, vote_id)
    assert row["ends_on"].isoformat() == "2026-12-28"
    assert json.loads(row["reckoning"])["shift"]["skipped"]
    assert await days(worker, vote_id, "bgw") == [-7, -1]


async def test_while_the_receipt_is_unproved_there_is_no_deadline_and_then_there_is_one(worker):
    await empty(worker, "gfs")
    vote_id = await worker.ask("position")
    await twice(worker, "gfs", actions_closing.announce_opening, vote_id)
    assert await deadlines(worker, vote_id) == []
    notice = await notice_of(worker, vote_id)
    await empty(worker, "gfs", "NULL")
    await again(worker, notice["id"], "gfs")
    for _ in range(2):
        await begin(worker, notice["id"])
    (event,) = await worker.rows(
        "SELECT id, organisation_id, network_id FROM outbox WHERE key = $1", f"vote_period:{vote_id}"
    )
    for _ in range(2):
        await handle(event["id"], organisation_id=event["organisation_id"], network_id=event["network_id"])
    assert [row["slug"] for row in await deadlines(worker, vote_id)] == ["gfs"]
