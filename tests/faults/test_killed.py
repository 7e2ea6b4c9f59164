"""A vote ends while processes are killed at every step: it is closed once and announced once to each, within bounds."""

import asyncio
from uuid import UUID

import pytest

from tests.faults.theatre import ended, until

pytestmark = pytest.mark.slow

# Sending is the last thing a reaction does; whoever dies between it and the commit cannot know that it was done.
AFTER_THE_MAIL = {("settled", "MailDue")}


async def test_a_vote_is_announced_to_all_within_five_seconds(theatre):
    vote_id = await theatre.open_vote()
    await theatre.end(vote_id, seconds=1)
    await asyncio.sleep(1)

    async def told() -> bool:
        found = await theatre.outcome(vote_id)
        return found["told"] == found["members"]

    assert await until(told, within=5) < 5
    await until(lambda: theatre.is_over(vote_id))
    await theatre.assert_once(vote_id)


RELAYING = [(step, "VoteDue") for step in ("claiming", "claimed", "handed")]
REACTING = [
    (step, event) for step in ("begun", "settled", "committed") for event in ("VoteDue", "VoteClosed", "MailDue")
]


@pytest.mark.parametrize(("step", "event"), [*RELAYING, *REACTING])
async def test_a_process_killed_at_any_step_costs_nothing(theatre, step, event):
    vote_id = await opened_and_quiet(theatre)
    theatre.place.write_text(f"{step} {event} self")
    await theatre.end(vote_id)
    await until(lambda: theatre.is_over(vote_id))
    assert not theatre.place.exists(), "nobody died: the place was never reached"
    await theatre.assert_once(vote_id)
    theatre.assert_mails_came_once(but_for=int((step, event) in AFTER_THE_MAIL))


@pytest.mark.parametrize(
    ("step", "event"),
    [("claimed", "VoteDue"), ("handed", "VoteClosed"), ("reacted", "VoteDue"), ("committed", "VoteClosed")],
)
async def test_a_whole_worker_killed_and_started_anew_costs_nothing(theatre, step, event):
    vote_id = await opened_and_quiet(theatre)
    theatre.place.write_text(f"{step} {event} all")
    await theatre.end(vote_id)
    await ended(theatre.programs["worker"])
    theatre.start("worker")
    await until(lambda: theatre.is_over(vote_id))
    await theatre.assert_once(vote_id)
    theatre.assert_mails_came_once(but_for=int((step, event) in AFTER_THE_MAIL))


async def test_killed_after_the_mail_server_took_the_mail_it_comes_again_and_is_recognised(theatre):
    """The one place where once is out of reach: two systems, no common transaction. The same Message-ID tells."""
    vote_id = await opened_and_quiet(theatre)
    theatre.place.write_text("accepted MailDue self")
    await theatre.end(vote_id)
    await until(lambda: theatre.is_over(vote_id))
    await theatre.assert_once(vote_id)
    mails = theatre.mails()
    assert len(mails) == len(set(mails)) + 1


async def test_the_broker_wiped_while_everything_is_on_its_way_costs_nothing(theatre):
    vote_id = await opened_and_quiet(theatre)
    theatre.place.write_text("handed VoteClosed all")
    await theatre.end(vote_id)
    await ended(theatre.programs["worker"])
    theatre.services.cache.wipe()
    theatre.start("worker")
    await until(lambda: theatre.is_over(vote_id))
    await theatre.assert_once(vote_id)
    theatre.assert_mails_came_once()


async def test_the_broker_wiped_again_and_again_under_running_workers_stops_nothing(theatre):
    vote_id = await opened_and_quiet(theatre)
    await theatre.end(vote_id)
    for _ in range(10):
        theatre.services.cache.wipe()
        await asyncio.sleep(0.2)
    await until(lambda: theatre.is_over(vote_id))
    await theatre.assert_once(vote_id)
    theatre.assert_mails_came_once()


async def opened_and_quiet(theatre) -> UUID:
    """A new vote of which everybody has been told."""
    vote_id = await theatre.open_vote()
    await until(theatre.is_quiet)
    theatre.services.mailbox.clear()
    return vote_id
