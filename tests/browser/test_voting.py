"""A question to a network: three organisations in three browsers, the clock, the worker, the result."""

import asyncio
import time
from collections import Counter

from playwright.async_api import expect

from portal.demo.world import PEOPLE
from portal.votes.abilities import VOTING_ROLES
from tenants.context import Role
from tests.browser import journey
from tests.browser.stage import until

BETHEL, BGW, GFS = "tariq.haddad", "kerstin.vogelsang", "levin.oppermann"
LIMIT_SECONDS = 10.0


async def test_the_office_asks_and_members_answer_while_watching_each_other(windows):
    bethel, bgw = await windows.of(BETHEL), await windows.of(BGW)
    before = [await journey.number_of(window) for window in (bethel, bgw)]
    office = await windows.of(journey.OFFICE, path=journey.VOTES)
    await office.page.get_by_role("link", name="Neue Abstimmung").first.click()
    await journey.fill_in(office, "Kaufen wir zusammen ein Lastenrad?", rule="Zustimmung")
    await office.page.get_by_role("button", name="Abstimmung eröffnen").click()
    await expect(office.page.locator("h1")).to_contain_text("Lastenrad")
    path = office.path

    for window, number in zip((bethel, bgw), before, strict=True):  # without a reload
        await journey.has_more_than(window, number)
        await window.page.locator("#inbox").click()
        await window.page.get_by_role("link", name="Neue Abstimmung").first.click()
        await expect(window.page.locator("main")).to_contain_text("Lastenrad")
        await expect(journey.unread(window)).to_have_count(1 if number else 0)
        await window.page.get_by_role("link", name="Zur Abstimmung").click()
        assert window.path == path

    await journey.cast(bethel, journey.YES)
    for window in (bethel, bgw, office):
        await expect(window.page.locator("#stand")).to_contain_text("stimmt zu")
    await journey.cast(bgw, journey.YES)
    await journey.cast(bethel, journey.NO)  # they may think again
    for window in (bethel, bgw, office):
        await expect(window.page.locator("#stand")).to_contain_text("stimmt nicht zu")
    await expect(bethel.page.locator("#lage")).to_contain_text("stimmt nicht zu")


async def test_the_worker_closes_the_vote_and_everybody_learns_the_result_within_seconds(windows, stage):
    question = "Wer schließt abends die Wärmestube ab?"
    path = await journey.ask(windows, question, rule="Widerspruch", days=0)
    members = [await windows.of(name, path=path) for name in (BETHEL, BGW, GFS)]
    for window in members:
        await journey.cast(window, "Kein Widerspruch")
    office = await windows.of(journey.OFFICE, path=path)
    told = [await journey.number_of(window) for window in members]

    await journey.pass_the_end(stage, path)
    begun = time.monotonic()
    for window in (*members, office):
        await expect(window.page.locator("#lage")).to_contain_text("Angenommen")
        await expect(window.page.locator("#ablauf")).to_contain_text("Ergebnis festgestellt")
    for window, number in zip(members, told, strict=True):
        await journey.has_more_than(window, number)
    took = time.monotonic() - begun
    print(f"closed by the worker and shown in four browsers after {took:.2f} s")
    assert took < LIMIT_SECONDS

    for window in members:
        await window.open("/mitteilungen")
        results = window.page.get_by_role("listitem").filter(has_text="Abstimmung beendet").filter(has_text=question)
        await expect(results).to_have_count(1)
    expected = await _recipients(stage, path)
    mails = await _announcements(stage, path, number=len(expected))
    assert Counter(mail.message["To"] for mail in mails) == Counter(f"{name}@example.org" for name in expected)
    for mail in mails:
        _nothing_but_the_link(mail, question, stage.address)


async def test_a_ballot_after_the_end_is_refused_in_words_and_does_not_count(windows, stage):
    path = await journey.ask(windows, "Stellen wir die Möbel heute noch um?", days=0)
    window = await windows.of(GFS, path=path, java_script_enabled=False)  # nothing refreshes this page
    window.expected.add(409)
    await window.page.get_by_role("radio", name=journey.YES, exact=True).check()
    await journey.pass_the_end(stage, path)
    await window.page.locator("#lage button[type=submit]").click()
    await expect(window.page.locator("main")).to_contain_text("zu spät")
    await expect(window.page.locator("#stand")).not_to_contain_text("stimmt zu")


async def _recipients(stage, path):
    """User names of everybody who is to be told the result: the voting roles of all members, and the office."""
    rows = await stage.database.as_superuser(
        "SELECT slug FROM voter JOIN organisation ON id = organisation_id WHERE vote_id = $1::uuid",
        path.rpartition("/")[2],
    )
    members = {row["slug"] for row in rows}
    told = {*VOTING_ROLES, Role.OFFICE}
    posts = [(person.user_name, post) for person in PEOPLE for post in person.posts]
    return [name for name, post in posts if post.organisation in members and post.roles & told]


async def _announcements(stage, path, *, number):
    """The mails that lead to the notices of this vote's result, once there are so many and a moment later."""
    rows = await stage.database.as_superuser(
        "SELECT id FROM notice WHERE kind = 'vote_closed' AND subject_id = $1::uuid", path.rpartition("/")[2]
    )
    links = [f"/mitteilungen/{row['id']}" for row in rows]

    def arrived():
        return [mail for mail in stage.services.mailbox.mails() if any(link in mail.text for link in links)]

    await until(lambda: len(arrived()) >= number, within=LIMIT_SECONDS)
    await asyncio.sleep(1)  # a second one would have come by now
    return arrived()


def _nothing_but_the_link(mail, question, address):
    assert mail.message["Subject"] == "Neue Mitteilung im Hilfenetz"
    assert f"{address}/mitteilungen/" in mail.text
    words = " ".join(part.get_content() for part in mail.message.walk() if part.get_content_maintype() == "text")
    for secret in (question, "Wärmestube", "angenommen", "Bielefeld", "Bethel", "Haddad"):
        assert secret not in words
