"""A vote that decides on something lets it follow in the transaction that closes it."""

from uuid import uuid4

import pytest

from portal.kit.errors import Forbidden, Invalid
from portal.votes import actions, actions_closing
from portal.votes.rules import Outcome, VoteCause
from tenants.context import Role
from tenants.database import execute
from tenants.scope import current_scope, scope
from tests.votes.poll import BIELEFELD
from workers.actors import system_actor

CAUSE = VoteCause("exclusion", uuid4(), "/n/bielefeld/verfahren/1")


async def opened_for(poll, *, rule="exclusion", affected="gfs", cause=CAUSE):
    async with poll.acting("stadt-bielefeld", Role.OFFICE) as (actor, opened):
        return await actions.open_vote(
            actor=actor,
            now=opened.now,
            network_id=poll.network,
            rule=rule,
            question="Soll ein Mitglied ausgeschlossen werden?",
            explanation="",
            cause=cause,
            affected_id=poll.cast.organisations[affected],
            letter="Ein Mitglied beantragt den Ausschluss.",
        )


async def closed_with(poll, vote_id, consequences):
    async with poll.database.role("worker"), scope(network_id=poll.network) as opened:
        return await actions_closing.close_vote(
            actor=await system_actor(), now=opened.now, vote_id=vote_id, consequences=consequences
        )


async def test_a_majority_that_is_for_no_question_needs_a_cause(poll):
    with pytest.raises(Invalid):
        await opened_for(poll, cause=None)
    sheet = await poll.sheet(await opened_for(poll))
    assert (sheet.cause, sheet.affected_id) == (CAUSE, poll.cast.organisations["gfs"])


async def test_the_member_concerned_votes_unless_the_rulebook_leaves_it_out(poll):
    vote_id = await opened_for(poll)
    assert len((await poll.sheet(vote_id)).voters) == len(BIELEFELD)
    await poll.answer("gfs", vote_id, "no")

    await poll.rows(
        "UPDATE rulebook SET source = replace(source, 'affected_member_votes = true', 'affected_member_votes = false') "
        "WHERE network_id = $1",
        poll.network,
    )
    without = await opened_for(poll)
    assert len((await poll.sheet(without)).voters) == len(BIELEFELD) - 1
    (told,) = await poll.rows(
        "SELECT count(*) FROM formal_receipt r JOIN formal_notice n ON n.id = r.notice_id WHERE n.cause_id = $1",
        without,
    )
    assert told["count"] == len(BIELEFELD), "informed are all"
    await poll.work("VoteOpened", "FormalPosted")
    asked = await poll.rows(
        "SELECT kind, subject_id = $2 AS is_vote FROM notice WHERE organisation_id = $1 "
        "AND (subject_id = $2 OR subject_id IN (SELECT id FROM formal_notice WHERE cause_id = $2))",
        poll.cast.organisations["gfs"],
        without,
    )
    assert [(row["kind"], row["is_vote"]) for row in asked] == [("formal_notice", False)], "and hear of it"
    with pytest.raises(Forbidden, match="betrifft Ihre Organisation"):
        await poll.answer("gfs", without, "no")


async def test_what_follows_is_one_with_the_closing(poll):
    vote_id = await opened_for(poll)
    await poll.end(vote_id)
    seen = []

    async def fail(**given):
        seen.append(given["tally"].outcome)
        await execute("SELECT 1 / 0")

    with pytest.raises(Exception, match="zero"):
        await closed_with(poll, vote_id, {"exclusion": fail})
    assert (await poll.sheet(vote_id)).result is None
    with pytest.raises(KeyError):
        await closed_with(poll, vote_id, {})
    assert (await poll.sheet(vote_id)).result is None

    async def follow(*, actor, now, cause, vote_id, tally):
        seen.append((actor.organisation_slug, cause, vote_id, tally.outcome))
        async with current_scope().speaking_for(actor.organisation_id):
            (row,) = await execute("SELECT current_organisation() AS me")
            assert row["me"] == actor.organisation_id
        (row,) = await execute("SELECT current_organisation() AS me")
        assert row["me"] is None

    await closed_with(poll, vote_id, {"exclusion": follow})
    assert seen == [Outcome.REJECTED, ("stadt-bielefeld", CAUSE, vote_id, Outcome.REJECTED)]
    assert (await poll.sheet(vote_id)).result is not None
    await closed_with(poll, vote_id, {"exclusion": follow})
    assert len(seen) == 2, "once"


async def test_the_page_leads_to_what_is_decided(poll):
    vote_id = await opened_for(poll)
    browser = await poll.cast.as_role("gfs", Role.REPRESENTATIVE)
    page = await browser.get(f"/n/bielefeld/abstimmungen/{vote_id}")
    assert CAUSE.address in page.text
