"""What a closed vote keeps: winners, members that left, early ends."""

import json

from portal.votes import actions_closing
from portal.votes.rules import Outcome
from tenants.provisioning import end_membership
from tenants.scope import scope
from tests.votes.poll import answers, notices, twice

CLOSED = "SELECT event, organisation_id FROM outbox WHERE event = 'VoteClosed' AND payload ->> 'vote_id' = $1"


async def test_a_choice_keeps_its_winner(worker):
    vote_id = await worker.ask("question_choice", proposals=["Bethel", "Diakonie"])
    first, second = (await worker.sheet(vote_id)).options
    await answers(
        worker, vote_id, gfs=first, bgw=first, trockendock=first, bethel_regional=first, diakonie_bielefeld=second
    )
    await worker.end(vote_id)
    assert (await worker.close(vote_id)).winner == first
    sheet = await worker.sheet(vote_id)
    assert (sheet.result.winner, dict(sheet.result.counts.candidates)) == (first, {first: 4, second: 1})
    await twice(worker, "bgw", actions_closing.announce_result, vote_id)
    assert {json.loads(row["params"])["outcome"] for row in await notices(worker, "bgw")} == {"chosen"}


async def test_a_choice_without_majority_asks_for_a_new_round(worker):
    vote_id = await worker.ask("question_choice", proposals=["Bethel", "Diakonie"])
    first, second = (await worker.sheet(vote_id)).options
    await answers(
        worker, vote_id, gfs=first, bgw=first, trockendock=first, bethel_regional=second, diakonie_bielefeld=second
    )
    await worker.end(vote_id)
    tally = await worker.close(vote_id)
    assert (tally.outcome, tally.winner, tally.new_round) == (Outcome.REJECTED, None, True)
    await twice(worker, "bgw", actions_closing.announce_result, vote_id)
    assert {json.loads(row["params"])["outcome"] for row in await notices(worker, "bgw")} == {"no_result"}


async def test_the_base_stays_the_snapshot_when_a_member_leaves(worker):
    vote_id = await worker.ask()
    await answers(worker, vote_id, gfs="yes", bgw="yes", trockendock="yes", bethel_regional="yes")
    async with scope(network_id=worker.network) as opened:
        await end_membership(
            network_id=worker.network, organisation_id=worker.cast.organisations["gfs"], ends_at=opened.now
        )
    await worker.end(vote_id)
    tally = await worker.close(vote_id)
    assert (tally.base, tally.count, tally.departed, tally.departed_ballots) == (6, 4, 1, 1)
    assert len(await worker.rows(CLOSED, str(vote_id))) == 5
    sheet = await worker.sheet(vote_id, "bgw")
    gone = sheet.voter(worker.cast.organisations["gfs"])
    assert (gone.departed, gone.name.startswith("Gesellschaft")) == (True, True)


async def test_a_rulebook_that_allows_it_ends_a_vote_as_soon_as_it_is_decided(worker):
    vote_id = await worker.ask()
    await worker.rows("UPDATE vote SET early_end = 'when_decided' WHERE id = $1", vote_id)
    await answers(worker, vote_id, gfs="yes", bgw="yes", trockendock="yes")
    assert await worker.close(vote_id) is None
    await answers(worker, vote_id, bethel_regional="yes")
    assert (await worker.close(vote_id)).outcome is Outcome.DECIDED


async def test_a_rulebook_may_let_the_ballot_of_a_departed_member_fall(worker):
    vote_id = await worker.ask()
    await worker.rows("UPDATE vote SET ballot_of_departed = 'falls' WHERE id = $1", vote_id)
    await answers(worker, vote_id, gfs="yes", bgw="yes", trockendock="yes", bethel_regional="yes")
    async with scope(network_id=worker.network) as opened:
        await end_membership(
            network_id=worker.network, organisation_id=worker.cast.organisations["gfs"], ends_at=opened.now
        )
    await worker.end(vote_id)
    tally = await worker.close(vote_id)
    assert (tally.base, tally.count, tally.departed_ballots, tally.outcome) == (6, 3, 1, Outcome.REJECTED)


async def test_who_leaves_after_the_end_has_not_left_while_the_vote_ran(worker):
    vote_id = await worker.ask()
    await worker.rows("UPDATE vote SET ballot_of_departed = 'falls' WHERE id = $1", vote_id)
    await answers(worker, vote_id, gfs="yes", bgw="yes", trockendock="yes", bethel_regional="yes")
    await worker.end(vote_id)
    async with scope(network_id=worker.network) as opened:
        await end_membership(
            network_id=worker.network, organisation_id=worker.cast.organisations["gfs"], ends_at=opened.now
        )
    tally = await worker.close(vote_id)
    assert (tally.count, tally.departed, tally.outcome) == (4, 0, Outcome.DECIDED)
