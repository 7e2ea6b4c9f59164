"""Members that stand in a choice, and take it back."""

from datetime import timedelta

import asyncpg
import pytest

from portal.kit.errors import Conflict, Forbidden, Invalid, NotFound
from portal.votes import actions
from portal.votes.queries_lists import list_votes
from portal.votes.rules import Outcome
from tenants.context import Role
from tenants.database import execute
from tenants.scope import scope
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


async def step_down(poll, slug, vote_id, role=Role.DIRECTOR):
    async with poll.acting(slug, role) as (actor, _):
        await actions.withdraw_candidacy(actor=actor, network_id=actor.seats[0].network_id, vote_id=vote_id)


async def test_ballots_for_a_candidacy_that_was_taken_back_have_fallen_and_are_asked_anew(poll):
    vote_id = await election(poll)
    chosen = await option_of(poll, vote_id, "gfs")
    await poll.answer("bgw", vote_id, chosen)
    await poll.answer("trockendock", vote_id, await option_of(poll, vote_id, "bgw"))
    await step_down(poll, "gfs", vote_id)

    sheet = await poll.sheet(vote_id)
    assert chosen in sheet.withdrawn
    assert chosen not in sheet.standing
    answers = {voter.organisation_id: voter.answer for voter in sheet.voters}
    assert answers[poll.cast.organisations["bgw"]] is None
    assert sum(sheet.tally(sheet.opened_at).counts.candidates.values()) == 1
    async with scope(organisation_id=poll.cast.organisations["bgw"]) as opened:
        (line,) = [line for line in (await list_votes(poll.network, now=opened.now)).open if line.id == vote_id]
    assert line.answer is None
    (told,) = await poll.rows("SELECT organisation_id FROM outbox WHERE key LIKE 'vote_candidates:%'")
    assert told["organisation_id"] == poll.cast.organisations["bgw"]

    with pytest.raises(Invalid, match="zur Wahl"):
        await poll.answer("diakonie-bielefeld", vote_id, chosen)
    with pytest.raises(asyncpg.CheckViolationError):
        async with poll.acting("diakonie-bielefeld") as (actor, _):
            await actions._insert_ballot(actor, await actions.access_vote(poll.network, vote_id), chosen)
    browser = await poll.cast.as_role("bgw", Role.REPRESENTATIVE)
    page = await browser.get(f"/n/bielefeld/abstimmungen/{vote_id}")
    assert "Kandidatur zurückgenommen" in page.text
    assert f'value="{chosen}"' not in page.text
    old = await browser.post(f"/n/bielefeld/abstimmungen/{vote_id}/stimme", {"answer": chosen})
    assert (old.status_code, "steht nicht mehr zur Wahl. Bitte wählen Sie neu." in old.text) == (422, True)
    assert (await browser.get("/")).text.count("Wer übernimmt die Geschäftsstelle?") >= 1


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
