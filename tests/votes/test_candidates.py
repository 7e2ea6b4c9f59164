"""Members that stand in a choice, and take it back."""

from datetime import UTC, date, datetime, timedelta

import asyncpg
import pytest

from portal.kit.errors import Conflict, Forbidden, Invalid, NotFound
from portal.votes import actions
from portal.votes.queries_lists import list_votes
from portal.votes.rules import Outcome
from tenants.context import Role
from tenants.database import execute
from tenants.rulebook import NETWORKS, load_rulebook
from tenants.scope import scope
from tests.votes.poll import notices
from tests.votes.test_consequences import CAUSE

STANDING = ("bgw", "gfs", "trockendock")


async def election(poll):
    async with poll.acting("stadt-bielefeld", Role.OFFICE) as (actor, opened):
        return await actions.open_vote(
            actor=actor,
            now=opened.now,
            network_id=poll.network,
            rule="office_seat",
            question="Wer übernimmt die Geschäftsstelle?",
            explanation="",
            candidates=[poll.cast.organisations[slug] for slug in STANDING],
            cause=CAUSE,
        )


async def option_of(poll, vote_id, slug):
    (row,) = await poll.rows(
        "SELECT id FROM vote_option WHERE vote_id = $1 AND organisation_id = $2", vote_id, poll.cast.organisations[slug]
    )
    return str(row["id"])


async def waiting(poll, vote_id, slug):
    rows = await poll.rows(
        "SELECT state FROM deadline WHERE subject_id = $1 AND organisation_id = $2",
        vote_id,
        poll.cast.organisations[slug],
    )
    return [row["state"] for row in rows]


async def step_down(poll, slug, vote_id, role=Role.DIRECTOR):
    async with poll.acting(slug, role) as (actor, _):
        await actions.withdraw_candidacy(actor=actor, network_id=actor.seats[0].network_id, vote_id=vote_id)


async def test_ballots_for_a_candidacy_that_was_taken_back_have_fallen_and_are_asked_anew(poll):
    vote_id = await election(poll)
    chosen = await option_of(poll, vote_id, "gfs")
    await poll.work("VoteOpened")
    await poll.answer("bgw", vote_id, chosen)
    await poll.answer("trockendock", vote_id, await option_of(poll, vote_id, "bgw"))
    assert await waiting(poll, vote_id, "bgw") == ["done"]
    before = [row for row in await notices(poll, "bgw") if str(vote_id) in row["address"]]
    await step_down(poll, "gfs", vote_id)

    sheet = await poll.sheet(vote_id)
    assert chosen in sheet.withdrawn
    assert chosen not in sheet.standing
    assert sheet.voter(poll.cast.organisations["bgw"]).answer is None
    assert sum(sheet.tally(sheet.opened_at).counts.candidates.values()) == 1
    async with scope(organisation_id=poll.cast.organisations["bgw"]) as opened:
        (line,) = [line for line in (await list_votes(poll.network, now=opened.now)).open if line.id == vote_id]
    assert line.answer is None
    others = await notices(poll, "trockendock")
    await poll.work("VoteOpened")
    assert await notices(poll, "trockendock") == others, "whose ballot stands is asked nothing"
    anew = [row for row in await notices(poll, "bgw") if str(vote_id) in row["address"] and row not in before]
    assert len(anew) == len(before) > 0, "everybody who was asked at first"
    assert await waiting(poll, vote_id, "bgw") == ["open"], "and reminded, until it has voted once more"
    assert await waiting(poll, vote_id, "trockendock") == ["done"]

    with pytest.raises(Invalid, match="zur Wahl"):
        await poll.answer("diakonie-bielefeld", vote_id, chosen)
    with pytest.raises(asyncpg.CheckViolationError):
        async with poll.acting("diakonie-bielefeld") as (actor, _):
            await actions._insert_ballot(actor, await actions.access_vote(poll.network, vote_id), chosen)
    browser = await poll.cast.as_role("bgw", Role.REPRESENTATIVE)
    assert "Bitte stimmen Sie neu ab" in (await browser.get("/mitteilungen")).text
    page = await browser.get(f"/n/bielefeld/abstimmungen/{vote_id}")
    assert "Kandidatur zurückgenommen" in page.text
    assert f'value="{chosen}"' not in page.text
    old = await browser.post(f"/n/bielefeld/abstimmungen/{vote_id}/stimme", {"answer": chosen})
    assert (old.status_code, "steht nicht mehr zur Wahl. Bitte wählen Sie neu." in old.text) == (422, True)
    assert (await browser.get("/")).text.count("Wer übernimmt die Geschäftsstelle?") >= 1
    told = len(await notices(poll, "bgw"))
    await step_down(poll, "trockendock", vote_id, Role.REPRESENTATIVE)
    await poll.work("VoteOpened")
    assert len(await notices(poll, "bgw")) == told, "of a candidacy it had not chosen it is told nothing"


async def test_only_who_stands_can_take_it_back_once_and_while_the_vote_is_open(poll):
    vote_id = await election(poll)
    with pytest.raises(Conflict):
        await step_down(poll, "diakonie-bielefeld", vote_id)
    with pytest.raises(Forbidden):
        await step_down(poll, "gfs", vote_id, role=Role.ADMINISTRATOR)
    with pytest.raises(NotFound):
        await step_down(poll, "caritas-duesseldorf", vote_id, role=Role.REPRESENTATIVE)
    await step_down(poll, "gfs", vote_id)
    with pytest.raises(Conflict):
        await step_down(poll, "gfs", vote_id)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with poll.acting("bgw") as _:
            await execute("UPDATE vote_option SET withdrawn_at = now() WHERE vote_id = {}", vote_id)
    await poll.answer("bethel-regional", vote_id, await option_of(poll, vote_id, "trockendock"))
    ends_at = (await poll.sheet(vote_id)).ends_at
    await poll.end(vote_id, before=timedelta(days=1))
    for slug in ("bgw", "trockendock"):
        await step_down(poll, slug, vote_id, role=Role.REPRESENTATIVE)
    assert (await poll.sheet(vote_id)).ends_at == ends_at, "where nobody stands any more there is nothing to wait for"


