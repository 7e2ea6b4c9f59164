"""Who may say what, who is told, and that a follower is not flooded."""

import asyncpg
import pytest

from portal.discussion import actions
from portal.kit.errors import Forbidden, Invalid, NotFound
from portal.spaces.queries import access_item
from tenants.context import Role
from tenants.database import execute
from tests.tasks.crew import network

LEAD, CLERK, HEAD, GUARD = Role.LEAD, Role.CASEWORKER, Role.ADMINISTRATOR, Role.DATA_PROTECTION_OFFICER


async def names(circle, *roles):
    return {await circle.name(role) for role in roles}


async def test_a_colleague_who_is_named_is_told_once(circle):
    page = await circle.page()
    await circle.say(page, f"@{await circle.name(GUARD)}: passt das so?", by=CLERK)
    await circle.settle()
    await circle.settle()
    assert await circle.told("mentioned") == await names(circle, GUARD)
    assert await circle.told("item_news") == await names(circle, HEAD)  # whose page it is


@pytest.mark.parametrize("late", ["PersonMentioned", "ItemNews"])
async def test_a_follower_who_is_named_is_told_once_whatever_comes_first(circle, late):
    page = await circle.page()
    await circle.follow(page, by=GUARD)
    await circle.settle()
    await circle.say(page, f"@{await circle.name(GUARD)}: passt das so?", by=CLERK)
    await circle.settle(but=late)
    guard = await circle.browser(GUARD)
    await guard.post("/mitteilungen/lesevermerke", {})
    await circle.settle()
    assert await circle.told("mentioned") == await names(circle, GUARD)
    assert await circle.told("item_news") == await names(circle, HEAD)
    await guard.post("/mitteilungen/lesevermerke", {})
    await circle.say(page, "Ich habe noch etwas", by=CLERK)  # of what does not name them followers hear
    await circle.settle()
    assert await circle.told("item_news") == await names(circle, GUARD, HEAD)


async def test_a_colleague_is_chosen_by_name_and_must_be_able_to_read_it(circle):
    page = await circle.page()
    await circle.say(page, "Bitte ansehen", to=circle.id_of_person(LEAD))
    await circle.settle()
    assert await circle.told("mentioned") == await names(circle, LEAD)
    draft = await circle.page("Entwurf", state="")
    with pytest.raises(Invalid, match="darf das hier nicht lesen"):
        await circle.say(draft, "Psst", by=HEAD, to=circle.id_of_person(GUARD))
    with pytest.raises(NotFound):
        await circle.say(draft, "Psst", by=CLERK)


async def test_who_lost_the_right_before_the_worker_came_is_told_nothing(circle):
    page = await circle.page()
    await circle.follow(page, by=GUARD)
    await circle.say(page, f"@{await circle.name(LEAD)}")
    await circle.close(page)
    await circle.settle()
    assert await circle.told("mentioned") == set()
    assert await circle.told("item_news") == await names(circle, HEAD)


async def test_a_follower_has_one_unread_notice_however_much_happens(circle):
    page = await circle.page()
    await circle.follow(page, by=GUARD)
    await circle.settle()
    for text in ("eins", "zwei", "drei"):
        await circle.say(page, text)
        await circle.settle()
    await circle.save(page, title="Neue Hausordnung")
    await circle.settle()
    assert await circle.told("item_news") == await names(circle, GUARD, HEAD, CLERK)
    assert await circle.notices("item_news") == 3
    browser = await circle.browser(GUARD)
    await browser.post("/mitteilungen/lesevermerke", {})
    await circle.say(page, "vier")
    await circle.settle()
    assert await circle.notices("item_news") == 4


async def test_who_follows_a_folder_hears_of_everything_below_and_stops_when_asked(circle):
    await circle.add("hausbuch", "folder")
    folder = await circle.id_of("hausbuch")
    await circle.follow(folder, by=GUARD)
    draft = await circle.page(folder="hausbuch", state="")
    await circle.say(draft, "noch ein Entwurf", by=HEAD)
    await circle.settle()
    assert await circle.told("item_news") == set()
    await circle.step(draft, "publish")
    await circle.settle()
    assert await circle.told("item_news") == await names(circle, GUARD)
    await circle.follow(folder, by=GUARD, follows=False)
    await circle.page("Zweite", folder="hausbuch")
    await circle.settle()
    assert await circle.notices("item_news") == 1


async def test_only_the_writer_changes_and_only_editors_take_away_what_others_said(circle):
    page = await circle.page()
    comment = await circle.say(page, "Meins")
    async with circle.acting(GUARD) as (actor, opened):
        item = await access_item(actor, page)
        with pytest.raises(Forbidden):
            await actions.edit_comment(actor=actor, now=opened.now, item=item, comment_id=comment, body="Anders")
        with pytest.raises(Forbidden):
            await actions.delete_comment(actor=actor, now=opened.now, item=item, comment_id=comment)
    async with circle.acting(HEAD) as (actor, opened):
        item = await access_item(actor, page)
        with pytest.raises(Forbidden):
            await actions.edit_comment(actor=actor, now=opened.now, item=item, comment_id=comment, body="Anders")
        await actions.delete_comment(actor=actor, now=opened.now, item=item, comment_id=comment)
    (row,) = await circle.rows("SELECT body, deleted_by FROM comment")
    assert (row["body"], row["deleted_by"]) == ("", await circle.name(HEAD))


async def test_the_database_refuses_words_in_the_name_of_others(circle):
    page = await circle.page()
    comment = await circle.say(page, "Meins")
    async with circle.acting(GUARD):
        changed = await execute("UPDATE comment SET body = 'Anders' WHERE id = {} RETURNING id", comment)
        assert changed == []
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with circle.acting(HEAD):
            await execute("UPDATE comment SET body = 'Anders' WHERE id = {} RETURNING id", comment)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with circle.acting(GUARD) as (_, _):
            await execute(
                "INSERT INTO comment (space_id, id, item_id, body, by_id, "
                "by_organisation_id, by_name, by_organisation, "
                "at) SELECT space_id, gen_random_uuid(), item_id, 'Anders', by_id, by_organisation_id, by_name, "
                "by_organisation, at FROM comment WHERE id = {}",
                comment,
            )
    async with circle.acting(GUARD):
        assert await execute("SELECT person_id FROM follower") == []  # whom others follow is theirs


async def test_in_a_network_the_name_and_the_organisation_stand_with_it_and_each_tells_its_own(circle):
    page = await circle.page(space=network(circle), by=Role.OFFICE, organisation="stadt-bielefeld")
    await circle.follow(page, by=Role.DIRECTOR, organisation="gfs")
    stranger = await circle.name(Role.DIRECTOR, organisation="gfs")
    await circle.say(page, f"@{stranger} @{await circle.name(GUARD)}")
    await circle.settle()
    assert await circle.told("mentioned") == await names(circle, GUARD)
    office = await circle.name(Role.OFFICE, organisation="stadt-bielefeld")
    assert await circle.told("item_news") == {office, stranger}
    reader = await circle.browser(Role.DIRECTOR, organisation="gfs")
    async with circle.acting(Role.DIRECTOR, organisation="gfs") as (actor, _):
        url = (await access_item(actor, page)).url
    text = (await reader.get(url)).text
    assert await circle.name(CLERK) in text
    elsewhere = await circle.browser(LEAD, organisation="skm")
    assert (await elsewhere.post(f"/inhalte/{page}/kommentare", {"body": "Hallo"})).status_code == 404
    assert (await elsewhere.get(url)).status_code == 404
