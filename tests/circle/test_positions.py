"""A paper goes its way: written, sent round, voted upon, in force, and no longer."""

from contextlib import suppress

import asyncpg
import pytest

from portal.circle import actions, actions_telling
from portal.circle.queries import access_paper
from portal.circle.rules import PaperState
from portal.kit.errors import Conflict, Forbidden, Invalid, NotFound
from portal.votes.queries import access_vote
from tenants.context import Role
from tenants.database import execute
from tenants.scope import scope
from tests.circle.table import AUTHOR, BODY, CITY, LIST, TITLE
from tests.votes.poll import notices


async def test_a_draft_is_the_authors_until_it_is_sent_round_and_then_everybodys(table):
    paper_id = await table.write()
    with pytest.raises(NotFound):
        await table.paper(paper_id)
    assert (await table.paper(paper_id, AUTHOR)).state is PaperState.DRAFT
    await table.step(AUTHOR, actions.circulate, paper_id, version=1)
    assert (await table.paper(paper_id)).title == TITLE

    async with table.database.role("worker"):
        for _ in range(2):
            await table.settle("bgw", actions_telling.tell_of_paper, network_id=table.network, paper_id=paper_id)
            await table.settle(AUTHOR, actions_telling.tell_of_paper, network_id=table.network, paper_id=paper_id)
    kind, address = "position_circulated", f"{LIST}/{paper_id}"
    assert {row["address"] for row in await notices(table, "bgw") if row["kind"] == kind} == {address}
    assert not [row for row in await notices(table, AUTHOR) if row["kind"] == kind]

    await table.step("bgw", actions.remark, paper_id, version=1, text="Auch im Oktober friert es.")
    (said,) = (await table.paper(paper_id, AUTHOR)).remarks
    assert (said.organisation, said.version) == ((await table.paper(paper_id)).remarks[0].organisation, 1)
    async with table.database.role("worker"):
        told = {"network_id": table.network, "paper_id": paper_id, "remark_id": said.id}
        await table.settle(AUTHOR, actions_telling.tell_of_remark, **told)
        await table.settle("trockendock", actions_telling.tell_of_remark, **told)
    assert "position_remarked" in {row["kind"] for row in await notices(table, AUTHOR)}
    assert "position_remarked" not in {row["kind"] for row in await notices(table, "trockendock")}

    await table.step(AUTHOR, actions.discard, paper_id, version=1)
    with pytest.raises(NotFound):
        await table.paper(paper_id)


async def test_a_text_is_kept_for_the_version_that_was_seen_by_who_writes_it(table):
    paper_id = await table.circulated()
    text = {"title": TITLE, "body": "<p>Neu.</p>"}
    await table.step(AUTHOR, actions.save_paper, paper_id, version=1, **text)
    assert (await table.paper(paper_id)).version == 2
    with pytest.raises(actions.OtherVersion):
        await table.step(AUTHOR, actions.save_paper, paper_id, version=1, **text)
    with pytest.raises(Forbidden, match="schreibt"):
        await table.step("bgw", actions.save_paper, paper_id, version=2, **text)
    with pytest.raises(actions.OtherVersion):
        await table.asked(paper_id, version=1)
    with pytest.raises(Forbidden):
        await table.step(AUTHOR, actions.put_to_vote, paper_id, seat=..., version=2)
    assert (await table.paper(paper_id)).state is PaperState.CIRCULATED


