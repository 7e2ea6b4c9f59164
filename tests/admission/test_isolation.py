"""Who sees an application: the office all of it, a member what the letter says, the applicant its own, nobody else."""

from contextlib import asynccontextmanager

import asyncpg
import pytest

from portal.demo.membership import APPLICANT
from tenants.context import Role
from tenants.database import execute
from tenants.scope import scope
from tests.admission.joining import CITY, FORM, Joining
from tests.client import person

BETWEEN = ("application_contact", "application_letter", "agreement_copy", "agreement_signature")
SECRET = "Nordstraße 4"
OFFICE = "somebody of the office"


@pytest.fixture(scope="module")
async def cases(joining: Joining):
    """Beside that of the demo world: one that waits for its signature, and one of which no member knows yet; each with
    the address it was mailed."""
    sent = await joining.sent()
    link = await joining.applied(name="Stiller Verein", contact_mail="still@verein.example")
    return sent, (link, await joining.newest())


@asynccontextmanager
async def asking(joining: Joining, who: str):
    """A scope of the portal for somebody: an organisation, or a link's owner."""
    organisation = joining.cast.organisations.get(CITY if who == OFFICE else who)
    async with scope(
        organisation_id=organisation, person_id=person(joining.cast.who(CITY, Role.OFFICE)) if who == OFFICE else None
    ):
        if who.startswith("/"):
            await execute("SELECT set_config('app.applicant', {}, true)", who.rpartition("/")[2])
        yield


async def rows(table: str) -> int:
    return len(await execute(f"SELECT FROM {table}"))


async def test_rows_are_shown_to_whom_they_concern(joining: Joining, cases):
    (link, sent), (other, silent) = cases
    shown = {OFFICE: (3, True), CITY: (2, False), "gfs": (2, False), "caritas-duesseldorf": (0, False),
             "nobody": (0, False), link: (1, True),
             other: (1, True), "/beitritt/bielefeld/falsch": (0, False)}  # fmt: skip
    for who, (applications, between) in shown.items():
        async with asking(joining, who):
            assert await rows("application") == applications, who
            assert {table: await rows(table) > 0 for table in BETWEEN[:2]} == dict.fromkeys(BETWEEN[:2], between), who
            assert (await rows("agreement_copy") > 0) is (who in (OFFICE, link)), who
            assert (await rows("agreement_signature") > 0) is (who in (OFFICE, link)), who
    async with asking(joining, other):
        assert [row["id"] for row in await execute("SELECT id FROM application")] == [silent.id]
    async with asking(joining, "gfs"):
        assert {row["name"] for row in await execute("SELECT name FROM application")} == {sent.name, APPLICANT["name"]}


@pytest.mark.parametrize("who", ["gfs", "caritas-duesseldorf", "nobody", CITY])
async def test_nobody_writes_what_is_not_theirs(joining: Joining, cases, who):
    (_, sent), (other, _) = cases
    table = "agreement_signature (network_id, copy_id, side, application_id, way, name, capacity, sha256)"
    forged = (joining.network, sent.copy.id, "applicant", sent.id, "screen", "Niemand", "Niemand", sent.copy.sha256)
    statements = [
        (f"INSERT INTO {table} VALUES ({', '.join(['{}'] * len(forged))})", forged),
        ("UPDATE application SET state = 'signed' WHERE id = {} RETURNING id", (sent.id,)),
        ("UPDATE application SET received_at = hilfenetz_now() WHERE id = {}", (sent.id,)),
        ("DELETE FROM application WHERE id = {}", (sent.id,)),
        ("SELECT hash FROM application_key", ()),
        ("INSERT INTO application_key SELECT {}, {}, sha256('x'), hilfenetz_now()", (joining.network, sent.id)),
    ]
    for asker in (who, other):  # the link of another case opens that one alone
        for statement, values in statements:
            try:
                async with asking(joining, asker):
                    assert await execute(statement, *values) == [], (asker, statement)
            except asyncpg.InsufficientPrivilegeError:
                continue
    assert (await joining.application(sent.id)).state == sent.state


async def test_pages_and_documents_are_found_by_whom_they_are_for(joining: Joining, cases):
    (link, sent), (other, silent) = cases
    pages = [f"/n/bielefeld/aufnahmen/{sent.id}{below}" for below in ("", "/vereinbarung", "/exemplar")]
    pages += [f"/n/bielefeld/aufnahmen/{silent.id}", "/n/bielefeld/aufnahmen"]
    member = await joining.cast.as_role("gfs", Role.DIRECTOR)
    stranger = await joining.cast.as_role("jobcenter-duesseldorf", Role.OFFICE)
    assert [(await member.get(page)).status_code for page in pages] == [200, 403, 403, 404, 200]
    assert [(await stranger.get(page)).status_code for page in pages] == [404] * 5
    assert {(await joining.cast.nobody().get(page)).status_code for page in pages} <= {303, 401}
    seen = (await member.get(pages[0])).text
    assert sent.name in seen
    assert SECRET not in seen
    assert "Grete Hollmann" not in seen
    assert silent.name not in (await member.get(pages[-1])).text
    colleague = await joining.cast.as_role(CITY, Role.DIRECTOR)
    assert [(await colleague.get(page)).status_code for page in pages] == [200, 403, 403, 404, 200]
    assert "Grete Hollmann" not in (await colleague.get(pages[0])).text, "the office reads it, not all who work there"
    for browser in (joining.cast.nobody(), member):
        assert (await browser.get(f"{link}/vereinbarung")).status_code == 200, "whoever has the link"
        assert (await browser.get(f"{other}/vereinbarung")).status_code == 404
        assert (await browser.get(f"{FORM}/unser-antrag")).status_code == (404 if browser is member else 303)
        assert (await browser.get(f"{link[:-1]}_")).status_code == 404
        foreign = {"name": "Niemand", "capacity": "Niemand", "declared": "ja", "fassung": str(sent.copy.id)}
        assert (await browser.post(f"{other}/unterschrift", foreign)).status_code == 409
        for deed in ("unterschrift", "exemplar", "ruecknahme"):
            assert (await browser.post(f"{FORM}/falsch/{deed}", foreign)).status_code == 404
    for deed in ("information", "vereinbarung", "zustellung", "empfang", "ende"):
        assert (await member.post(f"{pages[0]}/{deed}")).status_code == 403
        assert (await stranger.post(f"{pages[0]}/{deed}")).status_code == 404