async def test_after_the_last_day_nobody_steps_down_though_nobody_has_counted_yet(poll):
    vote_id = await election(poll)
    await poll.answer("bgw", vote_id, await option_of(poll, vote_id, "gfs"))
    await poll.end(vote_id)
    with pytest.raises(Conflict):
        await step_down(poll, "gfs", vote_id)
    assert (await poll.sheet(vote_id)).withdrawn == frozenset()
    await poll.end(vote_id, before=timedelta(microseconds=1))
    await step_down(poll, "gfs", vote_id)


async def test_who_is_left_wins_with_enough_votes(poll):
    vote_id = await election(poll)
    for slug in ("bgw", "diakonie-bielefeld", "bethel-regional", "stadt-bielefeld"):
        await poll.answer(slug, vote_id, await option_of(poll, vote_id, "trockendock"))
    await step_down(poll, "gfs", vote_id)
    await poll.end(vote_id)
    tally = (await poll.sheet(vote_id)).tally((await poll.rows("SELECT hilfenetz_now() AS at"))[0]["at"])
    assert (tally.outcome, tally.winner) == (Outcome.DECIDED, await option_of(poll, vote_id, "trockendock"))


async def test_whose_last_day_is_over_chooses_again_and_the_vote_waits_for_it(poll):
    await poll.stop("2026-11-23 10:00")
    vote_id = await election(poll)
    await poll.rows("UPDATE vote SET ballots_visible_to = 'members_after_closing' WHERE id = $1", vote_id)
    await poll.work("VoteOpened")
    bgw = poll.cast.organisations["bgw"]
    await poll.answer("bgw", vote_id, await option_of(poll, vote_id, "gfs"))
    await poll.answer("diakonie-bielefeld", vote_id, await option_of(poll, vote_id, "gfs"))
    await poll.answer("trockendock", vote_id, await option_of(poll, vote_id, "bgw"))
    await poll.rows("UPDATE voter SET due_at = '2026-12-01' WHERE vote_id = $1 AND organisation_id = $2", vote_id, bgw)
    await poll.rows(
        "UPDATE membership SET ends_at = '2026-12-02' WHERE organisation_id = $1",
        poll.cast.organisations["diakonie-bielefeld"],
    )
    await poll.stop("2026-12-03 12:00")

    def raw(until):
        return execute("SELECT withdraw_candidacy({}, {}, {}::timestamptz)", poll.network, vote_id, until)

    for until in ("2026-12-17 00:00+01", "2026-12-18 01:00+01", "2027-01-01 00:00+01", None):
        with pytest.raises(asyncpg.CheckViolationError, match="agreed time"):
            async with poll.acting("gfs") as _:
                await raw(datetime.fromisoformat(until) if until else None)
    await step_down(poll, "gfs", vote_id)

    again = datetime(2026, 12, 17, 23, tzinfo=UTC)  # the end of 17 December in Berlin, two weeks after the day of it
    sheet = await poll.sheet(vote_id)
    due = {voter.organisation_id: voter.due_at for voter in sheet.voters}
    assert (sheet.ends_at, due.pop(bgw), set(due.values())) == (again, again, {datetime(2026, 12, 7, 23, tzinfo=UTC)})
    for role in ("app", "worker"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with poll.database.role(role), scope(network_id=poll.network):
                await execute("UPDATE voter SET due_at = '2027-01-01' WHERE vote_id = {}", vote_id)
    await poll.work("VoteOpened")
    (deadline,) = await poll.rows(
        "SELECT state, ends_on, reckoning FROM deadline WHERE subject_id = $1 AND organisation_id = $2", vote_id, bgw
    )
    assert (deadline["state"], deadline["ends_on"], bool(deadline["reckoning"])) == ("open", date(2026, 12, 17), True)
    page = (
        await (await poll.cast.as_role("bgw", Role.REPRESENTATIVE)).get(f"/n/bielefeld/abstimmungen/{vote_id}")
    ).text
    assert ("dieselbe Zeit noch einmal" in page, "17. Dezember 2026" in page) == (True, True)

    await poll.stop("2026-12-08 00:00")
    await poll.work("VoteDue")
    assert (await poll.sheet(vote_id)).result is None, "it ended here at first"
    await poll.stop("2026-12-17 23:59")
    ballot = await poll.answer("bgw", vote_id, await option_of(poll, vote_id, "trockendock"))
    late = await poll.answer("bethel-regional", vote_id, await option_of(poll, vote_id, "trockendock"))
    assert (ballot.late, late.late) == (False, True)
    (next_look,) = await poll.rows("SELECT due_at FROM outbox WHERE event = 'VoteDue' AND state = 'waiting'")
    assert next_look["due_at"] == again
    counts = (await poll.sheet(vote_id, "bgw")).tally(again).counts
    assert counts.candidates[await option_of(poll, vote_id, "trockendock")] == 1


def test_members_that_stand_are_as_many_and_called_as_they_are():
    rule = load_rulebook(NETWORKS / "bielefeld.toml").votes["office_seat"]
    names = ["Verein für Wohnhilfe"] * 2 + [f"Träger {number}" for number in range(actions.MOST_OPTIONS)]
    assert actions._check_proposals(rule, names, are_members=True) == names
    with pytest.raises(Invalid, match="höchstens 20"):
        actions._check_proposals(rule, names)