@pytest.mark.parametrize(
    ("title", "body", "field"),
    [
        (" ", BODY, "title"),
        ("x" * 201, BODY, "title"),
        (TITLE, "x" * 200_001, "body"),
        (TITLE, '<p><img src="/inhalte/x/bild" alt=""></p>', "body"),
        (TITLE, '<p><a rel="x" href="/n/bielefeld/raeume">dort</a></p>', "body"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(title, body, field):
    with pytest.raises(Invalid) as problem:
        actions._check_text(title, body)
    assert problem.value.field == field


async def test_it_is_in_force_with_the_transaction_that_closes_the_vote_and_its_text_stays(table):
    paper_id = await table.circulated()
    vote_id = await table.asked(paper_id)
    async with scope(organisation_id=table.cast.organisations["bgw"]):
        sheet = await access_vote(table.network, vote_id)
    assert (sheet.cause.address, sheet.rule.kind) == (f"{LIST}/{paper_id}", "unanimous")
    with pytest.raises(Conflict):
        await table.step(AUTHOR, actions.save_paper, paper_id, version=1, title="Anders", body=BODY)
    with pytest.raises(Conflict):
        await table.asked(paper_id)
    await table.decide(vote_id)
    paper = await table.paper(paper_id)
    assert (paper.state, paper.is_public, paper.decided_at is not None) == (PaperState.ADOPTED, False, True)
    for change in (
        "body = 'x'",
        "title = 'x'",
        "state = 'draft'",
        "state = 'withdrawn'",
        "vote_id = NULL",
        "edition = 7",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await table.rows(f"UPDATE position_paper SET {change} WHERE id = $1", paper_id)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await table.rows("DELETE FROM position_paper WHERE id = $1", paper_id)


async def test_one_no_rejects_it_at_once_and_a_new_edition_begins_with_its_text(table):
    paper_id = await table.circulated()
    await table.decide(await table.asked(paper_id), "no")
    assert (await table.paper(paper_id)).state is PaperState.REJECTED
    again = await table.step("bgw", actions.begin_edition, paper_id)
    edition = await table.paper(again)
    assert (edition.edition, edition.body, edition.slug) == (2, BODY, (await table.paper(paper_id)).slug)
    with pytest.raises(Conflict, match="schreibt schon"):
        await table.step(AUTHOR, actions.begin_edition, paper_id)


async def test_a_new_edition_takes_the_place_of_the_one_before_it_and_of_it_alone(table):
    first, other = await table.adopted(), await table.write(title=TITLE)
    assert (await table.paper(other, AUTHOR)).slug != (await table.paper(first)).slug
    second = await table.step(AUTHOR, actions.begin_edition, first)
    await table.step(AUTHOR, actions.circulate, second, version=1)
    assert (await table.paper(first)).state is PaperState.ADOPTED
    await table.decide(await table.asked(second))
    states = [(await table.paper(each)).state for each in (first, second)]
    assert states == [PaperState.SUPERSEDED, PaperState.ADOPTED]
    with pytest.raises(Conflict):
        await table.step(AUTHOR, actions.begin_edition, first)


async def test_a_draft_that_who_left_kept_to_itself_keeps_no_later_edition_out(table):
    first = await table.adopted()
    draft = await table.step(AUTHOR, actions.begin_edition, first)
    with pytest.raises(Conflict, match="schreibt schon"):
        await table.step("bgw", actions.begin_edition, first)
    gone = (table.network, table.cast.organisations[AUTHOR])
    leave = "UPDATE membership SET ends_at = {} WHERE network_id = $1 AND organisation_id = $2"
    await table.rows(leave.format("hilfenetz_now() + interval '1 day'"), *gone)
    with pytest.raises(Conflict, match="schreibt schon"):  # it is a member still
        await table.step("bgw", actions.begin_edition, first)
    await table.rows(leave.format("hilfenetz_now()"), *gone)
    second = await table.step("bgw", actions.begin_edition, first)
    assert ((await table.paper(second)).edition, (await table.paper(first)).state) == (3, PaperState.ADOPTED)
    (kept,) = await table.rows("SELECT state, body FROM position_paper WHERE id = $1", draft)
    assert tuple(kept.values()) == ("discarded", BODY)


@pytest.mark.parametrize(("answer", "state"), [("yes", PaperState.WITHDRAWN), ("no", PaperState.ADOPTED)])
async def test_it_is_withdrawn_by_all_or_holds_as_before(table, answer, state):
    paper_id = await table.adopted()
    with pytest.raises(Forbidden):
        await table.step(AUTHOR, actions.put_withdrawal_to_vote, paper_id, seat=...)
    vote_id = await table.step(CITY, actions.put_withdrawal_to_vote, paper_id, Role.OFFICE, seat=...)
    with pytest.raises(Conflict):
        await table.step(CITY, actions.put_withdrawal_to_vote, paper_id, Role.OFFICE, seat=...)
    await table.decide(vote_id, answer)
    paper = await table.paper(paper_id)
    assert (paper.state, paper.withdrawal_vote_id) == (state, vote_id if answer == "yes" else None)


async def test_two_of_the_office_at_the_same_moment_take_each_step_once(table):
    paper_id = await table.adopted()
    async with table.acting(CITY, Role.OFFICE) as (actor, opened):
        seen, now = await access_paper(table.network, paper_id), opened.now
        seat = actor.seat(table.network)
    about = {"actor": actor, "now": now, "paper": seen}  # as both have it before them
    for deed, more in ((actions.put_withdrawal_to_vote, {"seat": seat}), (actions.release, {})):
        async with table.acting(CITY, Role.OFFICE):
            await deed(**about, **more)
        with pytest.raises(actions.OtherVersion):
            async with table.acting(CITY, Role.OFFICE):
                await deed(**about, **more)
    (count,) = await table.rows("SELECT count(*) AS n FROM vote WHERE cause_id = $1 AND state = 'open'", paper_id)
    assert count["n"] == 1


async def test_nobody_puts_anything_into_force_by_hand(table):
    paper_id = await table.circulated()
    for organisation in (AUTHOR, CITY, "bgw"):
        for change in ("state = 'adopted'", "released_at = now(), released_by = 'x'", "state = 'voting'"):
            with suppress(asyncpg.InsufficientPrivilegeError):
                async with table.acting(organisation):
                    sql = f"UPDATE position_paper SET {change} WHERE id = {{}} RETURNING id"
                    assert await execute(sql, paper_id) == []
    assert (await table.paper(paper_id)).state is PaperState.CIRCULATED
