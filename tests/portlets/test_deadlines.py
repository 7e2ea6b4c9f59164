"""A box of deadlines shows each person what ends next for them: votes, tasks, and to editors what expires."""

import re

from portal.spaces import actions_sharing
from portal.spaces.queries import access_item
from tenants.context import Role
from tenants.scope import current_scope
from tests.calendar.conftest import HOME, NEIGHBOUR
from tests.isolation.planting import as_person
from tests.portlets.conftest import put

CLERK, HEAD = Role.CASEWORKER, Role.ADMINISTRATOR
SPACE, FRONT = "/n/bielefeld", "/n/bielefeld/inhalte"
OFFICE = ("stadt-bielefeld", Role.OFFICE)


async def titles(browser, front: str) -> list[str]:
    """What the box says, in its order."""
    page = await browser.get(front)
    assert page.status_code == 200, page.text
    box = page.text.split('<div id="kasten-')[1].split("</section>")[0]
    return re.findall(r'class="listing__title" href="[^"]*">([^<]*)<', box)


async def plan(cast, diary, *, network: str = "", by=(HOME, HEAD)) -> None:
    """Tasks with a day and without, one that is done with, pages that expire soon, later, or were never shown."""
    more = {"kind": "task", "publish": False, "by": by, "network": network}
    closed = await diary.add("Unter uns", **{**more, "kind": "folder"})
    await diary.add("Aufgabe morgen", due_at="2020-01-02T10:00:00+01:00", **more)
    await diary.add("Aufgabe im Verborgenen", due_at="2020-01-01T10:00:00+01:00", folder=closed, **more)
    await diary.add("Aufgabe ohne Tag", **more)
    for title, days, publish in (("Seite bald", 3, True), ("Seite spät", 90, True), ("Seite im Entwurf", 3, False)):
        made = await diary.add(title, **{**more, "kind": "page", "publish": publish})
        await cast.database.as_superuser(
            "SET session_replication_role = replica; "
            f"UPDATE item SET expires_at = now() + interval '{days} days' WHERE id = '{made}'"
        )
    async with as_person(cast, cast.who(by[0], by[1]), by[0]) as actor:
        item, now = await access_item(actor, closed), current_scope().now
        await actions_sharing.set_inheritance(actor=actor, now=now, item=item, inherits=False)


async def waiting(cast, organisation: str) -> list[str]:
    """The questions of Bielefeld this organisation has not answered, by their last day."""
    rows = await cast.database.as_superuser(
        "SELECT v.question FROM voter w JOIN vote v ON v.id = w.vote_id WHERE w.organisation_id = $1 "
        "AND v.network_id = $2 AND v.state = 'open' AND w.due_at > now() AND NOT EXISTS (SELECT FROM ballot b "
        "WHERE b.vote_id = v.id AND b.organisation_id = $1 AND NOT b.late) ORDER BY w.due_at, v.id",
        cast.organisations[organisation],
        cast.networks["bielefeld"],
    )
    return [row["question"] for row in rows]


async def test_what_ends_next_in_a_network_by_its_day_and_for_whom(cast, diary):
    office, member = await cast.as_role(*OFFICE), await cast.as_role(NEIGHBOUR, Role.REPRESENTATIVE)
    await put(office, "fristen", space=SPACE, number="20")
    await plan(cast, diary, network="bielefeld", by=OFFICE)
    asked = {name: await waiting(cast, name) for name in (NEIGHBOUR, OFFICE[0])}
    assert asked[NEIGHBOUR], "the demo world has a vote that waits for them"
    seen = await titles(member, FRONT)
    assert seen[0] == "Aufgabe morgen"
    assert [title for title in seen if title in asked[NEIGHBOUR]] == asked[NEIGHBOUR]
    assert sorted(seen) == sorted(["Aufgabe morgen", *asked[NEIGHBOUR]])
    edited = await titles(office, FRONT)
    assert edited[:2] == ["Aufgabe im Verborgenen", "Aufgabe morgen"]
    assert sorted(edited[2:]) == sorted(["Seite bald", *asked[OFFICE[0]]])


async def test_a_box_shows_as_many_as_it_was_told_and_says_what_to_expect(cast, diary, editor):
    await put(editor, "fristen", number="1")
    clerk = await cast.as_role(HOME, CLERK)
    if not await waiting(cast, HOME):
        assert "Zurzeit endet nichts" in (await clerk.get(f"/o/{HOME}/inhalte")).text
    await plan(cast, diary)
    assert await titles(clerk, f"/o/{HOME}/inhalte") == ["Aufgabe morgen"]
    assert "Aufgabe · bis" in (await clerk.get(f"/o/{HOME}/inhalte")).text
