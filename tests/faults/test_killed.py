"""A vote ends while processes are killed at every step: it is closed once and announced once to each, within bounds."""

import asyncio
from uuid import UUID

import pytest

from portal.automation import actions as automation
from portal.automation.rules import Conditions, Deeds, Errand, Moment, Telling, Wording
from portal.identity.queries import load_actor
from portal.network.actions_withdrawal import declare_withdrawal
from portal.spaces import actions as content
from portal.spaces.places import SpaceKey
from portal.spaces.queries import access_item, find_address
from tenants.context import Role
from tenants.scope import scope
from tests.faults.theatre import ended, until

pytestmark = pytest.mark.slow

# Sending is the last thing a reaction does; whoever dies between it and the commit cannot know that it was done.
AFTER_THE_MAIL = {("settled", "MailDue")}
MANAGER = """
SELECT r.organisation_id, r.person_id FROM role_assignment r JOIN organisation o ON o.id = r.organisation_id
WHERE o.slug = 'bgw' AND r.role = $1 AND r.valid_until IS NULL LIMIT 1
"""
SPEAKER = """
SELECT r.organisation_id, r.person_id FROM role_assignment r JOIN membership m ON m.organisation_id = r.organisation_id
JOIN network n ON n.id = m.network_id
WHERE n.slug = 'bielefeld' AND m.is_office AND r.role IN ('director', 'representative') AND r.valid_until IS NULL
LIMIT 1
"""
LEFT = """
SELECT (SELECT count(*) FROM procedure_step s WHERE s.procedure_id = $1) AS deeds,
       (SELECT count(DISTINCT s.deed) FROM procedure_step s WHERE s.procedure_id = $1) AS different,
       (SELECT count(*) FROM membership m WHERE m.network_id = $2 AND m.is_office) AS offices,
       (SELECT m.organisation_id <> p.subject_id FROM membership m, procedure p
        WHERE m.network_id = $2 AND m.is_office AND p.id = $1) AS another,
       (SELECT count(*) FROM formal_notice n
        WHERE n.network_id = $2 AND n.subject SIMILAR TO '(Austritt|Vertretung der)%') AS letters,
       (SELECT count(*) FROM directory_version d WHERE d.cause_id = $1) AS versions
"""
RULED = """
SELECT (SELECT string_agg(n.outcome, ',') FROM rule_run n WHERE n.item_id = i.id) AS runs, i.state,
       (SELECT count(*) FROM item_transition t WHERE t.item_id = i.id) AS steps,
       (SELECT count(*) FROM item t WHERE t.parent_id = i.parent_id AND t.type = 'task') AS tasks,
       (SELECT count(*) FROM notice n JOIN inbox_entry e ON e.notice_id = n.id AND e.organisation_id = n.organisation_id
        WHERE n.subject_id = i.id AND n.kind = 'rule_told') AS told,
       (SELECT count(*) FROM outbox o WHERE o.payload ->> 'item_id' = $2 AND o.state <> 'done') AS open
FROM item i WHERE i.id = $1
"""


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


@pytest.mark.parametrize(("step", "event"), [("committed", "ItemHappened"), ("settled", "RuleMeant")])
async def test_a_rule_takes_effect_once_whatever_is_killed(theatre, step, event):
    theatre.place.write_text(f"{step} {event} self")
    page_id = await ruled_page(theatre)

    async def is_over() -> bool:
        found = await theatre.database.as_superuser(RULED, page_id, str(page_id))
        return tuple(found[0].values()) == ("done", "published", 1, 1, 1, 0)

    await until(is_over)
    assert not theatre.place.exists(), "nobody died: the place was never reached"


async def ruled_page(theatre) -> UUID:
    """A new page in a folder whose rule publishes, makes a task and tells whoever made the page."""
    (manager,) = await theatre.database.as_superuser(MANAGER, Role.ADMINISTRATOR.value)
    async with scope(organisation_id=manager["organisation_id"], person_id=manager["person_id"]) as opened:
        actor, _ = await load_actor()
        root = await find_address(actor, SpaceKey("organisation", actor.organisation_id), "")
        new = {"actor": actor, "now": opened.now}
        made = await content.add_item(**new, parent=root, kind="folder", values={"title": "Eingang"})
        folder = await access_item(actor, made)
        deeds = Deeds("published", None, Errand("Nachsehen"), Telling(owner=True))
        wording = Wording("Gleich", False, Moment.ADDED, "", Conditions(kind="page"), deeds)
        await automation.add_rule(**new, folder=folder, wording=wording)
        return await content.add_item(**new, parent=folder, kind="page", values={"title": "Blatt"})


async def opened_and_quiet(theatre) -> UUID:
    """A new vote of which everybody has been told."""
    vote_id = await theatre.open_vote()
    await until(theatre.is_quiet)
    theatre.services.mailbox.clear()
    return vote_id


async def test_an_office_that_leaves_is_stood_in_for_whatever_is_killed(theatre):
    """A procedure: the seat goes over, letters and directory go out, the membership ends; all of it once."""
    theatre.place.write_text("settled ProcedureDue self")
    (speaker,) = await theatre.database.as_superuser(SPEAKER)
    async with scope(organisation_id=speaker["organisation_id"], person_id=speaker["person_id"]) as opened:
        actor, _ = await load_actor()
        network_id = next(seat.network_id for seat in actor.seats if seat.slug == "bielefeld")
        left = await declare_withdrawal(actor=actor, now=opened.now, network_id=network_id, last_day=None)

    async def is_over() -> bool:
        (found,) = await theatre.database.as_superuser("SELECT outcome FROM procedure WHERE id = $1", left)
        return found["outcome"] == "withdrawn"

    await until(is_over)
    assert not theatre.place.exists(), "nobody died: the place was never reached"
    (found,) = await theatre.database.as_superuser(LEFT, left, network_id)
    assert tuple(found.values()) == (5, 5, 1, True, 2, 2), (
        "deeds, each once; one office, another one; letters, versions"
    )
